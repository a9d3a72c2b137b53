from pytest_benchmark.fixture import BenchmarkFixture

from stint.durations import format_duration, parse_duration


def test_parse_speed(benchmark: BenchmarkFixture) -> None:
    assert benchmark(parse_duration, "2d 4h 30m 15s") == 189_015


def test_format_speed(benchmark: BenchmarkFixture) -> None:
    assert benchmark(format_duration, 189_015) == "2d 4h 30m 15s"
