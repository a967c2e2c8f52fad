"""A secret is recognised, or refused, without looking it up."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys.credentials import credential
from nodai_mock.keys.secrets import MARKS, compose, kind_of, shown

from tests.stores.bench import Bench

bodies = st.text("0123456789abcdef", min_size=56, max_size=56)


@given(bodies, st.sampled_from(list(MARKS)), st.sampled_from(["nk_", "acme_"]))
def test_every_secret_is_recognised_by_its_kind(body: str, kind: str, prefix: str):
    secret = compose(body, prefix=prefix, kind=kind)
    assert kind_of(secret, prefix) == kind
    assert kind_of(secret, "other_") is None
    begins, last_four = shown(secret, prefix)
    assert secret.startswith(begins)
    assert secret.endswith(last_four)
    assert len(begins) + len(last_four) < len(secret) // 2


@settings(deadline=None)
@given(bodies, st.integers(0, 63), st.sampled_from("0123456789abcdef"))
def test_one_wrong_character_is_found(body: str, position: int, other: str):
    secret = compose(body)
    place = position + 3
    if secret[place] != other:
        assert kind_of(secret[:place] + other + secret[place + 1 :]) is None


@pytest.mark.parametrize(
    "change", [str.upper, lambda s: s + "0", lambda s: s[:-1], lambda s: s + "\n", lambda s: "x" + s]
)
def test_another_shape_is_no_secret(change):
    assert kind_of(change(compose("0" * 56))) is None


def test_a_wrong_checksum_never_reaches_the_database(bench: Bench, monkeypatch: pytest.MonkeyPatch):
    key = bench.key(bench.organization())
    monkeypatch.setattr(bench.db, "read", lambda: pytest.fail("the database was asked"))
    mistyped = key.secret[:-1] + ("0" if key.secret[-1] != "0" else "1")
    with pytest.raises(Refusal, match="malformed_api_key"):
        bench.keys.authenticate({"x-api-key": mistyped}, "127.0.0.1")


def test_a_secret_is_not_in_the_database(bench: Bench):
    key = bench.key(bench.organization())
    bench.query(key.secret)
    image = bench.db.image()
    assert key.secret.encode() not in image
    assert key.secret[3:].encode() not in image


@pytest.mark.parametrize(
    ("headers", "code"),
    [
        ({}, "missing_api_key"),
        ({"x-api-key": ""}, "missing_api_key"),
        ({"authorization": "  "}, "missing_api_key"),
        ({"x-api-key": "a", "authorization": "Bearer a"}, "ambiguous_credentials"),
        ({"x-api-key": "a, b"}, "ambiguous_credentials"),
        ({"authorization": "Bearer a, Bearer b"}, "ambiguous_credentials"),
        ({"authorization": "Basic YTpi"}, "malformed_api_key"),
        ({"authorization": "Bearer"}, "malformed_api_key"),
    ],
)
def test_exactly_one_credential_is_taken(headers: dict[str, str], code: str):
    with pytest.raises(Refusal, match=code):
        credential(headers)


def test_both_headers_carry_a_secret():
    assert credential({"x-api-key": " nk_1 "}) == credential({"authorization": "bearer  nk_1"}) == "nk_1"
