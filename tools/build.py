"""Builds the wheels and the npm packages into dist/ and refuses one that is too big or incomplete."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DIST = ROOT / "dist"
SDK_WHEEL_KB = 150
# package folder → (wheel name, size limit in KB or None, members that must be inside)
PACKAGES: dict[str, tuple[str, int | None, tuple[str, ...]]] = {
    "sdk/python": ("nodai_python", SDK_WHEEL_KB, ("nodai/__init__.py", "nodai/py.typed")),
    "mock_server": ("nodai_mock", None, ("nodai_mock/cli.py", "nodai_mock/_generated/openapi.json")),
}
# folder of the npm workspace → (file name without its version, members that must be inside)
NPM_PACKAGES: dict[str, tuple[str, tuple[str, ...]]] = {
    "sdk/js": ("nodai-sdk", ("dist/index.js", "dist/index.cjs", "dist/index.d.ts", "README.md")),
    "widget": ("nodai-widget", ("dist/nodai-query.js", "dist/nodai-widget.js", "custom-elements.json", "README.md")),
}

WIDGET = ROOT / "widget"
STATIC = ROOT / "mock_server/src/nodai_mock/_static"


def put_widget_in() -> None:
    """The built widget and its demo go into the server's wheel; without Node the wheel is without them."""
    if not (WIDGET / "dist").is_dir():
        print("the widget is not built, so nodai-mock's wheel is without it")
        return
    shutil.copytree(WIDGET / "dist", STATIC / "widget", ignore=shutil.ignore_patterns("demo"))
    shutil.copy(WIDGET / "package.json", STATIC / "widget")
    if (WIDGET / "dist" / "demo").is_dir():
        shutil.copytree(WIDGET / "dist" / "demo", STATIC / "demo")


def build(folder: str) -> None:
    uv = subprocess.run(["tools/uv"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()
    command = [uv, "build", "--quiet", "--wheel", "--build-constraints", "requirements/build.lock"]
    subprocess.run([*command, "--out-dir", str(DIST), folder], cwd=ROOT, check=True)


def faults(name: str, limit_kb: int | None, members: tuple[str, ...]) -> list[str]:
    wheels = sorted(DIST.glob(f"{name}-*.whl"))
    if len(wheels) != 1:
        return [f"{name}: {len(wheels)} wheels in dist/, not one"]
    found: list[str] = []
    size_kb = wheels[0].stat().st_size / 1024
    inside = set(zipfile.ZipFile(wheels[0]).namelist())
    if limit_kb is not None and size_kb > limit_kb:
        found.append(f"{wheels[0].name}: {size_kb:.1f} KB is more than {limit_kb}")
    found += [f"{wheels[0].name}: {member} is missing" for member in members if member not in inside]
    print(f"{wheels[0].name}: {size_kb:.1f} KB, {len(inside)} files")
    return found


def pack() -> list[str]:
    """Makes the npm packages as they would be published; says what is wrong with them. Without Node there are none."""
    if shutil.which("npm") is None:
        print("there is no Node, so dist/ is without the npm packages")
        return []
    workspaces = [f"--workspace={folder}" for folder in NPM_PACKAGES]
    command = ["npm", "pack", "--silent", "--pack-destination", str(DIST), *workspaces]
    subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return [fault for package in NPM_PACKAGES.values() for fault in npm_faults(*package)]


def npm_faults(name: str, members: tuple[str, ...]) -> list[str]:
    archives = sorted(DIST.glob(f"{name}-*.tgz"))
    if len(archives) != 1:
        return [f"{name}: {len(archives)} archives in dist/, not one"]
    with tarfile.open(archives[0]) as archive:
        inside = set(archive.getnames())
    print(f"{archives[0].name}: {archives[0].stat().st_size / 1024:.1f} KB, {len(inside)} files")
    return [f"{archives[0].name}: {member} is missing" for member in members if f"package/{member}" not in inside]


def main() -> int:
    shutil.rmtree(DIST, ignore_errors=True)
    shutil.rmtree(STATIC, ignore_errors=True)
    try:
        put_widget_in()
        for folder in PACKAGES:
            build(folder)
    finally:
        shutil.rmtree(STATIC, ignore_errors=True)  # from the workspace the server serves what was built last
    found = [fault for package in PACKAGES.values() for fault in faults(*package)]
    found += pack()
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
