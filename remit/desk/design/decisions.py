"""A decision as people read it: the outcome, one sentence, what to do next, why, what we took as known, what would
change it. And facts in words, for forms and lists.

Works on a decision as the core writes it in JSON (a ledger row's columns, or a dry run's `to_json`), on facts as values
and on the policy. What does not live here: who may see it, and where its buttons lead (the rooms above say that).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from html import unescape
from itertools import pairwise
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from remit.desk.design.clocks import Cite, cite_of
from remit.desk.design.covers import CoverPanel
from remit.desk.design.words import Almanac, digits, listed
from remit.policy.document.policy import Policy
from remit.policy.document.spoken import spoken
from remit.policy.rules import fill
from remit.policy.vocabulary.durations import Duration
from remit.policy.vocabulary.facts import FactDeclaration, Kind, Supplier
from remit.policy.vocabulary.metrics import Metric

MOST_REASONS = 3
MOST_CHANGES = 3
LONGEST_QUOTE = 320


@dataclass(frozen=True, slots=True)
class Reason:
    """A plain claim, the policy's own words with what decided marked, and the section they stand in."""

    cite: Cite
    claim: str
    quote: SafeString
    outcome: str
    aspect: str


@dataclass(frozen=True, slots=True)
class Button:
    """A next step. `kind` is the policy's word for it; an empty address is for a step that needs no page."""

    label: str
    kind: str
    target: str
    address: str


@dataclass(frozen=True, slots=True)
class Known:
    """A fact we took as known: its name for people, its value, a line more."""

    fact: str
    label: str
    value: str
    more: str = ""
    _: KW_ONLY
    cover: CoverPanel | None = None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What would change the outcome: what, and to what it would lead."""

    icon: str
    title: str
    text: str
    cite: Cite | None


@dataclass(frozen=True, slots=True)
class DecisionPanel:
    """A decision on a page."""

    outcome: str
    word: str
    sentence: str
    lead: str
    buttons: tuple[Button, ...]
    reasons: tuple[Reason, ...]
    others: tuple[Reason, ...]
    changes: tuple[Change, ...]
    asks: tuple[str, ...]
    welcome: tuple[str, ...]
    open_points: tuple[str, ...]

    @property
    def is_refusal(self) -> bool:
        """Whether the request was not taken up."""
        return self.outcome in ("refuse", "suspend")


def outcome_word(outcome: str, missing: int = 0) -> str:
    """The word above the sentence."""
    if outcome == "ask" and missing:
        words = ngettext("One thing missing", "%(n)s things missing", missing) % {"n": missing}
        return digits(words, get_language() or "en")
    words = {
        "suspend": gettext("Suspended"),
        "refuse": gettext("Not covered now"),
        "quote": gettext("Paid work"),
        "split": gettext("Several questions"),
        "ask": gettext("Details missing"),
        "review": gettext("A person decides"),
        "accept": gettext("Accepted"),
    }
    return words[outcome]


def usual_sentence(outcome: str) -> str:
    """What is said where the policy has no words of its own for an outcome."""
    words = {
        "suspend": gettext("Your requests are on hold for now."),
        "refuse": gettext("We can’t take this up."),
        "quote": gettext("We can do this as paid work."),
        "split": gettext("This holds several questions. Please send one request for each."),
        "ask": gettext("Add what is missing, and we can start."),
        "review": gettext("A person reads this and decides."),
        "accept": gettext("We have taken this on."),
    }
    return words[outcome]


def written(decision: Any) -> Mapping[str, Any]:
    """A decision as the mapping the core writes: of a ledger row, or of a decision that was not stored."""
    if hasattr(decision, "to_json"):
        return dict(decision.to_json())
    columns = (
        "outcome",
        "contributing",
        "asks",
        "unknowns",
        "trace",
        "least_change",
        "says",
        "steps",
    )
    stored = {name: getattr(decision, name) for name in columns}
    return {**decision.rest, **stored, "deciding": decision.grounds}


def decision_panel(
    decision: Mapping[str, Any],
    facts: Mapping[str, Any],
    policy: Policy,
    almanac: Almanac,
    *,
    policy_address: str,
    address_of: Callable[[str, str], str],
) -> DecisionPanel:
    """The panel of one decision on these facts. `address_of(kind, target)`: where a next step leads."""
    outcome = decision["outcome"]
    says_own = policy.reads(decision.get("says", ""), almanac.language)

    def say(text: str) -> str:
        return filled(text, facts, policy, almanac)

    asks = tuple(decision.get("asks", ()))
    says = say(decision.get("says", ""))
    told, untold = _told_first(decision["deciding"])
    reasons = tuple(_reasons(told, policy, policy_address, say, almanac.language))
    others = tuple(
        _reasons([*untold, *decision["contributing"]], policy, policy_address, say, almanac.language)
    )
    if outcome == "accept" and policy.language.partition("-")[0] == almanac.language.partition("-")[0]:
        reasons = (*_urgency(facts, policy, almanac, policy_address), *reasons)
    return DecisionPanel(
        outcome=outcome,
        word=outcome_word(outcome, len(asks)),
        sentence=says if says and says_own else usual_sentence(outcome),
        lead="" if says_own else says,
        buttons=tuple(_buttons(decision, say, address_of)),
        reasons=reasons[:MOST_REASONS],
        others=(*reasons[MOST_REASONS:], *others),
        changes=tuple(_changes(decision, facts, policy, almanac, policy_address)),
        asks=asks,
        welcome=tuple(decision.get("welcome", ())),
        open_points=tuple(_open_points(decision, policy)),
    )


def filled(text: str, facts: Mapping[str, Any], policy: Policy, almanac: Almanac) -> str:
    """A sentence of the policy with the facts in their places, dates in the desk's zone."""
    if not text:
        return ""
    return fill(policy.said(text), facts, policy.declarations, almanac.zone, almanac.language)


def _buttons(
    decision: Mapping[str, Any], say: Callable[[str], str], address_of: Callable[[str, str], str]
) -> list[Button]:
    """The next steps. On a request that is to be paid for, the price comes on the request itself: that step is said
    once and leads nowhere else.
    """
    buttons = []
    is_quoted = decision.get("outcome") == "quote"
    for step in decision.get("steps", ()):
        if step["kind"] == "buy" and is_quoted:
            if not any(one.kind == "wait" for one in buttons):
                buttons.append(Button(price_to_come(), "wait", step.get("target", ""), ""))
            continue
        label = say(step.get("label", "")) or _step_words(step["kind"])
        target = step.get("target", "")
        buttons.append(Button(label, step["kind"], target, address_of(step["kind"], target)))
    return buttons


def price_to_come() -> str:
    """What a request for something paid waits for."""
    return gettext("We write you a price on this request. Nothing starts before you agree to it.")


def _step_words(kind: str) -> str:
    words = {
        "buy": gettext("See what it costs"),
        "answer": gettext("Add the details"),
        "contest": gettext("Ask a person to look again"),
        "write": gettext("Write to us"),
        "read": gettext("Read more"),
        "correct": gettext("Correct a fact"),
        "wait": gettext("Nothing to do; we write to you"),
    }
    return words.get(kind, kind.capitalize())


# --- why ------------------------------------------------------------------------------------------------------------


def _reasons(
    findings: Sequence[Mapping[str, Any]],
    policy: Policy,
    address: str,
    say: Callable[[str], str],
    language: str,
) -> list[Reason]:
    reasons, seen = [], set()
    for finding in findings:
        cite = cite_of(policy, finding["clause"], address)
        if cite is None or (finding["clause"], finding.get("rule")) in seen:
            continue
        seen.add((finding["clause"], finding.get("rule")))
        clause = policy.clauses[finding["clause"]]
        is_own = policy.reads(finding.get("because") or finding.get("name", ""), language)
        claim = _claim(finding, clause.title, say) if is_own else clause.title
        quote = quoted(clause.text, policy.said(finding.get("quote", "")), bound_numbers(clause.html))
        reasons.append(Reason(cite, claim, quote, finding["outcome"], finding["aspect"]))
    reasons.sort(key=lambda one: PLAIN_FIRST.index(one.aspect) if one.aspect in PLAIN_FIRST else 0)
    return reasons


def _told_first(
    findings: Sequence[Mapping[str, Any]],
) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """Findings with words of their own, and silent defaults: these explain nothing unless they stand alone."""
    silent = [one for one in findings if one.get("name") == "default" and not one.get("because")]
    told = [one for one in findings if one not in silent]
    return (told, silent) if told else (silent, [])


def _claim(finding: Mapping[str, Any], title: str, say: Callable[[str], str]) -> str:
    """The plain claim of a finding: its own words, the rule's name, or the section's title."""
    name = finding.get("name", "")
    return (
        say(finding.get("because", ""))
        or ("" if name in ("default", "required") else _sentence_case(name))
        or title
    )


def _urgency(facts: Mapping[str, Any], policy: Policy, almanac: Almanac, address: str) -> list[Reason]:
    """Why it is as urgent as it is, and by which row an answer is owed: what people ask about first (ION-6)."""
    settled = policy.settled(facts)
    label = next((one.label for one in policy.priorities if one.id == settled.get("priority")), "")
    reasons = []
    matrix = policy.priority_matrix
    if matrix is not None and label and settled.get("impact") == settled.get("priority"):
        words = impact_words(settled, policy)
        cite = cite_of(policy, matrix.clause, address)
        if cite is not None:
            claim = gettext("You told us: %(words)s. That is %(priority)s.") % {
                "words": words,
                "priority": label,
            }
            category = fact_value(matrix.fact, settled.get(matrix.fact), policy, almanac)
            quote = format_html("{}. {}: <mark>{}</mark>.", category, label, words)
            reasons.append(Reason(cite, claim, quote, "accept", "priority"))
    target = policy.target(Metric.FIRST_RESPONSE, settled)
    cite = cite_of(policy, target.clause, address) if target is not None else None
    if target is not None and cite is not None and isinstance(target.duration, Duration):
        time = spoken(str(target.duration), almanac.language)
        row = _row_words(target, settled, policy, almanac)
        claim = gettext("First answer within %s.") % time
        if row:
            usually = gettext("%(row)s: first answer usually within %(time)s.")
            firmly = gettext("%(row)s: first answer within %(time)s.")
            claim = (usually if target.approximate else firmly) % {"row": row, "time": time}
        quote = _quote_of_target(policy.clauses[target.clause], target.duration, row, time, policy.language)
        reasons.append(Reason(cite, claim, quote, "accept", "target"))
    return reasons


def _quote_of_target(clause: Any, duration: Duration, row: str, time: str, language: str) -> SafeString:
    """The clause's words that bind the figure: the sentence it stands in; else, where it stands in a table, the row."""
    numbers = bound_numbers(clause.html)
    figure = spoken(str(duration), language)
    if figure in numbers and figure in clause.text:
        return quoted(clause.text, figure, numbers)
    if not row:
        return quoted(clause.text, "", numbers)
    opening = next(iter(_sentences_of(clause.text)), "")
    return format_html("{} {}: <mark>{}</mark>.", opening, row, time)


def _row_words(target: Any, settled: Mapping[str, Any], policy: Policy, almanac: Almanac) -> str:
    """By which row of its table an answer is owed: the priority's label, or what else the table goes by."""
    by = next(
        (
            one.by
            for one in policy.target_blocks
            if one.clause == target.clause and target.metric in one.metrics
        ),
        None,
    )
    if by is None or by not in settled:
        return ""
    if by == "priority":
        return next((one.label for one in policy.priorities if one.id == settled[by]), "")
    return fact_value(by, settled[by], policy, almanac)


PLAIN_FIRST = ("scope", "cover", "discretion", "standing", "completeness", "conduct", "channel")


def _sentence_case(name: str) -> str:
    return f"{name[:1].upper()}{name[1:]}." if name else ""


def bound_numbers(html: str) -> tuple[str, ...]:
    """The numbers in a clause's prose that come from its rules, longest first."""
    found = {unescape(one) for one in re.findall(r'<span class="rm-bound">([^<]+)</span>', html)}
    return tuple(sorted(found, key=len, reverse=True))


def _with_numbers(plain: str, numbers: Sequence[str]) -> SafeString:
    """Escaped prose in which the bound numbers are marked as such."""
    spoken = [re.escape(str(conditional_escape(re.sub(r"\s+", " ", one)))) for one in numbers]
    escaped = str(conditional_escape(plain))
    if spoken:
        escaped = re.sub(rf"(?<!\w)({'|'.join(spoken)})(?!\w)", r'<span class="rm-bound">\1</span>', escaped)
    return safe(escaped)


def quoted(text: str, deciding: str, numbers: Sequence[str] = ()) -> SafeString:
    """The sentences of a clause around the deciding words, those marked; without them its first sentences, unmarked."""
    wanted = re.escape(re.sub(r"\s+", " ", deciding).strip())
    lines = [re.sub(r"\s+", " ", line).strip() for line in text.split("\n")]
    for plain in [*lines, " ".join(lines)] if deciding else []:
        if found := re.search(wanted, plain, re.IGNORECASE):
            start, end = found.span()
            first, last = _around(_sentences(plain), start, end)
            parts = (plain[first:start], plain[start:end], plain[end:last])
            return format_html("{}<mark>{}</mark>{}", *(_with_numbers(part, numbers) for part in parts))
    opening = ""
    for sentence in _sentences_of(text):
        if opening and len(opening) + len(sentence) > LONGEST_QUOTE:
            break
        opening = f"{opening} {sentence}".strip()
    return _with_numbers(opening, numbers)


def _sentences_of(text: str) -> list[str]:
    """The sentences of a text whose paragraphs stand on lines of their own; cells of tables are no sentences."""
    found = []
    for line in text.split("\n"):
        plain = re.sub(r"\s+", " ", line).strip()
        found += [
            plain[a:b].strip()
            for a, b in _sentences(plain)
            if plain[a:b].strip().endswith((".", "!", "?", "؟"))
        ]
    return found


def _sentences(plain: str) -> list[tuple[int, int]]:
    edges = [0, *(found.end() for found in re.finditer(r"[.!?؟](?=\s)\s", plain)), len(plain)]
    return [(a, b) for a, b in pairwise(edges) if b > a]


def _around(sentences: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int]:
    """From where to where to quote: whole sentences that hold the span, and the one before where there is room."""
    first = max((a for a, _ in sentences if a <= start), default=0)
    last = min((b for _, b in sentences if b >= end), default=end)
    earlier = [a for a, b in sentences if b <= first]
    if earlier and last - earlier[-1] <= LONGEST_QUOTE:
        first = earlier[-1]
    return first, last


# --- facts ----------------------------------------------------------------------------------------------------------

USUAL_LABELS: Mapping[str, Callable[[], str]] = {
    "topic": lambda: gettext("About"),
    "category": lambda: gettext("Category"),
    "impact": lambda: gettext("What you see"),
    "priority": lambda: gettext("Priority"),
    "channel": lambda: gettext("Sent by"),
    "sender.standing": lambda: gettext("Asked by"),
    "request.kind": lambda: gettext("Kind of request"),
}


def fact_label(name: str, declaration: FactDeclaration | None) -> str:
    """What people call a fact."""
    if name in USUAL_LABELS:
        return USUAL_LABELS[name]()
    words = declaration.words if declaration else name.replace(".", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def fact_value(name: str, value: Any, policy: Policy, almanac: Almanac) -> str:
    """A fact's value in words."""
    declaration = policy.declarations.get(name)
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    if isinstance(value, datetime):
        return almanac.full(value)
    if isinstance(value, date):
        return almanac.day(value)
    if isinstance(value, frozenset | set | list | tuple):
        return gettext(", ").join(_option(one, declaration, policy) for one in sorted(value))
    if isinstance(value, str):
        return _option(value, declaration, policy)
    return almanac.figures(str(value))


def _option(value: str, declaration: FactDeclaration | None, policy: Policy) -> str:
    if declaration is None:
        return value
    if declaration.kind is Kind.TOPIC and value in policy.topics:
        return policy.topics[value].title
    return declaration.options.get(value, value)


def impact_words(facts: Mapping[str, Any], policy: Policy) -> str:
    """The words of the form for the impact that was chosen, in its category (ION-6)."""
    impact = str(facts.get("impact", ""))
    return policy.options_for("impact", facts).get(impact, impact)


OWN_LINES = frozenset({"topic", "category", "impact", "priority", "channel", "received_at"})


def known_facts(facts: Mapping[str, Any], policy: Policy, almanac: Almanac) -> list[Known]:
    """What the requester told us, in the order of the form; then what the desk found out."""
    lines, own_lines = [], OWN_LINES
    if facts.get("topic"):
        lines.append(
            Known("topic", fact_label("topic", None), fact_value("topic", facts["topic"], policy, almanac))
        )
    if facts.get("impact"):
        row = policy.priority_matrix.fact if policy.priority_matrix is not None else "category"
        more = fact_value(row, facts[row], policy, almanac) if facts.get(row) else ""
        own_lines |= {row}
        lines.append(Known("impact", fact_label("impact", None), impact_words(facts, policy), more))
    elif facts.get("category"):
        value = fact_value("category", facts["category"], policy, almanac)
        lines.append(Known("category", fact_label("category", None), value))
    declared = policy.declarations
    for name, value in facts.items():
        one = declared.get(name)
        if one is None or name in own_lines or one.supplier is Supplier.RECORD or one.means is not None:
            continue
        lines.append(Known(name, fact_label(name, one), fact_value(name, value, policy, almanac)))
    return lines


# --- what would change it -------------------------------------------------------------------------------------------

CHANGE_ICONS = {"requester": "pencil", "record": "refresh", "desk": "user-search"}


def _changes(
    decision: Mapping[str, Any], facts: Mapping[str, Any], policy: Policy, almanac: Almanac, address: str
) -> list[Change]:
    changes = []
    asked = set(decision.get("asks", ()))
    for one in decision.get("least_change") or ():
        parts = [(one["fact"], one["to"]), *((fact, after) for fact, _, after in one["along_with"])]
        if {fact for fact, _ in parts} <= asked or any(_is_out_of_reach(*part, policy) for part in parts):
            continue
        title = listed(_change_words(fact, value, policy, almanac) for fact, value in parts)
        text = gettext("We would then say: %s.") % outcome_word(one["outcome"])
        icon = CHANGE_ICONS.get(one["supplier"], "arrow-right")
        changes.append(Change(icon, title, text, cite_of(policy, one.get("clause"), address)))
    return changes[:MOST_CHANGES]


def _is_out_of_reach(fact: str, value: Any, policy: Policy) -> bool:
    """A phase of cover that nobody can bring about."""
    kind, _, last = fact.rpartition(".")
    return last == "phase" and kind in policy.covers and value not in policy.covers[kind].covered


def _change_words(fact: str, value: Any, policy: Policy, almanac: Almanac) -> str:
    label = fact_label(fact, policy.declarations.get(fact))
    if value is None:
        return gettext("If we knew: %s") % label
    kind, _, last = fact.rpartition(".")
    cover = policy.covers.get(kind)
    if (
        cover is not None
        and cover.renewal is not None
        and (last == "phase" or (last == "active" and value is True))
    ):
        # Cover runs because it was renewed, not because a fact was set.
        return fact_value(f"{kind}.phase", cover.renewal.phase, policy, almanac)
    spoken = fact_value(fact, _decoded(fact, value, policy), policy, almanac)
    return gettext("%(fact)s: “%(value)s”") % {"fact": label, "value": spoken}


def _decoded(fact: str, value: Any, policy: Policy) -> Any:
    declaration = policy.declarations.get(fact)
    if declaration is not None and declaration.kind in (Kind.DATE, Kind.INSTANT) and isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return value
        return moment if declaration.kind is Kind.INSTANT else moment.date()
    return value


def _open_points(decision: Mapping[str, Any], policy: Policy) -> list[str]:
    """What a person has to find out: facts of the desk that are not established and would matter."""
    return [
        fact_label(fact, policy.declarations.get(fact))
        for fact, supplier in decision.get("unknowns", ())
        if supplier == "desk"
    ]


def safe(html: str) -> SafeString:
    """Prose of a compiled document, escaped when it was compiled."""
    return mark_safe(html)  # noqa: S308 - made by the policy core, which escapes all text
