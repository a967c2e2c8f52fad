"""What the TypeScript target spells: open enums, unknown members, escapes, and only what a web page may call."""

from __future__ import annotations

import re

import pytest

from codegen import ir, typescript
from codegen.javascript import SDK

STATES = ir.Type("literal", values=("active", "archived"))


@pytest.mark.parametrize(
    ("type", "answer", "argument"),
    [
        (STATES, "'active' | 'archived' | (string & {})", "'active' | 'archived'"),
        (ir.Type("literal", values=("echo",)), "'echo'", "'echo'"),
        (ir.Type("datetime"), "string", "string | Date"),
        (ir.Type("array", items=(STATES,)), "('active' | 'archived' | (string & {}))[]", "('active' | 'archived')[]"),
        (ir.Type("map", items=(ir.Type("any"),)), "Record<string, unknown>", "Record<string, unknown>"),
    ],
)
def test_answers_are_open_and_arguments_are_closed(type: ir.Type, answer: str, argument: str) -> None:
    assert typescript.ts_type(type, "answer") == answer
    assert typescript.ts_type(type, "argument") == argument


def test_known_strings_are_not_swallowed_by_any_string() -> None:
    union = ir.Type("union", items=(STATES, ir.Type("string"), ir.Type("null")))
    assert typescript.ts_type(union) == "'active' | 'archived' | (string & {}) | null"
    assert typescript.ts_type(ir.Type("union", items=(ir.Type("string"), ir.Type("null")))) == "string | null"


def test_names_are_camel_case_and_strings_are_escaped() -> None:
    assert typescript.lower_camel("api_keys", "rate_limit", "get") == "apiKeysRateLimitGet"
    assert typescript.ts_key("run.completed") == "'run.completed'"
    assert typescript.ts_key("class") == "class"
    assert typescript.ts_string('it\'s "so"\n') == "'it\\'s \"so\"\\n'"


def test_doc_comment_cannot_be_ended_by_a_description() -> None:
    assert typescript.ts_comment("All of /api/*/x.") == "/** All of /api/*\\/x. */"


def test_doc_comment_tells_parameters_errors_and_scopes(files: dict[str, str]) -> None:
    text = files[f"{SDK}/funcs/workflows-query.ts"]
    for part in (
        "@param workflowId Its id.",
        "@param params `input`, `conversation_id`.",
        "@returns `Run`",
        "@throws CostLimitExceeded 402 `cost_limit_exceeded`",
        "Scopes: `workflows:query`. Metered",
    ):
        assert part in text


def test_union_that_a_server_may_grow_has_an_unknown_member(files: dict[str, str]) -> None:
    text = files[f"{SDK}/types.ts"]
    assert "export type StreamEvent = OutputDelta | RunCompleted | UnknownStreamEvent;" in text
    assert "export interface UnknownStreamEvent {\n  type: Unlisted;" in text


def test_web_page_gets_only_what_it_may_call(files: dict[str, str]) -> None:
    called = [line.strip().split("(")[0] for line in files[f"{SDK}/browser.ts"].split("\n") if "options?:" in line]
    assert called == ["query"]
    listed = "BROWSER_OPERATIONS: string = `workflows\nquery POST json body once ~/{}/query`;"
    assert listed in files[f"{SDK}/operations.ts"]


def test_operation_is_one_line_of_what_the_client_needs(files: dict[str, str]) -> None:
    text = files[f"{SDK}/operations.ts"]
    assert "\nquery POST json body once ~/{}/query\n" in text
    assert (
        "'workflows.query POST json body once /api/v1/workflows/{}/query', [workflowId], params, options)"
        in (files[f"{SDK}/funcs/workflows-query.ts"])
    )


def test_every_operation_has_the_answer_that_the_contract_shows(files: dict[str, str]) -> None:
    functions = [text for path, text in files.items() if path.startswith(f"{SDK}/funcs/")]
    called = [re.search(r"'[\w.]+ ([A-Z]+) .*?(/[^']*)'", text) for text in functions]
    assert called
    for operation in called:
        assert operation is not None
        assert f"  '{operation[1]} {operation[2]}': {{\"status\": 2" in files[f"{SDK}/examples.ts"]


def test_every_exported_function_and_constant_says_its_type(files: dict[str, str]) -> None:
    for path, text in files.items():
        if not path.startswith(SDK):
            continue
        for line in text.split("\n"):
            if line.startswith("export const"):
                assert ": " in line.split(" = ")[0], (path, line)
            if line.startswith("export function"):
                assert "): " in line, (path, line)
