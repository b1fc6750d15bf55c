"""Facts: what a decision may look at, who supplies each, and how their values travel as JSON. Facts are a
flat mapping from dotted names to values; an unknown fact is absent (or None). Which facts a document
declares beyond the common ones is its own business (`document`); how conditions read them lives in
`conditions`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias

from remit.policy.vocabulary.durations import Duration, parse_duration
from remit.policy.vocabulary.metrics import Status
from remit.policy.vocabulary.money import Money, parse_money
from remit.policy.vocabulary.zones import at_wall_time

Value: TypeAlias = bool | str | frozenset[str] | int | Decimal | date | datetime | Duration | Money
Json: TypeAlias = bool | str | int | float | list[str] | None


class Supplier(StrEnum):
    """Who can make a fact known: who asks, our records, or the company by finding out (design §4)."""

    REQUESTER = "requester"
    RECORD = "record"
    DESK = "desk"


class Kind(StrEnum):
    """What kind of value a fact has; the comment names the Python type."""

    YES_NO = "yes or no"  # bool
    ONE_OF = "one of"  # str
    SOME_OF = "some of"  # frozenset[str]
    NUMBER = "number"  # int or Decimal
    TEXT = "text"  # str
    DATE = "date"  # date
    INSTANT = "instant"  # aware datetime in UTC
    DURATION = "duration"  # Duration
    MONEY = "money"  # Money
    TOPIC = "topic"  # str, a node of a tree


_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class FactDeclaration:
    """What is known about a fact before it has a value. `options` maps values to their wording, in order
    (empty for a "one of" whose options the document supplies); `ask` is the question a form puts, `help`
    the line under it; `parents` maps each topic to the one it lies within; `means` is the condition from
    which the fact is derived, if it is; `label` names it in a sentence. `is_the_message`: the requester's
    message answers it, where it is not answered apart. `has_been`: a date or an instant that can't lie after the moment
    at which it is told.
    """

    name: str
    kind: Kind
    supplier: Supplier
    options: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    ask: str = ""
    help: str = ""
    clause: str | None = None
    parents: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    means: str | None = None
    label: str = ""
    is_the_message: bool = False
    has_been: bool = False

    @property
    def words(self) -> str:
        """How a sentence calls the fact."""
        return self.label or self.name.replace(".", " ").replace("_", " ")


class Unreadable(ValueError):
    """A value that is not of its fact's kind. The message is exact, English, and for whoever writes documents and
    calls; `phrase`, one of `PHRASES`, with its `values` says the same to people, in whichever language.
    """

    def __init__(self, message: str, phrase: str, **values: object) -> None:
        super().__init__(message)
        self.phrase, self.values = phrase, values


_NO_OPTION = '"%(value)s" is not one of the options. Choose one that is listed.'
_YES_OR_NO = "Answer yes or no."
_NO_NUMBER = '"%(value)s" is not a number.'
_OUT_OF_RANGE = '"%(value)s" is out of range.'
_NO_DATE = '"%(value)s" is not a date. Write it as 2026-01-31.'
_NO_INSTANT = '"%(value)s" is not a day with a time. Write it as 2026-01-31T09:30.'
_NOT_AS_IN = '"%(value)s" can\'t be read. Write it as in "%(example)s".'
PHRASES = frozenset({_NO_OPTION, _YES_OR_NO, _NO_NUMBER, _OUT_OF_RANGE, _NO_DATE, _NO_INSTANT, _NOT_AS_IN})
"""Every English phrase of an `Unreadable` that a language needs words for."""


class FactErrors(ValueError):
    """Values that can't be read: `errors` maps each fact's name to a sentence that says what to write, `faults` those
    among them that people can be told in another language.
    """

    def __init__(
        self, errors: Mapping[str, str], faults: Mapping[str, Unreadable] = MappingProxyType({})
    ) -> None:
        super().__init__(" ".join(f"{name}: {message}" for name, message in errors.items()))
        self.errors, self.faults = dict(errors), dict(faults)


def encode_facts(facts: Mapping[str, Value | None]) -> dict[str, Json]:
    """The facts as plain JSON values, names sorted; absent and None alike are left out."""
    return {name: _encoded(value) for name, value in sorted(facts.items()) if value is not None}


def _encoded(value: Value) -> Json:
    if isinstance(value, (bool, int)):
        return value
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def decode_facts(
    written: Mapping[str, object], declarations: Mapping[str, FactDeclaration], where: tzinfo | None = None
) -> dict[str, Value]:
    """The facts that JSON (or strict text) writes, each read as its declaration says; None and "" mean
    unknown. Instants without an offset are wall times in `where`, and an error where no zone is given.
    Raises `FactErrors` naming every faulty fact, undeclared names included.
    """
    facts: dict[str, Value] = {}
    errors: dict[str, str] = {}
    faults: dict[str, Unreadable] = {}
    for name, value in written.items():
        declaration = declarations.get(name)
        if declaration is None:
            errors[name] = _unknown(name, declarations)
        elif value is not None and value != "":
            try:
                facts[name] = _decoded(value, declaration, where)
            except Unreadable as error:
                errors[name], faults[name] = str(error), error
            except ValueError as error:
                errors[name] = str(error)
            except (InvalidOperation, OverflowError):
                faults[name] = _out_of_range(value)
                errors[name] = str(faults[name])
    if errors:
        raise FactErrors(errors, faults)
    return facts


def _unknown(name: str, declarations: Mapping[str, FactDeclaration]) -> str:
    nearest = get_close_matches(name, declarations, n=1)
    return f"there is no such fact{f'; did you mean {nearest[0]}?' if nearest else '.'}"


def _decoded(value: object, declaration: FactDeclaration, where: tzinfo | None) -> Value:
    kind = declaration.kind
    if kind is Kind.YES_NO:
        return _yes_no(value)
    if kind is Kind.SOME_OF:
        chosen = value if isinstance(value, (list, tuple, set, frozenset)) else [value]
        return frozenset(_option(one, declaration) for one in chosen)
    if kind is Kind.NUMBER:
        return _number(value)
    if not isinstance(value, str):
        raise ValueError(f"expected {kind} written as text, not {value!r}.")
    if kind in (Kind.ONE_OF, Kind.TOPIC):
        return _option(value, declaration)
    if kind is Kind.INSTANT:
        return _instant(value, where)
    return _read(value, kind)


def _read(value: str, kind: Kind) -> Value:
    """A date, a duration, an amount of money, or plain text."""
    if kind not in _READERS:
        return value
    reader, phrase, example = _READERS[kind]
    try:
        return reader(value)
    except ValueError as error:
        raise Unreadable(str(error), phrase, value=value, example=example) from error


def _out_of_range(value: object) -> Unreadable:
    return Unreadable(f'"{value}" is out of range.', _OUT_OF_RANGE, value=value)


def _yes_no(value: object) -> bool:
    if isinstance(value, bool):
        return value
    answer = _YES_NO.get(value.strip().lower()) if isinstance(value, str) else None
    if answer is None:
        raise Unreadable(f"expected yes or no, not {value!r}.", _YES_OR_NO)
    return answer


_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def _option(value: object, declaration: FactDeclaration) -> str:
    options = declaration.options
    if not isinstance(value, str):
        raise ValueError(f"expected one of its options, not {value!r}.")
    if options and value not in options:
        nearest = get_close_matches(value, options, n=1)
        hint = f'did you mean "{nearest[0]}"?' if nearest else f"choose one of {', '.join(options)}."
        raise Unreadable(f'"{value}" is not one of its options; {hint}', _NO_OPTION, value=value)
    return value


def _no_number(value: object) -> Unreadable:
    return Unreadable(f'expected a number, not "{value}".', _NO_NUMBER, value=value)


def _number(value: object) -> int | Decimal:
    if isinstance(value, bool) or not isinstance(value, (int, float, str, Decimal)):
        raise _no_number(value)
    if isinstance(value, int):
        return value
    try:
        number = Decimal(str(value).strip())
    except InvalidOperation:
        raise _no_number(value) from None
    if not number.is_finite() or abs(number) > 10**18:
        raise _out_of_range(value)
    return int(number) if number == number.to_integral_value() else number


def _date(value: str) -> date:
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        raise ValueError(f'"{value}" is not a date. Write it as 2026-01-31.') from None


_READERS: Mapping[Kind, tuple[Callable[[str], Value], str, str]] = {
    Kind.DATE: (_date, _NO_DATE, ""),
    Kind.DURATION: (parse_duration, _NOT_AS_IN, "3 days"),
    Kind.MONEY: (parse_money, _NOT_AS_IN, "190 USD"),
}
"""How a written value is read; what to say where it can't be; and an example of the kind."""


def _instant(value: str, where: tzinfo | None) -> datetime:
    try:
        instant = datetime.fromisoformat(value.strip())
    except ValueError:
        message = f'"{value}" is not an instant. Write it as 2026-01-31T09:30:00Z.'
        raise Unreadable(message, _NO_INSTANT, value=value) from None
    if instant.tzinfo is not None:
        return instant.astimezone(UTC)
    if where is None:
        raise ValueError(f'"{value}" names no zone. Write it as 2026-01-31T09:30:00Z.')
    return at_wall_time(instant, where)


def _record(name: str, kind: Kind, label: str, options: Mapping[str, str] = _NOTHING) -> FactDeclaration:
    return FactDeclaration(name, kind, Supplier.RECORD, options, label=label)


def _requester(name: str, kind: Kind, ask: str, hint: str, label: str) -> FactDeclaration:
    return FactDeclaration(name, kind, Supplier.REQUESTER, ask=ask, help=hint, label=label)


_CHANNELS = {
    "portal": "the portal",
    "email": "e-mail",
    "chat": "chat",
    "telegram": "Telegram",
    "phone": "phone",
    "api": "the API",
    "other": "another way",
}
_STANDINGS = {
    "owner": "the owner",
    "named contact": "a named contact",
    "colleague": "a colleague of the owner",
    "contractor": "someone working for the owner",
    "stranger": "someone we don't know",
}
_SOLUTIONS = {
    "fixed": "fixed",
    "answered": "answered",
    "unresolved": "investigated and not resolved",
    "refused": "refused",
    "withdrawn": "withdrawn by the customer",
}
_STATUSES = {str(status): str(status) for status in Status}
_CLOSED_FOR = {
    "solved": "it was solved",
    "silence": "we heard nothing back",
    "refused": "it was refused",
    "withdrawn": "the customer withdrew it",
    "merged": "it went into another ticket",
    "conduct": "of how it was written",
}

COMMON_FACTS: Mapping[str, FactDeclaration] = MappingProxyType(
    {
        declaration.name: declaration
        for declaration in (
            _record("channel", Kind.ONE_OF, "the way it reached us", _CHANNELS),
            _record("channel.official", Kind.YES_NO, "it came by an official channel"),
            _record("sender.standing", Kind.ONE_OF, "who is asking", _STANDINGS),
            _record("sender.suspended", Kind.YES_NO, "the sender is suspended"),
            _requester("topic", Kind.TOPIC, "What is your request about?", "", "the topic"),
            _requester("category", Kind.ONE_OF, "Which kind of request is it?", "", "the category"),
            _requester("impact", Kind.ONE_OF, "What does it do to your work?", "", "the impact"),
            _record("priority", Kind.ONE_OF, "the priority"),
            _record("questions", Kind.NUMBER, "the number of questions in it"),
            _requester("request.kind", Kind.ONE_OF, "What would you like?", "", "the kind of request"),
            _record("received_at", Kind.INSTANT, "when we received it"),
            _record("text.vague", Kind.YES_NO, "the text is too vague to work on"),
            _record("attachments.count", Kind.NUMBER, "the number of attachments"),
            _record("links.only", Kind.YES_NO, "its only evidence is behind links"),
            _record("ticket.exists", Kind.YES_NO, "it belongs to a ticket we have"),
            _record(
                "ticket.status",
                Kind.ONE_OF,
                "the ticket's status",
                _STATUSES,
            ),
            _record("ticket.solved_as", Kind.ONE_OF, "how the ticket was solved", _SOLUTIONS),
            _record("ticket.since_fix", Kind.DURATION, "the time since the fix"),
            _record("ticket.since_close", Kind.DURATION, "the time since the ticket closed"),
            _record("ticket.closed_for", Kind.ONE_OF, "why the ticket closed", _CLOSED_FOR),
            _record("order.exists", Kind.YES_NO, "there is an order"),
            _record("order.paid_in_full", Kind.YES_NO, "the order is paid in full"),
            _record("order.work_started", Kind.YES_NO, "work on the order has started"),
            _record("order.service", Kind.ONE_OF, "the service ordered"),
            _record("quote.scope_written", Kind.YES_NO, "the scope is written in the ticket"),
            _record("repeats.count", Kind.NUMBER, "how often it was repeated"),
            _record("fragments.count", Kind.NUMBER, "the number of pieces it was sent in"),
            _record("abuse.suspected", Kind.YES_NO, "its wording is marked as abusive"),
            _record("requests.in_window", Kind.NUMBER, "the number of recent requests"),
            _record("access.complete", Kind.YES_NO, "all access needed has been given"),
            _requester(
                "backup.acknowledged",
                Kind.YES_NO,
                "Do you have a current backup?",
                "We only change a system whose owner has a backup of it.",
                "a backup is confirmed",
            ),
            _record("customer.registered", Kind.YES_NO, "the customer is registered with us"),
        )
    }
)
"""The facts every document may use without declaring them. Where `options` of a "one of" are empty
(`category`, `impact`, `priority`, `request.kind`, `order.service`) or a topic has no tree, the document
supplies them."""


def cover_facts(
    cover: str, phases: Mapping[str, str], plans: Mapping[str, str] = _NOTHING
) -> dict[str, FactDeclaration]:
    """The facts that every document with `cover: <cover>` may use, from the record. `phases` maps each
    phase to its wording; "none", the phase before any purchase, is added. `plans` likewise; where the
    document declares no plans, the plan is plain text.
    """
    known = {"none": "none", **phases}
    declarations = (
        _record(f"{cover}.valid", Kind.YES_NO, f"the {cover} is valid"),
        _record(f"{cover}.held", Kind.YES_NO, f"the customer holds a {cover}"),
        _record(f"{cover}.name", Kind.TEXT, f"the {cover}"),
        _record(f"{cover}.plan", Kind.ONE_OF if plans else Kind.TEXT, f"the {cover}'s plan", plans),
        _record(f"{cover}.archived", Kind.YES_NO, f"the {cover} is archived"),
        _record(f"{cover}.voided", Kind.YES_NO, f"the {cover} is void"),
        _record(f"{cover}.phase", Kind.ONE_OF, f"the {cover}'s phase", known),
        _record(f"{cover}.since", Kind.INSTANT, f"when the {cover}'s phase began"),
        _record(f"{cover}.until", Kind.INSTANT, f"when the {cover}'s phase ends"),
        _record(f"{cover}.active", Kind.YES_NO, f"the {cover} is active"),
    )
    return {declaration.name: declaration for declaration in declarations}
