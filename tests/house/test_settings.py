"""Settings: every variable is documented, nonsense is refused by name, and none is needed."""

import os
import re
import subprocess
import sys

import pytest

from remit.desk import settings
from tests.house.tree import ROOT, code


def variables():
    """Return every environment variable that the code reads."""
    found = set()
    for path in code():
        found |= set(re.findall(r"""["'](REMIT_[A-Z_]+)["']""", path.read_text(encoding="utf-8")))
    return found


def test_it_describes_every_variable():
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    assert sorted(variables() - set(re.findall(r"REMIT_[A-Z_]+", text))) == []


def test_it_describes_no_variable_that_is_not_read():
    text = (ROOT / "docs" / "running.md").read_text(encoding="utf-8")
    described = {name.removesuffix("_FILE") for name in re.findall(r"REMIT_[A-Z_]+", text)}
    assert sorted(described - variables()) == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("REMIT_DEBUG", "perhaps", "write yes or no"),
        ("REMIT_MAX_BODY_MB", "-3", "whole number from 1 up"),
        ("REMIT_WEB_PROCESSES", "0", "whole number from 1 up"),
        ("REMIT_DATABASE_URL", "mysql://root@here/db", "postgresql://"),
        ("REMIT_SMTP_URL", "mail.example.org", "smtp://"),
        ("REMIT_SQLITE_SYNCHRONOUS", "off", "NORMAL or FULL"),
        ("REMIT_SECRET_KEY_FILE", "/does/not/exist", "cannot be read"),
    ],
)
def test_it_refuses_nonsense_and_names_the_variable(name, value, words, tmp_path):
    environment = {"PATH": os.environ["PATH"], "REMIT_DATA_DIR": str(tmp_path), name: value}
    done = subprocess.run(
        [sys.executable, "-c", "import remit.desk.settings"],
        env=environment, cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"BadSetting: {name}" in done.stderr or words in done.stderr
    assert words in done.stderr


def test_it_makes_its_own_secret_once_and_keeps_it_to_itself(tmp_path):
    first = settings.kept_secret(tmp_path / "key")
    assert settings.kept_secret(tmp_path / "key") == first
    assert len(first) > 60
    assert (tmp_path / "key").stat().st_mode & 0o077 == 0


def test_it_reads_a_secret_from_a_file(tmp_path, monkeypatch):
    (tmp_path / "secret").write_text("hidden\n")
    monkeypatch.setenv("REMIT_SMTP_URL_FILE", str(tmp_path / "secret"))
    assert settings.env_secret("REMIT_SMTP_URL") == "hidden"


def test_it_reads_a_postgresql_address_with_its_options(monkeypatch):
    monkeypatch.delenv("REMIT_DATABASE_POOLED", raising=False)
    read = settings.postgresql_database("postgresql://me:p%40ss@db.example:6000/desk?sslmode=require")
    assert (read["HOST"], read["PORT"], read["NAME"], read["PASSWORD"]) == (
        "db.example",
        "6000",
        "desk",
        "p@ss",
    )
    assert read["OPTIONS"] == {"sslmode": "require"}


def test_it_reads_a_mail_server_with_encryption():
    read = settings.smtp_settings("smtps://post:secret@mail.example")
    assert (read["EMAIL_HOST"], read["EMAIL_PORT"], read["EMAIL_USE_SSL"]) == ("mail.example", 465, True)
    assert read["EMAIL_USE_TLS"] is False
