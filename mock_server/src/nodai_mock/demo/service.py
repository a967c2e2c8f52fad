"""Loading the starting data: everything, or, when something is wrong with it, nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nodai_mock.demo.data import DATA
from nodai_mock.demo.seed import Seed, SeedFault, SeedFile, SeedOrganization
from nodai_mock.demo.sites import allow_own_pages
from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.money import Money
from nodai_mock.keys import requests as key_requests
from nodai_mock.keys.secrets import MARKS, kind_of

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.services import World

__all__ = ["SeedFault", "load"]

_OWN = ("id", "secret", "bucket")
_BODY = 56


def load(world: World, path: Path | None = None) -> None:
    """Fill an empty world with a seed file's data, or with the demo data. SeedFault when the file is no good."""
    file = None if path is None else SeedFile(path)
    seed = DATA if file is None else file.seed
    try:
        world.db.write(lambda tx: _load(world, tx, seed))
        world.db.write(lambda tx: allow_own_pages(tx, world.settings))
    except _Wrong as wrong:
        message = wrong.why
        raise (SeedFault(message) if file is None else file.fault(wrong.pointer, message)) from wrong


class _Wrong(Exception):
    """What only a room could see is wrong with a seed."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(why)
        self.pointer = pointer
        self.why = why


def _load(world: World, tx: Tx, seed: Seed) -> None:
    for index, organization in enumerate(seed["organizations"]):
        pointer = f"/organizations/{index}"
        _load_organization(world, tx, organization, pointer)


def _load_organization(world: World, tx: Tx, organization: SeedOrganization, pointer: str) -> None:
    limit = organization.get("cost_limit_usd")
    try:
        world.accounts.create_in(
            tx,
            organization["name"],
            id=organization["id"],
            plan_id=organization.get("plan_id", "free"),
            timezone=organization.get("timezone", "UTC"),
            cost_limit_micros=None if limit is None else Money.parse(limit).micros,
            requests_per_minute=organization.get("requests_per_minute"),
        )
    except Refusal as refused:
        raise _wrong(refused, pointer) from refused
    for workflow in organization.get("workflows", []):
        body = cast("types.CreateWorkflowRequest", {name: workflow[name] for name in workflow if name != "id"})
        world.workflows.create_in(tx, organization["id"], body, id=workflow["id"])
    for index, key in enumerate(organization.get("keys", [])):
        _load_key(world, tx, organization["id"], key, f"{pointer}/keys/{index}")


def _load_key(world: World, tx: Tx, organization_id: str, key: Mapping[str, Any], pointer: str) -> None:
    kind = key.get("kind", "secret")
    prefix = world.settings.key_prefix
    # The documented secrets begin with nk_; a server with a prefix of its own has the same ones with that.
    secret: str = key["secret"]
    if not secret.startswith(prefix):
        secret = prefix + secret.removeprefix("nk_")
    if kind_of(secret, prefix) != kind:
        shape = f"{prefix}{MARKS[kind]} and 64 hex digits, the last 8 of them the CRC-32 of the others"
        raise _Wrong(f"{pointer}/secret", f"is not the secret of a {kind} key: {shape}")
    body = cast("types.CreateApiKeyRequest", {name: key[name] for name in key if name not in _OWN})
    try:
        values = key_requests.new_key(body, tx.now_micros)
    except Refusal as refused:
        raise _wrong(refused, pointer) from refused
    bucket = key.get("bucket")
    values["id"] = key["id"]
    values["bucket"] = None if bucket is None else [bucket["capacity"], bucket["refill"], bucket["period_seconds"]]
    world.keys.manage.make(tx, organization_id, values, body=secret[-64:][:_BODY])


def _wrong(refused: Refusal, pointer: str) -> _Wrong:
    fault = (refused.errors or [{"code": refused.code, "message": str(refused)}])[0]
    return _Wrong(pointer + fault.get("pointer", ""), fault["message"])
