"""Keeps schemathesis on this machine and out of its own way; it loads this file by `SCHEMATHESIS_HOOKS`."""

import itertools
import os
import re
from typing import Any

import schemathesis

NUMBERS = itertools.count(1)
LAWFUL_KEY = re.compile(r"[\x21-\x7e]{1,200}")
NOWHERE = "http://127.0.0.1:9/"


@schemathesis.hook
def before_call(_context: Any, case: Any, _kwargs: Any) -> None:
    """A new Idempotency-Key for each call, no real address, no long wait, and hands off the key that calls."""
    headers = case.headers or {}
    for name, value in headers.items():
        if name.lower() == "idempotency-key" and isinstance(value, str) and LAWFUL_KEY.fullmatch(value):
            headers[name] = f"{value}.{next(NUMBERS)}"
    engine = case.body.get("engine") if isinstance(case.body, dict) else None
    if isinstance(engine, dict) and str(engine.get("url", "")).startswith("http"):
        engine["url"] = NOWHERE
    for answer in _answers(engine):
        if isinstance(answer.get("latency_ms"), int | float):
            answer["latency_ms"] = min(answer["latency_ms"], 20)
        if answer.get("fails_with") == "internal_error":  # a 500 on request would look like one of ours
            answer["fails_with"] = "upstream_error"
    if (case.path_parameters or {}).get("key_id") == os.environ.get("FUZZ_KEY_ID"):
        case.path_parameters["key_id"] = "key_of_nobody"


def _answers(engine: Any) -> list[dict[str, Any]]:
    """The engine, which may be anything, and its scripted answers."""
    if not isinstance(engine, dict):
        return []
    rules = engine.get("rules")
    found = [*(rules if isinstance(rules, list) else []), engine.get("default"), engine]
    return [answer for answer in found if isinstance(answer, dict)]
