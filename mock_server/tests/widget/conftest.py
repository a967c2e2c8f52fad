"""A server without a socket, beside a widget that was built, or was not."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask
from nodai_mock.app import create_app, worlds_of
from nodai_mock.settings import Settings
from nodai_mock.widget.files import Widget

Open = Callable[..., httpx.Client]
SCRIPT = b"console.log('hello');\n"


@pytest.fixture
def built(tmp_path: Path) -> Widget:
    """A workspace as `npm run build` leaves it, with things beside it that are nobody's business."""
    dist = tmp_path / "widget" / "dist"
    (dist / "demo").mkdir(parents=True)
    (tmp_path / "widget" / "package.json").write_text(json.dumps({"name": "@nodai/widget", "version": "1.2.3"}))
    (dist / "nodai-widget.js").write_bytes(SCRIPT)
    (dist / "nodai-widget-1.2.3.js").write_bytes(SCRIPT)
    (dist / "nodai-widget.js.map").write_text("{}")
    (dist / ".env").write_text("SECRET=1")
    (dist / "key.pem").write_text("SECRET")
    (dist / "demo" / "index.html").write_text("<!doctype html><script src=demo.js></script>")
    (dist / "demo" / "gallery.html").write_text("<!doctype html>")
    (dist / "demo" / "demo.js").write_bytes(SCRIPT)
    return Widget(tmp_path / "nothing", tmp_path / "widget")


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Open]:
    """Opens a client to a server with this widget, or with none."""
    apps: list[Flask] = []

    def open_client(widget: Widget | None = None, **settings: object) -> httpx.Client:
        found = widget or Widget(tmp_path / "nothing", tmp_path / "neither")
        monkeypatch.setattr("nodai_mock.app.Widget", lambda: found)
        apps.append(create_app(Settings.model_validate({"database_url": "sqlite://", **settings})))
        return httpx.Client(transport=httpx.WSGITransport(app=apps[-1]), base_url="http://127.0.0.1:4010")

    yield open_client
    for app in apps:
        worlds_of(app).close()
