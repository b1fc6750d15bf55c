"""The policy page: contents, clauses with anchors and numbers, the footer of all official policies
(ITC-22).

The prose of each clause is drawn when the document is compiled; here it is put together. All text from the
document has been escaped by then. The surrounding page belongs to the desk; `standalone_page` is for
reading a draft from the command line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from remit.policy.rules.words import day_in_words

if TYPE_CHECKING:
    from remit.policy.document.policy import Clause, Policy

_RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "ps", "ur", "yi"})


@dataclass(frozen=True, slots=True)
class RenderedClause:
    """One clause: `heading` and `prose` are HTML, `does` the generated sentence as plain words (empty where
    it does nothing).
    """

    id: str
    number: str
    level: int
    title: str
    heading: str
    prose: str
    does: str

    @property
    def html(self) -> str:
        return self.heading + self.prose


@dataclass(frozen=True, slots=True)
class RenderedPolicy:
    """The parts of the page. `toc`: id, number and title of each section; `footer`: title and address of
    each policy.
    """

    title: str
    lead: str
    toc: tuple[tuple[str, str, str], ...]
    clauses: tuple[RenderedClause, ...]
    footer: tuple[tuple[str, str], ...]

    @property
    def html(self) -> str:
        """Lead and clauses, for `<article class="rm-doc">`."""
        return self.lead + "".join(clause.html for clause in self.clauses)


def policy_html(policy: Policy) -> RenderedPolicy:
    """The page of a policy. Anchors are clause ids and, for paragraphs, `clause-id-1`, `clause-id-2` …"""
    return RenderedPolicy(
        title=policy.title,
        lead=policy.lead_html,
        toc=tuple(
            (clause.id, clause.number, clause.title)
            for clause in policy.clauses.values()
            if clause.level == 2
        ),
        clauses=tuple(_clause(clause) for clause in policy.clauses.values()),
        footer=tuple((one.title, one.address) for one in policy.footer),
    )


def _clause(clause: Clause) -> RenderedClause:
    title = escape(clause.title)
    if clause.level == 2:
        mark = f'<a href="#{clause.id}" aria-hidden="true" tabindex="-1">{clause.number}</a>'
        heading = f'<h2 id="{clause.id}">{mark}{title}</h2>\n'
    else:
        mark = f'<a class="rm-doc__n" href="#{clause.id}" aria-label="Section {clause.number}">{clause.number}</a>'
        heading = f'<h3 class="rm-doc__p" id="{clause.id}">{mark}{title}</h3>\n'
    if clause.amendment:
        words = (
            f"As changed by the agreement, {clause.amendment.number}."
            if clause.is_changed
            else "By the agreement."
        )
        heading += f'<p class="rm-doc__amended">{words}</p>\n'
    return RenderedClause(
        clause.id, clause.number, clause.level, clause.title, heading, clause.html, clause.does
    )


def standalone_page(policy: Policy, *, shows_what_it_does: bool = True) -> str:
    """The whole page in one file, without scripts or anything fetched from elsewhere."""
    return "".join(_page(policy, policy_html(policy), shows_what_it_does))


def _page(policy: Policy, page: RenderedPolicy, shows_what_it_does: bool) -> Iterator[str]:
    direction = "rtl" if policy.language.split("-")[0] in _RIGHT_TO_LEFT else "ltr"
    yield (
        f'<!doctype html>\n<html lang="{escape(policy.language)}" dir="{direction}">\n<head>\n<meta '
        'charset="utf-8">\n'
    )
    yield '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    yield (
        f"<title>{escape(page.title)}, version {policy.number} · {escape(policy.desk)}</title>\n"
        f"<style>{_STYLE}</style>\n"
    )
    yield '</head>\n<body>\n<main class="rm-policy">\n<nav aria-label="On this page"><ol class="rm-toc">\n'
    for identity, number, title in page.toc:
        yield f'<li><a href="#{identity}"><span>{number}</span> {escape(title)}</a></li>\n'
    yield f'</ol></nav>\n<article class="rm-doc">\n<h1>{escape(page.title)}</h1>\n{page.lead}'
    yield (
        f'<p class="rm-version"><strong>Version {policy.number}</strong>, in force from {in_force_from(policy)} '
        f"({escape(policy.timezone)}) · <code>{policy.hash[:8]}</code></p>\n"
    )
    if policy.agreement:
        yield (
            f'<p class="rm-version">Under the individual agreement <strong>{escape(policy.agreement.title)}</strong>.'
            f"</p>\n{policy.agreement.lead_html}"
        )
    yield (
        '<p class="rm-doc__key">Figures marked <span class="rm-bound">like this</span> and all '
        "tables under a rule are the "
        "very ones the desk calculates with.</p>\n"
    )
    for clause in page.clauses:
        yield clause.html
        if shows_what_it_does and clause.does:
            yield f'<p class="rm-does">{escape(clause.does)}</p>\n'
    yield "</article>\n</main>\n"
    if page.footer:
        yield '<footer><nav aria-label="All official policies"><strong>All official policies</strong><ul>\n'
        for title, address in page.footer:
            name = escape(title)
            yield (
                f'<li><a href="{escape(address)}">{name}</a></li>\n'
                if address
                else f"<li>{name} (this page)</li>\n"
            )
        yield "</ul></nav></footer>\n"
    yield "</body>\n</html>\n"


def in_force_from(policy: Policy) -> str:
    """The local day from which this version holds, in words."""
    local = policy.effective_at.astimezone(policy.zone)
    day = day_in_words(local)
    return day if (local.hour, local.minute) == (0, 0) else f"{day}, {local:%H:%M}"


_STYLE = """
:root{color-scheme:light dark}
body{margin:0;font:18px/1.6 Georgia,serif;color:CanvasText;background:Canvas}
.rm-policy{display:grid;grid-template-columns:14rem minmax(0,38rem);gap:4rem}
.rm-policy,footer{max-width:62rem;margin:3rem auto;padding:0 1.5rem}
.rm-toc{position:sticky;top:2rem;list-style:none;margin:0;padding:0;font:14px/1.9 system-ui,sans-serif}
.rm-toc span{display:inline-block;min-width:1.6rem;opacity:.65}
a{color:inherit}
.rm-doc h1{font-size:2.4rem;line-height:1.1}
.rm-doc h2{margin-top:2.5rem;font-size:1.4rem;position:relative}
.rm-doc h3{margin-top:1.5rem;font-size:1.1rem}
.rm-doc h2>a,.rm-doc__n{position:absolute;inset-inline-end:calc(100% + .8rem);opacity:.65}
.rm-doc h2>a,.rm-doc__n{font:13px/2 system-ui,sans-serif;text-decoration:none}
.rm-doc__p{position:relative}
.rm-bound{border-bottom:1px dotted;white-space:nowrap}
.rm-does{font:14px/1.5 system-ui,sans-serif;opacity:.75;border-inline-start:2px solid;padding-inline-start:.75rem}
.rm-version,.rm-doc__key,.rm-doc__amended,footer{font:14px/1.5 system-ui,sans-serif}
table{width:100%;border-collapse:collapse;font:15px/1.45 system-ui,sans-serif;margin:1rem 0}
caption{text-align:start;opacity:.7;padding-bottom:.3rem}
th,td{text-align:start;vertical-align:top;padding:.4rem .75rem .4rem 0}
th,td{border-top:1px solid color-mix(in srgb,currentColor 25%,transparent)}
@media(max-width:50rem){.rm-policy{display:block}.rm-toc,.rm-doc h2>a,.rm-doc__n{position:static}}
@media print{.rm-toc{display:none}.rm-policy{display:block}}
"""
