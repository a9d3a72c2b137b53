"""The journal: entries in one SQLite file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Self

_SCHEMA = """
CREATE TABLE IF NOT EXISTS entry (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    label   TEXT    NOT NULL CHECK (label <> ''),
    seconds INTEGER NOT NULL CHECK (seconds > 0),
    day     TEXT    NOT NULL
);
CREATE INDEX IF NOT EXISTS entry_by_day ON entry (day);
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the journal."""

    number: int
    label: str
    seconds: int
    day: date


class Journal:
    """An open journal; use it in a `with` block."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path)
        self._database.executescript(_SCHEMA)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._database.close()

    def add(self, label: str, seconds: int, day: date) -> Entry:
        """Write one entry down."""
        with self._database:
            cursor = self._database.execute(
                "INSERT INTO entry (label, seconds, day) VALUES (?, ?, ?)",
                (label, seconds, day.isoformat()),
            )
        return Entry(cursor.lastrowid or 0, label, seconds, day)

    def entries(self, since: date = date.min) -> Iterator[Entry]:
        """All entries from the day `since` on, oldest first."""
        rows = self._database.execute(
            "SELECT id, label, seconds, day FROM entry WHERE day >= ? ORDER BY day, id",
            (since.isoformat(),),
        )
        for number, label, seconds, day in rows:
            yield Entry(number, label, seconds, date.fromisoformat(day))

    def totals(self, since: date = date.min) -> dict[str, int]:
        """Seconds for each label, the largest first."""
        rows = self._database.execute(
            "SELECT label, SUM(seconds) AS total FROM entry WHERE day >= ?"
            " GROUP BY label ORDER BY total DESC, label",
            (since.isoformat(),),
        )
        return dict(rows.fetchall())

    def undo(self) -> Entry | None:
        """Take the entry that was written last out again."""
        row = self._database.execute(
            "SELECT id, label, seconds, day FROM entry ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        with self._database:
            self._database.execute("DELETE FROM entry WHERE id = ?", (row[0],))
        return Entry(row[0], row[1], row[2], date.fromisoformat(row[3]))
