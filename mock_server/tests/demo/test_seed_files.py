"""Seed files: a good one is loaded whole; of a bad one nothing is, and one line says where it is bad."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from nodai_mock.demo import DEMO
from nodai_mock.demo.data import DATA
from nodai_mock.demo.seed import SeedFault, SeedFile, schema
from nodai_mock.demo.service import load
from nodai_mock.kernel.db import create_schema
from nodai_mock.schema import load_tables
from nodai_mock.services import World
from nodai_mock.settings import MEMORY, Settings

GOOD = f"""
organizations:
  - id: org_acme
    name: Acme
    plan_id: pro
    timezone: Europe/Vienna
    cost_limit_usd: "25.00"
    keys:
      - id: key_acme
        secret: {DEMO.secret_key}
        name: Production
        scopes: ["*"]
        rate_limit: {{limit: 10, window_seconds: 60}}
        expires_at: 2099-01-01T00:00:00Z
    workflows:
      - id: wf_acme
        name: Echo
        engine: {{type: echo, cost_usd: "0.001"}}
"""


@pytest.fixture
def world() -> Iterator[World]:
    world = World(Settings(database_url=MEMORY))
    load_tables()
    create_schema(world.db)
    yield world
    world.close()


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "seed.yaml"
    path.write_text(text, "utf-8")
    return path


def rows(world: World) -> int:
    with world.db.read() as tx:
        return sum(
            tx.raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("organizations", "keys", "workflows", "journal")
        )


def test_a_seed_file_takes_the_place_of_the_demo_data(world: World, tmp_path: Path) -> None:
    load(world, written(tmp_path, GOOD))
    with world.db.read() as tx:
        assert tx.raw.execute("SELECT id FROM organizations").fetchall() == [("org_acme",)]
        assert tx.raw.execute("SELECT id, rate_limit FROM keys").fetchall() == [("key_acme", 10)]
    assert world.workflows.known("org_acme", "wf_acme").engine.max_cost_micros == 1000


def test_the_demo_data_is_itself_a_good_seed() -> None:
    from jsonschema_rs import validator_for

    assert [error.message for error in validator_for(schema()).iter_errors(DATA)] == []


def test_the_demo_keys_carry_their_checksums() -> None:
    from nodai_mock.keys.secrets import kind_of

    kinds = {name: kind_of(getattr(DEMO, name)) for name in ("secret_key", "limited_key", "budget_key", "other_key")}
    assert set(kinds.values()) == {"secret"}
    assert kind_of(DEMO.publishable_key) == "publishable"


@pytest.mark.parametrize(
    ("good", "bad", "line", "words"),
    [
        ("name: Acme", "nome: Acme", 3, "nome"),
        ("plan_id: pro", "plan_id: gold", 5, "organizations[0].plan_id"),
        ("Europe/Vienna", "Europe/Atlantis", 6, "organizations[0].timezone: is not an IANA time zone"),
        ('cost_limit_usd: "25.00"', "cost_limit_usd: 25.00", 7, "organizations[0].cost_limit_usd"),
        (DEMO.secret_key, DEMO.secret_key[:-1] + "0", 10, "organizations[0].keys[0].secret"),
        ("limit: 10", "limit: 0", 13, "organizations[0].keys[0].rate_limit"),
        ("2099-01", "1999-01", 14, "organizations[0].keys[0].expires_at: must be a time in the future"),
        ("id: wf_acme", "id: acme", 16, "organizations[0].workflows[0].id"),
        ("type: echo", "type: oracle", 18, "organizations[0].workflows[0].engine"),
        ("    workflows:", "   workflows:", 15, ""),
        ("[\"*\"]", "[\"*\"", 13, ""),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_field_and_nothing_is_loaded(
    world: World, tmp_path: Path, good: str, bad: str, line: int, words: str
) -> None:
    assert good in GOOD
    path = written(tmp_path, GOOD.replace(good, bad))
    with pytest.raises(SeedFault) as caught:
        load(world, path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: ")
    assert words in message
    assert "\n" not in message
    assert rows(world) == 0


@pytest.mark.parametrize(
    "text", ["", "[]", "organizations: []", "organizations: {}", "just words", "\x00", "- !!set {a}"]
)
def test_a_file_that_is_no_seed_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(SeedFault, match=r"seed\.yaml"):
        SeedFile(written(tmp_path, text))


def test_an_id_that_is_used_twice_is_refused(tmp_path: Path) -> None:
    twice = GOOD + "      - {id: wf_acme, name: Again, engine: {type: echo}}\n"
    with pytest.raises(SeedFault, match=r"seed\.yaml:19: organizations\[0\].workflows\[1\].id: is used twice"):
        SeedFile(written(tmp_path, twice))


def test_a_file_that_is_not_there_or_not_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SeedFault, match="No such file"):
        SeedFile(tmp_path / "missing.yaml")
    (tmp_path / "binary.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SeedFault, match="is not UTF-8"):
        SeedFile(tmp_path / "binary.yaml")
