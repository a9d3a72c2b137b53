#!/usr/bin/env python3
"""Runs a workflow for real on this machine with `act`, without Docker, and says in JSON what happened.

    act.py [options] WORKFLOW        WORKFLOW is a path inside the project, such as .forgejo/workflows/ci.yml

The project (`--project`, else the current folder) is copied first: what git would take, or everything when it is not
in a git repository. Actions are played by the stand-ins beside this file; an action without one is an error. Every
label of `runs-on` means this machine.

Prints one JSON object (times are seconds since the start):
    ok          true if act ended with 0 and every job had a runner
    exit        act's exit status, null if it did not run or was stopped
    error       why there is no run, or null
    seconds     wall time of act
    jobs        [{id, name, matrix, result, start, end, steps, output}], in the order of their start;
                result is success, failure, skipped or no-runner; those that did not run come last
    steps       [{id, name, stage, result, start, end}]: id as written, else the step's index in the job
    sessions    [{name, result, job, at}]: what nox said it ran, in the order in which the log shows it
    artifacts   {name: [file]}
    annotations [{level, text, job}]: the `::warning::`, `::error::` and `::notice::` lines of the run
The exit status is 0 for a green run, 1 for a red one, 2 if nothing could be run.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = Path(os.environ.get("NOXFLOW_TOOLS") or HERE.parents[1] / "target" / "tools").resolve()
LABELS = ["docker", "ubuntu-latest", "ubuntu-24.04", "ubuntu-22.04", "ubuntu-slim", "debian-latest", "self-hosted"]
USES = re.compile(
    r"""^(?P<head>[\s\-{]*(?:.*[{,]\s*)?uses:\s*["']?)(?P<host>https?://[^/\s]+/)?(?P<what>[^\s"'#,}]+)"""
)
NOX_LINE = re.compile(
    r"nox > (?:Running session (?P<started>.+)"
    r"|Session (?P<ended>.+?) (?P<verb>was successful|failed|skipped|aborted|was aborted)\b)"
)
ANSI = re.compile(r"\x1b\[[0-9;]*m")
OUTPUT_LIMIT = 200_000


def main() -> int:
    options = read_arguments()
    with tempfile.TemporaryDirectory(prefix="act-") as scratch:
        try:
            answer = run(options, Path(scratch))
        except CannotRun as reason:
            answer = {"ok": False, "exit": None, "error": str(reason), "seconds": 0, "jobs": [], "sessions": []}
            answer |= {"artifacts": {}, "annotations": []}
    json.dump(answer, sys.stdout)
    print()
    return 2 if answer["error"] else 0 if answer["ok"] else 1


class CannotRun(Exception):
    """There is nothing to report on; the text says why."""


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Runs a workflow with act, without Docker; prints JSON.")
    parser.add_argument("workflow", help="path inside the project")
    parser.add_argument("--project", type=Path, default=Path("."))
    parser.add_argument("--event", default="push")
    parser.add_argument("--job", help="only this job and what it needs")
    parser.add_argument("--slots", type=int, default=4, help="jobs at the same time")
    parser.add_argument("--label", action="append", default=[], help="one more label that means this machine")
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="for all steps")
    parser.add_argument("--timeout", type=float, default=600, help="seconds")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="put the artifacts and act's own log there")
    return parser.parse_args()


def run(options: argparse.Namespace, scratch: Path) -> dict[str, object]:
    act = TOOLS / "bin" / "act"
    if not act.exists():
        raise CannotRun(f"act is not installed in {TOOLS}; run tests/tools/setup.sh")
    project, store = scratch / "project", scratch / "artifacts"
    copy_project(options.project.resolve(), project)
    workflow = project / options.workflow
    if not workflow.is_file():
        raise CannotRun(f"no such workflow in the project: {options.workflow}")
    actions = play_actions(project)
    make_repository(project)
    store.mkdir()
    command = [str(act), options.event, "-W", options.workflow, "--json", "--no-cache-server"]
    command += ["--action-offline-mode", "--action-cache-path", str(scratch / "act")]
    command += ["--concurrent-jobs", str(options.slots)]
    for label in [*LABELS, *options.label]:
        command += ["-P", f"{label}=-self-hosted"]
    for use, folder in actions.items():
        command += ["--local-repository", f"{use}={folder}"]
    for pair in [f"ARTIFACT_STORE={store}", f"NOXFLOW_TOOLS={TOOLS}", *options.env]:
        command += ["--env", pair]
    if options.job:
        command += ["-j", options.job]
    log = Log()
    status, seconds = execute(command, project, options.timeout, log)
    answer = log.answer(declared_jobs(workflow) if not options.job else [])
    answer |= {"exit": status, "seconds": round(seconds, 3), "artifacts": list_artifacts(store)}
    answer["error"] = log.complaint(status, options.timeout)
    unserved = [job["id"] for job in answer["jobs"] if job["result"] == "no-runner"]
    answer["ok"] = status == 0 and not unserved and not answer["error"]
    if options.keep:
        options.keep.mkdir(parents=True, exist_ok=True)
        shutil.copytree(store, options.keep / "artifacts", dirs_exist_ok=True)
        (options.keep / "act.log").write_text("".join(log.lines))
    return answer


def copy_project(source: Path, target: Path) -> None:
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=source, capture_output=True, check=False,
    )  # fmt: skip
    if listed.returncode != 0:
        shutil.copytree(source, target, ignore=shutil.ignore_patterns(".git", ".nox", "__pycache__"), symlinks=True)
        return
    target.mkdir()
    for name in sorted(filter(None, listed.stdout.decode().split("\0"))):
        if (source / name).is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source / name, target / name, follow_symlinks=False)


def play_actions(project: Path) -> dict[str, Path]:
    """Maps every action that the project's workflows use to its stand-in; hosts are cut off, act knows only one."""
    played = {}
    for file in sorted([*project.glob(".*/workflows/*.y*ml"), *project.glob(".*/actions/**/action.y*ml")]):
        lines = []
        for line in file.read_text().splitlines(keepends=True):
            use = USES.match(line)
            if use and not use["what"].startswith((".", "$", "docker:")) and "@" in use["what"]:
                line = line[: use.start("host")] + line[use.end("host") :] if use["host"] else line
                name, _, version = use["what"].partition("@")
                owner_and_name = "/".join(name.split("/")[:2])
                if owner_and_name.endswith("/checkout") or name.endswith((".yml", ".yaml")):
                    if not owner_and_name.startswith("actions/"):  # act skips the checkout of this name alone
                        line = line.replace(use["what"], f"actions/checkout@{version}")
                else:
                    folder = HERE / "actions" / name.split("/")[1]
                    if not folder.is_dir():
                        raise CannotRun(f"no stand-in for the action {use['what']} in tests/tools/actions")
                    played[f"{owner_and_name}@{version}"] = folder
            lines.append(line)
        file.write_text("".join(lines))
    return played


def make_repository(project: Path) -> None:
    identity = ["-c", "user.name=tests", "-c", "user.email=tests@localhost", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q", "-b", "main"], ["add", "-A", "-f"], [*identity, "commit", "-q", "-m", "project"]):
        done = subprocess.run(["git", *command], cwd=project, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise CannotRun(f"git {command[0]}: {done.stderr.strip()}")


def execute(command: list[str], project: Path, timeout: float, log: Log) -> tuple[int | None, float]:
    foreign = ("NOX", "GITHUB_", "RUNNER_", "ACT_", "COVERAGE_", "PYTEST_", "FORGEJO_", "GITEA_")
    single = {"CI", "VIRTUAL_ENV", "FORCE_COLOR", "PYTHONPATH", "PYTHONHOME"}
    env = {name: value for name, value in os.environ.items() if not name.startswith(foreign) and name not in single}
    log.began = time.monotonic()
    process = subprocess.Popen(
        command, cwd=project, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, errors="replace", start_new_session=True,
    )  # fmt: skip
    stopped = threading.Event()

    def stop() -> None:
        stopped.set()
        for kind in (signal.SIGINT, signal.SIGKILL):
            try:
                os.killpg(process.pid, kind)
            except ProcessLookupError:
                return
            time.sleep(5)

    alarm = threading.Timer(timeout, stop)
    alarm.daemon = True
    alarm.start()
    assert process.stdout is not None
    for line in process.stdout:
        log.read(line)
    status = process.wait()
    alarm.cancel()
    return None if stopped.is_set() else status, time.monotonic() - log.began


class Log:
    """What act wrote, line by line, and what it amounts to."""

    def __init__(self) -> None:
        self.began = 0.0
        self.lines: list[str] = []
        self.jobs: dict[str, dict[str, object]] = {}
        self.sessions: list[dict[str, object]] = []
        self.annotations: list[dict[str, object]] = []
        self.plain: list[str] = []

    def read(self, line: str) -> None:
        self.lines.append(line)
        try:
            entry = json.loads(line)
        except ValueError:
            self.plain.append(line.strip())
            return
        if not isinstance(entry, dict) or "jobID" not in entry:
            if isinstance(entry, dict) and entry.get("level") in ("error", "fatal"):
                self.plain.append(str(entry.get("msg")))
            return
        at = round(time.monotonic() - self.began, 3)
        name = str(entry["job"]).strip()
        job = self.jobs.setdefault(name, new_job(entry, name, at))
        job["end"] = at
        text = ANSI.sub("", str(entry.get("msg", "")))
        if entry.get("raw_output"):
            self.read_output(job, text, at)
        elif "unsupported platform" in text.lower():
            job["result"] = "no-runner"
        elif entry.get("command") in ("warning", "error", "notice"):
            note = {"level": entry["command"], "text": str(entry.get("arg") or text).strip(), "job": job["id"]}
            self.annotations.append(note)
        if "stepID" in entry and len(entry["stepID"]) == 1 and "stage" in entry:
            read_step(job["steps"], entry, at)
        if "jobResult" in entry and job["result"] != "no-runner":
            job["result"] = own_result(entry, job["steps"])

    def read_output(self, job: dict[str, object], text: str, at: float) -> None:
        if len(job["output"]) < OUTPUT_LIMIT:
            job["output"] += text
        for found in NOX_LINE.finditer(text):
            if found["started"]:
                session = {"name": found["started"].strip(), "result": None, "job": job["id"], "at": at}
                self.sessions.append(session)
            else:
                self.end_session(found["ended"], found["verb"], str(job["id"]))

    def end_session(self, name: str, verb: str, job: str) -> None:
        result = {"was successful": "success", "failed": "failure", "skipped": "skipped"}.get(verb, "aborted")
        for session in reversed(self.sessions):
            if session["name"] == name and session["job"] == job and session["result"] is None:
                session["result"] = result
                return

    def answer(self, declared: list[dict[str, object]]) -> dict[str, object]:
        jobs = list(self.jobs.values())
        for job in declared:
            if not any(other["id"] == job["id"] for other in jobs):
                idle = {"id": job["id"], "name": job["id"], "matrix": {}, "result": "skipped"}
                jobs.append(idle | {"start": None, "end": None, "steps": [], "output": ""})
        return {"jobs": jobs, "sessions": self.sessions, "annotations": self.annotations}

    def complaint(self, status: int | None, timeout: float) -> str | None:
        if status is None:
            return f"stopped after {timeout:g} s"
        if status != 0 and not self.jobs:
            return " / ".join(filter(None, self.plain)) or "act ended without running anything"
        return None


def new_job(entry: dict[str, object], name: str, at: float) -> dict[str, object]:
    job = {"id": entry["jobID"], "name": name, "matrix": entry.get("matrix") or {}, "result": None}
    return job | {"start": at, "end": at, "steps": [], "output": ""}


def read_step(steps: list[dict[str, object]], entry: dict[str, object], at: float) -> None:
    key = (entry["stepID"][0], entry["stage"])
    step = next((step for step in steps if (step["id"], step["stage"]) == key), None)
    if step is None:
        step = {"id": key[0], "name": entry.get("step"), "stage": key[1], "result": None, "start": at, "end": at}
        steps.append(step)
    step["end"] = at
    if "stepResult" in entry:
        step["result"] = entry["stepResult"]


def own_result(entry: dict[str, object], steps: list[dict[str, object]]) -> str:
    """act calls every leg of a matrix failed once one has: a leg without a failed step did not fail."""
    result = str(entry["jobResult"])
    if result == "failure" and entry.get("matrix") and all(step["result"] != "failure" for step in steps):
        return "success"
    return result


def declared_jobs(workflow: Path) -> list[dict[str, object]]:
    asked = subprocess.run(
        [TOOLS / "bin" / "gh-parser", "--background-steps", workflow], capture_output=True, text=True, check=False
    )
    try:
        return json.loads(asked.stdout)["files"][0]["jobs"]
    except (ValueError, LookupError):
        return []


def list_artifacts(store: Path) -> dict[str, list[str]]:
    return {
        artifact.name: sorted(str(file.relative_to(artifact)) for file in artifact.rglob("*") if file.is_file())
        for artifact in sorted(store.iterdir())
    }


if __name__ == "__main__":
    sys.exit(main())
