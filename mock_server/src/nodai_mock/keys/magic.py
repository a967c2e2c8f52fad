"""Magic keys: documented secrets for tests that always answer the same; they exist only while nothing is hosted."""

from dataclasses import replace
from ipaddress import ip_network

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.money import usd
from nodai_mock.keys.record import KeyRecord
from nodai_mock.keys.secrets import compose, fingerprint, shown
from nodai_mock.limits import calendar
from nodai_mock.limits.counter import SECOND, Ask, Rule
from nodai_mock.limits.policy import Bucket, Subject, rules_of

NAMES = ("expired", "revoked", "disabled", "ip_denied", "over_budget", "rate_limited", "slow", "dropped")
"""What each always is; `slow` and `dropped` are admitted, and the edge delays or drops the answer."""

_LONG_AGO = 1_577_836_800 * SECOND
_ELSEWHERE = ip_network("192.0.2.1/32")  # TEST-NET-1 (RFC 5737): nobody calls from there
_BUDGET_MICROS = 10_000


def secret(name: str, prefix: str = "nk_") -> str:
    """The secret of a magic key: its number in 56 digits, and their checksum."""
    return compose(f"{NAMES.index(name) + 1:056d}", prefix=prefix)


def magic_keys(organization_id: str, prefix: str = "nk_") -> dict[bytes, KeyRecord]:
    """Every magic key, by the hash of its secret, as keys of this organization."""
    return {fingerprint(secret(name, prefix)): _record(name, organization_id, prefix) for name in NAMES}


def over_budget(key: KeyRecord, ask: Ask, now: int) -> Refusal | None:
    """The 402 of the key whose budget is always used up."""
    if key.magic != "over_budget" or not ask.metered:
        return None
    return Refusal(
        "cost_limit_exceeded",
        policy="key-budget",
        cost_limit_usd=usd(_BUDGET_MICROS),
        spent_usd=usd(_BUDGET_MICROS),
        reserved_usd=usd(0),
        estimated_cost_usd=usd(ask.cost),
        resets_at=rfc3339(calendar.month(now, key.timezone)[1]),
    )


def _record(name: str, organization_id: str, prefix: str) -> KeyRecord:
    begins, last_four = shown(secret(name, prefix), prefix)
    plain = KeyRecord(
        id=f"key_magic_{name}",
        organization_id=organization_id,
        name=f"Magic: {name}",
        kind="secret",
        environment="test",
        prefix=begins,
        last_four=last_four,
        active=name != "disabled",
        scopes=("*",),
        workflow_ids=None,
        networks=(_ELSEWHERE,) if name == "ip_denied" else (),
        origins=frozenset(),
        expires_at=_LONG_AGO if name == "expired" else None,
        revoked_at=_LONG_AGO if name == "revoked" else None,
        revocation_reason="compromised" if name == "revoked" else None,
        plan_id="enterprise",
        timezone="UTC",
        rules=rules_of(
            Subject(
                f"key_magic_{name}", organization_id, "enterprise", rate_limit=1_000_000, bucket=Bucket(10_000, 10_000)
            )
        ),
        magic=name,
    )
    if name != "rate_limited":
        return plain
    return replace(plain, rules=(Rule("window", "key", plain.id, 0, 60 * SECOND),))
