"""Who may call, from where, and what; in the order of the contract."""

import pytest
from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys import store
from nodai_mock.keys.magic import NAMES, secret
from nodai_mock.keys.rules import address, network, normal_origin, within
from nodai_mock.keys.scopes import beyond, covers

from tests.stores.bench import Bench


@pytest.mark.parametrize(
    ("granted", "wanted", "yes"),
    [
        (["*"], "keys:write", True),
        (["*"], "*", True),
        (["keys:write"], "keys:write", True),
        (["keys:read"], "keys:write", False),
        (["keys:*"], "keys:write", True),
        (["keys:*"], "keys:*", True),
        (["keys:*"], "keys2:read", False),
        (["keys:read", "keys:write"], "keys:*", False),
        (["keys:*"], "*", False),
        ([], "keys:read", False),
    ],
)
def test_scopes_cover_by_name_by_family_or_everything(granted: list[str], wanted: str, yes: bool):
    assert covers(granted, wanted) is yes
    assert beyond(granted, [wanted]) == ([] if yes else [wanted])


@pytest.mark.parametrize(
    ("client", "allowed", "yes"),
    [
        ("203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.114.7", ["203.0.113.0/24"], False),
        ("::ffff:203.0.113.7", ["203.0.113.0/24"], True),
        ("203.0.113.7", ["::ffff:203.0.113.0/120"], True),
        ("2001:db8::1", ["2001:db8::/32"], True),
        ("2001:DB8:0:0::1", ["2001:db8::1"], True),
        ("fe80::1%eth0", ["fe80::/10"], True),
        ("2001:db9::1", ["2001:db8::/32", "203.0.113.0/24"], False),
        ("unix:", ["0.0.0.0/0", "::/0"], False),
        ("", ["0.0.0.0/0"], False),
    ],
)
def test_addresses_are_compared_as_addresses(client: str, allowed: list[str], yes: bool):
    blocks = [block for block in map(network, allowed) if block is not None]
    assert len(blocks) == len(allowed)
    assert within(client, blocks) is yes


@pytest.mark.parametrize("text", ["", "300.1.1.1", "10.0.0.1/8", "10.0.0.0/33", "2001:db8::/129", "a", "1"])
def test_what_is_no_network_is_found(text: str):
    assert network(text) is None
    assert address(text) is None


def test_origins_are_compared_as_browsers_do():
    assert normal_origin("HTTPS://Shop.Example:443/") == normal_origin("https://shop.example") == "https://shop.example"
    assert normal_origin("http://shop.example:80") != normal_origin("http://shop.example:8080")


def test_the_first_check_that_fails_answers(bench: Bench):
    """A key with everything wrong is put right step by step, and each time the next check speaks."""
    organization = bench.organization()
    wrong = {
        "active": False,
        "scopes": ["keys:read"],
        "workflow_ids": ["wf_other"],
        "allowed_ips": ["192.0.2.1/32"],
        "allowed_origins": ["https://shop.example"],
        "expires_at": 1,
        "revoked_at": 1,
        "revocation_reason": "unused",
    }
    key = bench.key(organization, **wrong, rate_limit=0, rate_window_seconds=60)
    steps: list[tuple[str, dict[str, object]]] = [
        ("key_revoked", {"revoked_at": None}),
        ("key_expired", {"expires_at": None}),
        ("key_disabled", {"active": True}),
        ("ip_not_allowed", {"allowed_ips": []}),
        ("origin_not_allowed", {"allowed_origins": []}),
        ("insufficient_scope", {"scopes": ["workflows:query"]}),
        ("workflow_not_allowed", {"workflow_ids": None}),
        ("rate_limited", {"rate_limit": 1}),
    ]
    for code, repair in steps:
        with pytest.raises(Refusal) as refused:
            bench.query(key.secret)
        assert refused.value.code == code
        bench.db.write(lambda tx, repair=repair: store.update(tx, key.key_id, repair))
    bench.query(key.secret)


def test_an_address_that_fails_too_often_waits_and_valid_keys_from_it_work_on(bench: Bench):
    key = bench.key(bench.organization())
    unknown = "nk_" + "0" * 56 + "00000000"
    codes = [bench.code(unknown) for _ in range(1_001)]
    assert codes[-2:] == ["malformed_api_key", "too_many_failed_attempts"]
    assert bench.code(key.secret) == "admitted"
    assert bench.code(unknown, ip="203.0.113.9") == "malformed_api_key"
    bench.advance(seconds=60)
    assert bench.code(unknown) == "malformed_api_key"


def test_magic_keys_always_answer_the_same(bench: Bench):
    bench.keys.allow_magic(bench.organization())
    expected = {
        "expired": "key_expired",
        "revoked": "key_revoked",
        "disabled": "key_disabled",
        "ip_denied": "ip_not_allowed",
        "over_budget": "cost_limit_exceeded",
        "rate_limited": "rate_limited",
        "slow": "admitted",
        "dropped": "admitted",
    }
    for _ in range(2):
        assert {name: bench.code(secret(name)) for name in NAMES} == expected
    assert bench.code(secret("over_budget"), "api_keys.list") == "admitted"


def test_magic_keys_do_not_exist_unless_allowed(bench: Bench):
    assert {bench.code(secret(name)) for name in NAMES} == {"invalid_api_key"}
