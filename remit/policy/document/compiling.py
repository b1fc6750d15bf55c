"""Compiles a document to a policy: every block becomes what it makes happen. What the page says
is drawn in `page`.

All faults are collected before anything is refused. What follows from the rules together (conflicts, gaps,
examples) is found in `remit.policy.check`, which starts from the same `Compilation`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Any

from remit.policy.clocks import PauseReason, PauseRule
from remit.policy.conditions import Condition
from remit.policy.cover import Allowance
from remit.policy.document.agreement import told
from remit.policy.document.blocks import FrontMatter
from remit.policy.document.covering import read_covers
from remit.policy.document.declaring import (
    declare,
    read_form,
    read_matrix,
    read_plans,
    read_priorities,
    read_services,
    read_topics,
)
from remit.policy.document.fields import COUNTED_BACK
from remit.policy.document.findings import Finding, PolicyErrors, did_you_mean
from remit.policy.document.page import bind, read_clauses, read_lead, read_terms
from remit.policy.document.policy import (
    ENGINE_VERSION,
    Agreement,
    Assumption,
    Changes,
    Channels,
    Conduct,
    Consent,
    DeclaredEventKind,
    Erasure,
    Example,
    Feedback,
    Gate,
    Offer,
    OfficialPolicy,
    Policy,
    Queue,
)
from remit.policy.document.reading import ReadBlock, read_blocks, read_front
from remit.policy.document.rewording import quotes, sayings
from remit.policy.document.ruling import (
    check_service,
    put_together,
    read_defaults,
    read_requirements,
    read_rules,
    read_steps,
)
from remit.policy.document.source import Document, load_with_translations
from remit.policy.document.timing import (
    known_years,
    last_known_day,
    read_calendars,
    read_closings,
    read_escalations,
    read_pauses,
    read_reopening,
    read_targets,
)
from remit.policy.document.translation import compare_translation, compare_words
from remit.policy.document.workshop import Workshop
from remit.policy.vocabulary.metrics import Metric
from remit.policy.vocabulary.zones import zone

Holidays = Mapping[str, Mapping[date, str]]


@dataclass(frozen=True, slots=True)
class Compilation:
    """What came of compiling: the policy as far as it could be made, and every finding so far.

    `policy` is None only where the front matter cannot be read. With an error among `findings` it is good
    for looking for further faults, and for nothing else. `unsure_rules` are the keys of rules whose
    condition could not be read (they never fire here); without `is_whole` more is missing, and an example
    that fails proves nothing.
    """

    document: Document
    policy: Policy | None
    blocks: tuple[ReadBlock, ...]
    findings: tuple[Finding, ...]
    unsure_rules: frozenset[str] = frozenset()
    is_whole: bool = True

    @property
    def has_errors(self) -> bool:
        return any(finding.level == "error" for finding in self.findings)


def compile_text(
    text: str,
    path: str = "policy.md",
    *,
    holidays: Holidays | None = None,
    translations: Mapping[str, str] | None = None,
) -> Policy:
    """Compile the text of a document. `translations`: language → text of the sibling file. Raises
    `PolicyErrors`.
    """
    return compile_document(load_with_translations(text, path, dict(translations or {})), holidays)


def compile_document(document: Document, holidays: Holidays | None = None) -> Policy:
    """Compile a document. `holidays`: calendar → its frozen holidays; without them they are computed for
    some years.

    Raises `PolicyErrors` with every finding where there is an error; warnings are no hindrance.
    """
    compilation = examine(document, holidays)
    if compilation.policy is None or compilation.has_errors:
        raise PolicyErrors(told(document, compilation.findings))
    return compilation.policy


def examine(document: Document, holidays: Holidays | None = None) -> Compilation:
    """Compile as far as possible, collecting what is wrong; of a file that was too long to be read, that alone."""
    too_long = tuple(one for one in document.faults if one.code == "too-long")
    if too_long:
        return Compilation(document, None, (), too_long)
    if document.overlay is None and "agreement" in document.front.data:
        return Compilation(document, None, (), (_agreement_alone(document),))
    front, findings = read_front(document)
    blocks, faults = read_blocks(document)
    findings = [*document.faults, *findings, *faults]
    if document.overlay is None:
        for translation in document.translations.values():
            findings += compare_translation(document, translation)
    if front is None:
        return Compilation(document, None, tuple(blocks), tuple(findings))
    shop = Workshop(document, blocks, zone(front.timezone), holidays, findings)
    policy = _compile(shop, front)
    if document.overlay is None and document.translations:
        said, quoted = sayings(policy), quotes(policy)
        for translation in document.translations.values():
            findings += compare_words(said, quoted, document, translation)
    unread = {block.line for block in document.blocks if block.kind != "example"} - {
        block.line for block in blocks
    }
    is_whole = shop.is_whole and not unread and not document.faults
    return Compilation(
        document, policy, tuple(blocks), tuple(shop.findings), frozenset(shop.unsure_rules), is_whole
    )


def _agreement_alone(document: Document) -> Finding:
    """That a document is no policy but an individual agreement, and how it is checked."""
    place = document.front.key_at(("agreement",))
    return Finding(
        "front-matter",
        "error",
        "this is an individual agreement, which is read over the policy it changes",
        place.line,
        place.column,
        hint=f"name the policy, and this beside it: remit check POLICY.md --agreement {document.path}",
        path=document.path,
    )


def _compile(shop: Workshop, front: FrontMatter) -> Policy:
    declare(shop)
    conditions = _means(shop)
    rules = read_rules(shop)
    defaults = read_defaults(shop)
    requirements = read_requirements(shop)
    effective_at = shop.instant(front.effective)
    years = known_years(shop, front.effective.year)
    calendars = read_calendars(shop, years)
    table, target_blocks = read_targets(shop, calendars)
    priorities = read_priorities(shop)
    priority_block = shop.one("priorities")
    gates = _gates(shop)
    queue = _queue(shop)
    covers, anchors = read_covers(shop)
    values = bind(shop, front.language)
    conditions += [rule.condition for rule in rules if rule.condition]
    conditions += [condition for block in target_blocks for row in block.rows for condition in row.conditions]
    return Policy(
        desk=front.desk,
        title=front.title,
        number=front.version,
        effective_at=effective_at,
        timezone=front.timezone,
        language=front.language,
        binding_language=front.binding or front.language,
        hash=shop.document.hash,
        engine_version=ENGINE_VERSION,
        path=shop.document.path,
        lead_html=read_lead(shop.document),
        agreement=_agreement(shop.document),
        clauses=read_clauses(shop, values),
        declarations=MappingProxyType(shop.declarations),
        ruleset=put_together(shop, rules, defaults, requirements),
        calendars=calendars,
        targets=table,
        target_blocks=target_blocks,
        pauses=_pauses(shop),
        covers=covers,
        anchors=anchors,
        closings=read_closings(shop, calendars),
        reopening=read_reopening(shop),
        close_reasons={
            key: words
            for block in shop.of("close reasons")
            for key, words in block.model.close_reasons.items()
        },
        escalations=read_escalations(shop),
        queue=queue,
        priorities=priorities,
        priority_set_by=_priority_set_by(shop, priority_block),
        usual_priority=priority_block.model.usual if priority_block else None,
        priority_matrix=read_matrix(shop, priorities),
        topics=read_topics(shop),
        topic_question=next((block.model.topics for block in shop.of("topics")), ""),
        form=read_form(shop, requirements, conditions),
        gates=gates,
        allowances=_allowances(shop),
        services=read_services(shop),
        plans=read_plans(shop),
        channels=_channels(shop),
        footer=tuple(OfficialPolicy(one.title, one.address, one.here) for one in front.policies),
        examples=_examples(shop),
        assumptions=_assumptions(shop.document),
        events=_events(shop),
        offers=_offers(shop),
        conduct=_conduct(shop),
        terms=read_terms(shop),
        consent=_consent(shop),
        erasure=_erasure(shop),
        changes=_changes(shop),
        feedback=_feedback(shop),
        holidays={name: calendar.holidays for name, calendar in calendars.items()},
        holidays_until=last_known_day(shop, years),
    )


def _agreement(document: Document) -> Agreement | None:
    """What was put over the policy, None where it stands alone."""
    overlay = document.overlay
    if overlay is None:
        return None
    return Agreement(
        title=str(overlay.document.front.data.get("agreement", "")),
        hash=overlay.document.hash,
        lead_html=read_lead(overlay.document),
        clauses=tuple(clause.id for clause in document.clauses if clause.amendment),
        declares={
            kind: frozenset(block.name for block in overlay.document.blocks if block.kind == kind)
            for kind in ("calendar", "cover")
        },
    )


def _means(shop: Workshop) -> list[Condition]:
    """Read what each derived fact means, so that a fault in it is said once and in its own place."""
    found: list[Condition] = []
    for block in shop.of("facts"):
        for name, model in block.model.facts.items():
            condition = shop.condition(model.means, block, "facts", name, "means")
            if condition:
                found.append(condition)
    return found


def _priority_set_by(shop: Workshop, block: ReadBlock | None) -> str | None:
    """A matrix asks for the impact too, so it sets the priority as `set by: impact` does."""
    if next(shop.of("priority matrix"), None):
        return "impact"
    return block.model.set_by if block else None


def _pauses(shop: Workshop) -> dict[str, PauseRule]:
    """The pauses of the document; a declared event pauses what its block says, under the reason of all
    declared events.
    """
    pauses = read_pauses(shop)
    metrics = frozenset(Metric(word) for block in shop.of("event") for word in block.model.pauses)
    clauses = [block.clause for block in shop.of("event") if block.model.pauses]
    if metrics and str(PauseReason.DECLARED_EVENT) not in pauses:
        pauses[str(PauseReason.DECLARED_EVENT)] = PauseRule(metrics, clauses[0])
    return pauses


def _gates(shop: Workshop) -> tuple[Gate, ...]:
    found: list[Gate] = []
    for block in shop.of("gate"):
        model = block.model
        until = shop.condition(model.until, block, "until")
        when = shop.condition(model.when, block, "when")
        if until is None:
            continue
        steps = read_steps(shop, block, model.next)
        gate = Gate(
            model.gate,
            tuple(model.before),
            until,
            when,
            block.clause,
            model.says,
            model.because,
            model.quote,
            steps,
            block.line,
        )
        if gate.key in {other.key for other in found}:
            shop.fault(
                "duplicate-rule",
                f"the gate “{model.gate}” stands twice in this clause",
                block,
                block.place("gate"),
            )
        found.append(gate)
    return tuple(found)


def _queue(shop: Workshop) -> Queue | None:
    block = shop.one("queue")
    if block is None:
        return None
    return Queue(block.model.queue, shop.condition(block.model.head_when, block, "head when"), block.clause)


def _allowances(shop: Workshop) -> dict[str, Allowance]:
    covers = [str(block.model.cover) for block in shop.of("cover")]
    found: dict[str, Allowance] = {}
    for block in shop.of("allowance"):
        model = block.model
        if model.per not in (*covers, "customer"):
            shop.fault(
                "unknown-cover",
                f"“{model.per}” is no kind of cover",
                block,
                block.place("per"),
                did_you_mean(model.per, [*covers, "customer"]),
            )
        found[model.allowance] = Allowance(model.allowance, model.per, model.count, block.clause)
    return found


def _channels(shop: Workshop) -> Channels:
    block = shop.one("channels")
    if block is None:
        return Channels(frozenset(), {}, "", (), None)
    words = dict(block.model.channels)
    official = frozenset(name for name, meaning in words.items() if meaning == "official")
    return Channels(
        official, words, block.model.says, read_steps(shop, block, block.model.next), block.clause
    )


def _examples(shop: Workshop) -> tuple[Example, ...]:
    """Examples as written; `check` runs them. Two of one name in one clause are a fault."""
    found: list[Example] = []
    seen: set[tuple[str, str]] = set()
    for block in shop.of("example"):
        data: Mapping[str, Any] = block.block.text.data
        if (block.clause, block.model.example) in seen:
            shop.fault(
                "duplicate-example",
                f"the example “{block.model.example}” stands twice in this clause",
                block,
                block.place("example"),
            )
        seen.add((block.clause, block.model.example))
        given, then = data.get("given", {}), data.get("then", {})
        found.append(
            Example(
                block.model.example,
                block.clause,
                given,
                data.get("events", ()),
                then,
                block.line,
                block.block,
            )
        )
    return tuple(found)


def _assumptions(document: Document) -> tuple[Assumption, ...]:
    found = [
        Assumption(
            "", ".".join(map(str, one.path)), one.value, one.reason, document.front.value_at(one.path).line
        )
        for one in document.front.assumed
    ]
    for block in document.blocks:
        for one in block.text.assumed:
            path = ".".join(str(step) for step in (block.kind, *one.path))
            found.append(Assumption(block.clause, path, one.value, one.reason, block.place(one.path).line))
    return tuple(found)


def _events(shop: Workshop) -> dict[str, DeclaredEventKind]:
    return {
        block.model.event: DeclaredEventKind(
            block.model.event,
            block.model.causes,
            tuple(Metric(word) for word in block.model.pauses),
            block.model.notice,
            block.model.counts_from,
            block.model.says,
            block.clause,
        )
        for block in shop.of("event")
    }


def _offers(shop: Workshop) -> tuple[Offer, ...]:
    found = []
    for block in shop.of("offer"):
        model = block.model
        check_service(shop, block, model.on, "on")
        if model.percent > 100:
            shop.fault("type", "an offer takes off at most 100 %", block, block.place("percent"))
        starts = shop.instant(model.from_) if model.from_ else None
        found.append(
            Offer(
                model.offer,
                model.percent,
                model.on,
                starts,
                _end_of(shop, model.until),
                model.says,
                block.clause,
            )
        )
    return tuple(found)


def _end_of(shop: Workshop, until: datetime) -> datetime:
    """`until` a date means to the end of that day."""
    from remit.policy.vocabulary.zones import end_of_day

    is_date = (until.hour, until.minute) == (0, 0)
    return end_of_day(until.date(), shop.where) if is_date else shop.instant(until)


def _conduct(shop: Workshop) -> tuple[Conduct, ...]:
    found = []
    for block in shop.of("conduct"):
        model = block.model
        for name in model.thresholds:
            if name not in shop.declarations:
                shop.fault(
                    "unknown-fact",
                    f"“{name}” is not a fact",
                    block,
                    block.place("thresholds", name, key=True),
                    did_you_mean(name, shop.declarations),
                )
        if model.window is not None and (
            model.window.amount_low is not None or model.window.unit not in COUNTED_BACK
        ):
            shop.fault(
                "duration",
                f"“{model.window}” is not counted back from a request",
                block,
                block.place("window"),
                "write “30 days” or “12 h”",
            )
        found.append(
            Conduct(
                model.conduct, model.thresholds, model.window, model.proposes or "", model.says, block.clause
            )
        )
    return tuple(found)


def _consent(shop: Workshop) -> Consent | None:
    block = shop.one("consent")
    return Consent(tuple(block.model.consent), block.clause) if block else None


def _erasure(shop: Workshop) -> Erasure | None:
    block = shop.one("erasure")
    return Erasure(block.model.erasure, block.model.grace, block.model.keeps, block.clause) if block else None


def _changes(shop: Workshop) -> Changes | None:
    block = shop.one("changes")
    if block is None:
        return None
    model = block.model
    return Changes(model.changes, model.significant, model.judged_by, model.notice, block.clause)


def _feedback(shop: Workshop) -> Feedback | None:
    block = shop.one("feedback")
    if block is None:
        return None
    return Feedback(block.model.feedback, block.model.scale, block.model.low, block.model.ask, block.clause)
