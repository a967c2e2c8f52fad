"""A small backend for a page with the widget: it keeps the secret key, and makes a client session for each visitor."""

from __future__ import annotations

import os
from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, jsonify, render_template, request
from nodai import NodAI, NodAIError

# Named here and not read from the request: who sends a `Host` of their own would get a session for their own site.
ORIGIN = os.environ.get("SITE_ORIGIN", "http://127.0.0.1:5000")
WORKFLOW = os.environ.get("SITE_WORKFLOW", "wf_support")
LIFETIME_SECONDS = int(os.environ.get("SITE_SESSION_SECONDS", "300"))

client = NodAI()  # NODAI_API_KEY and NODAI_BASE_URL of the environment
app = Flask(__name__)


@app.get("/")
def page() -> Response:
    """The page. Its policy lets it load the widget from the API's server and talk to that server and to this one."""
    api = client.base_url
    answer = Response(render_template("page.html", api_url=api, workflow=WORKFLOW))
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'self' {api}; connect-src 'self' {api}; base-uri 'none'; form-action 'none'; "
        "trusted-types 'none'; require-trusted-types-for 'script'"
    )
    return answer


@app.post("/session")
def session() -> tuple[Response, int]:
    """A session for one visitor. Here is the place to ask whether this visitor is logged in and may have one."""
    if request.headers.get("Origin") != ORIGIN:
        return jsonify(error="Sessions are for this site's own pages."), HTTPStatus.FORBIDDEN
    made = client.client_sessions.create(workflow_id=WORKFLOW, origin=ORIGIN, expires_in_seconds=LIFETIME_SECONDS)
    answer = jsonify(secret=made.secret, expires_at=made.expires_at.isoformat())
    answer.headers["Cache-Control"] = "no-store"
    return answer, HTTPStatus.CREATED


@app.errorhandler(NodAIError)
def no_session(error: NodAIError) -> tuple[Response, int]:
    """What is wrong with the key or the server is for the log; the page learns only that there is no session now."""
    app.logger.error("No client session: %s", error)
    return jsonify(error="No session can be had now."), HTTPStatus.BAD_GATEWAY


if __name__ == "__main__":
    address = urlsplit(ORIGIN)
    app.run(address.hostname, address.port or 80)
