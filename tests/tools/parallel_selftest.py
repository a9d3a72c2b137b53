#!/usr/bin/env python3
"""Checks `parallel_steps.py`: one test for each thing that GitHub's runner does with background steps.

No test measures time: what must overlap waits for the other one, what must not leaves its trace in a file.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
import textwrap
import unittest
from pathlib import Path

HERE = Path(__file__).resolve().parent
TOOLS = Path(os.environ.get("NOXFLOW_TOOLS") or HERE.parents[1] / "target" / "tools")
# Leaves its own mark and waits for the other one's: two of them end only if they overlap.
MEET = "touch {own}; i=0; until [ -e {other} ]; do sleep 0.05; i=$((i + 1)); [ $i -lt 1200 ] || exit 1; done"


class BackgroundSteps(unittest.TestCase):
    def play(self, steps: str) -> dict:
        with tempfile.TemporaryDirectory(prefix="parallel-selftest-") as folder:
            head = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n"
            Path(folder, "ci.yml").write_text(head + textwrap.indent(textwrap.dedent(steps), "      "))
            done = subprocess.run(
                [TOOLS / "python/bin/python", HERE / "parallel_steps.py", "--project", folder, "ci.yml"],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
        answer = json.loads(done.stdout)
        self.assertEqual(done.returncode, 2 if answer["error"] else 0 if answer["ok"] else 1, done.stderr)
        return answer

    def printed(self, steps: str) -> list[str]:
        answer = self.play(steps)
        self.assertIsNone(answer["error"])
        return answer["jobs"][0]["output"].split()

    def refused(self, steps: str) -> str:
        answer = self.play(steps)
        self.assertIsNotNone(answer["error"])
        return answer["error"]

    def test_members_of_a_group_overlap(self) -> None:
        answer = self.play(f"""\
            - parallel:
                - run: {json.dumps(MEET.format(own="a", other="b"))}
                - run: {json.dumps(MEET.format(own="b", other="a"))}
            """)
        self.assertTrue(answer["ok"], answer)

    def test_the_step_behind_a_group_waits_for_all_of_it(self) -> None:
        self.assertEqual(
            self.printed("""\
            - parallel:
                - run: sleep 0.3; echo a
                - run: echo b
            - run: echo c
            """)[-1],
            "c",
        )

    def test_ten_run_at_once_and_the_eleventh_queues(self) -> None:
        # The first ones stay until ten have come; the log only grows.
        script = (
            "echo come >> log; i=0; until [ $(grep -c come log) -ge 10 ];"
            " do sleep 0.05; i=$((i + 1)); [ $i -lt 1200 ] || exit 1; done; echo gone >> log"
        )
        group = "- parallel:\n" + "".join(f"    - run: {json.dumps(script)}\n" for _ in range(13))
        there, most = 0, 0
        for word in self.printed(group + "- run: cat log\n"):
            there += 1 if word == "come" else -1
            most = max(most, there)
        self.assertEqual((there, most), (0, 10))

    def test_what_a_step_leaves_is_seen_only_after_the_wait(self) -> None:
        steps = """\
            - id: s
              background: true
              run: |
                echo "NAME=left" >> "$GITHUB_ENV"
                echo "$PWD/bin" >> "$GITHUB_PATH"
                echo "out=put" >> "$GITHUB_OUTPUT"
                mkdir bin; printf '#!/bin/sh\\necho found' > bin/its-tool; chmod +x bin/its-tool
                touch done
            - run: until [ -e done ]; do sleep 0.05; done; echo "[$NAME]"; its-tool 2>/dev/null || echo missing
            - run: echo "[${{ steps.s.outputs.out }}${{ steps.s.outcome }}]"
            - wait: s
            - run: echo "[$NAME]"; its-tool
            - run: echo "[${{ steps.s.outputs.out }}${{ steps.s.outcome }}]"
            """
        self.assertEqual(self.printed(steps), ["[]", "missing", "[]", "[left]", "found", "[putsuccess]"])

    def test_a_failure_turns_the_job_red_at_the_wait(self) -> None:
        answer = self.play("""\
            - {id: s, background: true, run: touch done; exit 1}
            - run: until [ -e done ]; do sleep 0.05; done; echo between
            - wait: [s]
            - run: echo behind
            - if: failure()
              run: echo red
            """)
        self.assertEqual((answer["ok"], answer["jobs"][0]["output"].split()), (False, ["between", "red"]))

    def test_all_members_run_when_one_fails(self) -> None:
        answer = self.play("- parallel:\n    - run: exit 1\n    - run: echo other\n- run: echo behind\n")
        self.assertEqual((answer["ok"], answer["jobs"][0]["output"].split()), (False, ["other"]))

    def test_what_no_wait_covers_is_waited_for_at_the_end(self) -> None:
        self.assertFalse(self.play("- {background: true, run: sleep 0.2; exit 1}\n- run: echo\n")["ok"])

    def test_a_failure_may_be_forgiven_by_the_step_or_by_the_wait(self) -> None:
        self.assertTrue(self.play("- {id: s, background: true, continue-on-error: true, run: exit 1}\n- wait: s\n")["ok"])
        self.assertTrue(self.play("- {id: s, background: true, run: exit 1}\n- {wait-all: , continue-on-error: true}\n")["ok"])

    def test_a_condition_is_looked_at_when_the_step_is_reached(self) -> None:
        steps = """\
            - {id: s, background: true, run: exit 1}
            - {id: t, background: true, if: success(), run: echo reached}
            - wait-all:
            - {id: u, background: true, if: success(), run: echo never}
            - {id: v, background: true, if: failure(), run: echo red}
            """
        self.assertEqual(self.printed(steps), ["reached", "red"])

    def test_a_cancelled_step_fails_nobody(self) -> None:
        answer = self.play("""\
            - {id: s, background: true, run: touch there; exec sleep 600}
            - run: until [ -e there ]; do sleep 0.05; done
            - cancel: s
            - run: echo ${{ steps.s.outcome }}
            """)
        self.assertEqual((answer["ok"], answer["jobs"][0]["output"].split()), (True, ["cancelled"]))

    def test_ids_have_to_be_declared_before(self) -> None:
        self.assertIn("s", self.refused("- wait: s\n- {id: s, background: true, run: echo}\n"))

    def test_no_group_in_a_group_and_no_condition_on_a_wait(self) -> None:
        for steps in (
            "- parallel:\n    - parallel:\n        - run: echo\n",
            "- parallel:\n    - {run: echo, background: true}\n",
            "- parallel:\n    - wait-all:\n",
            "- {id: s, background: true, run: echo}\n- {wait: s, if: always()}\n",
        ):
            self.refused(steps)

    def test_what_it_does_not_know_is_refused(self) -> None:
        self.refused("- run: echo ${{ hashFiles('x') }}\n")
        self.refused("- uses: some/thing@v1\n")


if __name__ == "__main__":
    unittest.main()
