"""The checks of a known key, in the order of the contract: state, address, origin, scope, workflow."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.errors import Refusal
from nodai_mock.keys.record import KeyRecord, Network
from nodai_mock.keys.scopes import allows


def state(key: KeyRecord, now: int) -> Refusal | None:
    """Whether the key lives: not revoked, not expired, not switched off."""
    if key.revoked_at is not None and key.revoked_at <= now:
        return Refusal("key_revoked", revoked_at=rfc3339(key.revoked_at), reason=key.revocation_reason or "unspecified")
    if key.expires_at is not None and key.expires_at <= now:
        return Refusal("key_expired", expired_at=rfc3339(key.expires_at))
    return None if key.active else Refusal("key_disabled")


def place(key: KeyRecord, client_ip: str, origin: str | None, *, foreign: bool) -> Refusal | None:
    """Whether it may be used from there: first the address, then the origin."""
    return address_allowed(key, client_ip) or origin_allowed(key, origin, foreign=foreign)


def address_allowed(key: KeyRecord, client_ip: str) -> Refusal | None:
    if key.networks and not within(client_ip, key.networks):
        return Refusal("ip_not_allowed", client_ip=client_ip)
    return None


def origin_allowed(key: KeyRecord, origin: str | None, *, foreign: bool) -> Refusal | None:
    """A secret key is for servers: in a web page of another site (`foreign`) it works only where it is said to."""
    if key.origins or key.kind != "secret":
        if origin is None or normal_origin(origin) not in key.origins:
            return Refusal("origin_not_allowed", origin=origin or "none")
    elif foreign:
        return Refusal("secret_key_in_browser", origin=origin or "none")
    return None


def permission(
    key: KeyRecord, scopes: Sequence[str], workflow_id: str | None, *, browser: bool = True
) -> Refusal | None:
    """Whether it may do that: call an operation that web pages may not (`browser`), any of the scopes, the workflow."""
    if not browser and key.kind != "secret":
        detail = "This operation is not for web pages: it needs a secret key, on a server."
        return Refusal("insufficient_scope", detail=detail, required_scopes=list(scopes))
    if scopes and not allows(key.scopes, scopes):
        return Refusal("insufficient_scope", required_scopes=list(scopes))
    if workflow_id is not None and key.workflow_ids is not None and workflow_id not in key.workflow_ids:
        return Refusal("workflow_not_allowed", workflow_id=workflow_id)
    return None


def address(text: str) -> IPv4Address | IPv6Address | None:
    """An IP address with IPv4-mapped IPv6 seen as IPv4; None when it is none."""
    try:
        parsed = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed


def network(text: str) -> Network | None:
    """An address or CIDR block, mapped IPv4 seen as IPv4; None when it is none or has host bits set."""
    try:
        parsed = ip_network(text)
    except ValueError:
        return None
    mapped = parsed.network_address.ipv4_mapped if parsed.version == 6 else None
    if mapped is not None and parsed.prefixlen >= 96:
        return ip_network((mapped, parsed.prefixlen - 96))
    return parsed


def within(client_ip: str, networks: Sequence[Network]) -> bool:
    """Whether the address lies in one of the blocks; of what is no address, nothing is known, so no."""
    parsed = address(client_ip)
    return parsed is not None and any(parsed in block for block in networks)


def normal_origin(text: str) -> str:
    """An origin as browsers compare it: lower case, and without the port that its scheme implies."""
    text = text.strip().lower().rstrip("/")
    for scheme, port in (("https://", ":443"), ("http://", ":80")):
        if text.startswith(scheme):
            text = text.removesuffix(port)
    return text
