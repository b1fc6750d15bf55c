"""django-helpdesk as a careful operator would run it: gunicorn, two workers, persistent database connections.

What lives here: installing it, making its site on a given PostgreSQL, starting and stopping it, loading tickets in
bulk, and its fastest path, the public form. What does not: the load and the comparison (`bench/intake.py`).
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from bench.load import Request

VERSION = "2.6.1"
CSRF = "k" * 32

SETTINGS = """
import os
BASE_DIR = os.path.dirname(os.path.abspath(__file__))
SECRET_KEY = "a peer on loopback"
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes",
                  "django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles",
                  "django.contrib.sites", "django.contrib.humanize", "rest_framework", "helpdesk"]
MIDDLEWARE = ["django.middleware.security.SecurityMiddleware",
              "django.contrib.sessions.middleware.SessionMiddleware",
              "django.middleware.common.CommonMiddleware", "django.middleware.csrf.CsrfViewMiddleware",
              "django.contrib.auth.middleware.AuthenticationMiddleware",
              "django.contrib.messages.middleware.MessageMiddleware"]
ROOT_URLCONF = "site_urls"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True, "OPTIONS": {
    "context_processors": ["django.template.context_processors.request",
                           "django.contrib.auth.context_processors.auth",
                           "django.contrib.messages.context_processors.messages"]}}]
DATABASES = {"default": {"ENGINE": "django.db.backends.postgresql", "NAME": os.environ["PEER_DB"],
                         "USER": os.environ["PEER_USER"], "HOST": os.environ["PEER_HOST"],
                         "PORT": os.environ["PEER_PORT"], "CONN_MAX_AGE": 60}}
USE_TZ = True
STATIC_URL = "/static/"
SITE_ID = 1
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_FROM_EMAIL = "desk@example.com"
HELPDESK_TEAMS_MODE_ENABLED = False
HELPDESK_REDIRECT_TO_LOGIN_BY_DEFAULT = False
LOGIN_URL = "/login/"
LOGGING = {"version": 1, "disable_existing_loggers": True}
"""

URLS = """
from django.contrib import admin
from django.urls import include, path
urlpatterns = [path("admin/", admin.site.urls), path("", include("helpdesk.urls", namespace="helpdesk"))]
"""

WSGI = """
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
from django.core.wsgi import get_wsgi_application
application = get_wsgi_application()
"""

PREPARE = """
import os, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
django.setup()
from django.core.management import call_command
from helpdesk.models import EmailTemplate, Queue
call_command("migrate", verbosity=0)
if not EmailTemplate.objects.exists():
    call_command("loaddata", "emailtemplate.json", verbosity=0)
Queue.objects.get_or_create(slug="support", defaults=dict(
    title="Support", allow_public_submission=True, email_address="support@example.com"))
"""

FILL = """
import os, sys, django
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
django.setup()
from django.db import connection
from helpdesk.models import FollowUp, Queue, Ticket
count, body = int(sys.argv[1]), sys.argv[2]
queue = Queue.objects.get(slug="support")
for start in range(0, count, 2000):
    made = Ticket.objects.bulk_create([Ticket(
        title=f"Loaded {n}", queue=queue, submitter_email=f"person{n % 5000}@example.com",
        status=1 if n % 4 == 0 else 3, priority=1 + n % 5, description=body)
        for n in range(start, min(start + 2000, count))], batch_size=500)
    FollowUp.objects.bulk_create([FollowUp(ticket=t, title="Comment", comment=body, public=True,
                                           email_recipients=[]) for t in made for _ in range(3)], batch_size=500)
with connection.cursor() as cursor:
    cursor.execute("VACUUM ANALYZE")
"""


class DjangoHelpdesk:
    """One installed and running django-helpdesk."""

    name = f"django-helpdesk {VERSION}, public form"

    def __init__(self, folder: Path, host: str, port: str, user: str, database: str, listen: int) -> None:
        self.folder = folder
        self.listen = listen
        self.database = database
        self.environment = {
            **os.environ,
            "PEER_HOST": host,
            "PEER_PORT": port,
            "PEER_USER": user,
            "PEER_DB": database,
            "DJANGO_SETTINGS_MODULE": "site_settings",
        }
        self.server: subprocess.Popen[bytes] | None = None

    @property
    def base(self) -> str:
        """Return where it answers."""
        return f"http://127.0.0.1:{self.listen}"

    def install(self) -> None:
        """Install it into a virtual environment of its own and write its site."""
        self.folder.mkdir(parents=True, exist_ok=True)
        python = self.folder / "venv/bin/python"
        if not python.exists():
            subprocess.run([sys.executable, "-m", "venv", str(self.folder / "venv")], check=True)
            packages = [f"django-helpdesk=={VERSION}", "gunicorn", "psycopg2-binary"]
            subprocess.run([str(python), "-m", "pip", "install", "-q", *packages], check=True)
        for name, text in {
            "site_settings.py": SETTINGS,
            "site_urls.py": URLS,
            "site_wsgi.py": WSGI,
            "prepare.py": PREPARE,
            "fill.py": FILL,
        }.items():
            (self.folder / name).write_text(text)
        self._python("prepare.py")

    def _python(self, *words: str) -> None:
        subprocess.run(
            [str(self.folder / "venv/bin/python"), *words], cwd=self.folder, env=self.environment, check=True
        )

    def fill(self, count: int, body: str) -> None:
        """Load `count` tickets with four messages each, as the peer would keep them."""
        self._python("fill.py", str(count), body)

    def start(self) -> None:
        """Start gunicorn with two workers and wait for its port."""
        self.server = subprocess.Popen(
            [
                str(self.folder / "venv/bin/gunicorn"),
                "-w",
                "2",
                "-b",
                f"127.0.0.1:{self.listen}",
                "site_wsgi",
            ],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for_port(self.listen)

    def stop(self) -> None:
        """End the server this object started."""
        if self.server:
            self.server.terminate()
            self.server.wait(20)

    def request(self, number: int, body: str) -> Request:
        """Return the public form's submission, the fastest way in that this peer has."""
        fields = {
            "csrfmiddlewaretoken": CSRF,
            "queue": "1",
            "title": f"Form ticket {number}",
            "priority": "3",
            "body": body,
            "submitter_email": f"person{number % 5000}@example.com",
        }
        return Request(
            "POST",
            f"{self.base}/tickets/submit/",
            {"headers": {"Cookie": f"csrftoken={CSRF}"}, "data": fields},
        )

    @staticmethod
    def answered_well(status: int, body: bytes, headers: object) -> bool:
        """Return whether the answer is the redirect to the new ticket."""
        return status == 302 and "/view/" in headers.get("Location", "")  # type: ignore[attr-defined]


def wait_for_port(port: int, seconds: float = 30.0) -> None:
    """Return once something listens on the loopback port; raise TimeoutError otherwise."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(0.5)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on 127.0.0.1:{port}")
