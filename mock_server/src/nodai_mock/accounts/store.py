"""Reading and writing organizations."""

from collections.abc import Mapping

from nodai_mock.accounts.rules import Organization
from nodai_mock.kernel.db import Tx

_GET = f"SELECT {', '.join(Organization._fields)} FROM organizations WHERE id = ?"


def insert(tx: Tx, values: Mapping[str, object]) -> None:
    marks = ", ".join("?" * len(values))
    tx.raw.execute(f"INSERT INTO organizations ({', '.join(values)}) VALUES ({marks})", list(values.values()))


def get(tx: Tx, organization_id: str) -> Organization | None:
    row = tx.raw.execute(_GET, (organization_id,)).fetchone()
    return None if row is None else Organization(*row)


def update(tx: Tx, organization_id: str, values: Mapping[str, object]) -> None:
    if values:
        tx.outdate()
        changed = ", ".join([f"{name} = ?" for name in values])
        tx.raw.execute(f"UPDATE organizations SET {changed} WHERE id = ?", [*values.values(), organization_id])
