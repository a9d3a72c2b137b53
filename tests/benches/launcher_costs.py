#!/usr/bin/env python3
"""Measure what noxflow itself costs: time for each session beside bare nox, and memory for many sessions and much output.

    tests/benches/launcher_costs.py --noxflow target/release/noxflow --nox nox [--sessions 20] [--rounds 5]

Time: sessions that do nothing, one after another, each by a nox of its own (`nox -s NAME --no-dependencies`), and the
same by `noxflow run -j 1`. Both take turns; the fastest of the rounds counts, since a busy machine only adds.
Memory: the peak of noxflow's resident set while 200 sessions write 1 GB between them (Linux).
This is a program, not a test: its figures depend on the machine.
"""

import argparse
import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

SESSION = """
@nox.session(allow_parallel=True)
def {name}(session):
    {body}
"""


def noxfile(count, body):
    head = "import os\nimport nox\nnox.options.default_venv_backend = 'none'\n"
    return head + "".join(SESSION.format(name=f"s{at:03}", body=body) for at in range(count))


def start(args, folder, *words):
    env = {**os.environ, "NO_COLOR": "1", "NOXFLOW_STATE_DIR": str(folder / "state")}
    return subprocess.Popen(words, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def ended(process):
    if process.wait():
        raise SystemExit(f"{process.args} failed")


def timed(work):
    begun = time.monotonic()
    work()
    return time.monotonic() - begun


def overhead(args):
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "noxfile.py").write_text(noxfile(args.sessions, "pass"))
        names = [f"s{at:03}" for at in range(args.sessions)]

        def bare():
            for name in names:
                ended(start(args, folder, args.nox, "-f", "noxfile.py", "-s", name, "--no-dependencies"))

        def ours():
            ended(start(args, folder, args.noxflow, "run", "-j", "1", "--nox", args.nox))

        ours()
        rounds = [(timed(bare), timed(ours)) for _ in range(args.rounds)]
    bare, ours = (min(times) for times in zip(*rounds))
    each = (ours - bare) / args.sessions * 1000
    print(f"{args.sessions} sessions: bare nox {bare:.2f} s, noxflow {ours:.2f} s: {each:+.1f} ms for each session")


def memory(args):
    size, count = 1_000_000_000, 200
    # One write of many lines at a time: the writer must not be what is measured.
    body = f"[os.write(1, (b'x' * 99 + b'\\n') * 500) for _ in range({size // count // 50_000})]"
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "noxfile.py").write_text(noxfile(count, body))
        begun = time.monotonic()
        process = start(args, folder, args.noxflow, "run", "--nox", args.nox)
        peak = 0
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                break
            peaks = [line.split()[1] for line in status.splitlines() if line.startswith("VmHWM:")]
            peak = max([peak, *map(int, peaks)])
            time.sleep(0.05)
        ended(process)
        took = time.monotonic() - begun
        written = sum(log.stat().st_size for log in folder.glob("state/**/*.log"))
    print(f"{count} sessions, {written / 1e9:.2f} GB in their logs, {took:.0f} s: noxflow's peak {peak / 1024:.1f} MiB")


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--noxflow", required=True, type=os.path.abspath)
    options.add_argument("--nox", default=shutil.which("nox"), type=os.path.abspath)
    options.add_argument("--sessions", type=int, default=20)
    options.add_argument("--rounds", type=int, default=5)
    args = options.parse_args()
    overhead(args)
    memory(args)


if __name__ == "__main__":
    main()
