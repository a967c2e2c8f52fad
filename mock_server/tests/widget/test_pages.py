"""The widget's files and the demo page over HTTP."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from types import SimpleNamespace

import pytest
from nodai_mock import cli
from nodai_mock.settings import Settings
from nodai_mock.testing import DEMO
from nodai_mock.widget.files import Widget

from .conftest import SCRIPT, Open

HASH = "sha384-" + base64.b64encode(hashlib.sha384(SCRIPT).digest()).decode()


def test_any_site_may_load_the_widget(client: Open, built: Widget) -> None:
    answer = client(built).get("/widget/nodai-widget.js", headers={"Origin": "https://shop.example"})
    assert (answer.status_code, answer.content) == (200, SCRIPT)
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", ["/widget/1.2.3/nodai-widget.js", "/widget/nodai-widget-1.2.3.js"])
def test_an_address_with_the_version_is_kept_for_ever(client: Open, built: Widget, path: str) -> None:
    answer = client(built).get(path)
    assert answer.content == SCRIPT
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_an_address_without_a_version_is_asked_for_again(client: Open, built: Widget) -> None:
    http = client(built)
    first = http.get("/widget/nodai-widget.js")
    assert first.headers["cache-control"] == "public, no-cache"
    again = http.get("/widget/nodai-widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_the_manifest_has_what_a_page_pins(client: Open, built: Widget) -> None:
    http = client(built)
    manifest = http.get("/widget/manifest.json").json()
    assert manifest["version"] == "1.2.3"
    assert set(manifest["files"]) == {"nodai-widget.js", "nodai-widget-1.2.3.js", "nodai-widget.js.map"}
    described = manifest["files"]["nodai-widget.js"]
    assert described == {"url": "/widget/1.2.3/nodai-widget.js", "integrity": HASH, "bytes": len(SCRIPT)}
    assert http.get(described["url"]).content == SCRIPT


@pytest.mark.parametrize(
    "path",
    ["/widget/.env", "/widget/key.pem", "/widget/../package.json", "/widget/..%2fpackage.json", "/widget/demo/demo.js",
     "/widget/%2e%2e/package.json", "/widget/1.2.4/nodai-widget.js", "/demo/../nodai-widget.js", "/demo/%2e%2e/key.pem",
     "/demo//etc/passwd", "/widget/"],
)  # fmt: skip
def test_nothing_else_can_be_fetched(client: Open, built: Widget, path: str) -> None:
    assert client(built).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/demo/", "/demo/index.html", "/demo/gallery", "/demo/gallery.html", "/demo/demo.js"])
def test_the_demo_lives_under_the_policy_that_the_widget_promises(client: Open, built: Widget, path: str) -> None:
    answer = client(built).get(path)
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    for part in ("default-src 'none'", "script-src 'self'", "connect-src 'self'", "trusted-types 'none'"):
        assert part in policy
    assert "unsafe" not in policy


def test_the_demo_is_found_without_its_slash(client: Open, built: Widget) -> None:
    answer = client(built).get("/demo")
    assert answer.is_redirect
    assert answer.headers["location"].endswith("/demo/")


def test_the_demo_is_told_its_key_and_no_other(client: Open, built: Widget) -> None:
    answer = client(built).get("/demo/config.json")
    config = answer.json()
    assert config["api_url"] == "http://127.0.0.1:4010"
    assert (config["publishable_key"], config["workflow"]) == (DEMO.publishable_key, DEMO.workflow_id)
    assert config["widget"]["version"] == "1.2.3"
    assert DEMO.secret_key not in answer.text


def test_the_key_of_the_demo_answers_from_the_page_of_any_port(client: Open, built: Widget) -> None:
    http = client(built, port=5123)
    for origin, status in (
        ("http://127.0.0.1:5123", 200),
        ("http://localhost:5123", 200),
        ("http://localhost:5124", 403),
    ):
        headers = {"X-API-Key": DEMO.publishable_key, "Origin": origin}
        answer = http.post("/api/v1/workflows/wf_support/query", json={"input": "password"}, headers=headers)
        assert answer.status_code == status


def test_the_key_of_the_demo_moves_with_its_database(client: Open, tmp_path: Path) -> None:
    for port in (5123, 5124, 5123):
        http = client(port=port, database_url=f"sqlite:///{tmp_path / 'moves.db'}")
        headers = {"X-API-Key": DEMO.publishable_key, "Origin": f"http://127.0.0.1:{port}"}
        assert http.post("/api/v1/workflows/wf_support/query", json={"input": "x"}, headers=headers).is_success
        origins = http.get("/api/v1/api-keys/key_demo_publishable", headers={"X-API-Key": DEMO.secret_key}).json()
        assert len(set(origins["allowed_origins"])) == len(origins["allowed_origins"])


def test_without_the_built_files_the_demo_says_how_to_build_them(client: Open) -> None:
    http = client()
    page = http.get("/demo/")
    assert page.status_code == 404
    assert page.headers["content-type"].startswith("text/html")
    assert "npm ci &amp;&amp; npm run build" in page.text
    missing = http.get("/widget/nodai-widget.js")
    assert "not built" in missing.json()["detail"]
    assert http.get("/widget/manifest.json").json() == {"version": "0.0.0", "files": {}}


def test_a_hosted_server_has_the_widget_and_no_demo(client: Open, built: Widget) -> None:
    http = client(built, hosted=True)
    assert http.get("/widget/nodai-widget.js").status_code == 200
    for path in ("/demo", "/demo/", "/demo/config.json"):
        assert http.get(path).status_code == 404


def test_a_browser_that_asks_for_an_icon_has_nothing_to_complain_about(client: Open) -> None:
    assert client().get("/favicon.ico").status_code == 204


@pytest.mark.parametrize("name", ["built", "missing"])
def test_serve_says_in_one_line_how_it_stands_with_the_widget(
    name: str, built: Widget, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    widget = built if name == "built" else Widget(tmp_path / "nothing", tmp_path / "neither")
    monkeypatch.setattr("nodai_mock.widget.files.Widget", lambda: widget)
    cli._greet(SimpleNamespace(base_url="http://127.0.0.1:4010"), Settings())  # pyright: ignore[reportPrivateUsage]
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Widget")]
    wanted = "http://127.0.0.1:4010/demo" if name == "built" else "not built, needs Node: npm ci && npm run build"
    assert line == f"Widget: {wanted}"
