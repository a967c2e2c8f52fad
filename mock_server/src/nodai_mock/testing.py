"""The same server inside of a test process: a real socket on a free port, served by threads."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

from nodai_mock.demo import DEMO, credentials
from nodai_mock.server import Server
from nodai_mock.settings import MEMORY, Settings

if TYPE_CHECKING:
    from nodai_mock.services import World

__all__ = ["DEMO", "ThreadServer", "journal", "run_command"]
_READY_SECONDS = 30


class ThreadServer:
    """Serves from its making to `stop()`; also a context manager. Without settings: in memory, with the demo data."""

    def __init__(self, settings: Settings | None = None, *, port: int = 0) -> None:
        chosen = settings or Settings(database_url=MEMORY, log_level="error")
        self._server = Server(chosen.model_copy(update={"port": port}))
        self.base_url = self._server.base_url
        self.worlds = self._server.worlds
        ready = threading.Event()
        self._thread = threading.Thread(
            target=lambda: self._server.run(ready.set, signals=False), name="nodai-mock", daemon=True
        )
        self._thread.start()
        if not ready.wait(_READY_SECONDS):
            raise RuntimeError("the server did not start")

    def stop(self) -> None:
        """Finish what is under way and close everything; a second call does nothing."""
        if self._thread.is_alive():
            self._server.stop()
            self._thread.join()

    def __enter__(self) -> ThreadServer:
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()


def run_command(command: list[str], settings: Settings) -> int:
    """Run a command against a server of its own; its exit code. When it fails, show what went over the wire."""
    with ThreadServer(settings, port=settings.port) as server:
        key = credentials(server.base_url, key_prefix=settings.key_prefix)["secret_key"]
        environment = {**os.environ, "NODAI_BASE_URL": server.base_url, "NODAI_API_KEY": key}
        try:
            code = subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - that is its job
        except OSError as error:
            print(f"nodai-mock: cannot run {command[0]}: {error.strerror}", file=sys.stderr)
            return 127
        if code:
            print(journal(server.worlds.default), file=sys.stderr)
        return code if code >= 0 else 128 - code


def journal(world: World, most: int = 50) -> str:
    """The last exchanges, oldest first, a line each, and why limits refused."""
    exchanges = world.traffic.newest_first()[:most]
    lines = [f"nodai-mock: the last {len(exchanges)} requests:"]
    for each in reversed(exchanges):
        code = ""
        if each.status is None or each.status >= 400:
            code = " " + (each.response_body or b"dropped").decode("utf-8", "replace")[:300]
        lines.append(f"  {each.method} {each.path} -> {each.status} {each.seconds * 1000:.1f} ms{code}")
        lines += [f"    against the contract: {fault}" for fault in each.faults]
    return "\n".join(lines)
