"""Write down how long things took, and add it up."""

from stint.durations import BadDuration, format_duration, parse_duration
from stint.journal import Entry, Journal

__all__ = ["BadDuration", "Entry", "Journal", "format_duration", "parse_duration"]
