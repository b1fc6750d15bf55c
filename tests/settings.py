"""The settings under test: the product's own, with a data folder that vanishes and quick passwords.

The database is an SQLite in memory, or the PostgreSQL that REMIT_DATABASE_URL names; the same tests run on both.
"""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="remit-tests-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["REMIT_DATA_DIR"] = _data
os.environ.pop("REMIT_SMTP_URL", None)

from remit.desk.settings import *  # noqa: E402, F403  the very settings that run, then what only tests may have

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING_CONFIG = None
if DATABASES["default"]["ENGINE"].endswith("sqlite"):  # noqa: F405
    # Said outright: pytest-django knows only Django's own engine to be in memory, and gives others a file for each worker.
    DATABASES["default"]["TEST"] = {"NAME": ":memory:"}  # noqa: F405
