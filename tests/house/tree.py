"""What the house tests look at: the files of the project, as git knows them or as they stand."""

import ast
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@cache
def files(*endings: str) -> tuple[Path, ...]:
    """Return the project's files with those endings, or all: known to git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    paths = (ROOT / name for name in listed.split("\0") if name)
    return tuple(path for path in paths if path.is_file() and (not endings or path.name.endswith(endings)))


def code() -> list[Path]:
    """Return our own Python modules, without tests, measurements and migrations."""
    return [
        path
        for path in files(".py")
        if path.is_relative_to(ROOT / "remit") and "migrations" not in path.parts
    ]


def templates() -> list[Path]:
    """Return our own HTML templates."""
    return [path for path in files(".html") if "templates" in path.parts]


def name_of(path: Path) -> str:
    """Return the path as people write it."""
    return str(path.relative_to(ROOT))


@cache
def parsed(path: Path) -> ast.Module:
    """Return the module's syntax tree."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))
