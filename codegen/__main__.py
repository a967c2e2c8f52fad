"""`python -m codegen` writes what the contract makes; `--check` fails when the working tree differs from it."""

from __future__ import annotations

import argparse
import re
import sys
import time
from pathlib import Path

import yaml

from codegen import bundle
from codegen.render import OWNED, render
from codegen.sync import twins
from codegen.write import drift, formatted, write

ROOT = Path(__file__).resolve().parent.parent
VERSIONED = ("sdk/python/pyproject.toml", "mock_server/pyproject.toml", "sdk/js/package.json")
VERSION_LINE = re.compile(r'^(version = |  "version": )".*?"', re.MULTILINE)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    parser = argparse.ArgumentParser(prog="python -m codegen", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and show what differs")
    options = parser.parse_args(arguments)
    started = time.perf_counter()
    try:
        files = generate(root)
    except (bundle.ContractError, KeyError, yaml.YAMLError) as error:
        print(f"The contract cannot be generated from: {error}", file=sys.stderr)
        return 2
    if options.check:
        found = drift(root, files, OWNED)
        for path, message in found.items():
            print(f"{path} differs from the contract; run `python -m codegen`\n{message}\n", file=sys.stderr)
        return 1 if found else 0
    touched = write(root, files, OWNED)
    print(f"{len(files)} files, {len(touched)} changed, {time.perf_counter() - started:.2f} s")
    return 0


def generate(root: Path) -> dict[str, str]:
    """Every file that the contract below `root` makes, formatted."""
    contract = root / "contract"
    document = bundle.bundle(contract)
    rendered = render(document, bundle.load_errors(contract), bundle.dump(document))
    files = formatted(rendered | twins(root))
    return files | {
        path: versioned(root / path, document["info"]["version"]) for path in VERSIONED if (root / path).exists()
    }


def versioned(path: Path, version: str) -> str:
    """A package's settings with the contract's version, which is the only one."""
    return VERSION_LINE.sub(rf'\g<1>"{version}"', path.read_text(encoding="utf-8"), count=1)


if __name__ == "__main__":
    sys.exit(main())
