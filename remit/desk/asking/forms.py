"""The request form: which questions the policy asks in this case, and what would happen if it were sent now.

Reads only; the dry run is the same decision that sending makes.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext

from remit.desk.accounts.models import Contact
from remit.desk.asking.fields import Field, answers_in, fields_for, is_askable, question
from remit.desk.design.clocks import metric_words
from remit.desk.design.decisions import DecisionPanel, decision_panel, written
from remit.desk.design.words import Almanac
from remit.desk.desks.models import Desk
from remit.desk.entitlements.models import Entitlement
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import InvalidInput
from remit.desk.foundation.text import is_blank
from remit.desk.policies import readings
from remit.desk.policies.facts import read_answers
from remit.desk.tickets.actions import preview_decision, ticket_made_under
from remit.desk.tickets.deciding import MOST_HELD
from remit.desk.tickets.inbound import NONE_OF_THESE, Inbound
from remit.policy.document.policy import Policy
from remit.policy.document.spoken import spoken
from remit.policy.vocabulary.metrics import Metric

FEW_HELD = 7
"""As many are shown as rows to choose from; more than these as a list to pull down."""
FIRST = ("request.kind", "topic", "category", "impact")


@dataclass(frozen=True, slots=True)
class Asker:
    """For whom a form is filled in, by whom and where: the requester themselves, or an agent for a caller.

    `addresses`: of the form, of its dry run, of the policy's page and of that of the version in force. `channel` is how
    the request travels; where an agent may choose, `channels` are what there is, and `another_address` leads to another
    caller.
    """

    desk: Desk
    contact: Contact
    actor: Actor
    policy: Policy
    almanac: Almanac
    now: datetime
    address: str
    foresee_address: str
    policy_address: str
    version_address: str
    channel: str = "portal"
    channels: tuple[tuple[str, str], ...] = ()
    another_address: str = ""

    @property
    def is_for_caller(self) -> bool:
        """Whether someone of the desk fills it in for the requester."""
        return self.actor.kind == "agent"

    @property
    def accepts(self) -> str:
        """Where it is read what sending accepts (ITC-13); empty where sending accepts nothing."""
        consent = self.policy.consent
        return f"{self.version_address}#{consent.clause}" if consent and consent.is_by_request else ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Something the requester can ask under."""

    name: str
    label: str
    help: str
    kind: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What would happen if the form were sent now."""

    decision: DecisionPanel
    promise: str


@dataclass(frozen=True, slots=True)
class Earlier:
    """The request that this very form made before, when it was first sent."""

    number: str
    subject: str
    address: str


@dataclass(frozen=True, slots=True)
class AskingPage:
    """The request form."""

    holdings: tuple[Holding, ...]
    holding_label: str
    must_choose: bool
    is_none: bool
    fields: tuple[Field, ...]
    subject: str
    body: str
    key: str
    errors: dict[str, str]
    faults: tuple[tuple[str, str, str], ...]
    may_send_anyway: bool
    foreseen: Foreseen | None
    address: str
    foresee_address: str
    has_long_text: bool
    asker: Asker
    received: str
    earlier: Earlier | None = None

    @property
    def has_few_holdings(self) -> bool:
        """Whether all of them can be shown as rows."""
        return len(self.holdings) <= FEW_HELD


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it was sent: what was typed, and the request it makes."""

    data: QueryDict
    answers: dict[str, Any]
    inbound: Inbound


def sent_form(data: QueryDict, asker: Asker, *, linked_to: Any = None) -> Sent:
    """What a sent form says."""
    answers = answers_in(data, asker.policy)
    inbound = Inbound(
        channel=asker.channel,
        contact=asker.contact,
        subject=data.get("subject", ""),
        body=data.get("body", ""),
        answers=answers,
        entitlement=data.get("entitlement") or None,
        idempotency_key=data.get("key") or None,
        received_at=_received(data, asker),
        linked_to=linked_to,
    )
    return Sent(data, answers, inbound)


def _received(data: QueryDict, asker: Asker) -> datetime | None:
    """When the call was taken, on the desk's clock; only an agent may say it. Raises `InvalidInput`."""
    written = data.get("received", "") if asker.is_for_caller else ""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise InvalidInput(
            gettext("This can't be taken as it is."),
            fields={"received_at": gettext("Write the day and the time.")},
        ) from None
    return at.replace(tzinfo=asker.desk.tz) if at.tzinfo is None else at


def seems_complete(asker: Asker, data: QueryDict) -> bool:
    """Whether the answers alone show that nothing is missing, so that no dry run is needed before sending.

    What only our records could tell counts as missing here, and so does what the request is about: then the dry run
    looks.
    """
    policy = asker.policy
    if not data.get("entitlement"):
        return False
    try:
        said = read_answers(
            answers_in(data, policy), policy.declarations, zone=asker.desk.tz, told_at=asker.now
        )
    except InvalidInput:
        return False
    known = policy.settled(said)
    missing = (one for one in policy.form if one.fact.name not in said)
    may_be_asked = any(
        one.is_required or any(case.evaluate(known) is not False for case in one.required_when)
        for one in missing
    )
    return not is_blank(data.get("subject", "")) and not may_be_asked


def asking_page(
    asker: Asker,
    data: QueryDict,
    *,
    errors: Mapping[str, str] | None = None,
    insists: bool = False,
    earlier: Earlier | None = None,
) -> AskingPage:
    """The form with what was typed. `insists`: name what is required and missing as errors. `earlier`: this form was
    sent before with another content, so that sending it again makes a request of its own, under a key of its own.
    """
    policy = asker.policy
    found = dict(errors or {})
    preview, faults = _preview(asker, data)
    known = policy.settled(preview.facts) if preview is not None else {}
    answers = answers_in(data, policy)
    shown, required = _questions(policy, known, preview.decision if preview is not None else None)
    chosen = data.get("entitlement", "")
    holdings = _holdings(asker, chosen)
    is_open = len(holdings) > 1 and not chosen
    if insists and is_open:
        found.setdefault("entitlement", gettext("Choose which one it is about, or none of these."))
    if insists and preview is not None:
        wanted = [
            one
            for one in preview.decision.asks
            if is_askable(one, policy) and _has_answers(one, policy, known)
        ]
        shown += [one for one in wanted if one not in shown]
        required |= set(wanted)
        missing = [one for one in wanted if one not in answers]
        found |= {one: gettext("We need this to start.") for one in missing if one not in found}
        if is_blank(data.get("subject", "")):
            found.setdefault("subject", gettext("Say in a few words what it is about."))
    found = {**faults, **found} if insists or errors else found
    fields = fields_for(shown, policy, {**known, **answers}, answers, found, required)
    return AskingPage(
        holdings=holdings,
        holding_label=_holding_label(holdings),
        must_choose=is_open,
        is_none=chosen == NONE_OF_THESE,
        fields=fields,
        subject=data.get("subject", ""),
        body=data.get("body", ""),
        key=(data.get("key") if earlier is None else "") or f"portal-{uuid.uuid4().hex}",
        errors=found,
        faults=_named(found, fields, policy),
        may_send_anyway=insists
        and bool(found)
        and set(found) <= set(preview.decision.asks if preview else ()),
        foreseen=_foreseen(preview, answers, asker) if preview is not None and not is_open else None,
        address=asker.address,
        foresee_address=asker.foresee_address,
        has_long_text=any(one.kind == "text" for one in fields),
        asker=asker,
        received=data.get("received", ""),
        earlier=earlier,
    )


def sent_earlier(asker: Asker, data: QueryDict, address_of: Callable[[int], str]) -> Earlier | None:
    """The requester's own request that this form made before; None where it made none of theirs."""
    made = ticket_made_under(asker.desk, data.get("key", ""))
    if made is None or made.requester_id != asker.contact.pk:
        return None
    return Earlier(made.shown_number, made.subject, address_of(made.number))


def _preview(asker: Asker, data: QueryDict) -> tuple[Any, dict[str, str]]:
    """The dry run of what stands in the form; answers that can't be read are left out of it and returned as faults."""
    try:
        sent = sent_form(data, asker)
    except InvalidInput as error:
        return None, error.fields
    faults: dict[str, str] = {}
    written = data.get("subject", "")
    for _ in range(3):
        try:
            answers = {name: value for name, value in sent.answers.items() if name not in faults}
            inbound = Inbound(
                channel=asker.channel,
                contact=asker.contact,
                subject="…" if "subject" in faults or is_blank(written) else written,
                body="" if "body" in faults else data.get("body", ""),
                answers=answers,
                entitlement=None if "entitlement" in faults else sent.inbound.entitlement,
                received_at=sent.inbound.received_at,
            )
            return preview_decision(asker.desk, inbound, actor=asker.actor, now=asker.now), faults
        except InvalidInput as error:
            faults |= error.fields
    return None, faults


def _questions(policy: Policy, known: Mapping[str, Any], decision: Any) -> tuple[list[str], set[str]]:
    """The facts to ask for in this case, those that lead to others first; and which are insisted on.

    Asked is what the policy requires always or in this case, what the dry run misses, and what it would welcome.
    """
    missed = set(decision.asks) if decision is not None else set()
    welcome = set(decision.welcome) if decision is not None else set()
    shown: list[str] = []
    required: set[str] = set()
    for one in policy.form:
        name = one.fact.name
        if not _has_answers(name, policy, known):
            continue
        insists = one.is_required or any(case.evaluate(known) is True for case in one.required_when)
        if insists or name in missed or name in welcome or name in known:
            shown.append(name)
        if insists or name in missed:
            required.add(name)
    return sorted(shown, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST)), required


def _holdings(asker: Asker, chosen: str) -> tuple[Holding, ...]:
    """What they may ask under and the policy covers; a single one is chosen already, of several none is."""
    kinds = list(asker.policy.covers)
    open_to = Entitlement.objects.open_to(asker.contact).filter(kind__in=kinds)
    held = list(open_to.select_related("product").order_by("kind", "name")[:MOST_HELD])
    return tuple(
        Holding(
            name=one.name,
            label=str(one.attributes.get("title") or one.name),
            help=gettext(", ").join(
                part
                for part in (_kind_words(one, asker.policy), one.product.name if one.product else "")
                if part
            ),
            kind=asker.policy.kind_title(one.kind),
            is_chosen=chosen == one.name or (not chosen and len(held) == 1),
        )
        for one in held
    )


def _has_answers(name: str, policy: Policy, known: Mapping[str, Any]) -> bool:
    """Whether there is something to choose from yet: what one sees is asked in the words of the category (ION-6). One
    that was chosen already stays, with what it means in each category.
    """
    matrix = policy.priority_matrix
    return name != "impact" or matrix is None or matrix.fact in known or name in known


def _holding_label(holdings: tuple[Holding, ...]) -> str:
    kinds = {one.kind for one in holdings}
    return gettext("Which %s?") % kinds.pop() if len(kinds) == 1 else gettext("Which of yours is it about?")


def _kind_words(entitlement: Entitlement, policy: Policy) -> str:
    kind = policy.kind_title(entitlement.kind)
    plan = policy.plans[entitlement.plan].title if entitlement.plan in policy.plans else entitlement.plan
    name = entitlement.name if entitlement.attributes.get("title") else ""
    return " ".join(part for part in (kind[:1].upper() + kind[1:], name, plan) if part)


def _named(
    errors: Mapping[str, str], fields: tuple[Field, ...], policy: Policy
) -> tuple[tuple[str, str, str], ...]:
    """Each fault with the place it is at: for the list above the form."""
    by_fact = {one.fact: one for one in fields}
    fixed = {"subject": ("f-subject", gettext("In a few words")), "body": ("f-body", gettext("Tell us more")),
             "received_at": ("f-received", gettext("When they called")),
             "entitlement": ("f-entitlement", gettext("Which of yours is it about?"))}  # fmt: skip
    named = []
    for name, sentence in errors.items():
        if name in by_fact:
            named.append((by_fact[name].id, by_fact[name].label, sentence))
        else:
            declared = policy.declarations.get(name)
            elsewhere = question(declared, policy) if declared is not None else gettext("This form")
            anchor, label = fixed.get(name, ("ask", elsewhere))
            named.append((anchor, label, sentence))
    return tuple(named)


def _foreseen(preview: Any, answers: Mapping[str, Any], asker: Asker) -> Foreseen | None:
    """What sending would bring; nothing while nothing was answered yet."""
    if not answers:
        return None
    policy = readings.in_language(preview.policy, preview.version.id, asker.almanac.language)
    facts = policy.settled(preview.facts)
    panel = decision_panel(
        written(preview.decision), facts, policy, asker.almanac,
        policy_address=asker.policy_address, address_of=lambda kind, target: "",
    )  # fmt: skip
    promise = ""
    target = policy.target(Metric.FIRST_RESPONSE, facts)
    if panel.outcome in ("accept", "review", "quote") and target is not None:
        words = spoken(str(target.duration), asker.almanac.language)
        usually = (
            gettext("%(metric)s usually within %(time)s")
            if target.approximate
            else gettext("%(metric)s within %(time)s")
        )
        if str(target.duration) not in ("none", "in order"):
            promise = usually % {"metric": metric_words("first response"), "time": words}
    return Foreseen(panel, promise)
