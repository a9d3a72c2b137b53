#!/usr/bin/env python3
"""Measure how long sessions take, run by several launchers on the same graphs.

    tests/benches/launcher.py --noxflow target/release/noxflow --nox nox [--lanes 2,4] [--rounds 3] [--unit 0.5]

Sessions sleep, so that the order counts and not the number of cores. All launchers of a graph run one after another in
each round, the first one changing, so that a machine's moods meet all of them. noxflow has seen each graph once before
(its durations are known, as after any first run); what it does without that is a launcher of its own, `noxflow (new)`.

Prints Markdown: by graph and lanes the median of the rounds, and the best that any list schedule can do, the floor.
This is a program, not a test: its figures depend on the machine.
"""

import argparse
import heapq
import json
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path


def graphs():
    """Name, and sessions as name: (units of sleep, required, alone)."""
    yield "six equal", {f"s{i}": (2, [], False) for i in range(6)}
    chain = {n: (2, [], False) for n in "abc"}
    chain |= {"c1": (2, [], False), "c2": (2, ["c1"], False), "c3": (2, ["c2"], False)}
    yield "chain declared last", chain
    long = {f"s{i}": (1, [], False) for i in range(8)} | {"long": (6, [], False)}
    yield "long one declared last", long
    fan = {"build": (2, [], False)} | {f"t{i}": (1 + i % 3, ["build"], False) for i in range(8)}
    yield "fan out", fan
    fan = {f"t{i}": (1 + i % 4, [], False) for i in range(7)}
    yield "fan in", fan | {"report": (1, list(fan), False)}
    yield "diamonds", {
        "a": (1, [], False), "b1": (3, ["a"], False), "b2": (1, ["a"], False), "c": (1, ["b1", "b2"], False),
        "d": (1, [], False), "e1": (1, ["d"], False), "e2": (4, ["d"], False), "f": (2, ["e1", "e2"], False),
    }
    two = {}
    for name, lengths in (("x", [1, 1, 1, 1]), ("y", [3, 3])):
        before = []
        for at, length in enumerate(lengths):
            two[f"{name}{at}"] = (length, before, False)
            before = [f"{name}{at}"]
    yield "two chains, short first", two
    alone = {f"s{i}": (2, [], False) for i in range(4)}
    alone = {"first": (1, [], True)} | alone | {"tail1": (2, ["first"], False), "tail2": (2, ["tail1"], False)}
    yield "one alone, with a tail", alone
    yield "two alone", {f"s{i}": (1 + i % 3, [], False) for i in range(6)} | {
        "x": (1, [], True), "y": (1, [], True)}
    steps = {f"s{i}": (i, [], False) for i in range(1, 8)}
    yield "longer and longer", steps
    for seed in (1, 2, 3):
        dice, some = random.Random(seed), {}
        for at in range(12):
            before = [f"s{i}" for i in range(at) if dice.random() < 0.15]
            some[f"s{at}"] = (dice.randint(1, 5), before, False)
        yield f"random {seed}", some


def noxfile(sessions, unit):
    lines = ["import time", "import nox", "nox.options.default_venv_backend = 'none'", ""]
    for name, (length, required, alone) in sessions.items():
        lines += [
            f"@nox.session(requires={required!r}, allow_parallel={not alone})",
            f"def {name}(session):",
            f"    time.sleep({length * unit})",
            "",
        ]
    return "\n".join(lines)


def makespan(sessions, lanes, order):
    """A list schedule: of what is ready the first in `order`; who must be alone waits for all and holds the others."""
    waiting, running, ended, now = list(order), [], set(), 0.0
    while waiting or running:
        progress = True
        while progress:
            progress = False
            for name in waiting:
                length, required, alone = sessions[name]
                if not set(required) <= ended or len(running) >= lanes:
                    continue
                if any(sessions[other][2] for _, other in running) or (alone and running):
                    continue
                waiting.remove(name)
                heapq.heappush(running, (now + length, name))
                progress = True
                break
        now, name = heapq.heappop(running)
        ended.add(name)
    return now


def best(sessions, lanes):
    """The best of many lists: not proven best, but nothing that we measure does better on its own."""
    after = {}

    def level(name):
        if name not in after:
            after[name] = 0
            follows = [other for other, (_, required, _) in sessions.items() if name in required]
            after[name] = sessions[name][0] + max((level(other) for other in follows), default=0)
        return after[name]

    dice = random.Random(0)
    lists = [sorted(sessions, key=level, reverse=True)]
    for _ in range(2000):
        lists.append(sorted(sessions, key=lambda name: level(name) * dice.uniform(0.4, 1.6), reverse=True))
    return min(makespan(sessions, lanes, order) for order in lists)


def makefile(sessions, nox):
    lines = [f"all: {' '.join(sessions)}"]
    for name, (_, required, _) in sessions.items():
        lines += [f"{name}: {' '.join(required)}", f"\t@{nox} -s {name} --no-dependencies", f".PHONY: {name}"]
    return "\n".join(lines) + "\n"


def launchers(args, lanes, sessions, folder):
    state = folder / "state"
    yield "nox", [args.nox], {}
    yield "nox -j", [args.nox, "-j", str(lanes)], {}
    # make knows nothing of sessions that must be alone: it would be a race it cannot win fairly.
    if shutil.which("make") and not any(alone for _, _, alone in sessions.values()):
        yield "make -j", ["make", "-s", f"-j{lanes}"], {}
    new = [args.noxflow, "run", "-j", str(lanes)]
    yield "noxflow (new)", new, {"NOXFLOW_STATE_DIR": "fresh"}
    yield "noxflow", new, {"NOXFLOW_STATE_DIR": str(state)}


def run(command, variables, folder):
    env = {**os.environ, "NO_COLOR": "1"}
    for name, value in variables.items():
        env[name] = tempfile.mkdtemp(dir=folder) if value == "fresh" else value
    begun = time.monotonic()
    done = subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    took = time.monotonic() - begun
    if done.returncode:
        raise SystemExit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return took


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--noxflow", required=True, type=os.path.abspath)
    options.add_argument("--nox", default=shutil.which("nox"))
    options.add_argument("--lanes", default="2,4")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--unit", type=float, default=0.5, help="seconds of sleep for one unit")
    options.add_argument("--only", help="graphs whose name holds this")
    options.add_argument("--json", help="all measurements")
    args = options.parse_args()
    os.environ["PATH"] = os.path.dirname(os.path.abspath(args.nox)) + os.pathsep + os.environ["PATH"]
    kept, names = [], ["nox", "nox -j", "make -j", "noxflow (new)", "noxflow"]
    print("| graph | lanes | floor | " + " | ".join(names) + " | noxflow to `nox -j` |", flush=True)
    print("| --- | ---: | ---: |" + " ---: |" * (len(names) + 1), flush=True)
    for name, sessions in graphs():
        if args.only and args.only not in name:
            continue
        for lanes in map(int, args.lanes.split(",")):
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                (folder / "noxfile.py").write_text(noxfile(sessions, args.unit))
                (folder / "Makefile").write_text(makefile(sessions, args.nox))
                ways = list(launchers(args, lanes, sessions, folder))
                run(ways[-1][1], ways[-1][2], folder)  # noxflow sees the graph once
                times = {way: [] for way, _, _ in ways}
                for number in range(args.rounds):
                    shift = number % len(ways)
                    for way, command, variables in ways[shift:] + ways[:shift]:
                        times[way].append(run(command, variables, folder))
                floor = best(sessions, lanes) * args.unit
                kept.append({"graph": name, "lanes": lanes, "floor": floor, "seconds": times})
                cells = [f"{statistics.median(times[way]):.1f}" if way in times else "" for way in names]
                share = statistics.median(times["noxflow"]) / statistics.median(times["nox -j"]) - 1
                print(f"| {name} | {lanes} | {floor:.1f} | {' | '.join(cells)} | {share * 100:+.0f} % |", flush=True)
    if args.json:
        Path(args.json).write_text(json.dumps(kept, indent=1))
    ratios = [statistics.median(it["seconds"]["noxflow"]) / statistics.median(it["seconds"]["nox -j"]) for it in kept]
    if ratios:
        print(f"\nnoxflow to `nox -j`, over {len(ratios)} rows: median {statistics.median(ratios) - 1:+.0%}, "
              f"best {min(ratios) - 1:+.0%}, worst {max(ratios) - 1:+.0%}")


if __name__ == "__main__":
    main()
