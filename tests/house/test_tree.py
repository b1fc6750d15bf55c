"""What holds for every file: it says what it is for, names things by our words, and hides nothing of the machine."""

import ast
import re
import tomllib

import pytest

from tests.house.tree import ROOT, code, files, name_of, parsed, templates

TEXT_ENDINGS = (
    ".py",
    ".md",
    ".html",
    ".txt",
    ".toml",
    ".lock",
    ".css",
    ".js",
    ".sh",
    ".yml",
    ".yaml",
    ".json",
    ".cfg",
)
SCHEMES = ("http", "https")
ARCHIVES = ("whl", "tgz", "tar.gz")
INDEX_OPTION = "index" + "-url"
ROOTS = ("work", "home", "root")
"""Folders at the top of a machine under which people and their tools keep things."""


def offenders(paths, pattern, *, flags=0):
    """Return "path:line: text" wherever the pattern is found."""
    found = []
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line, flags):
                found.append(f"{name_of(path)}:{number}: {line.strip()[:100]}")
    return found


def test_it_says_in_every_module_what_lives_there():
    modules = [path for path in files(".py") if path.stat().st_size and "migrations" not in path.parts]
    silent = [name_of(path) for path in modules if not ast.get_docstring(parsed(path))]
    assert silent == []


def test_it_has_no_drawer_for_things_that_belong_nowhere():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "lib", "tools"}
    named_so = [name_of(path) for path in code() if drawers & {path.stem, *path.parent.parts[-3:]}]
    assert named_so == []


def test_it_leaves_no_note_to_do_something_later():
    here = [path for path in files(".py", ".html", ".css", ".js", ".md") if "vendor" not in path.parts]
    here = [path for path in here if path.name != "test_tree.py"]
    assert offenders(here, r"\b(TODO|FIXME|XXX|HACK)\b") == []


def test_it_reads_the_wall_clock_in_one_place_only():
    calls = r"datetime\.now\(|utcnow\(|timezone\.now\(|date\.today\(|datetime\.today\(|\btime\.time\("
    elsewhere = [path for path in code() if not name_of(path).endswith("foundation/clock.py")]
    assert offenders(elsewhere, calls) == []


def test_it_writes_no_script_or_style_into_a_page():
    """The Content-Security-Policy forbids them, so they would silently do nothing."""
    inline = r"""\sstyle\s*=|\son[a-z]+\s*=\s*["']|<style\b|<script(?![^>]*\bsrc=)|javascript:"""
    letters = {path for path in templates() if "email" in path.parts or "notifications" in path.parts}
    assert offenders([path for path in templates() if path not in letters], inline, flags=re.IGNORECASE) == []


def test_it_styles_nothing_that_no_page_shows():
    """A class of ours stands in a template or in code, or is made there from its first part ("rm-key--" and a kind)."""
    said = "\n".join(path.read_text(encoding="utf-8") for path in (*files(".html", ".js"), *code()))
    sheets = [path for path in files(".css") if "vendor" not in path.parts]
    ours = {
        name for path in sheets for name in re.findall(r"\.(rm-[\w-]+)", path.read_text(encoding="utf-8"))
    }
    words = set(re.findall(r"rm-[\w-]+", said))
    made = set(re.findall(r"(rm-[\w-]+--)(?=\{)", said))
    unseen = {name for name in ours - words if not any(name.startswith(start) for start in made)}
    assert len(ours) > 100
    assert unseen == set()


def test_it_changes_no_record_in_a_view():
    """A view reads the request and calls one action; changes live in actions."""
    views = [path for path in code() if path.stem == "views" or "views" in path.parent.parts]
    changes = {
        "save",
        "create",
        "update",
        "delete",
        "bulk_create",
        "bulk_update",
        "get_or_create",
        "update_or_create",
    }
    found = [
        f"{name_of(path)}:{call.lineno}: .{call.func.attr}("
        for path in views
        for call in ast.walk(parsed(path))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in changes
        # A dictionary's update takes a value; a record's takes fields by name.
        if call.func.attr != "update" or call.keywords
    ]
    assert found == []


def machines_and_downloads() -> str:
    """Return the pattern of a machine's path or a download's address, put together so that this file has neither."""
    archive = "|".join(map(re.escape, ARCHIVES))
    return "|".join((rf"https?://[^ \"']+\.({archive})", INDEX_OPTION, f"/({'|'.join(ROOTS)})/[a-z.]"))


def test_it_holds_no_address_of_a_download_and_no_path_of_a_machine():
    readable = [path for path in files() if path.name.endswith(TEXT_ENDINGS) or "." not in path.name]
    readable = [path for path in readable if "vendor" not in path.parts]
    assert offenders(readable, machines_and_downloads()) == []
    locks = [
        path for path in files() if path.suffix in (".lock", ".toml") or path.name == "package-lock.json"
    ]
    assert offenders(locks, r"://|\bregistry\b") == []


@pytest.mark.parametrize(
    "line",
    [
        *(f"{scheme}:" + f"//files.example/remit-1.{ending}" for scheme in SCHEMES for ending in ARCHIVES),
        f"pip install --{INDEX_OPTION} somewhere",
        *(f"see /{root}/{under}" for root in ROOTS for under in ("someone/remit", ".cache")),
    ],
)
def test_it_knows_a_path_of_a_machine_and_an_address_of_a_download_when_it_sees_one(line):
    assert re.search(machines_and_downloads(), line)


@pytest.mark.parametrize("line", ["https:" + "//example.org/page.html", "our homework/later", "/rooms/a"])
def test_it_lets_other_paths_and_addresses_stand(line):
    assert not re.search(machines_and_downloads(), line)


def test_it_uses_the_words_of_the_glossary():
    """GLOSSARY.md marks with `!` the words that are looked for."""
    rows = [line.split("|") for line in (ROOT / "GLOSSARY.md").read_text(encoding="utf-8").splitlines()]
    marked = [
        word.strip()[:-1]
        for row in rows
        if len(row) == 5
        for word in row[3].split(",")
        if word.strip().endswith("!")
    ]
    assert len(marked) > 15
    forms = "|".join(re.escape(word).replace(r"\ ", "[ _-]?") for word in marked)
    assert offenders([*code(), *templates()], rf"(?i)(?<![a-z])({forms})s?(?![a-z])") == []


def test_it_tells_one_version_everywhere():
    first = re.search(r"^## ([0-9.]+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert first is not None
    assert first[1] == project["version"]


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "GLOSSARY.md", "LICENSE", "docs/running.md"])
def test_it_has_the_papers_of_a_house(name):
    assert (ROOT / name).stat().st_size > 100


def test_it_names_every_program_in_the_lock_with_its_hash_and_without_an_address():
    for lock in files(".lock"):
        text = lock.read_text(encoding="utf-8")
        packages = re.findall(r"^[a-z0-9][^=\n]*==", text, re.MULTILINE)
        assert packages, name_of(lock)
        assert len(re.findall(r"^[a-z0-9][^=\n]*==[^\n]*\\\n    --hash=sha256:", text, re.MULTILINE)) == len(
            packages
        )
        assert "://" not in text
