"""A server from start to stop: database lock, application, socket, upkeep, runner."""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING

from nodai_mock.gate import Gate
from nodai_mock.kernel.errors import Refusal
from nodai_mock.kernel.lock import FileLock, Held
from nodai_mock.runners import CannotServe, Runner, base_url, check, listen, runner

if TYPE_CHECKING:
    from nodai_mock.services import Worlds
    from nodai_mock.settings import Settings

log = logging.getLogger("nodai_mock")
_UPKEEP_SECONDS = 1.0
_STOP_SECONDS = 30.0


class Server:
    """Everything that runs while a server serves. CannotServe, in one line, when it cannot."""

    def __init__(self, settings: Settings) -> None:
        check(settings)
        self._lock = FileLock(settings.database_path) if settings.database_path is not None else None
        self._bound = listen(settings.host, settings.port)
        self.base_url = base_url(self._bound)
        self._upkeep = threading.Event()
        try:
            self._own()
            self.worlds, self._runner = self._build(settings.model_copy(update={"port": self._bound.getsockname()[1]}))
        except BaseException:
            self._bound.close()
            self._release()
            raise

    def run(self, ready: Callable[[], object], *, signals: bool = True) -> None:
        """Serve until told to stop; then finish what is under way, and close the database."""
        keeper = threading.Thread(target=self._keep_up, name="nodai-upkeep", daemon=True)
        keeper.start()
        try:
            self._runner.run(ready, signals=signals)
        finally:
            self._upkeep.set()
            keeper.join()
            if not self._gate.close(_STOP_SECONDS):
                log.warning("stopping although requests are still being answered")
            self.worlds.close()
            self._bound.close()
            self._release()

    def stop(self) -> None:
        """Make `run` return, from another thread."""
        self._runner.stop()

    def _build(self, settings: Settings) -> tuple[Worlds, Runner]:
        from nodai_mock.app import create_app, worlds_of
        from nodai_mock.demo.seed import SeedFault
        from nodai_mock.schema import HEAD
        from nodai_mock.start import OldSchema

        try:
            app = create_app(settings)
        except SeedFault as fault:
            raise CannotServe(str(fault)) from None
        except OldSchema as found:
            raise CannotServe(
                f"the database {settings.database_path} has schema {found}, and this version needs {HEAD}: "
                "run `nodai-mock db upgrade` with the same --database-url."
            ) from None
        except (sqlite3.Error, Refusal) as error:
            words = error.detail if isinstance(error, Refusal) else str(error)
            raise CannotServe(f"the database {settings.database_path} cannot be used: {words}") from error
        self._gate = Gate(app.wsgi_app)
        return worlds_of(app), runner(settings.runner, self._gate, self._bound, threads=settings.threads)

    def _own(self) -> None:
        if self._lock is None:
            return
        try:
            self._lock.take()
        except Held as held:
            raise CannotServe(
                f"the database is served by process {held} already: stop that one, or choose another file "
                "with --database-url."
            ) from None
        except OSError as error:
            raise CannotServe(f"the database cannot be used: {error.strerror} ({error.filename})") from None

    def _release(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def _keep_up(self) -> None:
        while not self._upkeep.wait(_UPKEEP_SECONDS):
            try:
                for line in self.worlds.default.upkeep():
                    log.info("%s", line)
            except Refusal as refusal:
                log.warning("upkeep: %s", refusal)
            except Exception:
                log.exception("upkeep failed")
