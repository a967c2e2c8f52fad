"""The vectors of pure rules: webhooks by the SDK and by another library, limits, money and keys by the server."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal

import pytest
import standardwebhooks.webhooks as another
from nodai import webhooks
from nodai_mock.kernel.money import Money
from nodai_mock.keys import secrets
from nodai_mock.limits import budget, rules
from nodai_mock.limits.counter import Ask, Counter, Rule

from tests.vectors.vectors import Vector, load, name


@pytest.mark.parametrize("vector", load("webhooks"), ids=name)
def test_the_sdk_tells_genuine_webhooks_from_others(vector: Vector) -> None:
    now = datetime.fromtimestamp(vector["now"], UTC)

    def check() -> None:
        webhooks.verify(vector["body"], vector["headers"], vector["secrets"], now=now)

    if "reason" not in vector["expect"]:
        check()
        return
    with pytest.raises(webhooks.WebhookInvalid) as caught:
        check()
    assert caught.value.reason == vector["expect"]["reason"]


# That package takes fractions and negative times too; the specification wants whole seconds.
SHARED = [vector for vector in load("webhooks") if vector["expect"].get("reason") != "malformed_header"]


@pytest.mark.parametrize("vector", SHARED, ids=name)
def test_the_standardwebhooks_package_agrees(vector: Vector, monkeypatch: pytest.MonkeyPatch) -> None:
    class Then(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> Then:
            return cls.fromtimestamp(vector["now"], tz)

    monkeypatch.setattr(another, "datetime", Then)
    genuine = False
    for secret in vector["secrets"]:
        try:
            another.Webhook(secret).verify(vector["body"], vector["headers"])
            genuine = True
        except another.WebhookVerificationError:
            continue
    assert genuine == ("reason" not in vector["expect"])


def test_what_the_sdk_signs_is_genuine_to_the_standardwebhooks_package() -> None:
    secret = load("webhooks")[0]["secrets"][0]
    body = '{"text":"Grüße"}'

    assert another.Webhook(secret).verify(body, webhooks.signed_headers(body, secret, id="evt_1")) == {"text": "Grüße"}


def test_what_the_standardwebhooks_package_signs_is_genuine_to_the_sdk() -> None:
    secret = load("webhooks")[0]["secrets"][0]
    moment = datetime.now(UTC).replace(microsecond=0)
    signature = another.Webhook(secret).sign("evt_1", moment, "{}")
    headers = {"webhook-id": "evt_1", "webhook-timestamp": f"{moment.timestamp():.0f}", "webhook-signature": signature}

    webhooks.verify(b"{}", headers, secret, now=moment + timedelta(seconds=1))


@pytest.mark.parametrize("vector", load("money"), ids=name)
def test_money_is_exact(vector: Vector) -> None:
    if vector["micros"] is None:
        with pytest.raises(ValueError, match="dollars"):
            Money.parse(vector["text"])
        return
    money = Money.parse(vector["text"])
    assert (money.micros, str(money)) == (vector["micros"], vector["written"])


@pytest.mark.parametrize("vector", load("keys"), ids=name)
def test_a_secret_is_known_by_its_shape_and_checksum(vector: Vector) -> None:
    assert secrets.kind_of(vector["secret"]) == vector["kind"]


@pytest.mark.parametrize("vector", load("limits"), ids=name)
def test_limits_decide(vector: Vector) -> None:
    rule = _rule(vector["rule"])
    counter = Counter(anchor=_micros(vector["steps"][0]["at"])) if rule.kind == "bucket" else Counter()
    for step in vector["steps"]:
        now = _micros(step["at"])
        cost = Money.parse(step.get("cost_usd", "0")).micros
        for _ in range(step.get("times", 1)):
            decision = rules.decide([rule], {(rule.subject, rule.name): counter}, now, Ask(1, cost, "cost_usd" in step))
            assert decision.admitted == step["admitted"], step
            counter = decision.lines[0].after
        if "code" in step:
            assert decision.code == step["code"]
        if "passes_at" in step:
            assert decision.passes_at == _micros(step["passes_at"])
        if "settle_usd" in step:
            counter = budget.settled(counter, cost, Money.parse(step["settle_usd"]).micros)


def _rule(told: Vector) -> Rule:
    limit = Money.parse(told["limit_usd"]).micros if "limit_usd" in told else told["limit"]
    span = _micros(told.get("seconds", 0))
    return Rule(told["kind"], "test", "key_1", limit, span, told.get("refill", 0), told.get("timezone", "UTC"))


def _micros(seconds: float) -> int:
    return int(Decimal(str(seconds)) * 1_000_000)
