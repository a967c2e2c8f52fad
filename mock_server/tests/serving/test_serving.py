"""Starting and stopping a server, and the one line that says why it does not start."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from nodai_mock.testing import DEMO

from .conftest import Run, Serving

QUERY = f"/api/v1/workflows/{DEMO.workflow_id}/query"
KEY = {"X-API-Key": DEMO.secret_key}
Serve = Callable[..., Serving]


def one_line(stderr: str) -> str:
    assert stderr.count("\n") == 1, stderr
    assert "Traceback" not in stderr
    return stderr


@pytest.mark.parametrize("runner", ["granian", "waitress"])
def test_a_stop_finishes_what_is_under_way(serve: Serve, runner: str) -> None:
    server = serve("--runner", runner)
    answers: list[httpx.Response] = []
    fault = {"operation": "workflows.query", "delay_ms": 1500}
    httpx.post(server.base_url + "/_mock/faults", json=fault).raise_for_status()
    asking = threading.Thread(
        target=lambda: answers.append(httpx.post(server.base_url + QUERY, json={"input": "a"}, headers=KEY, timeout=30))
    )
    asking.start()
    with httpx.Client(base_url=server.base_url, headers=KEY) as client:
        # The slow request is inside as soon as its fault has been taken.
        while client.get("/_mock/faults").json()["data"][0]["hits"] == 0:
            pass
    assert server.stop() == 0
    asking.join()
    assert [answer.status_code for answer in answers] == [200]


def test_data_survives_a_restart(serve: Serve) -> None:
    first = serve()
    run = httpx.post(first.base_url + QUERY, json={"input": "kept"}, headers=KEY).json()
    assert first.stop() == 0
    second = serve()
    assert httpx.get(f"{second.base_url}/api/v1/runs/{run['id']}", headers=KEY).json() == run
    assert second.stop(signal.SIGINT) == 0


def test_an_answered_call_survives_a_kill(serve: Serve) -> None:
    first = serve()
    with httpx.Client(base_url=first.base_url, headers=KEY) as client:
        runs = [client.post(QUERY, json={"input": str(at)}).json()["id"] for at in range(20)]
    first.stop(signal.SIGKILL)
    second = serve()
    found = httpx.get(second.base_url + "/api/v1/runs?limit=100", headers=KEY).json()["data"]
    assert {each["id"] for each in found} == set(runs)


def test_a_second_server_on_the_same_file_is_told_so(serve: Serve, run: Run) -> None:
    first = serve()
    second = run("serve", "--port", "0")
    assert second.returncode == 2
    line = one_line(second.stderr)
    assert str(first.process.pid) in line
    assert "--database-url" in line
    assert httpx.get(first.base_url + "/health/ready").status_code == 200


def test_a_taken_port_is_said_with_the_flag_that_helps(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for found in run("serve", "--port", port), run("serve", NODAI_PORT=port):
            assert found.returncode == 2
            line = one_line(found.stderr)
            assert port in line
            assert "--port" in line


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (["--host", "0.0.0.0"], "--public"), (["--host", "192.0.2.1", "--public"], "--port"),
        (["--workers", "2"], "--workers"), (["--port", "70000"], "--port"), (["--port", "http"], "--port"),
        (["--database-url", "mysql://x"], "--database-url"), (["--database-url", "sqlite:////no/x.db"], "/no/x"),
        (["--seed-file", "missing.yaml"], "missing.yaml"), (["--key-prefix", "BAD"], "--key-prefix"),
    ],
)  # fmt: skip
def test_what_cannot_be_served_is_said_in_one_line(run: Run, arguments: list[str], word: str) -> None:
    found = run("serve", "--port", "0", *arguments)
    assert found.returncode == 2
    assert word in one_line(found.stderr)


def test_a_corrupt_seed_file_leaves_no_half_made_database(run: Run, tmp_path: Path) -> None:
    (tmp_path / "seed.yaml").write_text("workflows: [{id: 1")
    found = run("serve", "--port", "0", "--seed-file", "seed.yaml")
    assert found.returncode == 2
    assert "seed.yaml" in one_line(found.stderr)
    with sqlite3.connect(tmp_path / "nodai-mock.db") as database:
        assert database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_a_file_that_is_no_database_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no database at all, " * 100)
    found = run("serve", "--port", "0", "--database-url", "sqlite:///notes.txt")
    assert found.returncode == 2
    assert "notes.txt" in one_line(found.stderr)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to what is read-only")
def test_a_read_only_file_is_said_in_one_line(run: Run, tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "ro.db").close()
    (tmp_path / "ro.db").chmod(0o400)
    found = run("serve", "--port", "0", "--database-url", "sqlite:///ro.db")
    assert found.returncode == 2
    assert "ro.db" in one_line(found.stderr)


def test_a_database_held_by_another_program_is_a_503_and_then_works_again(serve: Serve, tmp_path: Path) -> None:
    server = serve()
    with httpx.Client(base_url=server.base_url, headers=KEY, timeout=30) as client:
        assert client.post(QUERY, json={"input": "a"}).status_code == 200
        other = sqlite3.connect(tmp_path / "nodai-mock.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        refused = client.post(QUERY, json={"input": "b"})
        assert (refused.status_code, refused.json()["code"]) == (503, "unavailable")
        assert refused.headers["retry-after"] == "1"
        other.execute("ROLLBACK")
        other.close()
        assert client.post(QUERY, json={"input": "c"}).status_code == 200
        assert len(client.get("/api/v1/runs").json()["data"]) == 2


def test_the_environment_sets_what_flags_do_not(run: Run) -> None:
    shown = run("config", "--port", "4568", NODAI_PORT="4567", NODAI_HOST="::1", NODAI_BOOTSTRAP_KEY="nk_secret")
    assert "NODAI_PORT=4568\n" in shown.stdout
    assert "NODAI_HOST=::1\n" in shown.stdout
    assert "nk_secret" not in shown.stdout


def test_the_demo_is_shown_for_scripts(run: Run) -> None:
    shown = json.loads(run("demo", "--format", "json", NODAI_PORT="4567").stdout)
    assert shown["base_url"] == "http://127.0.0.1:4567"
    assert set(shown) >= {"secret_key", "limited_key", "budget_key", "publishable_key", "workflow_id"}


def test_exec_runs_a_command_against_a_server_of_its_own(run: Run, tmp_path: Path) -> None:
    script = (
        "import os, urllib.request as u; "
        "r = u.Request(os.environ['NODAI_BASE_URL'] + '/api/v1/workflows', "
        "headers={'X-API-Key': os.environ['NODAI_API_KEY']}); print(u.urlopen(r).status)"
    )
    found = run("exec", "--", "python3", "-c", script)
    assert (found.returncode, found.stdout, found.stderr) == (0, "200\n", "")
    assert list(tmp_path.iterdir()) == []


def test_exec_gives_the_exit_code_back_and_shows_the_requests_of_a_failure(run: Run) -> None:
    script = "import os, urllib.request as u; u.urlopen(os.environ['NODAI_BASE_URL'] + '/api/v1/runs')"
    found = run("exec", "--", "python3", "-c", script)
    assert found.returncode == 1
    assert "GET /api/v1/runs -> 401" in found.stderr
    assert run("exec", "--", "sh", "-c", "exit 7").returncode == 7
    assert run("exec", "--", "no-such-command").returncode == 127
    assert run("exec").returncode == 2


def test_importing_the_package_does_nothing() -> None:
    import subprocess
    import sys

    script = (
        "import sys, threading; import nodai_mock, nodai_mock.app, nodai_mock.server, nodai_mock.testing; "
        "assert threading.active_count() == 1; assert 'sqlalchemy' not in sys.modules, 'slow to start'"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_disk_filling_up_is_a_503_while_reads_go_on(tmp_path: Path) -> None:
    from nodai_mock.app import create_app, worlds_of
    from nodai_mock.settings import Settings

    app = create_app(Settings(database_url=f"sqlite:///{tmp_path / 'x.db'}"))
    http, database = app.test_client(), worlds_of(app).default.db
    run = http.post(QUERY, json={"input": "a"}, headers=KEY).json["id"]
    pages = database.write(lambda tx: tx.raw.execute("PRAGMA page_count").fetchone()[0])
    database.write(lambda tx: tx.raw.execute(f"PRAGMA max_page_count={pages}"))
    statuses: set[int] = set()
    while 503 not in statuses:
        statuses.add(http.post(QUERY, json={"input": "x" * 20_000}, headers=KEY).status_code)
    assert statuses <= {200, 503}
    assert http.get("/docs").status_code == 200
    database.write(lambda tx: tx.raw.execute("PRAGMA max_page_count=1000000"))
    assert http.get(f"/api/v1/runs/{run}", headers=KEY).status_code == 200
    worlds_of(app).close()
