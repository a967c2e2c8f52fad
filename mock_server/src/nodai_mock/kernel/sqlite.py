"""SQLite itself: how connections are opened, what its failures mean, and database images."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from nodai_mock.kernel.errors import Refusal

_BUSY_SECONDS = 5
_WAL_HEADER = slice(18, 20)
_UNAVAILABLE = {
    "SQLITE_FULL": "The disk is full.",
    "SQLITE_READONLY": "The database is read-only.",
    "SQLITE_IOERR": "The disk failed.",
    "SQLITE_CANTOPEN": "The database file cannot be opened.",
    "SQLITE_BUSY": "The database is held by another process.",
    "SQLITE_CORRUPT": "The database file is damaged.",
    "SQLITE_NOTADB": "The file is no database.",
}


def connect(path: Path | str, *, synchronous: str = "OFF", query_only: bool = False) -> sqlite3.Connection:
    """A connection without implicit transactions, usable from any thread (one at a time)."""
    raw = sqlite3.connect(
        path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False, cached_statements=128
    )
    if isinstance(path, Path) and not query_only:
        raw.execute("PRAGMA journal_mode=WAL")
    raw.execute(f"PRAGMA synchronous={synchronous}")
    raw.execute("PRAGMA foreign_keys=ON")
    raw.execute("PRAGMA temp_store=MEMORY")
    if query_only:
        raw.execute("PRAGMA query_only=ON")
        # There is one of these for each thread; the system's page cache holds the same pages once for all.
        raw.execute("PRAGMA cache_size=-256")
    return raw


def as_refusal(error: sqlite3.Error) -> BaseException:
    """A 503 for what the disk does to us; any other error is a fault of the program and stays what it is."""
    name = getattr(error, "sqlite_errorname", "") or ""
    for prefix, detail in _UNAVAILABLE.items():
        if name.startswith(prefix):
            return Refusal("unavailable", detail=detail, retry_after=1)
    return error


def deserialize(raw: sqlite3.Connection, image: bytes) -> None:
    """Make `raw` an in-memory database with the content of `image`."""
    # An image of a WAL database says so in its header, and a database in memory cannot have a WAL.
    patched = bytearray(image)
    patched[_WAL_HEADER] = b"\x01\x01"
    raw.deserialize(bytes(patched))
    raw.execute("PRAGMA foreign_keys=ON")


def backup_image(image: bytes, target: sqlite3.Connection) -> None:
    """Replace the content of the file behind `target` by that of `image`, in one transaction."""
    source = sqlite3.connect(":memory:")
    try:
        deserialize(source, image)
        source.backup(target)
    finally:
        source.close()
