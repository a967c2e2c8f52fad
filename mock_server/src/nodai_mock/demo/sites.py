"""Where the demo's publishable key may be used: on the sites of local development, and on this server's own pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from nodai_mock.kernel.db import Tx
    from nodai_mock.settings import Settings

PUBLISHABLE_ID = "key_demo_publishable"
_FIND = "SELECT allowed_origins FROM keys WHERE id = ?"
_UPDATE = "UPDATE keys SET allowed_origins = ? WHERE id = ?"


def own_origins(settings: Settings) -> list[str]:
    """The origins of this server's pages, as browsers on this machine see them."""
    hosts = dict.fromkeys((settings.host, "127.0.0.1", "localhost"))
    return [f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}" for host in hosts]


def allow_own_pages(tx: Tx, settings: Settings) -> None:
    """Let the key, if there is one, be used on this server's pages, whichever port it has this time."""
    found = tx.raw.execute(_FIND, (PUBLISHABLE_ID,)).fetchone()
    if found is None or not settings.port:
        return
    allowed: list[str] = orjson.loads(found[0])
    missing = [origin for origin in own_origins(settings) if origin not in allowed]
    if missing:
        tx.raw.execute(_UPDATE, (orjson.dumps([*allowed, *missing]).decode(), PUBLISHABLE_ID))
        tx.outdate()
