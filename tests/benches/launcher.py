#!/usr/bin/env python3
"""Measure how long sessions take, run by several launchers on the same graphs.

    tests/benches/launcher.py --noxflow target/release/noxflow --nox nox [--tox tox] [--lanes 2,4,8] [--rounds 3]

Sessions sleep, so that the order counts and not the number of cores. All launchers of a graph run one after another in
each round, the first one changing, so that a machine's moods meet all of them. noxflow has seen each graph once before
(its durations are known, as after any first run); what it does without that is a launcher of its own, `noxflow (new)`.

Prints Markdown: by graph and lanes the fastest of the rounds (a busy machine only adds to a time), and the floor: what
the best of many list schedules takes when every session first has to start a nox, and the starts share the cores.
"order" is what the same model gives for the order in which the sessions are declared, as `nox -j` takes them, against
the floor: where it is large the order matters. Choose --unit so that sleep, not starts of nox, is most of a session.
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

NAMES = ["nox", "nox -j", "make -j", "tox", "noxflow (new)", "noxflow"]


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


def makespan(sessions, lanes, order, unit=1.0, start=0.0, cores=1, holds=False):
    """A list schedule: of what is ready the first in `order`; who must be alone is overtaken by others, or `holds` them.

    A session works for `start` seconds, on as much of a core as the others that start leave it, then it sleeps."""
    waiting, ended, now = list(order), set(), 0.0
    starting, sleeping = {}, {}  # work left; end
    while waiting or starting or sleeping:
        for name in list(waiting):
            _, required, alone = sessions[name]
            running = [*starting, *sleeping]
            if not set(required) <= ended or len(running) >= lanes:
                continue
            if any(sessions[other][2] for other in running):
                break
            if alone and running:
                if holds:
                    break
                continue
            waiting.remove(name)
            starting[name] = start
        share = min(1.0, cores / len(starting)) if starting else 1.0
        ends = [(now + left / share, name) for name, left in starting.items()]
        ends += [(end, name) for name, end in sleeping.items()]
        then, first = min(ends)
        for name in starting:
            starting[name] -= (then - now) * share
        now = then
        if first in starting:
            del starting[first]
            sleeping[first] = now + sessions[first][0] * unit
        else:
            del sleeping[first]
            ended.add(first)
    return now


def best(sessions, lanes, unit, start):
    """The best of many lists: not proven best, but nothing that we measure does better on its own."""
    after = {}

    def level(name):
        if name not in after:
            after[name] = 0
            follows = [other for other, (_, required, _) in sessions.items() if name in required]
            after[name] = sessions[name][0] * unit + start + max((level(other) for other in follows), default=0)
        return after[name]

    dice = random.Random(0)
    lists = [sorted(sessions, key=level, reverse=True)]
    for _ in range(1000):
        lists.append(sorted(sessions, key=lambda name: level(name) * dice.uniform(0.4, 1.6), reverse=True))
    ways = (False, True) if any(alone for _, _, alone in sessions.values()) else (False,)
    return min(makespan(sessions, lanes, order, unit, start, cores(), holds) for order in lists for holds in ways)


def as_declared(sessions, lanes, unit, start):
    """What the order of declaration gives in the same model."""
    return makespan(sessions, lanes, list(sessions), unit, start, cores())


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def makefile(sessions, nox):
    lines = [f"all: {' '.join(sessions)}"]
    for name, (_, required, _) in sessions.items():
        lines += [f"{name}: {' '.join(required)}", f"\t@{nox} -s {name} --no-dependencies", f".PHONY: {name}"]
    return "\n".join(lines) + "\n"


def tox_ini(sessions, unit):
    lines = ["[tox]", "no_package = true", f"env_list = {', '.join(sessions)}", ""]
    for name, (length, required, _) in sessions.items():
        lines += [f"[testenv:{name}]", "skip_install = true", f"depends = {', '.join(required)}"]
        lines += ["allowlist_externals = sleep", f"commands = sleep {length * unit}", ""]
    return "\n".join(lines)


def launchers(args, lanes, sessions, folder):
    state = folder / "state"
    yield "nox -j", [args.nox, "-j", str(lanes)], {}
    # make and tox know nothing of sessions that must be alone: it would be a race they cannot win fairly.
    if not any(alone for _, _, alone in sessions.values()):
        if shutil.which("make"):
            yield "make -j", ["make", "-s", f"-j{lanes}"], {}
        if args.tox:
            yield "tox", [args.tox, "run-parallel", "-q", "--parallel", str(lanes)], {}
    new = [args.noxflow, "run", "--nox", args.nox, "-j", str(lanes)]
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


def start_of_nox(args, rounds=7):
    """Seconds that nox takes for a session that does nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / "noxfile.py").write_text(noxfile({"nothing": (0, [], False)}, 0))
        return min(run([args.nox, "-s", "nothing"], {}, scratch) for _ in range(rounds))


def measure(args, name, sessions):
    """The rows of one graph: the seconds of each round by launcher."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "noxfile.py").write_text(noxfile(sessions, args.unit))
        (folder / "Makefile").write_text(makefile(sessions, args.nox))
        (folder / "tox.ini").write_text(tox_ini(sessions, args.unit))
        # One after another is the same for all lanes, and in every round.
        sequence = [run([args.nox], {}, folder)]
        seen = False
        for lanes in map(int, args.lanes.split(",")):
            ways = list(launchers(args, lanes, sessions, folder))
            for way, command, variables in ways:
                if way in ("noxflow", "tox") and not seen:
                    run(command, variables, folder)  # noxflow sees the graph once, tox makes its environments
            seen = True
            times = {"nox": sequence, **{way: [] for way, _, _ in ways}}
            for number in range(args.rounds):
                shift = number % len(ways)
                for way, command, variables in ways[shift:] + ways[:shift]:
                    times[way].append(run(command, variables, folder))
            args.start = min(args.start, start_of_nox(args, 3))
            floor = best(sessions, lanes, args.unit, args.start)
            order = as_declared(sessions, lanes, args.unit, args.start) / floor - 1
            yield {"graph": name, "lanes": lanes, "floor": floor, "order": order, "start": args.start, "seconds": times}


def fastest(row, way):
    return min(row["seconds"][way])


def cells(row):
    """A row of the table, as text."""
    seconds = [f"{fastest(row, way):.2f}" if way in row["seconds"] else "" for way in NAMES]
    ours = fastest(row, "noxflow")
    shares = [row["order"], ours / fastest(row, "nox -j") - 1, ours / row["floor"] - 1]
    return [f"{row['floor']:.2f}", *seconds, *(f"{share * 100:+.0f} %" for share in shares)]


def tell(rows):
    """What the rows come to."""
    def against(words, chosen, other):
        if not chosen:
            return
        ratios = sorted(fastest(row, "noxflow") / other(row) for row in chosen)
        print(f"{words}, over {len(ratios)} rows: median {ratios[len(ratios) // 2] - 1:+.1%}, best {ratios[0] - 1:+.1%}, "
              f"worst {ratios[-1] - 1:+.1%}")

    def nox(row):
        return fastest(row, "nox -j")

    against("noxflow to `nox -j`", rows, nox)
    matters = [row for row in rows if row["order"] >= 0.15]
    if matters:
        longer = [nox(row) / fastest(row, "noxflow") - 1 for row in matters]
        print(f"where the order of declaration should take 15 % longer and more ({len(matters)} rows), `nox -j` takes "
              f"{min(longer):.1%} to {max(longer):.1%} longer than noxflow")
    against("noxflow to the floor", rows, lambda row: row["floor"])
    against("noxflow to the floor and one start of nox", rows, lambda row: row["floor"] + row["start"])


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--noxflow", required=True, type=os.path.abspath)
    options.add_argument("--nox", default=shutil.which("nox"))
    options.add_argument("--tox", default=shutil.which("tox"))
    options.add_argument("--lanes", default="2,4,8")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--unit", type=float, default=1.0, help="seconds of sleep for one unit")
    options.add_argument("--only", help="graphs whose name holds this")
    options.add_argument("--json", help="all measurements")
    args = options.parse_args()
    args.nox = os.path.abspath(args.nox)
    args.start = start_of_nox(args)
    print(f"One start of nox takes {args.start:.2f} s.\n", flush=True)
    print("| graph | lanes | floor | " + " | ".join(NAMES) + " | order | to `nox -j` | to the floor |", flush=True)
    print("| --- | ---: | ---: |" + " ---: |" * (len(NAMES) + 3), flush=True)
    kept = []
    for name, sessions in graphs():
        if args.only and args.only not in name:
            continue
        for row in measure(args, name, sessions):
            kept.append(row)
            print(f"| {name} | {row['lanes']} | {' | '.join(cells(row))} |", flush=True)
            if args.json:
                Path(args.json).write_text(json.dumps(kept, indent=1))  # after each: it takes long
    print()
    if kept:
        tell(kept)


if __name__ == "__main__":
    main()
