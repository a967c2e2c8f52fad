"""What can be done with organizations."""

from __future__ import annotations

from typing import TypedDict, Unpack

from nodai_mock.accounts import store
from nodai_mock.accounts.rules import Organization, known_timezone
from nodai_mock.kernel.clock import to_micros
from nodai_mock.kernel.db import Database, Tx
from nodai_mock.kernel.errors import invalid, not_found
from nodai_mock.kernel.ids import Ids
from nodai_mock.plans.rules import PLANS


class Changes(TypedDict, total=False):
    """What can be changed about an organization."""

    name: str
    plan_id: str
    timezone: str
    cost_limit_micros: int | None
    requests_per_minute: int | None


class Accounts:
    """The organizations of one world."""

    def __init__(self, database: Database, ids: Ids) -> None:
        self._database = database
        self._ids = ids

    def create(self, name: str, *, plan_id: str = "free", timezone: str = "UTC", **rest: object) -> Organization:
        """A new organization; `id`, `cost_limit_micros` and `requests_per_minute` may be given."""
        return self._database.write(lambda tx: self.create_in(tx, name, plan_id=plan_id, timezone=timezone, **rest))

    def create_in(
        self, tx: Tx, name: str, *, plan_id: str = "free", timezone: str = "UTC", **rest: object
    ) -> Organization:
        """The same, as part of a unit of work."""
        _check({"plan_id": plan_id, "timezone": timezone})
        values: dict[str, object] = {
            "id": self._ids.new("org_"),
            "cost_limit_micros": None,
            "requests_per_minute": None,
        }
        values |= {"name": name, "plan_id": plan_id, "timezone": timezone, "created_at": to_micros(tx.now), **rest}
        store.insert(tx, values)
        return self.get_in(tx, str(values["id"]))

    def get(self, organization_id: str) -> Organization:
        """Refuses with `not_found`."""
        with self._database.read() as tx:
            return self.get_in(tx, organization_id)

    def get_in(self, tx: Tx, organization_id: str) -> Organization:
        row = store.get(tx, organization_id)
        if row is None:
            raise not_found()
        return row

    def update(self, organization_id: str, **changes: Unpack[Changes]) -> Organization:
        """Changes the named fields. Counters of months follow a new time zone at the next admission."""
        _check(changes)

        def work(tx: Tx) -> Organization:
            store.update(tx, organization_id, dict(changes))
            return self.get_in(tx, organization_id)

        return self._database.write(work)


def _check(changes: Changes) -> None:
    if "plan_id" in changes and changes["plan_id"] not in PLANS:
        raise invalid("/plan_id", "enum", "is not a plan")
    if "timezone" in changes and not known_timezone(changes["timezone"]):
        raise invalid("/timezone", "format", "is not an IANA time zone")
