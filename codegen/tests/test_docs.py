"""The reference page is one file that asks nobody for anything, and whose links lead somewhere."""

from __future__ import annotations

import ast
import base64
import hashlib
import json
import re
import shlex
from html.parser import HTMLParser

import pytest

from codegen import bundle
from codegen.docs import blocks, prose
from codegen.load import load
from codegen.render import SERVER, render
from codegen.samples import curl_sample, python_sample

CONTRACT = bundle.ROOT / "contract"
DOCUMENT, ERRORS = bundle.bundle(CONTRACT), bundle.load_errors(CONTRACT)
OPERATIONS = load(DOCUMENT, ERRORS).operations


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src"):
                self.links.append(value or "")


@pytest.fixture(scope="module")
def html() -> str:
    return render(DOCUMENT, ERRORS, "")[f"{SERVER}/docs.html"]


def test_page_asks_no_other_server_and_runs_no_script(html: str) -> None:
    page = Page(html)
    assert "script" not in page.tags
    assert [link for link in page.links if not link.startswith(("#", "/", "data:"))] == []


def test_ids_are_unique_and_links_lead_to_them(html: str) -> None:
    page = Page(html)
    assert len(page.ids) == len(set(page.ids))
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_policy_allows_exactly_the_style_of_the_page(html: str) -> None:
    style = re.search(r"<style>(.*?)</style>", html, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"style-src &#39;sha256-{digest}&#39;" in html or f"style-src 'sha256-{digest}'" in html


def test_every_operation_error_and_schema_has_its_place(html: str) -> None:
    ids = set(Page(html).ids)
    assert {operation.id for operation in OPERATIONS} <= ids
    assert {f"error-{code}" for code in ERRORS} <= ids
    assert {
        f"schema-{name}" for name in DOCUMENT["components"]["schemas"] if name in ("Run", "ApiKey", "Problem")
    } <= ids


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.id)
def test_samples_are_python_and_one_shell_command(operation: object) -> None:
    found = next(one for one in OPERATIONS if one is operation)
    ast.parse(python_sample(found))
    words = shlex.split(curl_sample(found))
    assert words[:3] == ["curl", "-X", found.method]
    if found.body:
        assert json.loads(words[words.index("-d") + 1]) == found.body.example


def test_text_is_escaped_before_it_is_marked() -> None:
    assert prose("a `<b>` **c**") == "a <code>&lt;b&gt;</code> <b>c</b>"


def test_description_becomes_paragraphs_and_lists() -> None:
    assert blocks("One.\n\n- a\n- b\n\nTwo.") == [("p", ["One."]), ("ul", ["a", "b"]), ("p", ["Two."])]
