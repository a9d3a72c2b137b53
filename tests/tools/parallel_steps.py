#!/usr/bin/env python3
"""Runs a workflow with GitHub's background steps, which act refuses: `background`, `wait`, `wait-all`, `cancel`, `parallel`.

    parallel_steps.py [options] WORKFLOW        WORKFLOW is a path inside the project, such as .github/workflows/ci.yml

To be run by the Python of the tools (it reads YAML). What it does is what GitHub's runner does (its source:
BackgroundStepCoordinator, StepsRunner, JobExtension) and no more:

- at most ten background steps of a job run at once; the others queue, and their clock starts when they get a slot;
- a step's `if` and its expressions are looked at when it is reached, in the foreground or not;
- `$GITHUB_ENV`, `$GITHUB_PATH`, outputs and outcome of a background step are there only after a wait that covers it;
- its failure turns the job red only at that wait: steps in between still see `success()`;
- `parallel:` is its steps in the background and a wait for them; it holds `run` and `uses` steps only;
- `wait` and `wait-all` have no `if` and always run; an id has to be declared before;
- what no wait covers is waited for at the end; `cancel` is SIGTERM, 7.5 seconds, SIGKILL, and fails nobody.

Jobs run one after another, each in a copy of the project, one for each cell of a matrix of plain lists. Actions are the
composite stand-ins beside this file; the event is a push. Of expressions it knows contexts, strings, `==`, `!=`, `!`,
`&&`, `||` and the status functions. Anything else is refused, not guessed.

Prints one JSON object: {ok, error, jobs: [{id, matrix, result, output, steps: [{id, name, outcome, conclusion}]}],
artifacts: {name: [file]}}. The exit status is 0 for a green run, 1 for a red one, 2 if nothing could be run.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from ruamel.yaml import YAML

sys.path.insert(0, str(Path(__file__).resolve().parent))
import act  # noqa: E402  (beside this file)
from act import CannotRun  # noqa: E402

MOST_AT_ONCE = 10
GRACE = 7.5
STEP_KEYS = {"id", "name", "if", "run", "uses", "with", "env", "shell", "working-directory", "continue-on-error"}
STEP_KEYS |= {"timeout-minutes", "background"}
CONTROL_KEYS = {"id", "name", "wait", "wait-all", "cancel", "continue-on-error"}
NOT_IN_A_GROUP = {"background", "parallel", "wait", "wait-all", "cancel"}
EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+)|(?P<name>[A-Za-z_][\w.\-]*)|(?P<sign>==|!=|&&|\|\||[!()]))"
)


def main() -> int:
    parser = argparse.ArgumentParser(description="Runs a workflow with background steps; prints JSON.")
    parser.add_argument("workflow", help="path inside the project")
    parser.add_argument("--project", type=Path, default=Path("."))
    parser.add_argument("--env", action="append", default=[], metavar="NAME=VALUE", help="for all steps")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="parallel-") as scratch:
        try:
            answer = run_workflow(options, Path(scratch))
        except CannotRun as reason:
            answer = {"ok": False, "error": str(reason), "jobs": [], "artifacts": {}}
    json.dump(answer, sys.stdout)
    print()
    return 2 if answer["error"] else 0 if answer["ok"] else 1


def run_workflow(options: argparse.Namespace, scratch: Path) -> dict[str, object]:
    workflow = YAML(typ="safe", pure=True).load((options.project / options.workflow).read_text())
    store = scratch / "artifacts"
    store.mkdir()
    given = dict(pair.split("=", 1) for pair in options.env)
    given |= {"ARTIFACT_STORE": str(store), "NOXFLOW_TOOLS": str(act.TOOLS), "CI": "true", "GITHUB_ACTIONS": "true"}
    jobs = workflow["jobs"]
    for job in jobs.values():
        check_steps(job.get("steps", []))
    results: dict[str, str] = {}
    told = []
    while len(results) < len(jobs):
        ready = [name for name in jobs if name not in results and all(need in results for need in needs_of(jobs[name]))]
        if not ready:
            raise CannotRun("the jobs wait for each other")
        name = ready[0]
        needs = {need: {"result": results[need]} for need in needs_of(jobs[name])}
        cells = [run_job(options.project, scratch, workflow, name, cell, needs, given) for cell in cells_of(jobs[name])]
        told += cells
        found = [cell["result"] for cell in cells]
        results[name] = "failure" if "failure" in found else found[0]
    ok = "failure" not in results.values()
    return {"ok": ok, "error": None, "jobs": told, "artifacts": act.list_artifacts(store)}


def needs_of(job: dict) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else list(needs)


def cells_of(job: dict) -> list[dict]:
    matrix = job.get("strategy", {}).get("matrix", {})
    if not isinstance(matrix, dict) or not all(isinstance(values, list) for values in matrix.values()):
        raise CannotRun("a matrix must be plain lists here")
    if {"include", "exclude"} & set(matrix):
        raise CannotRun("`include` and `exclude` are not played here")
    return [dict(zip(matrix, values)) for values in itertools.product(*matrix.values())]


def check_steps(steps: list[dict]) -> None:
    """What GitHub refuses before anything runs."""
    declared: set[str] = set()
    for step in steps:
        if "parallel" in step:
            if set(step) - {"parallel", "id", "name"}:
                raise CannotRun(f"a group has no {sorted(set(step) - {'parallel', 'id', 'name'})}")
            members = step["parallel"]
            if any(set(member) & NOT_IN_A_GROUP for member in members):
                raise CannotRun("`parallel` holds `run` and `uses` steps only")
        else:
            members = [step]
        if "wait" in step or "wait-all" in step or "cancel" in step:
            if set(step) - CONTROL_KEYS:
                raise CannotRun(f"a wait has no {sorted(set(step) - CONTROL_KEYS)}")
            unknown = [wanted for wanted in named(step) if wanted not in declared]
            if unknown:
                raise CannotRun(f"no background step was declared before as {', '.join(unknown)}")
            continue
        for member in members:
            if set(member) - STEP_KEYS:
                raise CannotRun(f"not played here: {sorted(set(member) - STEP_KEYS)}")
            if "id" in member and ("parallel" in step or member.get("background")):
                declared.add(member["id"])


def named(step: dict) -> list[str]:
    value = step.get("wait", step.get("cancel")) or []
    return [value] if isinstance(value, str) else list(value)


def run_job(project: Path, scratch: Path, workflow: dict, name: str, cell: dict, needs: dict, given: dict) -> dict:
    definition = workflow["jobs"][name]
    folder = Path(tempfile.mkdtemp(prefix="job-", dir=scratch))
    job = Job(workflow, definition, folder, {"github": {"event_name": "push"}, "matrix": cell, "needs": needs}, given)
    told = {"id": name, "matrix": cell, "result": "skipped", "steps": job.told, "output": ""}
    bad = [need for need, about in needs.items() if about["result"] != "success"]
    status = Status(is_red=bool(bad))
    if not status.allows(definition.get("if"), job.contexts()):
        return told
    act.copy_project(project.resolve(), folder / "work")
    job.run(definition["steps"])
    told["result"] = "failure" if job.is_red else "success"
    told["output"] = "".join(job.output)
    return told


class Running:
    """A step that was reached: its process, then what it left."""

    def __init__(self, job: Job, step: dict, command: list[list[str]], env: dict[str, str], cwd: Path) -> None:
        self.job, self.step, self.commands, self.env, self.cwd = job, step, command, env, cwd
        self.files = {name: job.folder / f"{name}-{next(job.numbers)}" for name in ("ENV", "PATH", "OUTPUT", "STEP_SUMMARY")}
        for name, file in self.files.items():
            file.touch()
            env[f"GITHUB_{name}"] = str(file)
        self.outcome = "success"
        self.process: subprocess.Popen | None = None
        self.is_cancelled = False
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def start(self) -> None:
        def queued() -> None:
            with self.job.slots:
                self.execute()

        self.thread = threading.Thread(target=queued)
        self.thread.start()

    def execute(self) -> None:
        minutes = self.step.get("timeout-minutes")
        for command in self.commands:
            with self.lock:
                if self.is_cancelled:
                    break
                self.process = subprocess.Popen(
                    command, cwd=self.cwd, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT, text=True, errors="replace", start_new_session=True,
                )  # fmt: skip
            try:
                out, _ = self.process.communicate(timeout=minutes and float(minutes) * 60)
            except subprocess.TimeoutExpired:
                self.kill(signal.SIGKILL)
                out, _ = self.process.communicate()
            self.job.output.append(out)
            if self.process.returncode != 0:
                self.outcome = "failure"
                break
        if self.is_cancelled:
            self.outcome = "cancelled"

    def cancel(self) -> None:
        with self.lock:
            self.is_cancelled = True
            self.kill(signal.SIGTERM)
        self.thread.join(GRACE)
        if self.thread.is_alive():
            self.kill(signal.SIGKILL)
        self.thread.join()

    def kill(self, how: signal.Signals) -> None:
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, how)


class Job:
    """One job on its machine: what the next step sees."""

    def __init__(self, workflow: dict, definition: dict, folder: Path, contexts: dict, given: dict) -> None:
        self.folder, self.given_contexts, self.given = folder, contexts, given
        self.defaults = workflow.get("defaults", {}).get("run", {}) | definition.get("defaults", {}).get("run", {})
        self.declared_env = workflow.get("env", {}) | definition.get("env", {})
        self.env: dict[str, str] = {}
        self.path: list[str] = []
        self.steps: dict[str, dict] = {}
        self.told: list[dict] = []
        self.output: list[str] = []
        self.is_red = False
        self.slots = threading.Semaphore(MOST_AT_ONCE)
        self.numbers = itertools.count()
        self.uncovered: dict[str, Running] = {}

    def run(self, steps: list[dict]) -> None:
        for step in steps:
            if "parallel" in step:
                keys = [self.reach(member, in_background=True) for member in step["parallel"]]
                self.wait([key for key in keys if key], is_forgiven=False)
            elif "wait-all" in step:
                self.wait(list(self.uncovered), step.get("continue-on-error") is True)
            elif "wait" in step:
                self.wait(named(step), step.get("continue-on-error") is True)
            elif "cancel" in step:
                for key in named(step):
                    if key in self.uncovered:
                        self.uncovered[key].cancel()
                self.wait(named(step), is_forgiven=True)
            else:
                self.reach(step, in_background=step.get("background") is True)
        self.wait(list(self.uncovered), is_forgiven=False)

    def reach(self, step: dict, in_background: bool) -> str | None:
        """Starts or runs a step; the key of one that is now in the background."""
        key = step.get("id") or f"step {next(self.numbers)}"
        if not Status(self.is_red).allows(step.get("if"), self.contexts()):
            self.steps[key] = {"outcome": "skipped", "conclusion": "skipped", "outputs": {}}
            self.told.append({"id": step.get("id"), "name": step.get("name"), "outcome": "skipped", "conclusion": "skipped"})
            return None
        running = self.prepare(step)
        if in_background:
            self.uncovered[key] = running
            running.start()
            return key
        running.execute()
        self.flush(key, running, is_forgiven=False)
        return None

    def wait(self, keys: list[str], is_forgiven: bool) -> None:
        for key in keys:
            if key in self.uncovered:
                self.uncovered[key].thread.join()
        for key in keys:
            if key in self.uncovered:
                self.flush(key, self.uncovered.pop(key), is_forgiven)

    def flush(self, key: str, running: Running, is_forgiven: bool) -> None:
        """Makes visible what a step left, its failure included."""
        step, outcome = running.step, running.outcome
        conclusion = "success" if outcome == "failure" and step.get("continue-on-error") is True else outcome
        outputs = assignments(running.files["OUTPUT"])
        self.steps[key] = {"outcome": outcome, "conclusion": conclusion, "outputs": outputs}
        self.told.append({"id": step.get("id"), "name": step.get("name"), "outcome": outcome, "conclusion": conclusion})
        self.env |= assignments(running.files["ENV"])
        self.path[:0] = reversed(running.files["PATH"].read_text().split())
        self.is_red |= conclusion == "failure" and not is_forgiven

    def contexts(self) -> dict:
        env = self.declared_env | self.env
        return self.given_contexts | {"env": env, "steps": self.steps, "runner": {"os": "Linux", "temp": str(self.folder)}}

    def prepare(self, step: dict) -> Running:
        contexts = self.contexts()
        fill = lambda value: filled(value, contexts)  # noqa: E731
        env = clean_environment() | self.given | {"RUNNER_TEMP": str(self.folder), "HOME": os.environ.get("HOME", "/")}
        env |= {name: fill(value) for name, value in (self.declared_env | self.env | step.get("env", {})).items()}
        env["PATH"] = ":".join([*self.path, env["PATH"]])
        env["GITHUB_WORKSPACE"] = str(self.folder / "work")
        cwd = self.folder / "work" / fill(step.get("working-directory", self.defaults.get("working-directory", ".")))
        if "run" in step:
            return Running(self, step, [self.shell(step.get("shell", self.defaults.get("shell")), fill(step["run"]))], env, cwd)
        name = step["uses"].partition("@")[0]
        if name.endswith("/checkout"):
            return Running(self, step, [], env, cwd)
        return self.prepare_action(step, name.split("/")[1], env, cwd)

    def prepare_action(self, step: dict, name: str, env: dict[str, str], cwd: Path) -> Running:
        folder = act.HERE / "actions" / name
        if not folder.is_dir():
            raise CannotRun(f"no stand-in for the action {step['uses']} in tests/tools/actions")
        action = YAML(typ="safe", pure=True).load((folder / "action.yml").read_text())
        given = {key: filled(value, self.contexts()) for key, value in step.get("with", {}).items()}
        inputs = {key: given.get(key, (about or {}).get("default", "")) for key, about in action["inputs"].items()}
        contexts = {"inputs": inputs, "github": {"action_path": str(folder)}, "steps": {}}
        commands = []
        for part in action["runs"]["steps"]:
            env |= {key: filled(value, contexts) for key, value in part.get("env", {}).items()}
            commands.append(self.shell(part["shell"], filled(part["run"], contexts)))
        return Running(self, step, commands, env, cwd)

    def shell(self, shell: str | None, script: str) -> list[str]:
        file = self.folder / f"script-{next(self.numbers)}"
        file.write_text(script)
        if shell is None:
            return [shutil.which("bash") or "sh", "-e", str(file)]
        if shell == "bash":
            return ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", str(file)]
        if shell == "sh":
            return ["sh", "-e", str(file)]
        raise CannotRun(f"this shell is not played here: {shell}")


def clean_environment() -> dict[str, str]:
    foreign = ("NOX", "GITHUB_", "RUNNER_", "COVERAGE_", "PYTEST_", "VIRTUAL_ENV", "FORCE_COLOR", "PYTHON")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def assignments(file: Path) -> dict[str, str]:
    """`NAME=value` lines and `NAME<<END` blocks."""
    found: dict[str, str] = {}
    lines = iter(file.read_text().splitlines())
    for line in lines:
        block = re.fullmatch(r"([^=<]+)<<(.+)", line)
        if block:
            found[block[1]] = "\n".join(itertools.takewhile(lambda each: each != block[2], lines))
        elif "=" in line:
            name, _, value = line.partition("=")
            found[name] = value
    return found


def filled(value: object, contexts: dict) -> str:
    return EXPRESSION.sub(lambda found: as_text(Status(False).evaluate(found[1], contexts)), as_text(value))


def as_text(value: object) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


class Status:
    """Evaluates expressions where the steps or jobs before are red, or are not."""

    def __init__(self, is_red: bool) -> None:
        self.is_red = is_red

    def allows(self, condition: object, contexts: dict) -> bool:
        text = "success()" if condition is None else as_text(condition).strip()
        whole = EXPRESSION.fullmatch(text)
        text = whole[1] if whole else text
        asks = any(f"{name}(" in text for name in ("success", "failure", "always", "cancelled"))
        return bool(self.evaluate(text, contexts)) and (asks or not self.is_red)

    def evaluate(self, text: str, contexts: dict) -> object:
        tokens, at = [], 0
        text = text.strip()
        while at < len(text):
            token = TOKEN.match(text, at)
            if not token:
                raise CannotRun(f"this expression is not played here: {text}")
            tokens.append((token.lastgroup, token[token.lastgroup]))
            at = token.end()
        value = self.either(tokens, contexts)
        if tokens:
            raise CannotRun(f"this expression is not played here: {text}")
        return value

    def either(self, tokens: list, contexts: dict) -> object:
        value = self.both(tokens, contexts)
        while tokens and tokens[0][1] == "||":
            tokens.pop(0)
            other = self.both(tokens, contexts)
            value = value or other
        return value

    def both(self, tokens: list, contexts: dict) -> object:
        value = self.compared(tokens, contexts)
        while tokens and tokens[0][1] == "&&":
            tokens.pop(0)
            other = self.compared(tokens, contexts)
            value = value and other
        return value

    def compared(self, tokens: list, contexts: dict) -> object:
        value = self.single(tokens, contexts)
        if tokens and tokens[0][1] in ("==", "!="):
            wants = tokens.pop(0)[1] == "=="
            other = self.single(tokens, contexts)
            return (as_text(value).lower() == as_text(other).lower()) == wants
        return value

    def single(self, tokens: list, contexts: dict) -> object:
        kind, word = tokens.pop(0) if tokens else (None, "")
        if word == "!":
            return not self.single(tokens, contexts)
        if word == "(":
            value = self.either(tokens, contexts)
            self.closed(tokens)
            return value
        if kind == "text":
            return word[1:-1].replace("''", "'")
        if kind == "number":
            return int(word)
        if kind != "name":
            raise CannotRun(f"this expression is not played here: {word}")
        if tokens and tokens[0][1] == "(":
            tokens.pop(0)
            self.closed(tokens)
            status = {"success": not self.is_red, "failure": self.is_red, "always": True, "cancelled": False}
            if word not in status:
                raise CannotRun(f"this function is not played here: {word}")
            return status[word]
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        value: object = contexts
        for part in word.split("."):
            if value is contexts and part not in contexts:
                raise CannotRun(f"this context is not played here: {word}")
            value = value.get(part) if isinstance(value, dict) else None
        return value

    def closed(self, tokens: list) -> None:
        if not tokens or tokens.pop(0)[1] != ")":
            raise CannotRun("this expression is not played here: `)` is missing")


if __name__ == "__main__":
    sys.exit(main())
