"""A key as the server knows it, ready to be checked and counted."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network

from nodai_mock.limits.counter import Rule

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """One key with what its organization adds to it. Instants are microseconds; `revoked_at` may lie ahead (grace)."""

    id: str
    organization_id: str
    name: str
    kind: str
    environment: str
    prefix: str
    last_four: str
    active: bool
    scopes: tuple[str, ...]
    workflow_ids: frozenset[str] | None
    networks: tuple[Network, ...]
    origins: frozenset[str]
    expires_at: int | None
    revoked_at: int | None
    revocation_reason: str | None
    plan_id: str
    timezone: str
    rules: tuple[Rule, ...]
    magic: str = ""
