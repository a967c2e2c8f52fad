"""The rules that every file keeps."""

from __future__ import annotations

import ast
import re

from tree import ROOT, by_hand, files, text

LONGEST = 300
# Written in pieces, so that this file does not break its own rule.
HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "deb.debian" + ".org",
    "npm" + "mirror.com",
)
MACHINE_PATH = re.compile(r"(?<![\w./:*-])/(?:work|root|home/\w+|Users/\w+)/")
CLOCKS = {
    ("time", "time"),
    ("time", "time_ns"),
    ("datetime", "now"),
    ("datetime", "utcnow"),
    ("datetime", "today"),
    ("date", "today"),
}
MARKERS = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")


def test_no_file_names_a_package_registry() -> None:
    assert [(name, host) for name in files() for host in HOSTS if host in text(name)] == []


def test_no_file_names_a_place_on_one_machine() -> None:
    found = [(name, hit.group()) for name in by_hand() for hit in MACHINE_PATH.finditer(text(name))]
    assert found == []


def test_no_file_written_by_hand_is_longer_than_300_lines() -> None:
    endings = (".py", ".yaml", ".j2", ".md", ".c", ".sh", ".toml", ".ts", ".js", ".css", ".html")
    too_long = {
        name: length
        for name in by_hand(*endings)
        if "fixtures/" not in name and (length := len(text(name).splitlines())) > LONGEST
    }
    assert too_long == {}


def test_every_module_says_in_its_docstring_what_it_owns() -> None:
    silent = [name for name in by_hand(".py") if text(name).strip() and not ast.get_docstring(ast.parse(text(name)))]
    assert silent == []


def test_only_the_clock_reads_the_time_in_the_server() -> None:
    found: list[str] = []
    for name in by_hand(".py"):
        if not name.startswith("mock_server/src/") or name.endswith("kernel/clock.py"):
            continue
        for node in ast.walk(ast.parse(text(name))):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name | ast.Attribute):
                owner = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
                if (owner, node.attr) in CLOCKS:
                    found.append(f"{name}:{node.lineno}")
    assert found == []


def test_only_settings_reads_the_environment_in_the_server() -> None:
    reading = re.compile(r"\bos\.(?:environ|getenv)\b")
    # testing.py and runners.py pass the environment on to a child process, which is not reading it.
    allowed = ("nodai_mock/settings.py", "nodai_mock/testing.py", "nodai_mock/runners.py")
    server = [name for name in by_hand(".py") if name.startswith("mock_server/src/") and not name.endswith(allowed)]
    assert [name for name in server if reading.search(text(name))] == []


def test_generated_files_name_their_command() -> None:
    generated = [name for name in files() if "_generated/" in name and name.endswith((".py", ".yaml", ".html", ".pyi"))]
    assert generated
    assert [name for name in generated if "python -m codegen" not in text(name)[:2000]] == []


def test_no_work_is_left_marked_for_later() -> None:
    assert [
        (name, hit.group()) for name in by_hand(".py", ".yaml", ".md", ".j2") for hit in MARKERS.finditer(text(name))
    ] == []


def test_locks_pin_by_hash_and_the_uv_lock_stays_out() -> None:
    assert "uv.lock" not in files()
    for name in (name for name in files() if name.startswith("requirements/")):
        pins = re.findall(r"^[a-z0-9][\w.\-\[\]]*==", text(name), re.MULTILINE)
        hashed = re.findall(r"==\S+(?: ;[^\\\n]*)? \\\n    --hash=sha256:", text(name))
        assert len(pins) == len(hashed) > 0, name


def test_versions_agree() -> None:
    """`info.version` of the contract is the one source."""
    found = {
        "contract": re.search(r"^\s+version: ['\"]?([\d.]+)", text("contract/_root.yaml"), re.MULTILINE),
        "sdk": re.search(r'^version = "([\d.]+)"', text("sdk/python/pyproject.toml"), re.MULTILINE),
        "server": re.search(r'^version = "([\d.]+)"', text("mock_server/pyproject.toml"), re.MULTILINE),
    }
    assert len({match[1] for match in found.values() if match}) == 1, found
    assert ROOT.joinpath("CHANGELOG.md").exists()
