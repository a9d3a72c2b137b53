from datetime import date
from pathlib import Path

import pytest

from stint import Journal

MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new" / "stint.db"


def test_entries_outlive_the_journal(path: Path) -> None:
    with Journal(path) as journal:
        journal.add("reading", 5400, MONDAY)
    with Journal(path) as journal:
        assert [(entry.label, entry.seconds) for entry in journal.entries()] == [("reading", 5400)]


def test_entries_come_by_day(path: Path) -> None:
    with Journal(path) as journal:
        journal.add("piano", 60, TUESDAY)
        journal.add("reading", 60, MONDAY)
        assert [entry.day for entry in journal.entries()] == [MONDAY, TUESDAY]
        assert [entry.label for entry in journal.entries(since=TUESDAY)] == ["piano"]


def test_totals_put_the_largest_first(path: Path) -> None:
    with Journal(path) as journal:
        for label, seconds in [("piano", 100), ("reading", 90), ("reading", 20)]:
            journal.add(label, seconds, MONDAY)
        assert list(journal.totals().items()) == [("reading", 110), ("piano", 100)]


def test_two_writers_do_not_lose_each_others_entries(path: Path) -> None:
    with Journal(path) as one, Journal(path) as other:
        one.add("piano", 60, MONDAY)
        other.add("reading", 60, MONDAY)
        assert len(list(one.entries())) == 2


def test_undo_takes_the_last_written_out(path: Path) -> None:
    with Journal(path) as journal:
        journal.add("piano", 60, TUESDAY)
        last = journal.add("reading", 60, MONDAY)
        assert journal.undo() == last
        assert [entry.label for entry in journal.entries()] == ["piano"]
