"""The views of health."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING

from nodai_mock.kernel.db import Tx
from nodai_mock.kernel.errors import Refusal

if TYPE_CHECKING:
    from nodai_mock._generated import types
    from nodai_mock.edge.call import Call


class Routes:
    """`health` in the contract."""

    def __init__(self) -> None:
        self._version = version("nodai-mock")

    def live(self, call: Call) -> types.Health:
        del call
        return {"status": "ok", "version": self._version}

    def ready(self, call: Call) -> types.Health:
        """Refusal `unavailable` when the database does not take a write."""
        try:
            call.world.db.write(_probe)
        except Refusal as error:
            raise Refusal("unavailable", detail=error.detail, retry_after=error.retry_after or 1) from error
        return {"status": "ok", "version": self._version}


def _probe(tx: Tx) -> None:
    """A write that changes nothing, refused by a database that is read-only, locked or gone."""
    tx.raw.execute("DELETE FROM runs WHERE id = ''")
