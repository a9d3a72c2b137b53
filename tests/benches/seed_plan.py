#!/usr/bin/env python3
"""Compares what noxflow predicts of the seed project's workflow with what it then takes.

    seed_plan.py --noxflow target/release/noxflow [--minute 14] [--way use-nox-parallel ...]

The workflow runs by act with real nox, in sessions that sleep: `--minute` says how many seconds stand for a minute of the
durations below. From the log of the run before, noxflow learns how long steps take and what a job costs; its prediction
for each way is then held against a run of the rewritten workflow. Without `--way`: the best one, and packed jobs.
Needs the tools of tests/tools/setup.sh. Prints a table; the exit status is 1 if a prediction is more than a tenth off, or
the best way is not 2.5 times as fast as before.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEED = ROOT / "tests/projects/seed"
WORKFLOW = ".forgejo/workflows/ci.yml"
SECONDS = {
    "lint": 15, "format": 10, "typecheck": 60, "security_scan": 40, "dead_code": 15, "unit_tests": 200,
    "integration_tests": 240, "docs": 90, "build": 60, "benchmark": 120, "coverage_report": 15,
}  # fmt: skip
WAYS = {
    "use-nox-parallel": "nox -j", "use-background-processes": "background processes",
    "split-into-jobs": "packed jobs", "split-into-matrix": "a matrix of",
}  # fmt: skip
PLAY = '''
import os, pathlib, time


def play(session, *words):
    """Sleeps as long as the session takes; coverage data is left and asked for as coverage does."""
    data = sorted(pathlib.Path().glob(".coverage.*"))
    if words[:2] == ("coverage", "combine"):
        assert len(data) == 2, data
        return [path.unlink() for path in data]
    time.sleep(SECONDS[session.name])
    if words[:2] == ("coverage", "run"):
        pathlib.Path(f".coverage.{session.name}.{os.getpid()}").touch()
'''


def main() -> int:
    parser = argparse.ArgumentParser(description="Predicted and real times of the seed project's workflow.")
    parser.add_argument("--noxflow", type=Path, required=True)
    parser.add_argument("--minute", type=float, default=14, help="seconds that stand for a minute")
    parser.add_argument("--way", action="append", choices=sorted(WAYS))
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="seed-plan-") as scratch:
        return measure(Seed(Path(scratch), options.noxflow.resolve(), options.minute / 60), options.way)


class Seed:
    def __init__(self, scratch: Path, noxflow: Path, scale: float) -> None:
        self.scratch, self.noxflow, self.scale = scratch, noxflow, scale
        self.project = scratch / "project"
        shutil.copytree(SEED, self.project, ignore=shutil.ignore_patterns(".nox", ".coverage*", "__pycache__"))
        subprocess.run(["git", "init", "-q"], cwd=self.project, check=True)
        self.settings = (self.project / "pyproject.toml").read_text()

    def ask(self, *words: str) -> str:
        env = os.environ | {"XDG_STATE_HOME": str(self.scratch / "state"), "NO_COLOR": "1"}
        done = subprocess.run([self.noxflow, *words], cwd=self.project, env=env, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"noxflow {' '.join(words)}: {done.stderr}")
        return done.stdout

    def run(self, name: str) -> dict:
        """Runs the workflow as it is now, with sessions that sleep."""
        copy = self.scratch / name
        shutil.copytree(self.project, copy)
        noxfile = (copy / "noxfile.py").read_text().replace('"uv|virtualenv"', '"none"')
        noxfile = re.sub(r"\n    session\.install\(.*\)", "", noxfile).replace("session.run(", "play(session, ")
        seconds = {name: value * self.scale for name, value in SECONDS.items()}
        play = f"import nox\n{PLAY}\n\nSECONDS = {seconds}\n"
        (copy / "noxfile.py").write_text(noxfile.replace("import nox\n", play, 1))
        act = [sys.executable, ROOT / "tests/tools/act.py", "--slots", "4", "--keep", self.scratch / f"{name}-log"]
        done = subprocess.run([*act, "--project", copy, WORKFLOW], capture_output=True, text=True)
        answer = json.loads(done.stdout)
        if not answer["ok"]:
            sys.exit(f"{name}: {json.dumps(answer, indent=1)[-3000:]}")
        return answer


def measure(seed: Seed, ways: list[str] | None) -> int:
    before = seed.run("before")
    learn(seed, before)
    job = next(each for each in json.loads(seed.ask("audit", "--format", "json"))[0]["sequences"] if each["path"] == WORKFLOW)
    best = next(offer["id"] for offer in job["offers"] if offer["preferred"])
    fine = True
    real_before = span(before)
    print(f"{'way':<28}{'predicted':>10}{'real':>8}{'off by':>9}{'times shorter':>15}")
    print(f"{'before':<28}{predicted(job, 'now'):>10.1f}{real_before:>8.1f}")
    for way in dict.fromkeys(ways or [best, "split-into-jobs"]):
        seed.ask("rewrite", WORKFLOW, "--job", "checks", "--unsafe", "--apply", way)
        real, told = span(seed.run(way)), predicted(job, WAYS[way])
        subprocess.run(["cp", "-r", f"{SEED}/noxfile.py", f"{SEED}/.forgejo", "."], cwd=seed.project, check=True)
        off, times = real / told - 1, real_before / real
        fine &= abs(off) <= 0.1 and (way != best or times >= 2.5)
        print(f"{way + (' (best)' if way == best else ''):<28}{told:>10.1f}{real:>8.1f}{off:>+9.1%}{times:>15.2f}")
    return 0 if fine else 1


def learn(seed: Seed, before: dict) -> None:
    """Gives noxflow the log of the run, and what the job took besides its sessions."""
    steps = before["jobs"][0]["steps"]
    # The first steps are set-up; each session has a step of its own.
    overhead = span(before) - sum(step["end"] - step["start"] for step in steps[-len(SECONDS) :])
    slots = f"\n[tool.noxflow]\nrunner-slots = {{ forgejo = 4 }}\njob-overhead-seconds = {overhead:.1f}\n"
    (seed.project / "pyproject.toml").write_text(seed.settings + slots)
    seed.ask("timings", "import", str(seed.scratch / "before-log" / "act.log"))


def predicted(job: dict, words: str) -> float:
    return next(way["makespan"]["seconds"] for way in job["ways"] if words in way["way"])


def span(run: dict) -> float:
    ran = [job for job in run["jobs"] if job["start"] is not None]
    return max(job["end"] for job in ran) - min(job["start"] for job in ran)


if __name__ == "__main__":
    sys.exit(main())
