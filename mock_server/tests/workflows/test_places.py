"""Cursors by time and id: every text that the contract lets through is some place."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from nodai_mock.kernel.places import cursor_at, place_before

PATTERN = re.compile(r"^[0-9a-z_]{1,64}$")


def test_a_cursor_leads_back_to_its_object() -> None:
    cursor = cursor_at(1_795_256_131_123_456, "wf_support")
    assert PATTERN.match(cursor)
    assert place_before(cursor, "wf_") == (1_795_256_131_123_456, "wf_support")


def test_without_a_cursor_a_page_begins_at_the_end() -> None:
    assert place_before(None, "wf_") > (1 << 61, "wf_zzz")


@given(st.from_regex(PATTERN, fullmatch=True))
def test_every_cursor_of_the_contract_is_a_place(cursor: str) -> None:
    micros, identifier = place_before(cursor, "wf_")
    assert 0 <= micros <= 1 << 62
    assert identifier
