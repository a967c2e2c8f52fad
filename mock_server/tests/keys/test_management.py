"""Keys are created, changed, rotated and revoked; nobody gives away more than they have."""

from typing import Any

import pytest
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys.record import KeyRecord

from tests.stores.bench import Bench


@pytest.fixture
def actor(bench: Bench) -> KeyRecord:
    return bench.record(bench.key(bench.organization()))


def pointers(refused: pytest.ExceptionInfo[Refusal]) -> list[str]:
    return [fault.get("pointer", "") for fault in refused.value.errors or []]


def test_the_secret_is_shown_once(bench: Bench, actor: KeyRecord):
    made = bench.keys.manage.create(actor, {"name": "new", "scopes": ["*"]})
    assert bench.code(made["secret"]) == "admitted"
    assert "secret" not in bench.keys.manage.get(actor, made["id"])
    assert made["secret"].startswith(made["prefix"])
    assert made["secret"].endswith(made["last_four"])
    assert bench.events("key.created") == 1
    assert made["secret"] not in str(bench.rows("SELECT data FROM journal"))


def test_a_key_gives_away_only_scopes_and_workflows_that_it_has(bench: Bench, actor: KeyRecord):
    narrow = bench.record(bench.key(actor.organization_id, scopes=["keys:write", "runs:read"], workflow_ids=["wf_1"]))
    with pytest.raises(Refusal, match="insufficient_scope") as refused:
        bench.keys.manage.create(
            narrow, {"name": "more", "scopes": ["runs:read", "usage:read"], "workflow_ids": ["wf_1"]}
        )
    assert refused.value.facts["required_scopes"] == ["usage:read"]
    with pytest.raises(Refusal, match="workflow_not_allowed"):
        bench.keys.manage.create(narrow, {"name": "more", "scopes": ["runs:read"]})
    bench.keys.manage.create(narrow, {"name": "same", "scopes": ["runs:read"], "workflow_ids": ["wf_1"]})
    for attempt in (bench.keys.manage.rotate, lambda *_: bench.keys.manage.update(narrow, actor.id, {"name": "mine"})):
        with pytest.raises(Refusal, match="insufficient_scope"):
            attempt(narrow, actor.id, {})


def test_a_plan_allows_so_many_usable_keys(bench: Bench):
    organization = bench.organization("free")
    actor = bench.record(bench.key(organization))
    second = bench.keys.manage.create(actor, {"name": "second"})
    with pytest.raises(Refusal, match="plan_limit_reached") as refused:
        bench.keys.manage.create(actor, {"name": "third"})
    assert refused.value.facts == {"plan_id": "free", "limit": 2}
    bench.keys.manage.rotate(actor, second["id"], {})
    bench.keys.manage.revoke(actor, bench.keys.manage.list(actor, True, 20, None)["data"][0]["id"], "unused", None)
    bench.keys.manage.create(actor, {"name": "third"})


def test_every_fault_of_a_request_is_named(bench: Bench, actor: KeyRecord):
    body: Any = {
        "name": "web",
        "kind": "publishable",
        "scopes": ["workflows:query", "keys:write"],
        "allowed_ips": ["10.0.0.0/8", "10.0.0.1/8", "999.1.1.1"],
        "expires_at": rfc3339(bench.clock.now()),
    }
    with pytest.raises(Refusal, match="validation_failed") as refused:
        bench.keys.manage.create(actor, body)
    assert pointers(refused) == ["/allowed_ips/1", "/allowed_ips/2", "/expires_at", "/allowed_origins", "/scopes/1"]


def test_a_publishable_key_works_on_its_sites_only(bench: Bench, actor: KeyRecord):
    made = bench.keys.manage.create(
        actor, {"name": "web", "kind": "publishable", "allowed_origins": ["https://shop.example"]}
    )
    assert made["secret"].startswith("nk_pub_")
    assert bench.code(made["secret"], origin="https://shop.example") == "admitted"
    assert bench.code(made["secret"], origin="https://shop.example.evil") == "origin_not_allowed"
    assert bench.code(made["secret"]) == "origin_not_allowed"


def test_an_update_changes_what_is_sent_and_holds_at_once(bench: Bench, actor: KeyRecord):
    made = bench.keys.manage.create(
        actor,
        {"name": "a", "scopes": ["*"], "cost_limit_usd": "0.01", "rate_limit": {"limit": 3, "window_seconds": 60}},
    )
    changed = bench.keys.manage.update(actor, made["id"], {"name": "b", "cost_limit_usd": None})
    assert (changed["name"], changed["cost_limit_usd"]) == ("b", None)
    assert changed["rate_limit"] == {"limit": 3, "window_seconds": 60}
    bench.keys.manage.update(actor, made["id"], {"active": False})
    assert bench.code(made["secret"]) == "key_disabled"
    bench.keys.manage.update(actor, made["id"], {"active": True, "rate_limit": None})
    assert [bench.code(made["secret"]) for _ in range(5)] == ["admitted"] * 5


def test_a_budget_that_comes_back_knows_what_was_spent_meanwhile(bench: Bench, actor: KeyRecord):
    made = bench.keys.manage.create(actor, {"name": "a", "scopes": ["*"], "cost_limit_usd": "0.01"})
    bench.query(made["secret"])
    bench.keys.manage.update(actor, made["id"], {"cost_limit_usd": None})
    for _ in range(3):
        bench.query(made["secret"])
    bench.keys.manage.update(actor, made["id"], {"cost_limit_usd": "0.01"})
    assert [bench.code(made["secret"]) for _ in range(2)] == ["admitted", "cost_limit_exceeded"]


def test_a_rotated_key_works_on_until_its_grace_ends(bench: Bench, actor: KeyRecord):
    old = bench.keys.manage.create(actor, {"name": "a", "scopes": ["*"]})
    new = bench.keys.manage.rotate(actor, old["id"], {"grace_seconds": 100})
    assert bench.code(old["secret"]) == bench.code(new["secret"]) == "admitted"
    shown = bench.keys.manage.get(actor, old["id"])
    assert (shown["replaced_by"], shown["revoked_at"], shown["active"]) == (new["id"], None, True)
    with pytest.raises(Refusal, match="conflict"):
        bench.keys.manage.rotate(actor, old["id"], {})
    bench.advance(seconds=100)
    assert bench.code(old["secret"]) == "key_revoked"
    assert bench.code(new["secret"]) == "admitted"
    assert bench.keys.manage.get(actor, old["id"])["revocation"] == {"reason": "rotated", "note": None}
    for _ in range(2):
        bench.db.write(bench.admission.sweep)
    assert (bench.events("key.rotated"), bench.events("key.revoked")) == (1, 1)


def test_rotation_without_grace_ends_the_old_key_at_once(bench: Bench, actor: KeyRecord):
    old = bench.keys.manage.create(actor, {"name": "a", "scopes": ["*"]})
    new = bench.keys.manage.rotate(actor, old["id"], {"grace_seconds": 0})
    assert (bench.code(old["secret"]), bench.code(new["secret"])) == ("key_revoked", "admitted")


def test_a_revoked_key_stays_revoked(bench: Bench, actor: KeyRecord):
    made = bench.keys.manage.create(actor, {"name": "a"})
    revoked = bench.keys.manage.revoke(actor, made["id"], "compromised", "seen in public")
    assert revoked["revocation"] == {"reason": "compromised", "note": "seen in public"}
    assert revoked["active"] is False
    manage = bench.keys.manage
    for attempt in (
        lambda: manage.revoke(actor, made["id"], "unused", None),
        lambda: manage.update(actor, made["id"], {"active": True}),
        lambda: manage.rotate(actor, made["id"], {}),
        lambda: manage.set_rate_limit(actor, made["id"], {"limit": 1, "window_seconds": 1}),
    ):
        with pytest.raises(Refusal, match="conflict"):
            attempt()


def test_an_expired_key_is_told_of_once(bench: Bench, actor: KeyRecord):
    bench.advance(seconds=1)
    made = bench.keys.manage.create(actor, {"name": "a", "scopes": ["*"], "expires_at": "2026-11-16T10:00:00Z"})
    bench.advance(hours=1)
    assert bench.code(made["secret"]) == "key_expired"
    assert bench.db.write(bench.admission.sweep) == [f"key.expired {made['id']}"]
    assert bench.db.write(bench.admission.sweep) == []
    bench.keys.manage.update(actor, made["id"], {"expires_at": None})
    assert bench.code(made["secret"]) == "admitted"


def test_a_deleted_key_is_unknown(bench: Bench, actor: KeyRecord):
    made = bench.keys.manage.create(actor, {"name": "a", "scopes": ["*"]})
    bench.query(made["secret"])
    bench.keys.manage.delete(actor, made["id"])
    assert bench.code(made["secret"]) == "invalid_api_key"
    assert bench.rows("SELECT * FROM limit_counters WHERE subject = ?", made["id"]) == []
    with pytest.raises(Refusal, match="not_found"):
        bench.keys.manage.get(actor, made["id"])


def test_keys_of_others_answer_as_keys_that_do_not_exist(bench: Bench, actor: KeyRecord):
    stranger = bench.record(bench.key(bench.organization()))
    manage = bench.keys.manage
    for attempt in (
        lambda key_id: manage.get(stranger, key_id),
        lambda key_id: manage.update(stranger, key_id, {"name": "mine"}),
        lambda key_id: manage.delete(stranger, key_id),
        lambda key_id: manage.revoke(stranger, key_id, "unused", None),
        lambda key_id: manage.rotate(stranger, key_id, {}),
        lambda key_id: manage.usage(stranger, key_id),
        lambda key_id: manage.status(stranger, key_id),
        lambda key_id: manage.reset_rate_limit(stranger, key_id),
    ):
        said: set[str] = set()
        for key_id in (actor.id, "key_of_nobody"):
            with pytest.raises(Refusal) as refused:
                attempt(key_id)
            said.add(repr((refused.value.code, refused.value.facts)))
        assert said == {repr(("not_found", {}))}
    assert [key["id"] for key in manage.list(stranger, None, 20, None)["data"]] == [stranger.id]


def test_keys_are_listed_newest_first_in_pages(bench: Bench, actor: KeyRecord):
    made: list[str] = []
    for number in range(7):
        bench.advance(seconds=1)
        made.append(bench.keys.manage.create(actor, {"name": str(number)})["id"])
    bench.keys.manage.revoke(actor, made[3], "unused", None)
    found: list[str] = []
    cursor = None
    while True:
        page = bench.keys.manage.list(actor, None, 3, cursor)
        found += [key["id"] for key in page["data"]]
        cursor = page["next_cursor"]
        if not page["has_more"]:
            break
    assert found == [*reversed(made), actor.id]
    assert [key["id"] for key in bench.keys.manage.list(actor, False, 20, None)["data"]] == [made[3]]


def test_verifying_says_what_admission_would_and_consumes_nothing(bench: Bench, actor: KeyRecord):
    key = bench.key(
        actor.organization_id, scopes=["workflows:query"], rate_limit=2, rate_window_seconds=60, cost_limit_micros=3_000
    )

    def asked(**question: Any) -> str | None:
        return bench.keys.manage.verify(actor, {"secret": key.secret, **question})["code"]

    assert asked() is None
    assert asked(operation="workflows.query", cost_usd="0.002") is None
    assert asked(operation="api_keys.list") == "insufficient_scope"
    assert asked(scopes=["workflows:query", "runs:read"]) == "insufficient_scope"
    assert asked(operation="workflows.query", cost_usd="0.004") == "request_exceeds_cost_limit"
    for _ in range(5):
        assert asked(operation="workflows.query") is None
    verified = bench.keys.manage.verify(actor, {"secret": key.secret})
    assert verified["key"] is not None
    assert [(policy["name"], policy["remaining"]) for policy in verified["policies"]][1] == ("key", 2)
    bench.query(key.secret)
    assert asked(cost_usd="0.002") == "cost_limit_exceeded"
    bench.advance(seconds=1)
    assert bench.keys.manage.verify(actor, {"secret": "nk_1"})["code"] == "malformed_api_key"
    stranger = bench.key(bench.organization())
    assert bench.keys.manage.verify(actor, {"secret": stranger.secret}) == {
        "valid": False, "code": "invalid_api_key", "key": None, "policies": [],
    }  # fmt: skip


def test_the_usage_of_a_key_counts_what_was_admitted(bench: Bench, actor: KeyRecord):
    key = bench.key(actor.organization_id, rate_limit=3, rate_window_seconds=60)
    for _ in range(5):
        bench.code(key.secret)
    used = bench.keys.manage.usage(actor, key.key_id)
    assert (used["requests_total"], used["cost_usd_total"]) == (3, "0.006000")
    assert used["last_used_at"] == rfc3339(bench.clock.now())
    bench.advance(days=1)
    bench.query(key.secret)
    used = bench.keys.manage.usage(actor, key.key_id)
    assert (used["requests_today"], used["requests_this_month"], used["requests_total"]) == (1, 4, 4)
    bench.advance(days=31)
    used = bench.keys.manage.usage(actor, key.key_id)
    assert (used["requests_today"], used["requests_this_month"], used["cost_usd_total"]) == (0, 0, "0.008000")
