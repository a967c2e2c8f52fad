"""The pages: `/widget/…` for any site to load, and `/demo`, under the policy that the widget promises to live with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask, Response, jsonify, request

from nodai_mock.demo.data import DEMO
from nodai_mock.demo.sites import PUBLISHABLE_ID
from nodai_mock.kernel.errors import Refusal
from nodai_mock.widget.files import HOW_TO_BUILD, File, Widget

if TYPE_CHECKING:
    from nodai_mock.services import World
    from nodai_mock.settings import Settings

_FOR_EVER = "public, max-age=31536000, immutable"
_ASK_AGAIN = "public, no-cache"
_ANY_SITE = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
DEMO_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'; trusted-types 'none'; "
    "require-trusted-types-for 'script'"
)
_NOT_BUILT = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>The demo is not built</title>
<h1>The demo is not built</h1>
<p>The API works without it. To see the widget, install Node 20.19 or later, then run this in the repository:</p>
<pre>{HOW_TO_BUILD.replace("&", "&amp;")}</pre>
<p>and reload this page. Released packages of the server have the widget inside.</p>
"""


def mount(app: Flask, settings: Settings, widget: Widget) -> None:
    """Add the pages; a hosted server has no demo, because it has no demo key."""
    pages = _Pages(settings, widget)
    app.add_url_rule("/widget/manifest.json", "widget_manifest", pages.manifest)
    app.add_url_rule("/widget/<path:name>", "widget_file", pages.widget_file)
    if not settings.hosted:
        app.add_url_rule("/demo/", "demo", pages.demo)
        app.add_url_rule("/demo/config.json", "demo_config", pages.config)
        app.add_url_rule("/demo/<path:name>", "demo_file", pages.demo)


class _Pages:
    """The views."""

    def __init__(self, settings: Settings, widget: Widget) -> None:
        self._settings = settings
        self._widget = widget

    def manifest(self) -> Response:
        """Version, addresses and hashes of the widget's files."""
        answer = jsonify(self._widget.manifest())
        answer.headers["Cache-Control"] = _ASK_AGAIN
        answer.headers.update(_ANY_SITE)
        return answer

    def widget_file(self, name: str) -> Response:
        """A file by its name, or by version and name; with a version in its address it may be kept for ever."""
        version = self._widget.version
        file = self._widget.files.get(name.removeprefix(version + "/"))
        if file is None:
            raise Refusal("not_found", detail=self._missing())
        pinned = name.startswith(version + "/") or f"-{version}." in name
        answer = _answer(file, _FOR_EVER if pinned else _ASK_AGAIN)
        answer.headers.update(_ANY_SITE)
        return answer

    def demo(self, name: str = "index.html") -> Response:
        """A page of the demo, with or without its `.html`, or what it loads."""
        files = self._widget.demo
        file = files.get(name) or files.get(name + ".html") or files.get(name.rstrip("/") + "/index.html")
        if not self._widget.is_built or (file is None and name == "index.html"):
            return Response(_NOT_BUILT, 404, content_type="text/html; charset=utf-8")
        if file is None:
            raise Refusal("not_found", detail="The demo has no such page.")
        answer = _answer(file, _ASK_AGAIN)
        answer.headers["Content-Security-Policy"] = DEMO_POLICY
        return answer

    def config(self) -> Response:
        """What the demo's scripts have to know; the key is null when a seed file has none."""
        world: World = request.environ["nodai.world"]
        with world.db.read() as tx:
            known = world.keys.find(tx, PUBLISHABLE_ID) is not None
        key = self._settings.key_prefix + DEMO.publishable_key.removeprefix("nk_")
        return jsonify(
            api_url=request.host_url.rstrip("/"),
            publishable_key=key if known else None,
            workflow=DEMO.workflow_id,
            widget=self._widget.manifest(),
        )

    def _missing(self) -> str:
        if self._widget.is_built:
            return "The widget has no such file; /widget/manifest.json lists them."
        return f"The widget is not built: install Node 20.19 or later, and run: {HOW_TO_BUILD}"


def _answer(file: File, caching: str) -> Response:
    answer = Response(file.content, content_type=file.content_type, headers={"Cache-Control": caching})
    answer.set_etag(file.integrity.removeprefix("sha384-"))
    answer.make_conditional(request.environ)
    return answer
