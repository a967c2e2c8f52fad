"""Checks the documentation: every relative link leads to a file, and every anchor to a heading."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)


def pages(root: Path = ROOT) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "*.md"],
        cwd=root, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return [root / name for name in listed.stdout.splitlines() if (root / name).is_file()]


def anchors(page: Path) -> set[str]:
    """The anchors GitHub makes of a page's headings."""
    text = FENCE.sub("", page.read_text("utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)}


def broken_links(page: Path) -> list[str]:
    found: list[str] = []
    for target in LINK.findall(FENCE.sub("", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        if path.startswith("/"):  # a page that the server serves, as problem types do
            path = str(ROOT / path.lstrip("/"))
        file = (page.parent / path).resolve() if path else page
        if not file.exists() and not file.with_suffix(".md").exists():
            found.append(f"{page.relative_to(ROOT)}: {target} leads nowhere")
        elif anchor and file.suffix == ".md" and anchor not in anchors(file):
            found.append(f"{page.relative_to(ROOT)}: {target} names no heading")
    return found


def main() -> int:
    every = pages()
    found = [fault for page in every for fault in broken_links(page)]
    for fault in found:
        print(fault, file=sys.stderr)
    print(f"{len(every)} pages, {len(found)} broken links")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
