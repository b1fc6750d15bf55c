"""Public holidays of a country, computed by the `holidays` package. They are asked for once, when a version
is published, and frozen into it; nothing else imports this at run time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date


def holidays_for(country: str, subdivision: str | None, years: Iterable[int]) -> Mapping[date, str]:
    """The public holidays of `country` (ISO 3166 code, with an optional subdivision) in `years`, by date.
    Names are English where the package has them. Raises `ValueError` for a country or subdivision it
    doesn't know.
    """
    import holidays  # a large package, needed only when a version is published

    try:
        names = holidays.country_holidays(country, subdiv=subdivision)
        language = "en_US" if "en_US" in names.supported_languages else None
        found = holidays.country_holidays(country, subdiv=subdivision, years=years, language=language)
    except (NotImplementedError, AttributeError, KeyError):
        place = f"{country}, {subdivision}" if subdivision else country
        message = f'No holidays are known for "{place}". Write an ISO country code, or the dates themselves.'
        raise ValueError(message) from None
    return dict(sorted(found.items()))
