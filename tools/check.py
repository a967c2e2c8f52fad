"""Runs every static check, a few at a time, and shows the output of those that fail."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
PYTHON_FOLDERS = ["codegen", "sdk/python", "mock_server", "tests", "tools", "benchmarks", "examples"]

# The slowest first, so that the last one to end is a short one.
CHECKS: dict[str, list[str]] = {
    "pyright (strict)": [str(BIN / "pyright")],
    "mypy (strict, SDK)": [str(BIN / "mypy"), "--strict", "sdk/python/src/nodai"],
    "pyright --verifytypes nodai": [str(BIN / "pyright"), "--verifytypes", "nodai", "--ignoreexternal"],
    "redocly lint": ["npm", "run", "--silent", "lint:contract"],
    "types (npm packages)": ["npm", "run", "--silent", "types", "--workspaces"],
    "biome (npm packages)": ["npm", "run", "--silent", "lint", "--workspaces"],
    "codegen --check": [sys.executable, "-m", "codegen", "--check"],
    "contract breaks nothing": [sys.executable, "-m", "codegen.breaking"],
    "documentation links": [sys.executable, "tools/docs.py"],
    "import-linter": [str(BIN / "lint-imports"), "--config", ".importlinter"],
    "ruff check": [str(BIN / "ruff"), "check", *PYTHON_FOLDERS],
    "ruff format": [str(BIN / "ruff"), "format", "--check", *PYTHON_FOLDERS],
    "house rules": [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/house/test_tree.py"],
}


def run(name: str) -> tuple[str, int, str, float]:
    started = time.monotonic()
    # pyright --verifytypes asks the `python` on the PATH where packages are.
    path = f"{BIN}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path, "PYRIGHT_PYTHON_IGNORE_WARNINGS": "1", "NO_COLOR": "1"}
    done = subprocess.run(CHECKS[name], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return name, done.returncode, done.stdout + done.stderr, time.monotonic() - started


def main() -> int:
    failed: list[str] = []
    with ThreadPoolExecutor(max_workers=os.cpu_count() or 2) as pool:
        for future in as_completed([pool.submit(run, name) for name in CHECKS]):
            name, code, output, seconds = future.result()
            print(f"{'FAIL' if code else 'ok  '}  {name}  ({seconds:.1f} s)", flush=True)
            if code:
                failed.append(name)
                print(output, flush=True)
    print(
        f"{len(CHECKS) - len(failed)} checks hold, {len(failed)} do not" + (f": {', '.join(failed)}" if failed else "")
    )
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
