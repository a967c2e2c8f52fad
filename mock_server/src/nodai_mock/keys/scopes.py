"""Scopes: `*` allows everything, `workflows:*` everything of workflows, anything else only itself."""

from collections.abc import Iterable


def covers(granted: Iterable[str], wanted: str) -> bool:
    """Whether one of the granted scopes allows `wanted` (which may itself be a whole family)."""
    return any(scope in ("*", wanted) or (scope.endswith(":*") and wanted.startswith(scope[:-1])) for scope in granted)


def allows(granted: Iterable[str], any_of: Iterable[str]) -> bool:
    """Whether the granted scopes allow an operation that asks for any one of these."""
    granted = tuple(granted)
    return "*" in granted or any(covers(granted, scope) for scope in any_of)


def beyond(granted: Iterable[str], wanted: Iterable[str]) -> list[str]:
    """What of the wanted scopes nobody with the granted ones can give away."""
    granted = tuple(granted)
    return [scope for scope in wanted if not covers(granted, scope)]
