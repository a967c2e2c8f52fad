"""The `nodai` logger: one structured line per attempt, with no secret, no body and no query in it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai._core.engine import Call
    from nodai._core.errors import NodAIError
    from nodai._core.meta import Meta

logger = logging.getLogger("nodai")


def answered(call: Call, meta: Meta) -> None:
    """At DEBUG: an answer came."""
    facts = _facts(call) | {"status": meta.status, "request_id": meta.request_id}
    seconds = meta.elapsed_seconds
    logger.debug("%s answered %s after %.3f s", call.op.id, meta.status, seconds, extra={"nodai": facts})


def repeating(call: Call, error: NodAIError, delay: float) -> None:
    """At INFO: an attempt failed and is repeated."""
    facts = _facts(call) | {"status": error.status, "request_id": error.request_id, "delay_seconds": delay}
    facts["error"] = type(error).__name__
    logger.info("%s repeats after %s in %.3f s", call.op.id, facts["error"], delay, extra={"nodai": facts})


def _facts(call: Call) -> dict[str, object]:
    return {"operation": call.op.id, "method": call.method, "path": call.path, "attempt": call.attempts}
