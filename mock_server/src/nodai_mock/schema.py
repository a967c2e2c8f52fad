"""The rooms that have tables, and the version of the schema that they make up."""

from __future__ import annotations

from importlib import import_module, resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodai_mock.kernel.tx import Tx

HEAD = "0002"
"""The newest migration: what this version of the server needs."""

_TABLES = (
    "accounts.tables", "keys.tables", "limits.tables", "usage.tables", "idempotency.tables", "workflows.tables",
    "runs.tables", "client_sessions.tables", "kernel.tables",
)  # fmt: skip


def load_tables() -> None:
    """Import every module that defines tables, so that the metadata is complete."""
    for name in _TABLES:
        import_module(f"nodai_mock.{name}")


def create(tx: Tx) -> None:
    """Make every table and index in an empty database, and say that they are the newest, as Alembic says it."""
    for statement in ddl().split(";\n"):
        if statement.strip():
            tx.raw.execute(statement)
    tx.raw.execute("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)")
    tx.raw.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))


def ddl() -> str:
    """The statements in `schema.sql`: a new database is there a quarter of a second before SQLAlchemy is loaded."""
    return resources.files("nodai_mock").joinpath("schema.sql").read_text("utf-8")


def ddl_of_tables() -> str:
    """What `schema.sql` has to hold: `python -m nodai_mock.schema` writes it."""
    from sqlalchemy.dialects import sqlite
    from sqlalchemy.schema import CreateIndex, CreateTable

    from nodai_mock.kernel.tables import metadata

    load_tables()
    dialect = sqlite.dialect()
    made: list[str] = []
    for table in metadata.sorted_tables:
        made.append(str(CreateTable(table).compile(dialect=dialect)))
        indexes = sorted(table.indexes, key=lambda index: str(index.name))
        made += [str(CreateIndex(index).compile(dialect=dialect)) for index in indexes]
    lines = "\n".join(line.rstrip() for each in made for line in (each.strip() + ";").splitlines())
    return lines.replace("\t", "    ") + "\n"


def version(tx: Tx) -> str | None:
    """The version of the schema in this database; None when there is no schema."""
    found = tx.raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    return None if found is None else tx.raw.execute("SELECT version_num FROM alembic_version").fetchone()[0]


if __name__ == "__main__":
    from pathlib import Path

    Path(__file__).with_name("schema.sql").write_text(ddl_of_tables(), "utf-8")
