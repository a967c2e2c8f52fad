"""A key as the API shows it."""

from collections.abc import Mapping
from typing import Any

from nodai_mock._generated import types
from nodai_mock.kernel.clock import rfc3339
from nodai_mock.kernel.money import usd
from nodai_mock.limits.decision import Policy


def key(row: Mapping[str, Any], now: int, last_used_at: int | None) -> types.ApiKey:
    """What is shown of a row at `now`: a revocation that lies ahead, at the end of a grace, is not there yet."""
    revoked = row["revoked_at"] is not None and row["revoked_at"] <= now
    revocation: types.Revocation = {"reason": row["revocation_reason"], "note": row["revocation_note"]}
    limit: types.RateLimit = {"limit": row["rate_limit"], "window_seconds": row["rate_window_seconds"]}
    return {
        "id": row["id"],
        "name": row["name"],
        "kind": row["kind"],
        "environment": row["environment"],
        "prefix": row["prefix"],
        "last_four": row["last_four"],
        "active": row["active"] and not revoked,
        "scopes": row["scopes"],
        "workflow_ids": row["workflow_ids"],
        "allowed_ips": row["allowed_ips"],
        "allowed_origins": row["allowed_origins"],
        "rate_limit": None if row["rate_limit"] is None else limit,
        "cost_limit_usd": None if row["cost_limit_micros"] is None else usd(row["cost_limit_micros"]),
        "expires_at": _time(row["expires_at"]),
        "revoked_at": _time(row["revoked_at"] if revoked else None),
        "revocation": revocation if revoked else None,
        "replaced_by": row["replaced_by"],
        "created_at": rfc3339(row["created_at"]),
        "last_used_at": _time(last_used_at),
    }


def policy(value: Policy) -> types.LimitPolicy:
    name, limit, remaining, window_seconds, resets_at = value
    return {
        "name": name,
        "limit": limit,
        "remaining": remaining,
        "window_seconds": max(1, window_seconds),
        "resets_at": rfc3339(resets_at),
    }


def _time(instant: int | None) -> str | None:
    return None if instant is None else rfc3339(instant)
