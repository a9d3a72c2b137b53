import subprocess
import sys
from pathlib import Path

import pytest

from stint.cli import main


@pytest.fixture(autouse=True)
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "stint.db"
    monkeypatch.setenv("STINT_JOURNAL", str(path))
    return path


def test_a_day_with_stint(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["add", "reading", "1h30m", "--on", "2026-03-02"]) == 0
    assert main(["add", "piano", "25 min", "--on", "2026-03-03"]) == 0
    assert main(["list"]) == 0
    assert main(["total", "--since", "2026-03-03"]) == 0
    assert main(["undo"]) == 0
    assert main(["total"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "reading: 1h 30m",
        "piano: 25m",
        "2026-03-02  reading  1h 30m",
        "2026-03-03  piano  25m",
        "piano  25m",
        "gone: piano 25m",
        "reading  1h 30m",
    ]


def test_an_empty_journal_is_no_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert [main(["total"]), main(["list"]), main(["undo"])] == [0, 0, 0]
    assert capsys.readouterr().out == "nothing to undo\n"


def test_nonsense_is_refused_and_nothing_is_written(
    journal: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--journal", str(journal), "add", "reading", "soon"]) == 2
    assert "'soon' is not a duration" in capsys.readouterr().err
    assert main(["list"]) == 0
    assert capsys.readouterr().out == ""


def test_runs_as_a_module() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "stint", "add", "piano", "0:25"],
        capture_output=True,
        check=True,
        text=True,
    )
    assert done.stdout == "piano: 25m\n"
