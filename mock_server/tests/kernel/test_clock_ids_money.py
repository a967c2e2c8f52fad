"""Time, identifiers and money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some
from nodai_mock.kernel.clock import MockClock, from_micros, parse_rfc3339, rfc3339, to_micros
from nodai_mock.kernel.ids import Ids, suffix
from nodai_mock.kernel.money import Money, usd

from .conftest import NOON


def test_a_frozen_clock_moves_only_when_told(clock: MockClock) -> None:
    assert clock.now() == NOON == clock.now()
    clock.advance(timedelta(days=31))
    assert clock.now() == NOON + timedelta(days=31)


def test_listeners_hear_of_every_jump_and_say_what_it_moved(clock: MockClock) -> None:
    heard: list[tuple[datetime, datetime]] = []

    def listener(old: datetime, new: datetime) -> list[str]:
        heard.append((old, new))
        return ["key.expired key_1"]

    clock.on_move(listener)
    assert clock.advance(timedelta(hours=1)) == ["key.expired key_1"]
    assert heard == [(NOON, NOON + timedelta(hours=1))]


def test_a_clock_that_resumed_shows_the_real_time(clock: MockClock) -> None:
    clock.advance(timedelta(days=400))
    clock.resume()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)
    assert not clock.moved


def test_no_clock_goes_where_times_cannot_be_written(clock: MockClock) -> None:
    with pytest.raises(OverflowError):
        clock.advance(timedelta(days=3_000_000))
    with pytest.raises(OverflowError):
        clock.set(datetime(1950, 1, 1, tzinfo=UTC))
    assert clock.now() == NOON


@given(some.datetimes(timezones=some.just(UTC)))
def test_times_survive_storing_and_writing(moment: datetime) -> None:
    assert from_micros(to_micros(moment)) == moment
    assert parse_rfc3339(rfc3339(moment)) == moment


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2026-11-21T10:15:30Z", "2026-11-21T10:15:30.000000Z"),
        ("2026-11-21t10:15:30.5+02:00", "2026-11-21T08:15:30.500000Z"),
        ("2016-12-31T23:59:60Z", "2017-01-01T00:00:00.000000Z"),
        ("0001-01-01T00:00:00+10:00", "0001-01-01T00:00:00.000000Z"),
        ("9999-12-31T23:59:59-10:00", "9999-12-31T23:59:59.999999Z"),
    ],
)
def test_every_rfc3339_time_is_understood(text: str, shown: str) -> None:
    assert rfc3339(parse_rfc3339(text)) == shown


@pytest.mark.parametrize("text", ["", "now", "2026-11-21", "2026-11-21T10:15:30", "2026-13-01T00:00:00Z", "2026-W01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"RFC 3339|month"):
        parse_rfc3339(text)


def test_ids_sort_by_time_and_within_a_burst(clock: MockClock) -> None:
    ids = Ids(clock)
    made = [ids.new("run_") for _ in range(2_000)]
    clock.advance(timedelta(milliseconds=1))
    made.append(ids.new("run_"))
    assert made == sorted(made)
    assert len(set(made)) == len(made)
    assert all(len(suffix(each)) == 26 for each in made)


def test_a_seed_gives_the_same_ids_and_secrets_again(clock: MockClock) -> None:
    one, two = Ids(clock, seed=7), Ids(clock, seed=7)
    assert [one.new("key_"), one.secret(28)] == [two.new("key_"), two.secret(28)]
    assert Ids(clock, seed=8).new("key_") != Ids(clock, seed=7).new("key_")


@given(some.integers(min_value=0, max_value=10**17))
def test_money_survives_writing_and_reading(micros: int) -> None:
    assert Money.parse(usd(micros)).micros == micros


@pytest.mark.parametrize("text", ["", "-1", "1.", ".5", "01", "1.0000001", "1e3", "NaN", "１", "1,5", " 1"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.parse(text)
