"""The calls of the API. Each fetches what it may see, calls one action, and answers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Header, NinjaAPI

from remit.desk.accounts.models import ApiToken, Contact
from remit.desk.api import failures, outputs
from remit.desk.api.auth import DeskToken, need
from remit.desk.api.inputs import ReplyIn, RequestIn, parser
from remit.desk.foundation import events
from remit.desk.foundation.errors import InvalidInput, NotFoundHere
from remit.desk.policies import store, words
from remit.desk.policies.models import Decision
from remit.desk.tickets import actions, clocking
from remit.desk.tickets import facts as ticket_facts
from remit.desk.tickets.deciding import need_choice
from remit.desk.tickets.inbound import Inbound
from remit.desk.tickets.models import Ticket, TicketText
from remit.desk.tickets.questions import asked_by_itself

api = NinjaAPI(
    title="Remit",
    version="1",
    description="Requests, decisions and clocks of one desk. Every failure has one shape; refusals cite their clauses.",
    auth=DeskToken(),
    urls_namespace="api-1",
    parser=parser,
    docs_url=None,  # the page of ninja loads scripts from elsewhere; ours is `pages.describe`
    openapi_url="openapi.json",
)
failures.register(api)

FAILURES = dict.fromkeys((400, 401, 403, 404, 409, 413, 422), outputs.ErrorOut)
CHANNEL = "api"
UNKNOWN_CONTACT = "We know no contact with this address at this desk."


@api.post(
    "decisions", response={200: outputs.DecisionOut, **FAILURES}, summary="Decide without writing anything"
)
def decide(request: HttpRequest, payload: RequestIn) -> HttpResponse:
    """What would be decided on this request, and why. Nothing is written, nobody is told."""
    token = need(_token(request), "decisions:read")
    inbound = _inbound(request, payload, None)
    preview = actions.preview_decision(token.desk, inbound, actor=token.actor, now=_now(request))
    need_choice(preview)
    return JsonResponse(outputs.decision_of_preview(preview, token.desk.slug))


@api.post(
    "tickets",
    response={201: outputs.TicketOut, 200: outputs.TicketOut, 202: outputs.OffChannelOut, **FAILURES},
    summary="Send a request",
)
def create(
    request: HttpRequest,
    payload: RequestIn,
    idempotency_key: Annotated[str | None, Header(alias="Idempotency-Key")] = None,
) -> HttpResponse:
    """Take a request in: it is decided by the policy, and every outcome makes a ticket.

    With an `Idempotency-Key` a repeated call gives the first ticket again (200, `is_replay`). Where the policy
    doesn't count the API as a channel the message is logged and no ticket is made (202); a repeated call is answered
    alike and logged once.
    """
    token = need(_token(request), "tickets:write")
    inbound = _inbound(request, payload, idempotency_key)
    received = actions.receive_request(token.desk, inbound, actor=token.actor, now=_now(request))
    if received.ticket is None:
        return _off_channel(token, received)
    if received.intake is None:
        replayed = _with_decision(received.ticket, received.decision, token, _now(request), is_replay=True)
        return JsonResponse(replayed)
    preview = received.intake.preview
    decision = outputs.decision_of_row(
        received.intake.decision, preview.policy, token.desk.slug, preview.version.hash, preview.facts
    )
    return JsonResponse(outputs.ticket_out(received.ticket, decision, received.intake.derived), status=201)


@api.get("tickets/{number}", response={200: outputs.TicketOut, **FAILURES}, summary="Read a ticket")
def read(request: HttpRequest, number: int) -> HttpResponse:
    """A ticket with its latest decision, its clocks and what was said, notes left out."""
    token = need(_token(request), "tickets:read")
    ticket = _ticket(token, number)
    decision = Decision.objects.filter(ticket=ticket).order_by("-id").first()
    messages = ticket.messages.exclude(kind="note").select_related("text")
    return JsonResponse(_with_decision(ticket, decision, token, _now(request), messages=list(messages)))


@api.post(
    "tickets/{number}/replies",
    response={201: outputs.MessageOut, **FAILURES},
    summary="Write on a ticket",
)
def reply(request: HttpRequest, number: int, payload: ReplyIn) -> HttpResponse:
    """Add the requester's message (with `contact`), or a public reply of the agent the token acts for.

    Answers are the requester's. They complete what was asked for, or put right what was said before, as in the
    portal: either way the request is decided again.
    """
    token = need(_token(request), "tickets:write")
    ticket = _ticket(token, number)
    request.ticket = ticket  # type: ignore[attr-defined]  for the clauses of what may go wrong
    now = _now(request)
    if payload.answers and payload.contact is None:
        fields = dict.fromkeys(payload.answers, "Only a requester answers: say in `contact` who does.")
        raise InvalidInput("This can't be sent.", fields=fields)
    if payload.contact is not None:
        contact = _contact(request)
        if contact.pk != ticket.requester_id:
            raise InvalidInput(
                "This can't be sent.", fields={"contact": "This is not the ticket's requester."}
            )
        message = actions.receive_message(
            ticket, payload.body, actor=contact.actor, now=now, channel=CHANNEL, answers=payload.answers
        )
    elif token.agent is None:
        fields = {"contact": "This token acts for no agent, so say which contact writes."}
        raise InvalidInput("This can't be sent.", fields=fields)
    else:
        message = actions.reply_publicly(ticket, payload.body, actor=token.actor, now=now)
    return JsonResponse(outputs.message_out(message), status=201)


# -- Parts ---------------------------------------------------------------------------------------------------------


def _token(request: HttpRequest) -> ApiToken:
    token: ApiToken = request.auth  # type: ignore[attr-defined]
    return token


def _now(request: HttpRequest) -> Any:
    return request.now  # type: ignore[attr-defined]


def _contact(request: HttpRequest) -> Contact:
    """The contact that the body names: it was looked up with the token."""
    contact: Contact | None = request.contact  # type: ignore[attr-defined]
    if contact is None:
        raise InvalidInput("This call can't be taken as it is.", fields={"contact": UNKNOWN_CONTACT})
    return contact


def _inbound(request: HttpRequest, payload: RequestIn, key: str | None) -> Inbound:
    token = _token(request)
    about = None if payload.about is None else _about(token, payload.about)
    return Inbound(
        channel=CHANNEL,
        contact=_contact(request),
        subject=payload.subject,
        body=payload.body,
        answers=payload.answers,
        entitlement=payload.entitlement,
        idempotency_key=key,
        received_at=payload.received_at,
        linked_to=about,
    )


def _about(token: ApiToken, number: int) -> Ticket:
    try:
        return _ticket(token, number)
    except NotFoundHere:
        message = "This call can't be taken as it is."
        raise InvalidInput(message, fields={"about": "This desk has no such ticket."}) from None


def _ticket(token: ApiToken, number: int) -> Ticket:
    found: Ticket | None = None
    if 0 < number < 2**31:
        found = (
            Ticket.objects.filter(desk=token.desk, number=number)
            .select_related("version", "agreement")
            .first()
        )
    if found is None:
        raise NotFoundHere("This desk has no such ticket.")
    found.desk = token.desk
    return found


def _with_decision(
    ticket: Ticket,
    decision: Decision | None,
    token: ApiToken,
    now: datetime,
    *,
    is_replay: bool = False,
    messages: Any = (),
) -> dict[str, Any]:
    """A stored ticket with its decision, and its clocks as of `now`."""
    version = ticket.version
    policy = store.policy_of(ticket)
    texts = TicketText.objects.filter(pk=ticket.pk).values_list("answers", flat=True).first()
    written, questions = None, {}
    if any(message.kind == "automatic" for message in messages):
        questions = asked_by_itself(messages, Decision.objects.filter(ticket=ticket), policy, texts)
    if decision is not None:
        facts = ticket_facts.read_back(decision.facts, policy, texts)
        written = outputs.decision_of_row(decision, policy, token.desk.slug, version.hash, facts)
    folded = clocking.folded_at(ticket, events.of_subject(("ticket", ticket.pk)), now)
    clocks = clocking.derived_rows(ticket, folded)
    return outputs.ticket_out(
        ticket, written, clocks, is_replay=is_replay, messages=messages, questions=questions
    )


def _off_channel(token: ApiToken, received: actions.Received) -> HttpResponse:
    row = received.off_channel
    assert row is not None
    policy = store.policy_of(row)
    page = outputs.policy_address(token.desk.slug, policy, row.agreement_id)
    body = {
        "off_channel": True,
        "says": policy.channels.elsewhere,
        "clauses": [words.clause_reference(row.clause, policy, page)] if row.clause else [],
    }
    return JsonResponse(body, status=202)
