"""The application: builds the services, binds the contract to the rooms, mounts the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from nodai_mock._generated.operations import OPERATIONS
from nodai_mock.audit import routes as audit
from nodai_mock.client_sessions import routes as client_sessions
from nodai_mock.edge import pages
from nodai_mock.edge.contract import bind
from nodai_mock.edge.control import routes as mock
from nodai_mock.edge.dispatch import Edge
from nodai_mock.edge.endpoint import Endpoint
from nodai_mock.edge.observe import Observer
from nodai_mock.edge.validation import load_schemas
from nodai_mock.endpoints import routes as endpoints
from nodai_mock.events import routes as events
from nodai_mock.health import routes as health
from nodai_mock.keys import routes as keys
from nodai_mock.plans import routes as plans
from nodai_mock.requests import routes as requests
from nodai_mock.runs import routes as runs
from nodai_mock.services import Worlds
from nodai_mock.settings import Settings
from nodai_mock.start import prepare
from nodai_mock.usage import routes as usage
from nodai_mock.widget import pages as widget
from nodai_mock.widget.files import Widget
from nodai_mock.workflows import routes as workflows

if TYPE_CHECKING:
    from nodai_mock._generated.handlers import Rooms
    from nodai_mock.kernel.clock import MockClock


def create_app(settings: Settings | None = None, *, clock: MockClock | None = None) -> Flask:
    """The Flask application; `worlds_of(app).close()` ends it. ContractMismatch when views and contract differ."""
    settings = settings or Settings()
    worlds = Worlds(settings, clock=clock)
    prepare(worlds)
    rooms: Rooms = {
        "api_keys": keys.Routes(), "api_keys.rate_limit": keys.RateLimitRoutes(),
        "audit_log": audit.Routes(), "endpoints": endpoints.Routes(), "events": events.Routes(),
        "client_sessions": client_sessions.Routes(), "health": health.Routes(), "plans": plans.Routes(),
        "requests": requests.Routes(), "runs": runs.Routes(), "usage": usage.Routes(), "workflows": workflows.Routes(),
        "mock": mock.MockRoutes(worlds), "mock.clock": mock.ClockRoutes(), "mock.faults": mock.FaultRoutes(),
        "mock.journal": mock.JournalRoutes(), "mock.snapshots": mock.SnapshotRoutes(),
    }  # fmt: skip
    operations = [each for each in OPERATIONS if not (settings.hosted and each.path.startswith("/_mock"))]
    served_rooms = {name: room for name, room in rooms.items() if not (settings.hosted and name.startswith("mock"))}
    views = bind(operations, served_rooms)
    schemas = load_schemas()
    observer = Observer(hosted=settings.hosted, access_log=settings.access_log)
    served = [Endpoint(each, views[each.id], schemas, largest=settings.max_body_bytes) for each in operations]

    app = Flask("nodai_mock", static_folder=None)
    app.extensions["nodai_worlds"] = worlds
    pages.mount(app, observer, operations)
    widget.mount(app, settings, Widget())
    app.wsgi_app = Edge(served, worlds, app.wsgi_app, schemas, observer, strict=not settings.hosted)
    return app


def worlds_of(app: Flask) -> Worlds:
    """The worlds that an application serves."""
    return app.extensions["nodai_worlds"]
