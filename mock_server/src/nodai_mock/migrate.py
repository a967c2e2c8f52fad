"""`nodai-mock db upgrade`: brings the schema of a database file up to date."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DatabaseError

from nodai_mock.kernel.lock import FileLock, Held
from nodai_mock.runners import CannotServe
from nodai_mock.schema import HEAD

if TYPE_CHECKING:
    from nodai_mock.settings import Settings


def upgrade(settings: Settings) -> str:
    """What was done, in words. CannotServe when a server holds the file."""
    path = settings.database_path
    if path is None:
        return "a database in memory is always up to date"
    lock = FileLock(path)
    try:
        lock.take()
    except Held as held:
        raise CannotServe(f"process {held} serves {path}: stop it first.") from None
    except OSError as error:
        raise CannotServe(f"{path} cannot be used: {error.strerror}") from None
    try:
        return f"{path}: {_upgrade(path)}"
    finally:
        lock.release()


def _upgrade(path: Path) -> str:
    engine = sa.create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            before = _version(connection)
            command.upgrade(config(connection), "head")
    except DatabaseError as error:
        raise CannotServe(f"{path} cannot be upgraded: {error.orig}") from None
    finally:
        engine.dispose()
    return "was up to date" if before == HEAD else f"upgraded from {before or 'nothing'} to {HEAD}"


def _version(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def config(connection: sa.Connection | None = None) -> Config:
    """Alembic's configuration; also for `alembic revision` while developing."""
    made = Config()
    made.set_main_option("script_location", "nodai_mock:migrations")
    made.attributes["connection"] = connection
    return made
