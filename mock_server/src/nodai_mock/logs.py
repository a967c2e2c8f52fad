"""How the server logs: lines for a person, or JSON for a machine; never a secret."""

from __future__ import annotations

import json
import logging
import sys

from nodai_mock.kernel.clock import SystemClock, rfc3339


class JsonLines(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        members: dict[str, object] = {
            "time": rfc3339(SystemClock().now()),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            members["exception"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False)


def configure(form: str, level: str, *, access: bool) -> None:
    """Send the server's log to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if form == "json" else logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    logger = logging.getLogger("nodai_mock")
    logger.handlers = [handler]
    logger.setLevel(level.upper())
    logger.propagate = False
    logging.getLogger("nodai_mock.access").setLevel(logging.INFO if access else logging.WARNING)
