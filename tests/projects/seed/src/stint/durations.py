"""Reads and writes durations as people write them: `1h30m`, `90 min`, `1:30`, `2d 4h`."""

from __future__ import annotations

import re
from typing import Final

MINUTE: Final = 60
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

_UNITS: Final[dict[str, int]] = {
    "d": DAY,
    "day": DAY,
    "days": DAY,
    "h": HOUR,
    "hour": HOUR,
    "hours": HOUR,
    "m": MINUTE,
    "min": MINUTE,
    "mins": MINUTE,
    "minute": MINUTE,
    "minutes": MINUTE,
    "s": 1,
    "sec": 1,
    "second": 1,
    "seconds": 1,
}
_CLOCK: Final = re.compile(r"(?P<hours>\d{1,3}):(?P<minutes>[0-5]\d)(?::(?P<seconds>[0-5]\d))?")
_PART: Final = re.compile(r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>[a-z]+)\s*")


class BadDuration(ValueError):
    """A text that is not a duration; `position` is where reading stopped."""

    def __init__(self, text: str, position: int, reason: str) -> None:
        super().__init__(f"{text!r} is not a duration: {reason} at {position + 1}")
        self.position = position


def parse_duration(text: str) -> int:
    """The number of whole seconds that `text` stands for.

    >>> parse_duration("1h30m")
    5400
    """
    lowered = text.strip().lower()
    if clock := _CLOCK.fullmatch(lowered):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * HOUR + minutes * MINUTE + seconds
    return round(_sum_of_parts(lowered))


def format_duration(seconds: int) -> str:
    """The shortest exact way to write `seconds`.

    >>> format_duration(5400)
    '1h 30m'
    """
    if seconds < 0:
        raise ValueError("a duration is never negative")
    parts = []
    for name, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{name}")
    return " ".join(parts) or "0s"


def _sum_of_parts(text: str) -> float:
    if not text:
        raise BadDuration(text, 0, "nothing")
    total, position = 0.0, 0
    largest_left = DAY + 1
    while position < len(text):
        part = _PART.match(text, position)
        if part is None:
            raise BadDuration(text, position, "a number with a unit was expected")
        size = _UNITS.get(part["unit"])
        if size is None:
            raise BadDuration(text, part.start("unit"), f"unknown unit {part['unit']!r}")
        if size >= largest_left:
            raise BadDuration(text, position, "units go from large to small")
        total += float(part["number"]) * size
        largest_left, position = size, part.end()
    return total
