"""What has to exist before the first request: the schema and the starting data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nodai_mock import schema
from nodai_mock.demo.sites import allow_own_pages
from nodai_mock.schema import HEAD, version
from nodai_mock.services import World

if TYPE_CHECKING:
    from nodai_mock.services import Worlds
    from nodai_mock.settings import Settings


class OldSchema(Exception):
    """The database has the schema of another version, which the message names."""


def prepare(worlds: Worlds) -> None:
    """Put the schema and the starting data into a new database; in an old one, pick up what was left."""
    world = worlds.default
    with world.db.read() as tx:
        found = version(tx)
    if found not in (None, HEAD):
        raise OldSchema(found)
    if found is None or (not world.settings.hosted and _empty(world)):
        # The image goes in as one transaction: no stop and no bad seed file leaves half of it behind.
        world.restore(worlds.image())
    else:
        with world.db.read() as tx:
            world.ids.begin(str(tx.raw.execute("SELECT count(*), max(id) FROM requests").fetchone()))
        if not world.settings.hosted:
            world.db.write(lambda tx: allow_own_pages(tx, world.settings))
    world.db.write(world.admission.recover)
    world.workflows.recover()


def _empty(world: World) -> bool:
    """Whether there is a schema and nothing else, as `db upgrade` leaves a new file."""
    with world.db.read() as tx:
        return tx.raw.execute("SELECT 1 FROM organizations LIMIT 1").fetchone() is None


def create(world: World) -> None:
    """Schema and starting data in an empty database."""
    from nodai_mock.demo import service as demo

    world.db.write(schema.create)
    if not world.settings.hosted:
        demo.load(world, world.settings.seed_file)


def fresh_image(settings: Settings) -> bytes:
    """The image of a database that holds the starting data and nothing else."""
    world = World(settings)
    world.ids.begin("image")
    try:
        create(world)
        return world.db.image()
    finally:
        world.close()
