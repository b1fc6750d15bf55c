"""What pages and letters say can be said in every language that has a catalogue, and each catalogue is compiled."""

import gettext
import re

import pytest

from tests.house.catalogue import CATALOGUES, known, said

LANGUAGES = sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir())
PLACES = re.compile(r"%\((\w+)\)|%([sd])")


CUSTOMERS_READ = ("accounts", "asking", "design", "notifications", "portal")
"""The rooms whose words customers read; what only a team reads may lag behind for a while."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_words_for_every_sentence_that_customers_read(language: str) -> None:
    theirs = known(language)
    unsaid = {message: where for message, where in said().items() if message not in theirs}
    missing = {text: where for (_, text), where in unsaid.items() if where.split("/")[2] in CUSTOMERS_READ}
    assert missing == {}, f"Write these into {language}'s django.po, then: msgfmt -o django.mo django.po"


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
