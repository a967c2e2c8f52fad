"""The lock file beside a database: one process owns it, and a second one is told so."""

from __future__ import annotations

import os
from importlib import import_module
from pathlib import Path
from typing import IO, Any

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None


class Held(Exception):
    """Another process serves this database; the message names it."""


class FileLock:
    """Held from the start to the end of the process; the system lets go of it when the process dies."""

    def __init__(self, database: Path) -> None:
        self._path = database.with_name(database.name + ".lock")
        self._file: IO[str] | None = None

    def take(self) -> None:
        """Held when another process has it. OSError when the file cannot be made."""
        file = self._path.open("a+", encoding="ascii")
        try:
            _lock(file)
        except OSError:
            file.seek(0)
            owner = file.read(20).strip() or "another process"
            file.close()
            raise Held(owner) from None
        file.seek(0)
        file.truncate()
        file.write(str(os.getpid()))
        file.flush()
        self._file = file

    def release(self) -> None:
        """Let go; the file stays, since removing it would race with the next owner."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _lock(file: IO[str]) -> None:
    if fcntl is not None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        msvcrt: Any = import_module("msvcrt")
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
