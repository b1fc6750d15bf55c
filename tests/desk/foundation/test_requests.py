"""What every request meets: its moment, its guards, strict headers, and words instead of a bare error."""

import json
import logging

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path
from django.utils.module_loading import import_string

from remit.desk.accounts.actions.issue_token import issue_token
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.errors import Misconfigured, NotFoundHere, Refused
from remit.desk.urls import urlpatterns as addresses
from tests.desk.conftest import signed_in

pytestmark = pytest.mark.django_db


def fail(request, kind):
    """A view that lets an error with words through."""
    raise {
        "refused": Refused("Support for L-204 ended.", clauses=["periods"], next="Renew it."),
        "missing": NotFoundHere("There is nothing here for you."),
        "unset": Misconfigured("No mail server is set.", next="Set REMIT_SMTP_URL."),
    }[kind]


def echo(request):
    """A view that reads the form."""
    return HttpResponse(f"{len(request.POST)} fields at {request.now.isoformat()}")


urlpatterns = [
    path("fail/<str:kind>/", fail),
    path("harbour/api/v1/fail/<str:kind>/", fail),
    path("echo/", echo),
    *addresses,
]


@pytest.fixture
def client():
    """A visitor, at an installation that has the two views above."""
    with override_settings(ROOT_URLCONF=__name__):
        yield Client()


class TestMoment:
    def test_it_gives_every_request_one_moment_in_utc(self, client, monkeypatch, now):
        monkeypatch.setattr(clock, "now", lambda: now)
        assert client.post("/echo/").content.decode() == "0 fields at 2026-03-12T10:00:00+00:00"

    def test_it_reads_the_clock_aware_and_in_utc(self):
        assert clock.now().tzname() == "UTC"


class TestHeaders:
    def test_it_forbids_inline_script_and_framing_on_every_page(self, client):
        policy = client.get("/echo/").headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy

    def test_it_adds_them_to_answers_that_no_view_made(self, client):
        assert "Content-Security-Policy" in client.get("/nowhere/at/all/").headers

    def test_it_insists_on_tls_only_where_there_is_tls(self, client):
        assert "Strict-Transport-Security" not in client.get("/echo/").headers
        with override_settings(IS_SECURE=True):
            assert "max-age=" in Client().get("/echo/").headers["Strict-Transport-Security"]


class TestCaches:
    """What only one person may read stays out of every cache, also of their own browser."""

    @pytest.mark.parametrize(
        "page", ["/", "/harbour/", "/harbour/requests/", "/harbour/api/v1/", "/account/addresses/"]
    )
    def test_it_keeps_what_a_person_reads_out_of_them(self, alice, page):
        answer = signed_in(alice).get(page)
        assert answer.status_code in (200, 503)
        assert "no-store" in answer.headers["Cache-Control"]
        assert "private" in answer.headers["Cache-Control"]

    def test_it_keeps_what_a_program_reads_out_of_them(self, desk, now):
        _, secret = issue_token(desk, "web shop", actor=SYSTEM, now=now)
        answer = Client().get("/harbour/api/v1/tickets/1", HTTP_AUTHORIZATION=f"Bearer {secret}")
        assert "no-store" in answer.headers["Cache-Control"]

    def test_it_leaves_what_everyone_may_read(self, alice):
        assert "no-store" not in Client().get("/harbour/").headers.get("Cache-Control", "")
        assert "max-age" in signed_in(alice).get("/harbour/colours.css").headers["Cache-Control"]


class TestGuards:
    def test_it_says_how_much_is_too_much(self, client):
        page = client.post(
            "/echo/", b"", "application/x-www-form-urlencoded", CONTENT_LENGTH=31 * 1024 * 1024
        )
        assert page.status_code == 413
        assert "the limit is 30 MB" in page.content.decode()

    def test_it_says_it_in_json_to_a_program(self, client):
        answer = client.post(
            "/harbour/api/v1/tickets", b"", "application/json", CONTENT_LENGTH=31 * 1024 * 1024
        )
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"

    def test_it_takes_ten_thousand_fields_for_what_they_are(self, client):
        page = client.post("/echo/", {f"field{n}": "x" for n in range(10_000)})
        assert page.status_code == 400
        assert "more than 1000 fields" in page.content.decode()

    def test_it_takes_a_form_of_six_megabytes_of_text_for_too_large(self, client):
        body = b"text=" + b"x" * (6 * 1024 * 1024)
        page = client.post("/echo/", body, "application/x-www-form-urlencoded")
        assert page.status_code == 413
        assert "Shorten the text" in page.content.decode()

    @pytest.mark.parametrize("address", ["/echo/?q=a%00b", "/ec\0ho/", "/%00/"])
    def test_it_refuses_a_nul_in_an_address(self, client, address):
        assert client.get(address).status_code == 400

    def test_it_reads_a_length_that_is_no_number_as_none(self, client):
        request = RequestFactory().get("/", CONTENT_LENGTH="many")
        from remit.desk.foundation.middleware import RequestGuard

        assert RequestGuard(lambda r: HttpResponse("fine"))(request).content == b"fine"

    def test_it_answers_only_to_its_own_names(self, client):
        assert client.get("/echo/", headers={"host": "evil.example"}).status_code == 400


class TestErrorsWithWords:
    def test_it_shows_a_page_that_says_what_to_do(self, client):
        page = client.get("/fail/refused/")
        assert page.status_code == 409
        text = page.content.decode()
        assert "Support for L-204 ended." in text
        assert "Renew it." in text
        assert "periods" in text

    def test_it_answers_a_program_in_the_one_shape_of_errors(self, client):
        answer = client.get("/harbour/api/v1/fail/refused/")
        assert answer.status_code == 409
        assert json.loads(answer.content)["error"] == {
            "code": "refused",
            "message": "Support for L-204 ended.",
            "fields": {},
            "clauses": [{"id": "periods"}],
            "next": "Renew it.",
        }

    @pytest.mark.parametrize(("kind", "status"), [("missing", 404), ("unset", 503)])
    def test_it_gives_each_kind_its_status(self, client, kind, status):
        assert client.get(f"/fail/{kind}/").status_code == status


@pytest.mark.parametrize(
    "form",
    [
        "&".join(f"f{number}=1" for number in range(settings.DATA_UPLOAD_MAX_NUMBER_FIELDS + 1)),
        "f=" + "x" * (6 << 20),
    ],
    ids=["fields", "bytes"],
)
def test_a_form_too_large_is_no_error_of_ours_in_the_log(client, caplog, monkeypatch, form):
    """A warning on one line: whoever watches for errors is not woken by what anybody can send."""
    for name, one in settings.LOGGING.get("loggers", {}).items():  # which the tests' own settings leave unset
        made = [import_string(settings.LOGGING["filters"][each]["()"])() for each in one["filters"]]
        monkeypatch.setattr(logging.getLogger(name), "filters", made)
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post("/sign-in/", form, "application/x-www-form-urlencoded")
    assert answer.status_code in (400, 413)
    told = [one for one in caplog.records if one.name.startswith("django.security")]
    assert [(one.levelname, one.exc_info) for one in told] == [("WARNING", None)]


class TestHealth:
    def test_it_is_well_when_nothing_is_late(self, client):
        assert client.get("/healthz").json() == {
            "status": "ok",
            "database": "ok",
            "worker": "ok",
            "oldest_due_seconds": {},
            "dead": {"timers": 0, "deliveries": 0},
        }

    def test_it_tells_that_the_worker_is_behind_and_what_is_dead(self, client, desk):
        from datetime import timedelta

        from remit.desk.foundation import outbox, timers
        from remit.desk.foundation.models import Timer

        moment = clock.now()
        timers.set_due("ticket", 1, desk.pk, moment - timedelta(minutes=10))
        timers.set_due("ticket", 2, desk.pk, moment - timedelta(minutes=90))
        Timer.objects.filter(subject_id=2).update(dead_at=moment)
        outbox.put(desk.pk, "email", "<1@x>", due_at=moment + timedelta(hours=1), payload={})
        told = client.get("/healthz").json()
        assert told["worker"] == "behind"
        assert told["status"] == "not ok"
        assert 590 < told["oldest_due_seconds"]["timer"] < 700
        assert told["dead"] == {"timers": 1, "deliveries": 0}

    @pytest.mark.parametrize(
        "elsewhere",
        [{"REMOTE_ADDR": "203.0.113.9"}, {"HTTP_X_FORWARDED_FOR": "203.0.113.9"}, {"HTTP_VIA": "1.1 door"}],
    )
    def test_it_tells_a_stranger_no_more_than_whether_all_is_well(self, client, elsewhere):
        """How much waits is nobody's business, also where the stranger comes through a proxy of this machine."""
        assert client.get("/healthz", **elsewhere).json() == {"status": "ok"}

    def test_it_tells_the_operator_from_anywhere(self, client, alice):
        """Signed in, whoever runs the installation reads ages and counts; a customer does not."""
        client.force_login(alice.user)
        assert client.get("/healthz", REMOTE_ADDR="203.0.113.9").json() == {"status": "ok"}
        alice.user.is_operator = True
        alice.user.save()
        assert "dead" in client.get("/healthz", REMOTE_ADDR="203.0.113.9").json()

    def test_it_fails_only_when_the_database_is_gone(self, client, monkeypatch):
        from django.db import OperationalError

        from remit.desk.foundation import health

        def gone(*args, **kwargs):
            raise OperationalError("gone")

        monkeypatch.setattr(health.connection, "cursor", gone)
        answer = client.get("/healthz")
        assert (answer.status_code, answer.json()) == (
            503,
            {"status": "not ok", "database": "unreachable"},
        )


def test_it_keeps_cookies_from_scripts():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_HTTPONLY
