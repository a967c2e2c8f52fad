"""Records HTTP exchanges as a HAR file, the form in which `redocly drift` reads traffic."""

import json
import threading
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Headers = Mapping[str, str] | Iterable[tuple[str, str]]


class Recorder:
    """Keeps exchanges in memory until `write`; safe to share between threads."""

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self._lock = threading.Lock()

    def add(
        self, method: str, url: str, sent: tuple[Headers, bytes], status: int, received: tuple[Headers, bytes]
    ) -> None:
        """One exchange: absolute URL, (headers, body) as sent and as received."""
        entry = {
            "startedDateTime": datetime.now(UTC).isoformat(),
            "time": 1,
            "cache": {},
            "timings": {"send": 0, "wait": 1, "receive": 0},
            "request": _request(method, url, *sent),
            "response": _response(status, *received),
        }
        with self._lock:
            self.entries.append(entry)

    def write(self, path: Path) -> Path:
        """Writes what was recorded so far."""
        log = {"version": "1.2", "creator": {"name": "nodai", "version": "1"}, "pages": [], "entries": self.entries}
        path.write_text(json.dumps({"log": log}))
        return path


def _pairs(headers: Headers) -> list[dict[str, str]]:
    items = headers.items() if isinstance(headers, Mapping) else headers
    return [{"name": name, "value": value} for name, value in items]


def _type(headers: list[dict[str, str]]) -> str:
    return next((header["value"] for header in headers if header["name"].lower() == "content-type"), "")


def _request(method: str, url: str, headers: Headers, body: bytes) -> dict[str, Any]:
    pairs = _pairs(headers)
    query = [{"name": name, "value": value} for name, value in parse_qsl(urlsplit(url).query, keep_blank_values=True)]
    out: dict[str, Any] = {
        "method": method, "url": url, "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs, "queryString": query,
        "headersSize": -1, "bodySize": len(body),
    }  # fmt: skip
    if body:
        out["postData"] = {"mimeType": _type(pairs), "text": body.decode("utf-8", "replace")}
    return out


def _response(status: int, headers: Headers, body: bytes) -> dict[str, Any]:
    pairs = _pairs(headers)
    content = {"size": len(body), "mimeType": _type(pairs), "text": body.decode("utf-8", "replace")}
    return {
        "status": status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [], "headers": pairs,
        "content": content, "redirectURL": "", "headersSize": -1, "bodySize": len(body),
    }  # fmt: skip
