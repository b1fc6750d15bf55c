"""The calls of the API: what they write, and the one shape of every failure."""

import json

import pytest

from remit.desk.foundation.actors import SYSTEM
from remit.desk.policies.actions import record_agreement
from remit.desk.policies.models import Decision
from remit.desk.tickets.actions import override_decision
from remit.desk.tickets.models import Message, Ticket
from tests.desk.five import POLICIES, Place, at, place


def error_of(response, status):
    """The failure, once its shape and status are right."""
    assert response.status_code == status, response.content
    error = response.json()["error"]
    assert set(error) == {"code", "message", "fields", "clauses", "next"}
    return error


class TestCreate:
    def test_it_makes_a_ticket_with_its_decision_and_clock(self, caller):
        """ITC-15: created over the API, a request is decided and owed like any other."""
        response = caller.call("POST", "tickets", caller.request())
        assert response.status_code == 201
        answer = response.json()
        assert (answer["name"], answer["status"], answer["outcome"]) == ("ITC-1", "new", "accept")
        assert answer["clocks"][0]["due_at"] == "2026-11-19T10:00:00+00:00"
        assert "scope" in [one["id"] for one in answer["decision"]["clauses"]]
        assert answer["decision"]["reasons"][0]["clause"]["url"].startswith("http")
        assert Ticket.objects.get().channel == "api"

    def test_a_subject_or_reply_that_nobody_can_see_is_missing(self, caller):
        """Zero-width and other invisible characters alone say nothing."""
        unseen = "\u200b\u2060 \u3164"
        refused = caller.call("POST", "tickets", caller.request(subject=unseen))
        assert "subject" in error_of(refused, 422)["fields"]
        assert not Ticket.objects.exists()
        caller.call("POST", "tickets", caller.request())
        body = {"contact": "alice@example.org", "body": unseen}
        assert "body" in error_of(caller.call("POST", "tickets/1/replies", body), 422)["fields"]

    def test_it_cites_clauses_in_a_refusal(self, caller):
        """ITC-2: refused is decided, not failed: a ticket, with the clause and the next steps."""
        answer = caller.call("POST", "tickets", caller.request(contact="charlie@example.org")).json()
        assert (answer["status"], answer["outcome"]) == ("solved", "refuse")
        assert [one["clause"]["id"] for one in answer["decision"]["reasons"]] == ["plans"]
        assert answer["decision"]["steps"]

    def test_it_asks_for_what_is_missing_with_its_options(self, caller):
        """A caller learns which fact is missing, and what may be answered."""
        answers = {name: value for name, value in caller.place.usual.items() if name != "product"}
        answer = caller.call("POST", "tickets", caller.request(answers=answers)).json()
        assert answer["outcome"] == "ask"
        assert answer["decision"]["asks"][0]["fact"] == "product"
        assert "crm" in answer["decision"]["asks"][0]["options"]

    def test_it_gives_the_same_ticket_again_under_the_same_key(self, caller):
        """A repeated call makes nothing twice; the key with another content is a conflict."""
        first = caller.call("POST", "tickets", caller.request(), idempotency_key="a-1")
        again = caller.call("POST", "tickets", caller.request(), idempotency_key="a-1")
        assert (first.status_code, again.status_code) == (201, 200)
        assert again.json()["is_replay"]
        assert again.json()["number"] == first.json()["number"]
        assert again.json()["decision"]["outcome"] == "accept"
        other = caller.call("POST", "tickets", caller.request(subject="Other"), idempotency_key="a-1")
        assert error_of(other, 409)["code"] == "conflict"
        assert Ticket.objects.count() == 1

    def test_it_stays_within_its_statements(self, caller, django_assert_max_num_queries):
        """Intake is fast because it asks little: nine questions and a row of each kind, once all is known."""
        caller.call("POST", "tickets", caller.request())
        with django_assert_max_num_queries(24):
            assert caller.call("POST", "tickets", caller.request(), idempotency_key="b").status_code == 201


class TestDryRun:
    def test_it_decides_and_writes_nothing(self, caller):
        """The same decision as a real request, and no row of it."""
        answer = caller.call("POST", "decisions", caller.request())
        assert answer.status_code == 200
        assert answer.json()["outcome"] == "accept"
        assert not Ticket.objects.exists()
        assert not Decision.objects.exists()


class TestReadAndReply:
    def test_it_gives_a_persons_reason_for_what_a_person_decided(self, caller):
        """Design §2.5: what the policy accepted for is no reason of a lead's refusal; the lead's words are."""
        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        accepted = caller.call("GET", f"tickets/{number}").json()["decision"]
        assert accepted["reasons"]
        assert accepted["persons_reason"] == ""
        lena = caller.place.lena.actor
        override_decision(
            Ticket.objects.get(), "refuse", "Not yours.", actor=lena, now=at("2026-11-18 12:00")
        )
        refused = caller.call("GET", f"tickets/{number}").json()["decision"]
        assert (refused["outcome"], refused["reasons"]) == ("refuse", [])
        assert refused["persons_reason"] == "Not yours."

    def test_it_reads_a_ticket_without_its_notes(self, caller):
        """What a customer may see; notes are the desk's own."""
        from remit.desk.tickets.actions import note_internally
        from tests.desk.five import at

        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        note_internally(
            Ticket.objects.get(), "Careful", actor=caller.place.ada.actor, now=at("2026-11-18 10:00")
        )
        answer = caller.call("GET", f"tickets/{number}").json()
        assert [one["body"] for one in answer["messages"]] == ["Since this morning."]

    def test_it_takes_the_requesters_message(self, caller):
        """With a contact it is the requester who writes; another contact is named as a fault."""
        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        path = f"tickets/{number}/replies"
        said = caller.call("POST", path, {"body": "Still", "contact": "alice@example.org"})
        assert said.status_code == 201
        assert said.json()["by"] == "contact"
        wrong = caller.call("POST", path, {"body": "Still", "contact": "charlie@example.org"})
        assert "contact" in error_of(wrong, 422)["fields"]
        assert "contact" in error_of(caller.call("POST", path, {"body": "Still"}), 422)["fields"]

    def test_it_answers_as_the_tokens_agent(self, caller, caller_of):
        """A token that acts for an agent replies publicly in their name."""
        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        ours = caller_of(caller.place, agent=caller.place.ada)
        assert ours.call("POST", f"tickets/{number}/replies", {"body": "On it"}).status_code == 201
        assert Message.objects.last().author_agent_id == caller.place.ada.pk
        assert caller.call("GET", f"tickets/{number}").json()["clocks"][0]["state"] == "met"

    def test_it_refuses_with_the_clauses_what_the_policy_refuses(self, caller):
        """ITC-18: a message to a ticket closed too long ago; the refusal names the clause."""
        from tests.desk.five import at

        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        Ticket.objects.update(status="closed", close_reason="silence", closed_at=at("2026-10-01 10:00"))
        answer = caller.call(
            "POST", f"tickets/{number}/replies", {"body": "Hello?", "contact": "alice@example.org"}
        )
        error = error_of(answer, 409)
        assert error["code"] == "refused"
        assert error["next"]
        assert "reopening" in [one["id"] for one in error["clauses"]]


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ('{"contact": "alice@example.org", "contact": "charlie@example.org", "subject": "x"}', "contact"),
        (
            '{"contact": "alice@example.org", "subject": "x", "answers": {"topic": "a", "topic": "b"}}',
            "topic",
        ),
    ],
)
def test_a_name_that_stands_twice_is_named_and_neither_value_taken(caller, body, name):
    """The last would win silently: another contact than the one a reader of the call sees first."""
    assert "twice" in error_of(caller.call("POST", "tickets", body), 422)["fields"][name]
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("blank", ["", " ", None])
def test_a_fact_the_policy_does_not_know_is_named_though_its_value_is_blank(caller, blank):
    """A misspelt name would otherwise pass as long as nothing stands under it."""
    request = caller.request(answers={**caller.place.usual, "topik": blank})
    assert set(error_of(caller.call("POST", "decisions", request), 422)["fields"]) == {"topik"}
    known = caller.request(answers={**caller.place.usual, "impact": blank})
    assert caller.call("POST", "decisions", known).status_code != 422


@pytest.mark.parametrize("key", ["", "ké", "k\x7f"])
def test_a_key_says_which_characters_it_may_have(caller, key):
    """A server hands on a header of other letters as an empty one, so that one sentence says it all."""
    answer = caller.call("POST", "tickets", caller.request(), idempotency_key=key)
    assert "letters without accents" in error_of(answer, 422)["fields"]["idempotency_key"]


class TestUnderAnAgreement:
    @pytest.fixture
    def agreed(self, db, caller_of):
        """A program of I One Tech, and what was agreed with Alice's company."""
        ion = place("ionetech")
        ion.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
        agreement = record_agreement(
            ion.alice.customer,
            (POLICIES / "agreements" / "mekong-freight.md").read_text(encoding="utf-8"),
            starts_at=at("2026-10-01 00:00"),
            ends_at=None,
            actor=SYSTEM,
            now=at("2026-09-01 03:00"),
        )
        return caller_of(ion), f"/ionetech/policy/1/?agreement={agreement.pk}#"

    def test_every_clause_leads_to_the_text_it_was_decided_by(self, agreed):
        """Design §4: before, at and after receipt a clause is cited as it reads under the agreement."""
        caller, page = agreed
        request = caller.request(answers={**caller.place.usual, "topic": "third_party"})
        foreseen = caller.call("POST", "decisions", request).json()
        made = caller.call("POST", "tickets", request).json()["decision"]
        read = caller.call("GET", "tickets/1").json()["decision"]
        for decision in (foreseen, made, read):
            cited = [*decision["clauses"], *(one["clause"] for one in decision["reasons"])]
            assert all(page in one["url"] for one in cited)
            assert "A-2" in {one["number"] for one in cited}

    def test_a_message_off_the_channels_is_answered_by_it(self, agreed, monkeypatch):
        """ITC-14: the clause of channels is cited on the page of the agreement, the first time and again."""
        caller, page = agreed
        monkeypatch.setattr("remit.desk.api.calls.CHANNEL", "telegram")
        for _ in range(2):
            answer = caller.call("POST", "tickets", caller.request(), idempotency_key="k-1")
            assert answer.status_code == 202
            assert answer.json()["clauses"][0]["url"].endswith(f"{page}channels")

    def test_a_failure_cites_what_the_ticket_is_judged_by(self, agreed):
        """A refused reply names its clause with number and address, as it reads for this ticket."""
        caller, page = agreed
        ticket = caller.place.ticket(at("2026-10-05 03:00"), topic="network")
        Ticket.objects.filter(pk=ticket.pk).update(status="closed", closed_at=at("2026-10-06 03:00"))
        body = {"contact": "alice@example.org", "body": "And now?"}
        (clause,) = error_of(caller.call("POST", f"tickets/{ticket.number}/replies", body), 409)["clauses"]
        assert clause["number"]
        assert clause["url"].endswith(f"{page}{clause['id']}")


class TestLettingIn:
    def test_it_lets_nobody_in_without_a_living_token_of_this_desk(self, caller, caller_of, iex: Place):
        """No token, a wrong one, a revoked one, another desk's: all the same answer."""
        from tests.desk.five import at

        elsewhere = caller_of(iex)
        answers = [
            caller.client.post(
                "/itech-crm/api/v1/tickets", caller.request(), content_type="application/json"
            ),
            caller.call("POST", "tickets", caller.request(), secret="rmt_wrong"),
            caller.call("POST", "tickets", caller.request(), secret=elsewhere.secret),
            caller.call("POST", "tickets", caller.request(), secret="é" * 300),
            elsewhere.call("POST", "tickets", caller.request(), desk="itech-crm"),
            caller.call("POST", "tickets", caller.request(), desk="nowhere"),
        ]
        caller.token.revoked_at = at("2026-11-01 00:00")
        caller.token.save()
        answers.append(caller.call("POST", "tickets", caller.request()))
        assert len({error_of(one, 401)["message"] for one in answers}) == 1
        assert not Ticket.objects.exists()

    def test_it_keeps_to_the_scopes_of_the_token(self, caller_of, itc: Place):
        """A token that may only read writes nothing."""
        reader = caller_of(itc, scopes=("tickets:read",))
        assert error_of(reader.call("POST", "tickets", reader.request()), 403)["code"] == "not_allowed"

    def test_it_tells_another_desks_ticket_and_a_missing_one_alike(self, caller, caller_of, iex: Place):
        """Tickets are found at their own desk only."""
        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        elsewhere = caller_of(iex)
        other = error_of(elsewhere.call("GET", f"tickets/{number}"), 404)
        assert other == error_of(elsewhere.call("GET", "tickets/999999"), 404)
        assert other == error_of(elsewhere.call("GET", "tickets/99999999999999999999"), 404)


class TestSeveralHeld:
    """A program names what a request is about; the desk takes none by itself."""

    @pytest.mark.parametrize("path", ["tickets", "decisions"])
    def test_it_names_the_field_and_lists_the_names(self, caller, path):
        caller.place.holds("plan", at("2026-03-04 10:00"), name="P-2", term="24 months", plan="essential")
        answer = caller.call("POST", path, caller.request())
        assert answer.status_code == 422
        sentence = answer.json()["error"]["fields"]["entitlement"]
        assert all(f'"{name}"' in sentence for name in ("L-204", "P-2", "none of these"))
        assert not Ticket.objects.exists()

    def test_it_takes_the_one_named_or_none(self, caller):
        caller.place.holds("plan", at("2026-03-04 10:00"), name="P-2", term="24 months", plan="essential")
        named = caller.call("POST", "tickets", caller.request(entitlement="P-2")).json()
        none = caller.call("POST", "tickets", caller.request(entitlement="none of these")).json()
        assert (named["outcome"], none["outcome"]) == ("accept", "refuse")


class TestBadInput:
    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"subject": ""}, "subject"),
            ({"subject": "x" * 5000}, "subject"),
            ({"subject": 7}, "subject"),
            ({"body": "x" * 60_000}, "body"),
            ({"contact": "nobody@example.org"}, "contact"),
            ({"contact": "a\x00b"}, "contact"),
            ({"entitlement": "unheard of"}, "entitlement"),
            ({"answers": {"impact": "enormous"}}, "impact"),
            ({"answers": {"impact": {"deep": 1}}}, "impact"),
            ({"answers": {"no\x00such": "x"}}, "no\x00such"),
            ({"answers": [1]}, "answers"),
            ({"received_at": "2027-01-01T00:00:00Z"}, "received_at"),
            ({"received_at": "yesterday"}, "received_at"),
            ({"received_at": "2026-11-01T00:00:00"}, "received_at"),
            ({"about": 4711}, "about"),
            ({"about": True}, "about"),
            ({"about": "1"}, "about"),
            ({"answers": {"priority": "high"}}, "priority"),
            ({"entitlement": "\u202e"}, "entitlement"),
            ({"colour": "blue"}, "colour"),
        ],
    )
    def test_it_names_the_field_and_writes_nothing(self, caller, change, field):
        """A malformed request is a clear answer, never a 500."""
        response = caller.call("POST", "tickets", caller.request(**change))
        assert field in error_of(response, 422)["fields"]
        assert not Ticket.objects.exists()

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"body": ""}, "body"),
            ({"body": "\0"}, "body"),
            ({"body": "x" * 50_001}, "body"),
            ({"contact": "bob@example.org"}, "contact"),
            ({"answers": {"nope": "x"}}, "nope"),
            ({"answers": {"impact": "enormous"}}, "impact"),
            ({"answers": {"priority": "high"}}, "priority"),
            ({"answers": {f"f{number}": "x" for number in range(10_000)}}, "answers"),
            ({"contact": None, "answers": {"impact": "low"}}, "impact"),
            ({"colour": "blue"}, "colour"),
        ],
    )
    def test_it_names_the_field_of_a_reply_and_writes_nothing(self, caller, change, field):
        """No answer is passed over: it is taken, or named with what is wrong about it."""
        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        reply = {"contact": "alice@example.org", "body": "One more thing.", **change}
        response = caller.call("POST", f"tickets/{number}/replies", reply)
        assert field in error_of(response, 422)["fields"]
        assert Message.objects.count() == 1
        assert Decision.objects.count() == 1

    def test_it_takes_an_answer_that_was_not_asked_for_as_a_correction(self, caller):
        """As in the portal: what was said is put right, and decided again as of receipt."""
        number = caller.call("POST", "tickets", caller.request()).json()["number"]
        reply = {
            "contact": "alice@example.org",
            "body": "It is smaller than I said.",
            "answers": {"impact": "low"},
        }
        assert caller.call("POST", f"tickets/{number}/replies", reply).status_code == 201
        ticket = Ticket.objects.get()
        assert (ticket.facts["impact"], ticket.priority) == ("low", "low")
        assert Decision.objects.count() == 2

    @pytest.mark.parametrize(
        ("method", "path", "status"),
        [("PUT", "tickets", 405), ("DELETE", "tickets/1", 405), ("GET", "nope", 404)],
    )
    def test_an_address_or_method_that_is_not_there_has_the_same_shape(self, caller, method, path, status):
        """Programs get JSON, whoever answers."""
        assert error_of(caller.call(method, path), status)["message"]

    def test_it_answers_what_is_no_json(self, caller):
        """Broken JSON, another type, nothing at all, lone surrogates, deep nesting."""
        for body in ("{", b"\xff\xfe", "[]", "null", "", '"x"', '{"a":' * 5000):
            assert caller.call("POST", "tickets", body).status_code in (400, 422)
        surrogate = json.dumps(caller.request(subject="\ud800 help"))
        assert caller.call("POST", "tickets", surrogate).status_code == 201

    def test_it_answers_ten_thousand_fields(self, caller):
        """A flood of answers, or of keys, is one clear failure of bounded size."""
        flood = {f"f{number}": "x" for number in range(10_000)}
        answered = caller.call("POST", "tickets", caller.request(answers=flood))
        assert "answers" in error_of(answered, 422)["fields"]
        keyed = caller.call("POST", "tickets", {**caller.request(), **flood})
        assert error_of(keyed, 422)
        assert len(keyed.content) < 50_000

    def test_it_answers_a_body_that_is_too_large(self, caller):
        """Thirty megabytes are refused in words."""
        response = caller.call("POST", "tickets", caller.request(body="x" * 31_000_000))
        assert error_of(response, 413)["code"] == "too_large"

    def test_it_shows_no_trick_characters_back(self, caller):
        """Overrides are made visible, controls taken out."""
        caller.call("POST", "tickets", caller.request(subject="gnp\u202eexe", body="a\x00b\x1b"))
        ticket = Ticket.objects.get()
        assert "\u202e" not in ticket.text.subject
        assert ticket.messages.get().text.body == "ab"


class TestDescription:
    def test_it_describes_itself_to_programs_and_people(self, caller):
        """OpenAPI for programs, a page for people; the one error shape in both."""
        schema = caller.client.get("/itech-crm/api/v1/openapi.json").json()
        assert set(schema["paths"]) == {
            "/itech-crm/api/v1/decisions",
            "/itech-crm/api/v1/tickets",
            "/itech-crm/api/v1/tickets/{number}",
            "/itech-crm/api/v1/tickets/{number}/replies",
        }
        assert "ErrorOut" in schema["components"]["schemas"]
        page = caller.client.get("/itech-crm/api/v1/")
        assert page.status_code == 200
        assert "Idempotency" in page.content.decode()
        assert caller.client.get("/nowhere/api/v1/").status_code == 404

    def test_it_is_dressed_as_the_desks_own_page(self, caller):
        """The desk's frame with all its policies (ITC-22), and the way from a token to a failure; nothing to run."""
        page = caller.client.get("/itech-crm/api/v1/").content.decode()
        for anchor in ("token", "dry-run", "send", "read", "reply", "errors", "facts", "calls", "shapes"):
            assert f'id="{anchor}"' in page
        assert 'href="openapi.json"' in page
        assert "All our policies" in page
        assert "<script>" not in page

    def test_it_lists_the_facts_of_the_desks_own_policy(self, caller):
        """A sixth company's form stands on its own page; so do the words of its options."""
        page = caller.client.get("/itech-crm/api/v1/").content.decode()
        assert "<code>request.kind</code>" in page
        assert "<code>urgent</code>" in page

    def test_it_leads_on_from_the_old_address(self, caller):
        """A bookmark keeps working."""
        assert caller.client.get("/itech-crm/api/v1/docs").headers["Location"] == "/itech-crm/api/v1/"


def test_it_offers_the_matrix_own_words(caller_of, db):
    """ION-6: what may be chosen for the impact is worded for the category that was chosen."""
    ion = place("ionetech")
    ion.holds("contract", at("2026-01-05 02:00"), name="SC-118", term="12 months")
    caller = caller_of(ion)
    request = {"contact": "alice@example.org", "subject": "It drops", "answers": {"category": "security"}}
    asks = {one["fact"]: one for one in caller.call("POST", "decisions", request).json()["asks"]}
    assert asks["impact"]["options"]["critical"] == "A breach or a violation"
    open_still = caller.call("POST", "decisions", {**request, "answers": {"topic": "network"}}).json()["asks"]
    assert {one["fact"] for one in open_still} >= {"category", "impact"}
