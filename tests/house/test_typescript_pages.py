"""The TypeScript of the pages: it has the right types, it runs, and it prints what the page says."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest
from conftest import COMMAND, plain_environment
from pages import Example, examples, matches
from tree import ROOT, text

PAGES = ("README.md", *(f"docs/{name}.md" for name in ("quickstart", "streaming", "idempotency", "limits-and-cost")))
TESTING = "docs/testing-with-nodai-mock.md"
BINARIES = ROOT / "node_modules" / ".bin"
CLIENT = "import { NodAI } from '@nodai/sdk';\nconst client = new NodAI();\n"
STRICT = {
    "strict": True,
    "noUncheckedIndexedAccess": True,
    "exactOptionalPropertyTypes": True,
    "noEmit": True,
    "target": "es2022",
    "module": "esnext",
    "moduleResolution": "bundler",
    "moduleDetection": "force",
    "skipLibCheck": True,
    "types": ["node"],
}


def whole(source: str) -> str:
    """The block as a module: a page introduces `client` once, not in each of its blocks."""
    return source if "const client" in source else CLIENT + source


def blocks() -> list[tuple[str, Example]]:
    return [(page, example) for page in (*PAGES, TESTING) for example in examples(text(page), "ts")]


def test_every_page_that_shows_python_shows_typescript() -> None:
    assert [page for page in (*PAGES, TESTING) if not examples(text(page), "ts")] == []


@pytest.mark.parametrize(("page", "example"), blocks(), ids=lambda value: value if isinstance(value, str) else "")
def test_the_typescript_of_a_page_runs(page: str, example: Example, base: str, demo: dict[str, str]) -> None:
    del page
    bundle = [BINARIES / "esbuild", "--bundle", "--format=esm", "--platform=node", "--loader=ts", "--log-level=warning"]
    built = subprocess.run(bundle, cwd=ROOT, input=whole(example.source), capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    environment = plain_environment() | {
        "NODAI_BASE_URL": base,
        "NODAI_API_KEY": demo["secret_key"],
        "NODAI_MOCK": str(COMMAND),
    }
    run = ["node", "--input-type=module", "-"]
    done = subprocess.run(run, env=environment, input=built.stdout, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert example.expected is None or matches(example.expected, done.stdout), done.stdout


def test_the_typescript_of_every_page_has_the_right_types(tmp_path: Path) -> None:
    (tmp_path / "node_modules").symlink_to(ROOT / "node_modules")
    reference = [page.read_text("utf-8") for page in sorted((ROOT / "docs" / "reference").glob("*.md"))]
    samples = [example for page in reference for example in examples(page, "ts")]
    assert len(samples) > 40
    for number, example in enumerate([example for _, example in blocks()] + samples):
        (tmp_path / f"block_{number}.ts").write_text(whole(example.source), "utf-8")
    (tmp_path / "tsconfig.json").write_text(json.dumps({"compilerOptions": STRICT, "include": ["*.ts"]}), "utf-8")
    done = subprocess.run([BINARIES / "tsc", "-p", tmp_path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
