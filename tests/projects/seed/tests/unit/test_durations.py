import pytest

from stint.durations import BadDuration, format_duration, parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1h30m", 5400),
        ("1h 30m", 5400),
        ("90 min", 5400),
        ("1.5 hours", 5400),
        ("1:30", 5400),
        ("0:00:05", 5),
        ("2d 4h", 187_200),
        (" 10 S ", 10),
        ("0m", 0),
    ],
)
def test_reads_what_people_write(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "position", "reason"),
    [
        ("", 0, "nothing"),
        ("soon", 0, "a number"),
        ("1h 30", 3, "a number with a unit"),
        ("3 fortnights", 2, "unknown unit 'fortnights'"),
        ("30m 1h", 4, "large to small"),
        ("1:75", 0, "a number"),
    ],
)
def test_says_where_it_stopped_reading(text: str, position: int, reason: str) -> None:
    with pytest.raises(BadDuration, match=reason) as caught:
        parse_duration(text)
    assert caught.value.position == position


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0s"), (59, "59s"), (5400, "1h 30m"), (90_061, "1d 1h 1m 1s")],
)
def test_writes_the_shortest_exact_form(seconds: int, text: str) -> None:
    assert format_duration(seconds) == text


def test_there_is_no_negative_duration() -> None:
    with pytest.raises(ValueError, match="never negative"):
        format_duration(-1)


@pytest.mark.parametrize("seconds", range(0, 200_000, 7_919))
def test_what_is_written_reads_the_same(seconds: int) -> None:
    assert parse_duration(format_duration(seconds)) == seconds
