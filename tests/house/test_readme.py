"""The README's five minutes, typed in as they stand: each line gives what the README says."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from conftest import plain_environment
from nodai import APIError, NodAI
from nodai_mock.keys import magic
from nodai_mock.settings import Settings
from nodai_mock.testing import ThreadServer
from pages import Example, examples, matches
from tree import ROOT, text

ADDRESS = "http://127.0.0.1:4010"
CHECK = "\nimport sys as _sys; _sys.stdout.write('\\0'); _sys.stdout.flush()\n"


def run_shell(source: str, environment: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", source],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{source}\n{done.stdout}{done.stderr}"
    return done.stdout


def run_python(parts: list[Example], environment: dict[str, str], folder: Path) -> list[str]:
    """Run the blocks one after the other in one process; gives what each printed."""
    script = folder / "tour.py"
    script.write_text("".join(part.source + CHECK for part in parts), "utf-8")
    done = subprocess.run([sys.executable, script], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout.replace("\0", "") + done.stderr
    return done.stdout.split("\0")[:-1]


def test_the_five_minutes_give_what_the_readme_says(base: str, demo: dict[str, str], tmp_path: Path) -> None:
    page = text("README.md")
    environment = plain_environment() | {"NODAI_BASE_URL": base, "NODAI_API_KEY": demo["secret_key"]}
    shell, python = examples(page, "sh"), examples(page, "python")
    assert shell
    assert python
    for example in shell:
        printed = run_shell(example.source.replace(ADDRESS, base), environment, tmp_path)
        assert example.expected is None or matches(example.expected, printed), f"{example.source}\n{printed}"
    for example, printed in zip(python, run_python(python, environment, tmp_path), strict=True):
        assert example.expected is not None, "say what it prints"
        assert matches(example.expected, printed), f"{example.source}\nprinted:\n{printed}"


def test_the_readme_shows_the_demo_keys(demo: dict[str, str]) -> None:
    page = text("README.md")
    assert [name for name in ("secret_key", "limited_key", "budget_key") if demo[name] not in page] == []


def test_the_testing_page_shows_the_magic_keys_and_what_they_answer(base: str) -> None:
    page = text("docs/testing-with-nodai-mock.md")
    assert [name for name in magic.NAMES if f"`{magic.secret(name)}`" not in page] == []
    rows = re.findall(r"^\| \d{3} \[`(\w+)`\].* \| `(nk_\w+)` \|$", page, re.MULTILINE)
    assert len(rows) == len(magic.NAMES) - 2  # one is slow, one is dropped
    for code, secret in rows:
        with NodAI(api_key=secret, base_url=base, max_retries=0) as client, pytest.raises(APIError) as refused:
            client.workflows.query("wf_support", input="Hello")
        assert refused.value.code == code


@pytest.mark.parametrize("page", sorted((ROOT / "docs" / "errors").glob("[a-z]*.md")), ids=lambda page: page.stem)
def test_an_error_page_shows_how_to_see_its_error(page: Path, base: str, demo: dict[str, str], tmp_path: Path) -> None:
    environment = plain_environment() | {"BASE": base, "NODAI_API_KEY": demo["secret_key"]}
    (example,) = examples(page.read_text("utf-8"), "sh")
    problem = json.loads(run_shell(example.source, environment, tmp_path))
    assert problem["code"] == page.stem
    assert problem["type"] == f"/docs/errors/{page.stem}"
    with urllib.request.urlopen(base + problem["type"], timeout=10) as served:
        assert page.stem in served.read().decode()


@pytest.mark.parametrize("page", ["idempotency", "streaming", "testing-with-nodai-mock", "quickstart"])
def test_the_commands_of_a_page_succeed(page: str, base: str, demo: dict[str, str], tmp_path: Path) -> None:
    environment = plain_environment() | {"NODAI_BASE_URL": base, "NODAI_API_KEY": demo["secret_key"]}
    for example in examples(text(f"docs/{page}.md"), "sh"):
        printed = run_shell(
            example.source.replace(ADDRESS, base).replace("curl -s", "curl -fsS"), environment, tmp_path
        )
        assert example.expected is None or matches(example.expected, printed), f"{example.source}\n{printed}"


@pytest.mark.parametrize(
    "page", ["quickstart", "limits-and-cost", "idempotency", "streaming", "testing-with-nodai-mock"]
)
def test_the_python_of_a_page_runs(page: str, base: str, demo: dict[str, str], tmp_path: Path) -> None:
    environment = plain_environment() | {"NODAI_BASE_URL": base, "NODAI_API_KEY": demo["secret_key"]}
    blocks = [example for example in examples(text(f"docs/{page}.md"), "py") if "def test_" not in example.source]
    each = [Example("python", f"from nodai import NodAI\nclient = NodAI()\n{block.source}", None) for block in blocks]
    assert len(run_python(each, environment, tmp_path)) == len(blocks) > 0


def test_the_tests_that_the_pages_show_pass(tmp_path: Path) -> None:
    for number, page in enumerate(("README.md", "docs/testing-with-nodai-mock.md")):
        (shown,) = [example.source for example in examples(text(page), "py") if "def test_" in example.source]
        (tmp_path / f"test_shown_{number}.py").write_text(shown, "utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", tmp_path, tmp_path]
    done = subprocess.run(command, cwd=tmp_path, env=plain_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_the_seed_file_of_the_testing_page_is_what_a_server_starts_with(tmp_path: Path) -> None:
    (example,) = examples(text("docs/testing-with-nodai-mock.md"), "yaml")
    seed = tmp_path / "data.yaml"
    seed.write_text(example.source, "utf-8")
    (secret,) = re.findall(r"secret: (\S+)", example.source)
    settings = Settings(database_url="sqlite://", seed_file=seed)
    with ThreadServer(settings) as server, NodAI(api_key=secret, base_url=server.base_url) as client:
        assert client.workflows.query("wf_stock", input="Do you have shoes?").output == "We have three pairs."
