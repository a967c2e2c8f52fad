"""One operation of the contract, as data: what a generated method hands to the call engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Operation:
    """What the engine must know to send a call and read its answer; written by the generator, one per operation."""

    id: str
    method: str
    path: tuple[str, ...]  # the literal pieces around the path parameters
    kind: str  # json, none, page, stream or bytes
    model: str  # a name in nodai._generated.models; for a stream its event; "" for none and bytes
    item: str = ""
    idempotent_key: bool = False  # a POST: send an Idempotency-Key, and keep it across retries
    retry_safe: bool = True  # repeating it does no harm: GET, PUT, DELETE, or a POST with its key
    scopes: tuple[str, ...] = ()
    errors: tuple[str, ...] = ()
    metered: bool = False
