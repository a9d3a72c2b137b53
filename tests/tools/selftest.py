#!/usr/bin/env python3
"""Checks that the outside tools answer as our tests rely on: tests/tools/setup.sh has to have run.

The workflows here run for real, so that a newer act or parser that behaves otherwise is noticed here first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import textwrap
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
SEED = HERE.parent / "projects" / "seed"
TOOLS = Path(os.environ.get("NOXFLOW_TOOLS") or HERE.parents[1] / "target" / "tools")


class Scratch(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory(prefix="selftest-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def write(self, name: str, text: str) -> Path:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path


class Parser(Scratch):
    def ask(self, text: str, *options: str) -> dict:
        file = self.write("workflow.yml", text)
        done = subprocess.run([TOOLS / "bin/gh-parser", *options, file], capture_output=True, text=True, check=False)
        answer = json.loads(done.stdout)["files"][0]
        self.assertEqual(done.returncode, 0 if answer["ok"] else 1, done.stderr)
        return answer

    def test_the_seed_workflows_are_accepted(self) -> None:
        files = sorted(SEED.glob(".*/workflows/*.yml"))
        self.assertEqual(len(files), 3)
        done = subprocess.run([TOOLS / "bin/gh-parser", *files], capture_output=True, text=True, check=False)
        self.assertEqual([file["errors"] for file in json.loads(done.stdout)["files"]], [[], [], []])

    def test_jobs_needs_and_strategy(self) -> None:
        answer = self.ask("""\
            on: push
            jobs:
              a:
                runs-on: x
                strategy: {matrix: {p: [1, "3.10"]}, fail-fast: false}
                steps: [{run: echo}, {uses: a/b@v1}]
              b: {needs: a, uses: ./.github/workflows/x.yml}
            """)
        a, b = answer["jobs"]
        self.assertEqual(a["strategy"], {"matrix": {"p": [1, "3.10"]}, "fail-fast": False})
        self.assertEqual([step["kind"] for step in a["steps"]], ["run", "uses"])
        self.assertEqual((b["kind"], b["needs"]), ("reusable", ["a"]))

    def test_an_unknown_need_has_a_place(self) -> None:
        answer = self.ask("on: push\njobs:\n  a: {needs: b, runs-on: x, steps: [{run: y}]}\n")
        self.assertEqual([(error["line"], error["column"]) for error in answer["errors"]], [(3, 3)])

    def test_background_steps_need_the_flag(self) -> None:
        text = "on: push\njobs: {a: {runs-on: x, steps: [{id: s, run: y, background: true}, {wait: s}]}}\n"
        self.assertFalse(self.ask(text)["ok"])
        answer = self.ask(text, "--background-steps")
        self.assertEqual(
            [(s["kind"], s["background"]) for s in answer["jobs"][0]["steps"]], [("run", True), ("wait", False)]
        )

    def test_broken_yaml_is_an_error_and_no_crash(self) -> None:
        self.assertTrue(self.ask("a: [\n")["errors"])


class Actionlint(Scratch):
    def ask(self, *texts: str) -> list[list[str]]:
        files = [self.write(f"{n}.yml", text) for n, text in enumerate(texts)]
        done = subprocess.run([TOOLS / "bin/actionlint", *files], capture_output=True, text=True, check=False)
        return [[error["kind"] for error in file["errors"]] for file in json.loads(done.stdout)["files"]]

    def test_an_unknown_need_is_reported(self) -> None:
        job = "{runs-on: ubuntu-latest, steps: [{run: y}]"
        text = f"on: push\njobs: {{a: {job}, needs: b}}, %s: {job}}}}}\n"
        self.assertEqual(self.ask(text % "c", text % "b"), [["job-needs"], []])

    def test_it_lives_through_its_own_crash(self) -> None:
        good = "on: push\njobs: {a: {runs-on: ubuntu-latest, steps: [{run: y}]}}\n"
        self.assertEqual(self.ask("a: [\n", good), [["crash"], []])


class Act(Scratch):
    def act(self, text: str, *options: str) -> dict:
        self.write(".forgejo/workflows/ci.yml", text)
        return self.run_act(self.folder, ".forgejo/workflows/ci.yml", *options)

    def run_act(self, project: Path, workflow: str, *options: str) -> dict:
        command = [sys.executable, HERE / "act.py", "--project", project, *options, workflow]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        answer = json.loads(done.stdout)
        expected = 2 if answer["error"] else 0 if answer["ok"] else 1
        self.assertEqual(done.returncode, expected, done.stderr)
        return answer

    def results(self, answer: dict) -> dict[str, str]:
        return {job["name"].removeprefix("ci/"): job["result"] for job in answer["jobs"]}

    def test_the_seed_project_is_green(self) -> None:
        answer = self.run_act(SEED, ".forgejo/workflows/ci.yml")
        self.assertTrue(answer["ok"], answer)
        names = "lint format typecheck security_scan dead_code unit_tests integration_tests docs build benchmark"
        self.assertEqual([s["name"] for s in answer["sessions"]], [*names.split(), "coverage_report"])
        self.assertEqual({s["result"] for s in answer["sessions"]}, {"success"})

    def test_the_seed_project_is_red_with_one_session_broken(self) -> None:
        self.copy_seed()
        test = self.folder / "tests/unit/test_durations.py"
        test.write_text(test.read_text().replace('"59s"', '"60s"'))
        answer = self.run_act(self.folder, ".github/workflows/ci.yml", "--slots", "2")
        self.assertFalse(answer["ok"])
        self.assertEqual(answer["exit"], 1)
        self.assertEqual(
            {job["id"]: job["result"] for job in answer["jobs"]},
            {
                "static": "success",
                "unit": "failure",
                "integration": "skipped",
                "docs": "skipped",
                "package": "skipped",
                "coverage": "skipped",
            },
        )

    def test_without_the_hidden_files_the_coverage_is_not_handed_over(self) -> None:
        self.copy_seed()
        workflow = self.folder / ".github/workflows/ci.yml"
        lines = [line for line in workflow.read_text().splitlines(True) if "include-hidden-files" not in line]
        workflow.write_text("".join(lines).replace("    needs: static\n", ""))
        answer = self.run_act(self.folder, ".github/workflows/ci.yml", "--job", "unit")
        self.assertEqual({job["id"]: job["result"] for job in answer["jobs"]}, {"unit": "failure"})
        (note,) = answer["annotations"]
        self.assertEqual((note["level"], note["job"]), ("error", "unit"))
        self.assertIn("No files were found", note["text"])

    def test_the_report_of_the_seed_project_must_wait_for_both_kinds_of_tests(self) -> None:
        scripts = {
            "before them": "nox -s coverage_report",
            "after one": "nox -s unit_tests && nox -s coverage_report",
            "after both, at once": """
                nox -s unit_tests & unit=$!
                nox -s integration_tests & integration=$!
                for session in lint typecheck docs build; do nox -s $session & done
                wait $unit && wait $integration && nox -s coverage_report
                """,
        }
        seen = {}
        for when, script in scripts.items():
            self.copy_seed()
            self.write("ci.sh", script)
            answer = self.act("""\
                name: ci
                on: push
                jobs:
                  checks:
                    runs-on: docker
                    steps: [{uses: actions/checkout@v4}, {uses: actions/setup-python@v5}, {run: sh ci.sh}]
                """)
            results = {session["name"]: session["result"] for session in answer["sessions"]}
            seen[when] = results["coverage_report"]
        self.assertEqual(seen, {"before them": "failure", "after one": "failure", "after both, at once": "success"})

    def copy_seed(self) -> None:
        listed = subprocess.run(["git", "ls-files", "-z"], cwd=SEED, capture_output=True, text=True, check=True).stdout
        for name in filter(None, listed.split("\0")):
            self.write(name, "").write_bytes((SEED / name).read_bytes())

    def test_a_matrix_leg_fails_alone_and_dependents_are_skipped(self) -> None:
        answer = self.act("""\
            name: ci
            on: push
            defaults: {run: {shell: bash}}
            jobs:
              one:
                runs-on: docker
                strategy: {fail-fast: false, matrix: {s: [good, bad]}}
                steps: [{run: 'test ${{ matrix.s }} = good'}]
              two: {needs: one, runs-on: docker, steps: [{run: echo}]}
              gate:
                needs: [one, two]
                if: always()
                runs-on: docker
                steps: [{run: 'echo "one ${{ needs.one.result }}, two ${{ needs.two.result }}"'}]
            """)
        self.assertEqual(
            self.results(answer), {"one-1": "success", "one-2": "failure", "gate": "success", "two": "skipped"}
        )
        gate = next(job for job in answer["jobs"] if job["id"] == "gate")
        self.assertEqual(gate["output"], "one failure, two skipped\n")
        self.assertFalse(answer["ok"])

    def test_slots_bound_what_runs_at_once(self) -> None:
        # Each job waits for the other to be there too; with one slot the first one waits in vain.
        self.write(
            "meet.sh",
            """\
            touch "$MEETING/$1"
            for try in $(seq "$TRIES"); do
              if [ -e "$MEETING/$2" ]; then exit 0; fi
              sleep 0.1
            done
            exit 1
            """,
        )
        met = {}
        for slots, tries in (("1", 20), ("2", 600)):
            meeting = self.folder / f"meeting-{slots}"
            meeting.mkdir()
            answer = self.act(
                """\
                name: ci
                on: push
                jobs:
                  a: {runs-on: docker, steps: [{uses: actions/checkout@v4}, {run: sh meet.sh a b}]}
                  b: {runs-on: docker, steps: [{uses: actions/checkout@v4}, {run: sh meet.sh b a}]}
                """,
                *("--slots", slots, "--env", f"MEETING={meeting}", "--env", f"TRIES={tries}"),
            )
            met[slots] = sorted(job["result"] for job in answer["jobs"])
        self.assertEqual(met, {"1": ["failure", "success"], "2": ["success", "success"]})

    def test_artifacts_follow_the_rules_of_version_4(self) -> None:
        answer = self.act("""\
            name: ci
            on: push
            jobs:
              a:
                runs-on: docker
                steps:
                  - run: mkdir -p out/deep .dot && touch out/one out/deep/two out/.hidden .dot/three
                  - uses: actions/upload-artifact@v4
                    with: {name: folder, path: out}
                  - uses: https://data.forgejo.org/forgejo/upload-artifact@v4
                    with: {name: all, path: out/**, include-hidden-files: true}
                  - uses: actions/upload-artifact@v4
                    with: {name: two, path: "out\\n.dot/three\\n!out/deep\\n"}
                  - uses: actions/upload-artifact@v4
                    with: {name: single, path: out/deep/two}
                  - id: again
                    continue-on-error: true
                    uses: actions/upload-artifact@v4
                    with: {name: folder, path: out}
                  - run: test ${{ steps.again.outcome }} = failure
                  - uses: actions/download-artifact@v4
                    with: {name: folder, path: got}
                  - uses: actions/download-artifact@v4
                    with: {pattern: "*l*", path: apart}
                  - uses: actions/download-artifact@v4
                    with: {pattern: "*l*", path: merged, merge-multiple: true}
                  - run: find got apart merged -type f | LC_ALL=C sort
            """)
        self.assertEqual(
            answer["artifacts"],
            {
                "all": [".hidden", "deep/two", "one"],
                "folder": ["deep/two", "one"],
                "single": ["two"],
                "two": [".dot/three", "out/one"],
            },
        )
        self.assertTrue(answer["ok"], answer)
        found = answer["jobs"][0]["output"].split()[-12:]
        expected = """apart/all/.hidden apart/all/deep/two apart/all/one apart/folder/deep/two apart/folder/one
            apart/single/two got/deep/two got/one merged/.hidden merged/deep/two merged/one merged/two"""
        self.assertEqual(found, expected.split())

    def test_all_green_judges_the_needs(self) -> None:
        text = """\
            name: ci
            on: push
            jobs:
              a: {{runs-on: docker, steps: [{{run: exit {code}}}]}}
              gate:
                needs: a
                if: always()
                runs-on: docker
                steps: [{{uses: re-actors/alls-green@release/v1, with: {{jobs: '${{{{ toJSON(needs) }}}}'}}}}]
            """
        for code, result in ((0, "success"), (1, "failure")):
            self.assertEqual(self.results(self.act(text.format(code=code)))["gate"], result)

    def test_a_missing_label_and_a_missing_stand_in_are_said(self) -> None:
        answer = self.act("name: ci\non: push\njobs: {a: {runs-on: mars, steps: [{run: echo}]}}\n")
        self.assertEqual((answer["ok"], self.results(answer)), (False, {"a": "no-runner"}))
        answer = self.act("on: push\njobs: {a: {runs-on: docker, steps: [{uses: x/y@v1}]}}\n")
        self.assertEqual(answer["error"], "no stand-in for the action x/y@v1 in tests/tools/actions")

    def test_background_steps_are_refused(self) -> None:
        answer = self.act("on: push\njobs: {a: {runs-on: docker, steps: [{run: echo, background: true}]}}\n")
        self.assertIn("background", answer["error"])

    def test_time_is_bounded(self) -> None:
        answer = self.act("on: push\njobs: {a: {runs-on: docker, steps: [{run: sleep 60}]}}\n", "--timeout", "2")
        self.assertEqual(answer["error"], "stopped after 2 s")


if __name__ == "__main__":
    unittest.main()
