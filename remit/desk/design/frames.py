"""What stands around every page: the desk's brand, the menu, who is signed in, the foot with all official policies.

Values only: rooms above fill them from their records. Also the choice of a page's language.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a menu; `count` is shown behind it where it is not None."""

    label: str
    address: str
    is_current: bool = False
    icon: str = ""
    count: int | None = None
    is_hot: bool = False


@dataclass(frozen=True, slots=True)
class PolicyLink:
    """An official policy in the foot of every page (ITC-22)."""

    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The surroundings of one page. `desk` is None on pages of the installation."""

    desk: Any = None
    colours: str = ""
    menu: tuple[Item, ...] = ()
    person: str = ""
    sign_in_address: str = ""
    policies: tuple[PolicyLink, ...] = ()
    about: str = ""
    languages: tuple[Item, ...] = ()
    other_desks: tuple[Item, ...] = ()
    workspace_address: str = ""
    portal_address: str = ""


LANGUAGE_NAMES = {"en": "English", "fa": "فارسی", "de": "Deutsch", "ru": "Русский", "km": "ខ្មែរ"}


def language_of(request: HttpRequest, desk: Any, offered: Iterable[str], wished: str = "") -> str:
    """The language of the page: asked for in the address, else as last time, else the person's, else the desk's.

    Only an `offered` language is taken. One asked for by `?lang=` is remembered for this desk in the session.
    """
    offers = [desk.language, *(one for one in offered if one != desk.language)]
    key = f"language:{desk.pk}"
    asked = request.GET.get("lang", "")
    if asked in offers:
        request.session[key] = asked
    for wish in (asked, request.session.get(key, ""), wished):
        if wish in offers:
            return str(wish)
    return str(desk.language)


def speaking(language: str, zone: tzinfo) -> AbstractContextManager[Any]:
    """While it lasts, pages speak this language and tell the time of this zone."""
    both = ExitStack()
    both.enter_context(translation.override(language))
    both.enter_context(timezone.override(zone))
    return both
