"""Input that nobody should send: a clear answer each time, never an error of the server, and nothing half-written."""

from __future__ import annotations

import contextlib
import http.client
import itertools
import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

DESK = "iexexchanger"
AGNIESZKA = "agnieszka@kantor-lodz.example"
GOOD = {
    "subject": "Rounding", "body": "A question.", "fact.topic": "settings", "fact.domain": "kantor-lodz.example",
    "fact.plan": "pro", "fact.version": "3.8.2", "fact.details": "What does it change?", "entitlement": "L-311",
}  # fmt: skip


@pytest.fixture
def nothing_written(backstage: Any) -> Iterator[None]:
    """Whatever is sent meanwhile leaves no row behind."""
    before = backstage.counts()
    yield
    assert backstage.counts() == before


Send = Callable[..., tuple[int, str]]


@pytest.fixture
def send(server: str, person: Any) -> Send:
    """Send a request as Agnieszka's browser would, but anything at all; gives the status and the answer."""
    page = person(AGNIESZKA)
    page.goto(f"/{DESK}/requests/new/")
    cookies = {one["name"]: one["value"] for one in page.context.cookies()}
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Referer": server}
    place = urlsplit(server)

    def do(address: str, body: bytes | dict[str, str] | None = None, **more: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        sent = {**headers, **{name.replace("_", "-"): value for name, value in more.items()}}
        if isinstance(body, dict):
            body = urlencode({"csrfmiddlewaretoken": cookies["csrftoken"], **body}).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            with contextlib.suppress(BrokenPipeError):  # refused before all of it was read
                connection.request("POST" if body is not None else "GET", address, body, sent)
            answer = connection.getresponse()
            return answer.status, answer.read().decode("utf-8", "replace")
        finally:
            connection.close()

    return do


NEW = f"/{DESK}/requests/new/"


def test_it_names_each_field_that_is_wrong(send: Send, nothing_written: None) -> None:
    """An over-long subject and body, a choice that is not there, an unknown licence and one of another customer: each is
    named, together where they come together.
    """
    status, said = send(NEW, {**GOOD, "subject": "x" * 201, "body": "y" * 50_001})
    assert status == 422
    assert "201 characters long" in said
    assert "50,001 characters long" in said
    for wrong, words in (
        ({"subject": ""}, "Say in a few words what it is about."),
        ({"fact.details": "z" * 10_001}, "10,001 characters long"),
        ({"fact.topic": "no-such-topic"}, "f-topic"),
        ({"fact.plan": "diamond"}, "f-plan"),
        ({"entitlement": "L-999"}, "f-entitlement"),
        ({"entitlement": "L-204"}, "f-entitlement"),  # another customer's
        ({"entitlement": "C-1041"}, "f-entitlement"),  # another desk's
        ({"key": "k" * 201}, "1 to 200 characters"),
    ):
        status, said = send(NEW, {**GOOD, **wrong})
        assert status == 422, wrong
        assert words in said, wrong
        assert "Not sent yet" in said, wrong


def test_it_answers_what_is_too_much_or_unreadable(send: Send, nothing_written: None) -> None:
    """10,000 fields, a body of 31 MB, a form of 6 MB, NUL in the address, a body that is no form: a page with a sentence."""
    fields = {f"fact.x{n}": "1" for n in range(10_000)}
    for address in (NEW, f"{NEW}foresee/", f"/{DESK}/requests/1/write/"):
        status, said = send(address, fields)
        assert (status, "more than 1000 fields" in said) == (400, True), address
    status, said = send(NEW, b"body=" + b"x" * (31 * 1024 * 1024))
    assert (status, "30 MB" in said) == (413, True)
    status, said = send(NEW, {**GOOD, "body": "x" * (6 * 1024 * 1024)})
    assert (status, "5 MB" in said) == (413, True)
    assert send(f"/{DESK}/requests/?page=%00")[0] == 400
    assert send(f"/{DESK}/%00/")[0] in (400, 404)
    assert send(NEW, b"\xff\xfe\x00", Content_Type="application/x-www-form-urlencoded")[0] == 403
    assert send(f"/{DESK}/requests/99999999999999999999/")[0] == 404
    assert send(f"/{DESK}/requests/?page=99999999999999999999")[0] == 200
    assert send(f"/{DESK}/policy/99999999999999999999/")[0] == 404


def test_it_takes_the_tricks_out_of_text_and_keeps_the_words(portal: Any) -> None:
    """NUL and control characters go, an override that turns the reading direction round is shown, markup stays text."""
    agnieszka = portal(AGNIESZKA, DESK)
    agnieszka.begin()
    for name, value in GOOD.items():
        if name.startswith("fact."):
            agnieszka.say(name.removeprefix("fact."), value)
    agnieszka.send("Invoice \u202efdp.exe", "One\x07 <script>alert(1)</script> \u202egnp.exe\u202c end")
    story = agnieszka.page.locator("main")
    expect(story.locator(".rm-lead")).to_contain_text("Invoice [U+202E]fdp.exe")
    expect(story).to_contain_text("One <script>alert(1)</script> [U+202E]gnp.exe end")


def test_nul_and_control_characters_in_a_form_do_no_harm(send: Send, backstage: Any) -> None:
    """NUL in every field: taken out, or refused by a sentence; the page that shows it works."""
    status, _ = send(NEW, {**GOOD, "subject": "A\0B\x1b", "body": "C\0D", "fact.details": "E\0F"})
    assert status == 302
    status, said = send(f"/{DESK}/requests/")
    assert (status, ">AB<" in said) == (200, True)
    before = backstage.counts()
    status, _ = send(NEW, {**GOOD, "entitlement": "L-\0311"})
    assert status == 422
    status, _ = send(NEW, {**GOOD, "key": "k\0k"})
    assert status == 422
    assert backstage.counts() == before


def test_it_refuses_an_empty_or_over_long_message_and_keeps_what_was_typed(
    portal: Any, backstage: Any
) -> None:
    """On a request: nothing, blanks, or 60,000 characters. The text stays in its field."""
    agnieszka = portal(AGNIESZKA, DESK)
    agnieszka.page.goto(f"/{DESK}/requests/")
    agnieszka.page.locator(".rm-rows__title").last.click()
    before = backstage.counts()
    agnieszka.write("   ")
    expect(agnieszka.page.locator("main")).to_contain_text("Write a message first.")
    agnieszka.page.go_back()
    agnieszka.write("long " * 12_000)
    expect(agnieszka.page.locator("main")).to_contain_text("the limit is 50,000")
    assert agnieszka.page.locator("form#write textarea").input_value().startswith("long long")
    assert backstage.counts() == before


def test_the_api_names_what_is_wrong_and_writes_nothing(server: str, backstage: Any) -> None:
    """Over the API: a future instant, another desk's licence, an unknown one, an unknown contact, too many answers, no
    JSON, no zone, a body in chunks and one without end; one shape of failure, each with the field it is about.
    """
    place, secret = urlsplit(server), backstage.token(desk=DESK)
    good = {
        "contact": AGNIESZKA,
        "subject": "Rounding",
        "answers": {"topic": "settings"},
        "entitlement": "L-311",
    }
    before = backstage.counts()

    def post(body: Any, **more: str) -> tuple[int, Any]:
        connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)
        sent = json.dumps(body).encode() if isinstance(body, dict) else body
        headers = {"Authorization": f"Bearer {secret}", "Content-Type": "application/json", **more}
        try:
            with contextlib.suppress(BrokenPipeError):  # refused before all of it was read
                is_chunked = "Transfer-Encoding" in more
                connection.request(
                    "POST", f"/{DESK}/api/v1/tickets", sent, headers, encode_chunked=is_chunked
                )
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())["error"]
        finally:
            connection.close()

    for wrong, field in (
        ({"received_at": "2031-01-01T00:00:00Z"}, "received_at"),
        ({"received_at": "2027-06-01T00:00:00"}, "received_at"),
        ({"received_at": "soon"}, "received_at"),
        ({"entitlement": "C-1041"}, "entitlement"),
        ({"entitlement": "L-999"}, "entitlement"),
        ({"entitlement": "L-204"}, "entitlement"),
        ({"contact": "nobody@nowhere.example"}, "contact"),
        ({"contact": "dara@ionetech.example"}, "contact"),
        ({"subject": "x" * 201}, "subject"),
        ({"body": "x" * 50_001}, "body"),
        ({"answers": {f"x{n}": "1" for n in range(10_000)}}, "answers"),
        ({"answers": {"topic": {"deep": ["er"]}}}, "topic"),
        ({"answers": {"no.such.fact": "1"}}, "no.such.fact"),
        ({"about": 999_999}, "about"),
        ({"surprise": 1}, "surprise"),
    ):
        status, error = post({**good, **wrong})
        assert (status, field in error["fields"]) == (422, True), (wrong, error)
        assert error["message"]
    assert post(b"{")[0] in (400, 422)
    assert post(b"\x00\xff")[0] in (400, 422)
    assert post(b"[" * 100_000)[0] in (400, 422)
    assert post(b'{"subject": "' + b"x" * (31 * 1024 * 1024) + b'"}')[0] == 413
    in_pieces = {"Transfer-Encoding": "chunked"}
    status, error = post(iter([b'{"contact": "nobody@', b'nowhere.example", "subject": "x"}']), **in_pieces)
    assert (status, "contact" in error["fields"]) == (422, True), error
    assert post(itertools.repeat(b"x" * 1024 * 1024, 31), **in_pieces)[0] == 413
    assert backstage.counts() == before
