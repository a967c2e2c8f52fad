"""Every error code has a page, and the page says what the table and the contract say."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from tree import ROOT, files, text

from codegen.bundle import load_errors

TABLE = load_errors(ROOT / "contract")


@cache
def problem_schema() -> Any:
    document: dict[str, Any] = json.loads(text("mock_server/src/nodai_mock/_generated/openapi.json"))
    return jsonschema_rs.validator_for({**document, "$ref": "#/components/schemas/Problem"})


def page(code: str) -> str:
    return text(f"docs/errors/{code}.md")


def test_there_is_one_page_for_each_code_and_no_other() -> None:
    pages = {Path(name).stem for name in files() if name.startswith("docs/errors/") and name.endswith(".md")}
    assert pages - {"README"} == set(TABLE)


@pytest.mark.parametrize("code", TABLE)
def test_a_page_agrees_with_the_table(code: str) -> None:
    entry = TABLE[code]
    shown = page(code)
    assert shown.startswith(f"# {code}\n")
    assert f"**{entry['status']} · {entry['title']}**" in shown
    assert f"`nodai.{entry['class']}`" in shown
    assert ("· retryable\n" if entry.get("retryable") else "· not retryable\n") in shown
    for heading in ("What happened", "What to do", "What it looks like", "See it on your machine"):
        assert f"\n## {heading}\n" in shown
    assert f"[`{code}`]({code}.md)" in page("README")


@pytest.mark.parametrize("code", TABLE)
def test_the_example_on_a_page_is_a_problem_of_that_code(code: str) -> None:
    match = re.search(r"```json\n(.*?)```", page(code), re.DOTALL)
    assert match
    problem = json.loads(match[1])
    entry = TABLE[code]
    assert (problem["code"], problem["status"], problem["title"]) == (code, entry["status"], entry["title"])
    assert problem["type"] == f"/docs/errors/{code}"
    assert set(entry.get("facts") or {}) <= set(problem)
    problem_schema().validate(problem)
