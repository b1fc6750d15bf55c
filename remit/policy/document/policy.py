"""A compiled policy: what the desk, the decision and the page work with.

Only frozen values and pure questions about them live here, and nothing of how a document is read: a desk
that decides by a policy it has already compiled loads neither YAML nor Markdown. Times are aware and UTC
unless a name says local.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from remit.policy.clocks import ClockPlan, PauseRule, Target, TargetTable
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.facts import FactDeclaration, Value, cover_facts
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.outcomes import Layer, Outcome
from remit.policy.vocabulary.zones import zone

if TYPE_CHECKING:
    from remit.policy.calendars import Calendar
    from remit.policy.clocks import CloseRule, EscalationStep, ReopenRule
    from remit.policy.conditions import Condition
    from remit.policy.cover import Allowance, CoverSpec
    from remit.policy.document.source import Amendment
    from remit.policy.rules import Decision, Finding, NextStep, RuleSet

ENGINE_VERSION = "1"
"""Part of every decision and clock; it changes when the same document and facts may give another result."""

OWED = frozenset({Outcome.ACCEPT, Outcome.QUOTE, Outcome.ASK, Outcome.SPLIT, Outcome.REVIEW})
"""Outcomes after which a person owes an answer; refused and suspended requests are owed one when contested
(design §5).
"""


@dataclass(frozen=True, slots=True)
class Clause:
    """A clause of the page. `html` is its prose with bound numbers and tables, without the heading; `text`
    the same as plain words, from which decisions quote. `sources` are ids in the catalogue of the
    document's sources. `amendment`: the clause of an individual agreement whose words these are.
    """

    id: str
    number: str
    level: int
    title: str
    sources: tuple[str, ...]
    parent: str | None
    html: str
    text: str
    does: str
    line: int
    amendment: Amendment | None = None

    @property
    def is_changed(self) -> bool:
        """Whether it is a clause of the policy that an individual agreement changes."""
        return self.amendment is not None and self.amendment.number != self.number

    @property
    def mark(self) -> str:
        """The number it is shown by: "4"; "4 (A-2)" where an agreement changes it, "A-3" where one adds it."""
        return (
            f"{self.number} ({self.amendment.number})" if self.amendment and self.is_changed else self.number
        )

    @property
    def cited(self) -> str:
        """How the clause is cited: "§4", "§4 as changed by the agreement, A-2", or "A-3 of the agreement"."""
        if self.amendment is None:
            return f"§{self.number}"
        if self.is_changed:
            return f"§{self.number} as changed by the agreement, {self.amendment.number}"
        return f"{self.number} of the agreement"


@dataclass(frozen=True, slots=True)
class Agreement:
    """The individual agreement a policy stands under. `clauses`: those it changes and those it adds, in the order
    of the page; `declares`: the names of the calendars and kinds of cover that it declares anew.
    """

    title: str
    hash: str
    lead_html: str
    clauses: tuple[str, ...]
    declares: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Assumption:
    """Something the source leaves open and the document fills in: where, what and why."""

    clause: str
    path: str
    value: str
    reason: str
    line: int


@dataclass(frozen=True, slots=True)
class OfficialPolicy:
    """An entry of the footer (ITC-22). `is_here`: it is this document."""

    title: str
    address: str
    is_here: bool


@dataclass(frozen=True, slots=True)
class Priority:
    """A priority; the document lists them strongest first."""

    id: str
    label: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class PriorityMatrix:
    """What each priority means in each category, in the words the form shows: category → priority → words
    (ION-6).
    """

    fact: str
    cells: Mapping[str, Mapping[str, str]]
    clause: str


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic of the tree the requester chooses from."""

    id: str
    title: str
    help: str
    examples: tuple[str, ...]
    parent: str | None


@dataclass(frozen=True, slots=True)
class FormField:
    """One question of the request form: the fact it asks for, in the document's words, and whether it is
    insisted on.
    """

    fact: FactDeclaration
    is_required: bool
    clause: str | None
    required_when: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class TargetRow:
    """A row of targets as it stands on the page. `key` is the value of the fact `by`; None where
    `conditions` alone say when.
    """

    key: str | None
    conditions: tuple[Condition, ...]
    target: Target
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TargetBlock:
    """A block of targets as written, for the page and for `check`; clocks are resolved from `Policy.targets`.

    `key` is unique in the document; `exception_to` names the keys of the blocks it overrides.
    """

    key: str
    clause: str
    metrics: tuple[Metric, ...]
    by: str | None
    rows: tuple[TargetRow, ...]
    exception_to: frozenset[str]
    line: int


@dataclass(frozen=True, slots=True)
class Gate:
    """Actions that are blocked until something is true: "start work", "raise quote", "assign", "move on"."""

    name: str
    actions: tuple[str, ...]
    until: Condition
    when: Condition | None
    clause: str
    says: str
    because: str
    quote: str
    steps: tuple[NextStep, ...]
    line: int

    @property
    def key(self) -> str:
        return f"{self.clause}/{self.name}"

    def blocks(self, facts: Mapping[str, Value]) -> bool:
        """Closed unless it is certain that it does not apply or that what it waits for is true."""
        if self.when is not None and self.when.evaluate(facts) is not True:
            return False
        return self.until.evaluate(facts) is not True


@dataclass(frozen=True, slots=True)
class Escalation:
    metric: Metric
    steps: tuple[EscalationStep, ...]
    labels: Mapping[int, str]
    when: Condition | None
    clause: str


@dataclass(frozen=True, slots=True)
class Queue:
    """Order of work: by the time of the first complete message, or by what is due first; `head` puts a
    ticket first.
    """

    order: str
    head: Condition | None
    clause: str


@dataclass(frozen=True, slots=True)
class Service:
    id: str
    title: str
    about: str
    clause: str


@dataclass(frozen=True, slots=True)
class Plan:
    """A plan on sale; `facts` are what it brings, known as soon as the entitlement has this plan. `of`: its
    cover kind.
    """

    id: str
    title: str
    about: str
    of: str | None
    facts: Mapping[str, Value]
    clause: str


@dataclass(frozen=True, slots=True)
class DeclaredEventKind:
    """A kind of event people may declare, such as force majeure; it pauses the clocks of `metrics`."""

    name: str
    causes: tuple[str, ...]
    metrics: tuple[Metric, ...]
    notice: Duration | None
    counts_from: str
    says: str
    clause: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A seasonal offer: per cent off a service between two instants."""

    name: str
    percent: Decimal
    service: str
    starts_at: datetime | None
    ends_at: datetime
    says: str
    clause: str


@dataclass(frozen=True, slots=True)
class Conduct:
    """Thresholds on counted facts from which a sanction is proposed to a person (never imposed)."""

    name: str
    thresholds: Mapping[str, int]
    window: Duration | None
    proposes: str
    says: str
    clause: str


@dataclass(frozen=True, slots=True)
class Feedback:
    asked_at: str
    scale: int
    low: int | None
    ask: str
    clause: str


@dataclass(frozen=True, slots=True)
class Consent:
    """Which uses of support accept the policy (ITC-13): "purchase", "first request" or both."""

    moments: tuple[str, ...]
    clause: str

    @property
    def is_by_request(self) -> bool:
        """Whether the first request under a version accepts it."""
        return "first request" in self.moments

    @property
    def is_by_purchase(self) -> bool:
        """Whether buying accepts the version in force then."""
        return "purchase" in self.moments


@dataclass(frozen=True, slots=True)
class Erasure:
    after: str
    grace: Duration
    keeps: tuple[str, ...]
    clause: str


@dataclass(frozen=True, slots=True)
class Changes:
    """How changes of the policy come into force. `judged_by`: which version judges cover."""

    in_force: str
    significant: str
    judged_by: str
    notice: Duration | None
    clause: str


@dataclass(frozen=True, slots=True)
class Channels:
    """What counts as a request: channel → whether it is official; `elsewhere` is the one polite answer on
    the others.
    """

    official: frozenset[str]
    words: Mapping[str, str]
    elsewhere: str
    steps: tuple[NextStep, ...]
    clause: str | None


@dataclass(frozen=True, slots=True)
class Example:
    """An example as written: strict text for `given`, `events` and `then`, with the place of each value."""

    name: str
    clause: str
    given: Mapping[str, Any]
    events: Sequence[Mapping[str, Any]]
    then: Mapping[str, Any]
    line: int
    places: Any


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of a desk's policy, compiled. Immutable; equal text and holidays compile to equal
    behaviour. Read in a translation, `language` is that of the translation, and `words` are what
    the document says outside its prose: its own words → those of the translation. `holidays_until`: the
    last day whose public holidays are known, None where no calendar takes those of a country.
    """

    desk: str
    title: str
    number: int
    effective_at: datetime
    timezone: str
    language: str
    binding_language: str
    hash: str
    engine_version: str
    path: str
    lead_html: str
    clauses: Mapping[str, Clause]
    declarations: Mapping[str, FactDeclaration]
    ruleset: RuleSet
    calendars: Mapping[str, Calendar]
    targets: TargetTable
    target_blocks: tuple[TargetBlock, ...]
    pauses: Mapping[str, PauseRule]
    covers: Mapping[str, CoverSpec]
    anchors: Mapping[str, str]
    closings: Mapping[str, CloseRule]
    reopening: Mapping[str, ReopenRule]
    close_reasons: Mapping[str, str]
    escalations: tuple[Escalation, ...]
    queue: Queue | None
    priorities: tuple[Priority, ...]
    priority_set_by: str | None
    usual_priority: str | None
    priority_matrix: PriorityMatrix | None
    topics: Mapping[str, Topic]
    topic_question: str
    form: tuple[FormField, ...]
    gates: tuple[Gate, ...]
    allowances: Mapping[str, Allowance]
    services: Mapping[str, Service]
    plans: Mapping[str, Plan]
    channels: Channels
    footer: tuple[OfficialPolicy, ...]
    examples: tuple[Example, ...]
    assumptions: tuple[Assumption, ...]
    events: Mapping[str, DeclaredEventKind]
    offers: tuple[Offer, ...]
    conduct: tuple[Conduct, ...]
    terms: Mapping[str, str]
    consent: Consent | None = None
    erasure: Erasure | None = None
    changes: Changes | None = None
    feedback: Feedback | None = None
    holidays: Mapping[str, Mapping[date, str]] = field(default_factory=dict)
    holidays_until: date | None = None
    agreement: Agreement | None = None
    words: Mapping[str, str] | None = None

    def said(self, text: str) -> str:
        """What the document says, in the language it is read in: a stored decision keeps the document's own words."""
        return self.words.get(text, text) if self.words is not None else text

    def reads(self, text: str, language: str) -> bool:
        """Whether a sentence of the document can be said in this language."""
        if self.words is not None:
            return not text or text in self.words
        return not text or language.partition("-")[0] == self.language.partition("-")[0]

    def phase_titles(self, kind: str) -> Mapping[str, str]:
        """What the phases of a kind of cover are called, where they are called otherwise than by their names; the one
        that a renewal buys among them.
        """
        declared = self.declarations.get(f"{kind}.phase")
        options = declared.options if declared is not None else {}
        return {name: title for name, title in options.items() if title != name}

    def kind_title(self, kind: str) -> str:
        """What a kind of cover is called: "managed plan" for `managed_plan`."""
        return self.said(kind.replace("_", " "))

    @property
    def zone(self) -> tzinfo:
        """The zone in which this policy's local times are meant."""
        return zone(self.timezone)

    @property
    def main_calendar(self) -> Calendar | None:
        """The first calendar of the document: the desk's own hours."""
        return next(iter(self.calendars.values()), None)

    def clause_of(self, identity: str | None) -> Clause | None:
        return self.clauses.get(identity) if identity else None

    def layer_of(self, finding: Finding) -> Layer:
        """The layer that what a decision cites comes from, strongest first: a clause of the agreement; a rule that
        looks at the plan or at what the record of a contract says, and is an exception to clauses; the policy.
        """
        clause = self.clause_of(finding.clause)
        if clause is not None and clause.amendment:
            return Layer.AGREEMENT
        rule = next((one for one in self.ruleset.rules if one.key == finding.rule_key), None)
        if rule is None or not rule.exception_to or rule.condition is None:
            return Layer.POLICY
        return Layer.PLAN if any(map(self._is_of_plan, rule.condition.facts)) else Layer.POLICY

    def only_results(self, rule_keys: Iterable[str]) -> FactDeclaration | None:
        """The fact whose values alone settle the review that these rules ask for; None where any outcome can."""
        keys = set(rule_keys)
        names = (rule.results for rule in self.ruleset.rules if rule.results and rule.key in keys)
        return next((self.declarations[name] for name in names), None)

    def _is_of_plan(self, fact: str) -> bool:
        """Whether a fact is the plan, what a plan brings, or what the record of a kind of cover says beyond what
        is computed for every one.
        """
        kind, _, name = fact.partition(".")
        if any(fact in plan.facts for plan in self.plans.values()):
            return True
        return kind in self.covers and (name == "plan" or fact not in cover_facts(kind, {}))

    def settled(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """The facts with what follows from others by this document: official channel, priority, what the
        plan brings. Facts that are given are never replaced.
        """
        known = {name: value for name, value in facts.items() if value is not None}
        for kind in self.covers:
            plan = self.plans.get(str(known.get(f"{kind}.plan", "")))
            if plan is not None and plan.of in (None, kind):
                known = {**plan.facts, **known}
        if self.channels.clause and "channel.official" not in known and "channel" in known:
            known["channel.official"] = known["channel"] in self.channels.official
        priority = self.priority_of(known)
        if priority is not None:
            known.setdefault("priority", priority)
        return known

    def priority_of(self, facts: Mapping[str, Value]) -> str | None:
        """The priority: as given, else by impact where the document says so, else the usual one."""
        if isinstance(facts.get("priority"), str):
            return str(facts["priority"])
        impact = facts.get("impact")
        if self.priority_set_by == "impact" and impact in {priority.id for priority in self.priorities}:
            return str(impact)
        return self.usual_priority

    def options_for(self, fact: str, facts: Mapping[str, Value]) -> Mapping[str, str]:
        """What may be chosen for a fact in this case, value → words: for the impact, where a matrix words it, the row
        of the category that was chosen (ION-6); else the options the document declares.
        """
        if fact == "impact" and self.priority_matrix is not None:
            row = self.priority_matrix.cells.get(str(facts.get(self.priority_matrix.fact, "")))
            if row:
                return row
        declaration = self.declarations.get(fact)
        return declaration.options if declaration is not None else {}

    def target(self, metric: Metric, facts: Mapping[str, Value]) -> Target | None:
        """What is owed for `metric` in this case, or None. Raises `TargetsOverlap` where two blocks that
        `check` could not tell apart both apply.
        """
        return self.targets.resolve(metric, facts)

    def clock_plan(
        self,
        facts: Mapping[str, Value],
        outcome: Outcome,
        *,
        later_answers: bool = True,
        contested: bool = False,
    ) -> ClockPlan:
        """What the clocks of a ticket are folded with: its targets by priority, what pauses them, whether
        an answer is owed.
        """
        settled = self.settled(facts)
        first = self.priority_of(settled) or ""

        def target(metric: Metric, priority: str) -> Target | None:
            known = {**settled, "priority": priority} if priority else settled
            return self.target(metric, known) or self.targets.unsaid(metric, known)

        return ClockPlan(
            targets=target,
            pauses=self.pauses,
            initial_priority=first,
            owed=contested or outcome in OWED,
            later_answers=later_answers,
        )

    def escalation(self, metric: Metric, facts: Mapping[str, Value]) -> tuple[EscalationStep, ...]:
        """The steps that hold for a clock in this case."""
        for escalation in self.escalations:
            if escalation.metric is metric and (
                escalation.when is None or escalation.when.evaluate(facts) is True
            ):
                return escalation.steps
        return ()

    def gates_before(self, action: str, facts: Mapping[str, Value]) -> tuple[Gate, ...]:
        """The gates that block `action` now."""
        settled = self.settled(facts)
        return tuple(gate for gate in self.gates if action in gate.actions and gate.blocks(settled))

    def goes_to_the_head(self, facts: Mapping[str, Value]) -> bool:
        """Whether a ticket with these facts stands before all others in the queue."""
        head = self.queue.head if self.queue else None
        return head is not None and head.evaluate(self.settled(facts)) is True

    def is_official(self, channel: str) -> bool:
        """Whether a message on this channel counts as a request; every channel does where the document
        names none.
        """
        return self.channels.clause is None or channel in self.channels.official

    def decide(self, facts: Mapping[str, Value], *, least_change: bool = False) -> Decision:
        """The decision on these facts by this version."""
        from remit.policy.rules import decide

        return decide(self.ruleset, self.settled(facts), least_change=least_change)
