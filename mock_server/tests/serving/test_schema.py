"""The schema of a file, over versions."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import httpx
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from nodai_mock.kernel.tables import metadata
from nodai_mock.migrate import config, upgrade
from nodai_mock.schema import HEAD, ddl, ddl_of_tables, load_tables
from nodai_mock.settings import Settings
from nodai_mock.testing import DEMO

from .conftest import Run, Serving


def test_the_migrations_make_the_schema_that_the_code_has(tmp_path: Path) -> None:
    upgrade(Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}"))
    load_tables()
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    engine.dispose()
    assert differences == [], "write a migration: python -m alembic revision --autogenerate, and raise schema.HEAD"


def test_the_statements_that_ship_make_the_tables_that_the_code_has() -> None:
    assert ddl() == ddl_of_tables(), "write them anew: python -m nodai_mock.schema"


def test_the_server_asks_for_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(config()).get_current_head() == HEAD


def test_a_new_file_is_up_to_date(serve: Callable[..., Serving], run: Run) -> None:
    serve().stop()
    assert "was up to date" in run("db", "upgrade").stdout


def test_an_upgraded_empty_file_gets_the_demo_data(serve: Callable[..., Serving], run: Run) -> None:
    assert f"to {HEAD}" in run("db", "upgrade").stdout
    server = serve()
    answer = httpx.get(server.base_url + "/api/v1/workflows", headers={"X-API-Key": DEMO.secret_key})
    assert answer.json()["data"]


def test_a_file_of_another_version_is_refused_with_the_command_that_helps(run: Run, tmp_path: Path) -> None:
    run("db", "upgrade")
    with sqlite3.connect(tmp_path / "nodai-mock.db") as database:
        database.execute("UPDATE alembic_version SET version_num = '0000'")
    found = run("serve", "--port", "0")
    assert found.returncode == 2
    assert "nodai-mock db upgrade" in found.stderr
    assert found.stderr.count("\n") == 1


def test_a_file_that_is_served_is_not_upgraded(serve: Callable[..., Serving], run: Run) -> None:
    serve()
    found = run("db", "upgrade")
    assert found.returncode == 2
    assert "stop it first" in found.stderr
