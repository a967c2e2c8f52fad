"""Months and days are those of the organization's clock on the wall."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nodai_mock.kernel.clock import from_micros, to_micros
from nodai_mock.limits import calendar

ZONES = ["UTC", "America/New_York", "Asia/Kathmandu", "Pacific/Chatham", "Pacific/Kiritimati", "America/Sao_Paulo"]
moments = st.integers(788_918_400, 2_840_140_800).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@given(moments, st.sampled_from(ZONES))
def test_a_month_holds_its_instant_and_touches_the_next(moment: datetime, zone: str):
    instant = to_micros(moment)
    start, end = calendar.month(instant, zone)
    assert start <= instant < end
    assert calendar.month(end, zone)[0] == end
    assert calendar.month(start - 1, zone)[1] == start
    assert from_micros(start).astimezone(ZoneInfo(zone)).day == 1


@given(moments, st.sampled_from(ZONES))
def test_a_day_holds_its_instant_and_touches_the_next(moment: datetime, zone: str):
    instant = to_micros(moment)
    start, end = calendar.day(instant, zone)
    assert start <= instant < end
    assert calendar.day(end, zone)[0] == end


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 7, 1), 24)])
def test_a_day_of_a_clock_change_is_shorter_or_longer(day: date, hours: int):
    start, end = calendar.day_of(day, "America/New_York")
    assert end - start == timedelta(hours=hours) // timedelta(microseconds=1)


def test_december_ends_with_the_year():
    start, end = calendar.month(to_micros(datetime(2026, 12, 31, 23, tzinfo=UTC)), "UTC")
    assert (from_micros(start), from_micros(end)) == (
        datetime(2026, 12, 1, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    )
