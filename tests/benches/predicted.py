#!/usr/bin/env python3
"""Measure how well `noxflow plan` predicts how long `noxflow run` takes, on random graphs of sessions that sleep.

    tests/benches/predicted.py --noxflow target/release/noxflow --nox nox [--graphs 10] [--lanes 2,4] [--seed N]

For each graph noxflow runs all sessions once, with the first number of lanes, so that it knows their times. Then, for
each number of lanes, it is asked for its prediction, and runs with real nox. Half of the
graphs have sessions that must be alone, half have sessions that take two lanes (`pytest -n 2`, which is not there to
run: it stands behind a condition that is never true).

Prints Markdown, and the seed, by which the same graphs come again. `noxflow` is what the run itself says (first start to
last end), `clock` includes the start of noxflow.
This is a program, not a test: its figures depend on the machine.
"""

import argparse
import json
import os
import random
import shutil
import subprocess
import tempfile
import time
from pathlib import Path


def graph(dice, number):
    """Sessions of a random graph: name to (units of sleep, required, alone, lanes)."""
    count = dice.randint(5, 14)
    density = dice.choice((0.05, 0.15, 0.3))
    sessions = {}
    for at in range(count):
        required = [f"s{other}" for other in range(at) if dice.random() < density]
        alone = number % 2 == 1 and dice.random() < 0.15
        lanes = 2 if number % 4 >= 2 and not alone and dice.random() < 0.2 else 1
        sessions[f"s{at}"] = (round(dice.uniform(0.5, 5), 1), required, alone, lanes)
    # As people write them: not in the order of their requirements.
    names = list(sessions)
    dice.shuffle(names)
    return {name: sessions[name] for name in names}


def noxfile(sessions, unit):
    lines = ["import os", "import time", "import nox", "nox.options.default_venv_backend = 'none'", ""]
    for name, (length, required, alone, lanes) in sessions.items():
        lines += [
            f"@nox.session(requires={required!r}, allow_parallel={not alone})",
            f"def {name}(session):",
            f"    time.sleep({length * unit})",
        ]
        if lanes > 1:
            lines += ["    if os.environ.get('NEVER_SET'):", f"        session.run('pytest', '-n', '{lanes}')"]
        lines.append("")
    return "\n".join(lines)


def call(args, folder, *words):
    env = {**os.environ, "NO_COLOR": "1", "NOXFLOW_STATE_DIR": str(folder / "state")}
    done = subprocess.run([args.noxflow, *words], cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)
    if done.returncode:
        raise SystemExit(f"noxflow {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def run(args, folder, lanes):
    """Seconds by the clock, and as the run's last event says."""
    begun = time.monotonic()
    events = call(args, folder, "run", "-j", str(lanes), "--nox", args.nox, "--format", "json")
    clock = time.monotonic() - begun
    return clock, json.loads(events.splitlines()[-1])["seconds"]


def measure(args, number, sessions):
    """The rows of one graph."""
    every = [int(lanes) for lanes in args.lanes.split(",")]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "noxfile.py").write_text(noxfile(sessions, args.unit))
        run(args, folder, every[0])
        for lanes in every:
            plan = json.loads(call(args, folder, "plan", "-j", str(lanes), "--format", "json"))
            clock, seconds = run(args, folder, lanes)
            yield {"graph": number, "sessions": len(sessions), "edges": sum(len(it[1]) for it in sessions.values()),
                   "alone": sum(it[2] for it in sessions.values()), "wide": sum(it[3] > 1 for it in sessions.values()),
                   "lanes": lanes, "predicted": plan["predictedSeconds"], "noxflow": seconds, "clock": clock}


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--noxflow", required=True, type=os.path.abspath)
    options.add_argument("--nox", default=shutil.which("nox"), type=os.path.abspath)
    options.add_argument("--graphs", type=int, default=10)
    options.add_argument("--lanes", default="2,4")
    options.add_argument("--unit", type=float, default=1.0, help="seconds of sleep for one unit")
    options.add_argument("--seed", type=int, default=random.randrange(10**6))
    args = options.parse_args()
    print(f"Seed {args.seed}, a unit of {args.unit} s.\n")
    print("| graph | sessions | edges | alone | two lanes | at once | predicted | noxflow | clock | off by |")
    print("| ---: |" + " ---: |" * 9, flush=True)
    dice, off = random.Random(args.seed), []
    for number in range(args.graphs):
        for row in measure(args, number, graph(dice, number)):
            off.append(row["predicted"] / row["clock"] - 1)
            print(f"| {row['graph']} | {row['sessions']} | {row['edges']} | {row['alone']} | {row['wide']} "
                  f"| {row['lanes']} | {row['predicted']:.2f} | {row['noxflow']:.2f} | {row['clock']:.2f} "
                  f"| {off[-1]:+.1%} |", flush=True)
    worst = max(off, key=abs)
    middle = sorted(map(abs, off))[len(off) // 2]
    print(f"\n{len(off)} runs: off by {middle:.1%} in the median, {worst:+.1%} at worst; "
          f"{sum(abs(it) <= 0.05 for it in off)} within 5 %.")


if __name__ == "__main__":
    main()
