"""The kinds of block and the fields of each, as pydantic models: the one place that says what may be
written.

The JSON Schema is made from these models. What a block does is said in `compiling`; how a field is read, in
`fields`.
"""

from __future__ import annotations

from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Tag, model_validator

from remit.policy.document.fields import (
    Address,
    Count,
    Days,
    FactName,
    Hours,
    LocalTime,
    Names,
    Note,
    OneOf,
    Percent,
    PhaseSpan,
    Span,
    TargetSpan,
    Words,
    YesNo,
    ZoneName,
    fault,
)
from remit.policy.vocabulary.facts import Kind, Supplier
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Aspect, Outcome

PAUSE_REASONS = (
    "waiting for the customer",
    "incomplete at intake",
    "waiting for access",
    "on hold",
    "declared event",
)
STEP_KINDS = ("buy", "answer", "contest", "write", "read", "correct", "wait")
STARTS = ("at receipt", "at next opening", "when complete")
WHEN_CLOSED = ("stays", "moves to next opening")
COVER_COUNTS_FROM = ("the day", "the moment")
COUNTS_FROM = ("its start", "its declaration", "the later of both")
REOPENED = ("any", "closed for silence", "solved")
REOPENED_FROM = ("solved", "closed")
ACCEPTED_BY = ("purchase", "first request")
GATED = ("start work", "raise quote", "assign", "move on")

AspectWord: TypeAlias = Annotated[str, OneOf(*(str(aspect) for aspect in Aspect))]
OutcomeWord: TypeAlias = Annotated[str, OneOf(*(str(outcome) for outcome in Outcome))]
MetricWord: TypeAlias = Annotated[str, OneOf(*(str(metric) for metric in Metric))]
ConsentWord: TypeAlias = Annotated[str, OneOf(*ACCEPTED_BY)]
KindWord: TypeAlias = Annotated[str, OneOf(*(str(kind) for kind in Kind))]
SupplierWord: TypeAlias = Annotated[str, OneOf(*(str(supplier) for supplier in Supplier))]


def _key(name: str) -> str:
    return name.strip("_").replace("_", " ")


class Model(BaseModel):
    """Base of all blocks: only known keys, spelt with spaces (`exception to`), nothing changed afterwards."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=_key,
        populate_by_name=False,
        arbitrary_types_allowed=True,
    )


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


Metrics: TypeAlias = Annotated[list[MetricWord], BeforeValidator(_listed), Field(min_length=1)]


class Official(Model):
    """One of the company's official policies, for the footer of each (ITC-22)."""

    title: Words
    address: Address = ""
    here: YesNo = False


class FrontMatter(Model):
    """What stands between the two lines `---` at the head of a document."""

    desk: Words = Field(description="The short name of the desk this policy runs.")
    title: Words
    version: Count
    effective: LocalTime = Field(description="From when it holds, local to `timezone`.")
    timezone: ZoneName
    language: Words
    binding: Words | None = Field(None, description="The language that binds where translations differ.")
    policies: list[Official] = Field(
        default_factory=list, description="All official policies, for the footer."
    )


class AgreementHead(Model):
    """What stands between the two lines `---` at the head of an individual agreement."""

    agreement: Words = Field(description="What the agreement is called.")
    desk: Words = Field(description="The desk whose policy it changes.")


class Step(Model):
    """What the customer can do next: one kind with its target, and the words on the button."""

    buy: Words | None = None
    answer: Note | None = None
    contest: Note | None = None
    write: Note | None = None
    read: Words | None = None
    correct: Words | None = None
    wait: Note | None = None
    label: Words

    @model_validator(mode="after")
    def _one_kind(self) -> Step:
        if len(self.kinds) != 1:
            raise fault("step", "a next step has exactly one of " + ", ".join(STEP_KINDS))
        return self

    @property
    def kinds(self) -> list[str]:
        return [kind for kind in STEP_KINDS if getattr(self, kind) is not None]


class FactModel(Model):
    """A fact the document needs beyond the common ones."""

    type: KindWord = str(Kind.TEXT)
    from_: SupplierWord = str(Supplier.REQUESTER)
    options: Annotated[
        dict[str, Note], BeforeValidator(lambda v: {one: one for one in v} if isinstance(v, list) else v)
    ] = Field(default_factory=dict, description="For one of / some of: value → wording.")
    ask: Note = Field("", description="The question the form puts.")
    help: Note = ""
    label: Note = Field("", description="How a sentence calls the fact.")
    means: Words | None = Field(None, description="A condition the fact is derived from.")
    not_after: Annotated[str, OneOf("receipt")] | None = Field(
        None, description="For a date or an instant: it has been when the request comes in."
    )
    answered_by: Annotated[str, OneOf("message")] | None = Field(
        None, description="The requester's message itself answers it, where it is not answered apart."
    )


class Facts(Model):
    facts: dict[FactName, FactModel]


class TopicModel(Model):
    title: Words
    help: Note = ""
    examples: Names = ()
    within: dict[str, TopicModel] = Field(default_factory=dict)


class Topics(Model):
    """What requests are about: declares the options of the common fact `topic`."""

    topics: Words = Field(description="The question the form puts.")
    help: Note = ""
    tree: dict[str, TopicModel]


class Values(Model):
    """Named values, used in conditions as `values.name` and in prose as `{{ name }}`."""

    values: dict[FactName, Note]


class Says(Model):
    """The words of a rule or a default to the customer."""

    says: Note = Field("", description="The decision in one sentence; {fact.name} is filled in.")
    because: Note = Field("", description="The reason in one sentence; {fact.name} is filled in.")
    quote: Note = Field("", description="Words of this clause's prose that decided.")
    next: list[Step] = Field(default_factory=list)
    service: Words | None = Field(None, description="For quote: the service that is quoted.")
    asks: Names = Field((), description="For ask: the facts asked for.")


class RuleModel(Says):
    """One rule: it answers the question of its aspect when its condition holds."""

    rule: Words
    aspect: AspectWord
    when: Words | None = None
    outcome: OutcomeWord
    exception_to: Names = Field((), description="Clause ids, or clause/rule-name, that this rule overrides.")
    results: FactName | None = Field(
        None, description="For review: the fact of the desk whose values are its only results."
    )


class DefaultModel(Says):
    """What holds in an aspect where none of its rules fires."""

    default: OutcomeWord
    aspect: AspectWord


class Requires(Model):
    """What a request must contain (completeness)."""

    requires: Names
    where_possible: Names = ()
    when: Words | None = None
    says: Note = ""
    because: Note = ""
    quote: Note = ""


class OpeningModel(Model):
    days: Days
    open: Hours
    band: Words = "open"


class HolidaysModel(Model):
    country: Words | None = None
    subdivision: Words | None = None
    dates: dict[str, Note] = Field(default_factory=dict)


def _holidays(value: Any) -> Any:
    return {} if value == "none" else value


class CalendarModel(Model):
    """Working hours; the first calendar of a document is the desk's main one."""

    calendar: Words
    zone: ZoneName | None = None
    hours: list[OpeningModel]
    holidays: Annotated[HolidaysModel, BeforeValidator(_holidays)] = HolidaysModel()


class TargetRow(Model):
    """One row of targets: the value, and what differs in this row."""

    when: Words | None = None
    within: TargetSpan
    calendar: Words | None = None
    bands: Names | None = None
    starts: Annotated[str, OneOf(*STARTS)] | None = None
    when_closed: Annotated[str, OneOf(*WHEN_CLOSED)] | None = None
    approximate: YesNo | None = None
    internal: YesNo | None = None
    until_close: YesNo | None = None
    not_before: YesNo | None = Field(
        None, description="The lower end of a range is a promise too: not before it."
    )


def _row(value: Any) -> Any:
    return {"within": value} if isinstance(value, str) else value


Row: TypeAlias = Annotated[TargetRow, BeforeValidator(_row)]
Rows: TypeAlias = Annotated[
    Annotated[dict[str, Row], Tag("by")] | Annotated[list[Row], Tag("when")],
    Discriminator(lambda value: "when" if isinstance(value, list) else "by"),
]


class Targets(Model):
    """What is owed by when, per metric."""

    targets: Metrics
    by: FactName | None = None
    rows: Rows
    when: Words | None = None
    exception_to: Names = ()
    calendar: Words | None = None
    bands: dict[str, Names] = Field(
        default_factory=dict, description="Row → the bands of the calendar that count."
    )
    starts: Annotated[str, OneOf(*STARTS)] = "at receipt"
    when_closed: Annotated[str, OneOf(*WHEN_CLOSED)] = "stays"
    approximate: YesNo = False
    internal: YesNo = False
    until_close: YesNo = False
    not_before: YesNo = False


class Pause(Model):
    pause: Annotated[str, OneOf(*PAUSE_REASONS)]
    clocks: Metrics


class EscalationStepModel(Model):
    at: Percent
    do: Annotated[str, OneOf("warn")] | None = None
    tier: Count | None = None
    label: Note = ""

    @model_validator(mode="after")
    def _one_action(self) -> EscalationStepModel:
        if (self.do is None) == (self.tier is None):
            raise fault("step", "a step either warns (do: warn) or hands up (tier: 2)")
        return self


class Escalation(Model):
    escalation: Metrics
    steps: list[EscalationStepModel]
    when: Words | None = None


class Closing(Model):
    """A ticket that closes by itself."""

    closing: Annotated[str, OneOf("waiting for the customer", "solved")]
    after: Span
    warn: Span | None = Field(None, description="How long before closing the warning goes out.")
    calendar: Words | None = None


class Reopening(Model):
    reopening: Annotated[str, OneOf(*REOPENED)]
    within: Span
    from_: Annotated[str, OneOf(*REOPENED_FROM)] | None = Field(
        None, description="What the time counts from; usually `solved` for what was solved, else `closed`."
    )
    after_that: Annotated[str, OneOf("new linked ticket")] = "new linked ticket"


class CloseReasons(Model):
    close_reasons: dict[str, Note]


class GateModel(Model):
    """An action that is blocked until something is true."""

    gate: Words
    before: Annotated[list[Annotated[str, OneOf(*GATED)]], BeforeValidator(_listed), Field(min_length=1)]
    until: Words
    when: Words | None = None
    says: Note = ""
    because: Note = ""
    quote: Note = ""
    next: list[Step] = Field(default_factory=list)


class PriorityModel(Model):
    id: Words
    label: Words
    help: Note = ""


class Priorities(Model):
    """The priorities, strongest first, and how one is found."""

    priorities: list[PriorityModel] = Field(min_length=1)
    set_by: Annotated[str, OneOf("impact")] | None = None
    ask: Note = ""
    impact: dict[str, Note] = Field(default_factory=dict, description="Priority → what the customer sees.")
    usual: Words | None = Field(None, description="The priority where none is known.")


class PriorityMatrix(Model):
    """Per category, the words the form shows for each priority (ION-6)."""

    priority_matrix: FactName
    ask: Note = ""
    rows: dict[str, dict[str, Note]]
    labels: dict[str, Words] = Field(default_factory=dict, description="Label of a row → its id.")


class PhaseModel(Model):
    lasts: PhaseSpan | None = Field(None, description="A duration, or `term`: what was bought.")
    after: Words | None = Field(
        None, description="“6 months of expired”: begins when that phase has lasted so long."
    )
    remind: Span | None = Field(None, description="So long before its end, people are reminded of it.")
    archived_under: Words | None = Field(
        None, description="The clause under which what is in this phase may be archived (IEX-13)."
    )
    title: Note = ""
    help: Note = ""


class RenewalModel(Model):
    phase: Words
    while_: dict[str, Annotated[str, OneOf("adds to the end", "starts when paid", "not possible")]]
    then: Words


class Cover(Model):
    """What one kind of entitlement covers, in phases. Makes the facts kind.phase, .since, .until and
    .active.
    """

    cover: FactName
    anchor: Words
    phases: dict[str, PhaseModel] = Field(min_length=1)
    covered: Names = ()
    renewal: RenewalModel | None = None
    per_part: YesNo = False
    counts_from: Annotated[str, OneOf(*COVER_COUNTS_FROM)] = Field(
        COVER_COUNTS_FROM[-1],
        description="`the day`: an instant stands for its local date, and the last day counts to its end.",
    )
    zone: ZoneName | None = None
    title: Note = ""


class Queue(Model):
    queue: Annotated[str, OneOf("first complete message", "due moment")]
    head_when: Words | None = None


class AllowanceModel(Model):
    allowance: Words
    per: Words
    count: Count
    title: Note = ""


class ServiceModel(Model):
    title: Words
    about: Note = ""


class Services(Model):
    services: dict[str, ServiceModel]


class Plans(Model):
    """The plans on sale; keys other than title and about are facts the plan brings."""

    plans: dict[str, dict[str, Any]]
    of: FactName | None = Field(None, description="The cover kind whose plans these are.")


class EventModel(Model):
    event: Words
    causes: Names = ()
    pauses: Annotated[list[MetricWord], BeforeValidator(_listed)] = Field(default_factory=list)
    notice: Span | None = None
    counts_from: Annotated[str, OneOf(*COUNTS_FROM)] = COUNTS_FROM[-1]
    says: Note = ""


class Consent(Model):
    """Which uses of support accept the policy."""

    consent: Annotated[list[ConsentWord], BeforeValidator(_listed), Field(min_length=1)]


class Erasure(Model):
    erasure: Words
    grace: Span
    keeps: Names = ()


class Changes(Model):
    changes: Words
    significant: Note = ""
    judged_by: Annotated[str, OneOf("version at receipt", "version at the anchor", "at the claim")] = (
        "version at receipt"
    )
    notice: Span | None = None


class Offer(Model):
    offer: Words
    percent: Percent
    until: LocalTime
    from_: LocalTime | None = None
    on: Words
    says: Note = ""


class Conduct(Model):
    conduct: Words
    thresholds: dict[FactName, Count] = Field(default_factory=dict)
    window: Span | None = None
    proposes: Words | None = None
    says: Note = ""


class Feedback(Model):
    feedback: Words
    scale: Count = Field(5, description="The best rating; the worst is 1.")
    low: Count | None = Field(None, description="A rating of so much or less is read by a person.")
    ask: Note = ""


class Channels(Model):
    """Which channels count, and the one polite answer on the others."""

    channels: dict[str, Note]
    says: Note = Field("", description="The one answer to a message that reaches us another way.")
    next: list[Step] = Field(default_factory=list)


class Terms(Model):
    """Defined words; wherever they stand in the prose, the page links here."""

    terms: dict[str, Note]


class Then(Model):
    """What an example expects. Further keys: “<metric> due”, “<metric> state”, “<cover>.phase” and other
    facts.
    """

    model_config = ConfigDict(extra="allow")

    outcome: OutcomeWord | None = None
    cites: Names | None = Field(None, description="The deciding clauses, in any order.")
    contributes: Names | None = Field(None, description="Clauses among the contributing ones.")
    rules: Names | None = Field(None, description="Rules among those that fired, clause/rule-name.")
    asks: Names | None = None
    welcome: Names | None = None
    service: Words | None = None
    phase: Words | None = None
    priority: Words | None = None
    closes: Note | None = Field(None, description="When the ticket closes by itself.")
    warns: Note | None = None
    gates: Names | None = Field(None, description="The gates that block.")


class Given(Model):
    """The facts of an example. Further keys are cover kinds: what is held, and when it was bought, renewed,
    ended.
    """

    model_config = ConfigDict(extra="allow")

    received: LocalTime | None = None
    facts: dict[str, Any] = Field(default_factory=dict)


class Example(Model):
    """Facts, and what follows from them, worked out by hand; `remit check` runs it."""

    example: Words
    given: Given = Given()
    events: list[dict[str, Any]] = Field(default_factory=list)
    then: Then


BLOCKS: dict[str, type[Model]] = {
    "facts": Facts,
    "topics": Topics,
    "values": Values,
    "rule": RuleModel,
    "default": DefaultModel,
    "requires": Requires,
    "calendar": CalendarModel,
    "targets": Targets,
    "pause": Pause,
    "escalation": Escalation,
    "closing": Closing,
    "reopening": Reopening,
    "close reasons": CloseReasons,
    "gate": GateModel,
    "priorities": Priorities,
    "priority matrix": PriorityMatrix,
    "cover": Cover,
    "queue": Queue,
    "allowance": AllowanceModel,
    "services": Services,
    "plans": Plans,
    "event": EventModel,
    "consent": Consent,
    "erasure": Erasure,
    "changes": Changes,
    "offer": Offer,
    "conduct": Conduct,
    "feedback": Feedback,
    "channels": Channels,
    "terms": Terms,
    "example": Example,
}
