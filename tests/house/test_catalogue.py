"""What pages and letters say can be said in every language that has a catalogue, and each catalogue is compiled."""

import gettext
import re

import pytest

from tests.house.catalogue import CATALOGUES, known, said, untold
from tests.house.tree import ROOT, code

LANGUAGES = sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir())
PLACES = re.compile(r"%\((\w+)\)|%([sd])")

CUSTOMERS_READ = ("accounts", "asking", "design", "notifications", "portal")
"""The rooms whose words customers read; what only a team reads may lag behind for a while."""
THEY_REACH = (
    "accounts/viewer.py", "asking/", "desks/models.py", "foundation/middleware.py", "foundation/text.py",
    "policies/facts.py", "portal/", "tickets/",
)  # fmt: skip
"""Where what a customer does can be refused: rooms, and modules of rooms that say the rest to other people."""
FOR_OTHERS = {
    "desks/models.py": {"validate_slug_is_free"},
    "foundation/middleware.py": {"OUTSIDE_VIEWS"},
    "tickets/actions/announce.py": {"announce_closure", "withdraw_closure", "end_closure"},
    "tickets/actions/converse.py": {"ask_requester"},
    "tickets/actions/judge.py": {"settle_contest", "_by_person", "_outcome", "_may_decide", "_state"},
    "tickets/actions/merge.py": {"merge_tickets"},
    "tickets/actions/settle.py": {"solve_ticket", "close_ticket", "refuse_contested", "USUAL_REASONS"},
    "tickets/actions/steer.py": {
        "assign_ticket", "change_priority", "hand_up", "hold_ticket", "unhold_ticket", "give_estimate",
    },
    "tickets/again.py": {"refuse_without_result"},
    "tickets/gates.py": {"check_gates"},
    "tickets/inbound.py": {"clean_steps", "_receipt"},
    "tickets/letters.py": {"written"},
    "tickets/management/commands/verify_ledger.py": {"Command"},
}  # fmt: skip
"""What there is said to agents, operators and programs only: by module, the function, class or name it stands in."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_words_for_every_sentence_that_customers_read(language: str) -> None:
    theirs = known(language)
    unsaid = {message: where for message, where in said().items() if message not in theirs}
    missing = {text: where for (_, text), where in unsaid.items() if _is_read(where)}
    assert missing == {}, f"Write these into {language}'s django.po, then: msgfmt -o django.mo django.po"


def _is_read(where: str) -> bool:
    room, _, rest = where.removeprefix("remit/desk/").partition("/")
    return room in CUSTOMERS_READ or f"{room}/{rest}".startswith(THEY_REACH)


def test_what_a_customer_does_is_refused_in_words_that_can_be_translated() -> None:
    """A sentence there is said by `gettext`, or named here as one that no customer meets."""
    untranslated = [
        (where, within, sentence)
        for path in code()
        if (where := path.relative_to(ROOT).as_posix().removeprefix("remit/desk/")).startswith(THEY_REACH)
        for within, sentence in untold(path)
        if within not in FOR_OTHERS.get(where, set())
    ]
    assert untranslated == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_no_words_that_nobody_says(language: str) -> None:
    ours = said()
    assert {text for context, text in known(language) if (context, text) not in ours} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_keeps_every_place_that_is_filled_in(language: str) -> None:
    for (_, text), translations in known(language).items():
        for one in translations:
            assert sorted(PLACES.findall(one)) == sorted(PLACES.findall(text)) or len(translations) > 1, text


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_compiled_from_what_is_written(language: str) -> None:
    with (CATALOGUES / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    for (context, text), translations in known(language).items():
        if len(translations) == 1:
            found = compiled.pgettext(context, text) if context else compiled.gettext(text)
            assert found == translations[0]
