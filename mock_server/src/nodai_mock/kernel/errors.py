"""Refusals: how any room says no; the edge turns them into problems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NotRequired, TypedDict


class Fault(TypedDict):
    """One thing wrong with a request: where (a JSON pointer or a parameter's name), which rule, and in words."""

    pointer: NotRequired[str]
    parameter: NotRequired[str]
    code: str
    message: str


class Refusal(Exception):
    """Raise `Refusal("key_revoked", revoked_at=…, reason=…)`; `code` is one of the contract's error table.

    `status` is set only where a tester asked for the refusal, be it one that the operation never answers.
    `detail` replaces the table's sentence, `errors` are the single faults of a `validation_failed`,
    `retry_after` is in whole seconds, and the other facts become members of the problem.
    """

    def __init__(
        self,
        code: str,
        *,
        detail: str | None = None,
        errors: Sequence[Fault] | None = None,
        retry_after: int | None = None,
        **facts: object,
    ) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.errors = list(errors) if errors is not None else None
        self.retry_after = retry_after
        self.facts = facts
        self.status: int | None = None

    def __str__(self) -> str:
        return f"{self.code}: {self.detail or self.facts}"


def not_found() -> Refusal:
    """The one answer for what does not exist and for what belongs to somebody else."""
    return Refusal("not_found")


def invalid(pointer: str, code: str, message: str) -> Refusal:
    """A single fault in the body that only a room can see."""
    return Refusal("validation_failed", errors=[{"pointer": pointer, "code": code, "message": message}])
