"""The command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from stint.durations import BadDuration, format_duration, parse_duration
from stint.journal import Journal


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; the exit status is 0, or 2 when the input makes no sense."""
    options = _parser().parse_args(argv)
    path = options.journal or Path(os.environ.get("STINT_JOURNAL", "stint.db"))
    with Journal(path) as journal:
        try:
            for line in _lines(options, journal):
                print(line)
        except BadDuration as error:
            print(f"stint: {error}", file=sys.stderr)
            return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stint", description="Write down how long things took.")
    parser.add_argument("--journal", type=Path, help="the file to keep the entries in")
    commands = parser.add_subparsers(dest="command", required=True)

    add = commands.add_parser("add", help="write an entry down")
    add.add_argument("label")
    add.add_argument("duration", help="such as 1h30m, '90 min' or 1:30")
    add.add_argument("--on", type=date.fromisoformat, default=date.today(), metavar="DAY")

    for name, text in (("list", "show the entries"), ("total", "add the entries up")):
        command = commands.add_parser(name, help=text)
        command.add_argument("--since", type=date.fromisoformat, default=date.min, metavar="DAY")

    commands.add_parser("undo", help="take the last entry out again")
    return parser


def _lines(options: argparse.Namespace, journal: Journal) -> list[str]:
    if options.command == "add":
        entry = journal.add(options.label, parse_duration(options.duration), options.on)
        return [f"{entry.label}: {format_duration(entry.seconds)}"]
    if options.command == "list":
        return [
            f"{entry.day}  {entry.label}  {format_duration(entry.seconds)}"
            for entry in journal.entries(options.since)
        ]
    if options.command == "total":
        totals = journal.totals(options.since)
        width = max(map(len, totals), default=0)
        return [f"{label:{width}}  {format_duration(total)}" for label, total in totals.items()]
    undone = journal.undo()
    if undone is None:
        return ["nothing to undo"]
    return [f"gone: {undone.label} {format_duration(undone.seconds)}"]
