"""The error table and what the contract makes of it."""

import re
from typing import Any

from tests.contract.walk import operations, resolve

Document = dict[str, Any]
PROBLEM = "application/problem+json"


def test_every_code_has_all_that_classes_and_pages_are_made_of(contract: Document, errors: Document):
    fields = contract["components"]["schemas"]["Problem"]["properties"]
    for code, entry in errors.items():
        assert re.fullmatch(r"[a-z_]+", code)
        assert {"status", "title", "class", "detail", "cause", "remedy"} <= entry.keys(), code
        assert set(entry) <= {
            "status", "title", "class", "detail", "cause", "remedy", "retryable", "usual", "facts",
        }, code  # fmt: skip
        assert set(entry.get("facts", {})) <= set(fields), code
        assert set(re.findall(r"{(\w+)}", entry["detail"])) <= set(entry.get("facts", {})), code


def test_class_names_are_the_codes_in_camel_case_and_unique(errors: Document):
    classes = [entry["class"] for entry in errors.values()]
    assert len(set(classes)) == len(classes)
    for code, entry in errors.items():
        assert entry["class"] == "".join(part.capitalize() for part in code.split("_")), code


def test_every_code_is_answered_by_an_operation(contract: Document, errors: Document):
    answered = {code for _, _, operation in operations(contract) for code in operation["x-errors"]}
    assert set(errors) - answered == {"method_not_allowed"}, "405 belongs to a path, not to an operation"


def test_answers_hold_exactly_the_codes_that_the_operation_names(contract: Document):
    for _, _, operation in operations(contract):
        shown: set[str] = set()
        for status, answer in operation["responses"].items():
            if status[0] in "45":
                content = resolve(contract, answer)["content"]
                assert list(content) == [PROBLEM]
                shown |= set(content[PROBLEM]["examples"])
                for code, example in content[PROBLEM]["examples"].items():
                    assert example["value"]["code"] == code
                    assert status in (str(example["value"]["status"]), f"{example['value']['status'] // 100}XX")
        assert sorted(shown) == sorted(operation["x-errors"]), operation["operationId"]


def test_401_says_unknown_403_says_no_402_says_money_429_says_too_much(errors: Document):
    by_status: dict[int, set[str]] = {}
    for code, entry in errors.items():
        by_status.setdefault(entry["status"], set()).add(code)
    assert by_status[401] == {"missing_api_key", "malformed_api_key", "invalid_api_key"}
    assert by_status[402] == {"cost_limit_exceeded", "cost_limit_reserved", "request_exceeds_cost_limit"}
    assert by_status[429] == {"rate_limited", "burst_limited", "quota_exceeded", "too_many_failed_attempts"}


def test_only_in_flight_money_is_worth_waiting_for(errors: Document):
    assert errors["cost_limit_reserved"]["retryable"]
    assert not errors["cost_limit_exceeded"].get("retryable")
    assert not errors["request_exceeds_cost_limit"].get("retryable")


def test_waiting_codes_say_how_long(errors: Document):
    for code, entry in errors.items():
        if entry["status"] in (429, 503):
            assert "retry_after_seconds" in entry["facts"], code
