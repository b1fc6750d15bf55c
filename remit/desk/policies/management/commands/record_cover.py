"""`record_cover`: a renewal, another purchase, or what was decided about something held; and the cover that follows."""

from argparse import ArgumentParser
from collections.abc import Iterable
from typing import Any

from remit.desk.accounts.models import Contact
from remit.desk.desks.models import Desk
from remit.desk.entitlements.actions import read_moment
from remit.desk.entitlements.models import Entitlement, Purchase
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand
from remit.desk.foundation.errors import InvalidInput
from remit.desk.policies import store
from remit.desk.policies.holding import DECISIONS, Recording, foreseen, record


class Command(DeskCommand):
    """Record a purchase or a happening."""

    help = (
        "Record that something held was bought, renewed or extended, or that it was archived, restored, voided, "
        "kept or ended; then say which phases of cover follow. Times are local to the desk; a date alone stands "
        "for its first moment and is kept as the date of the work."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read what happened to what."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("name", help="of what is held, such as L-204")
        parser.add_argument("what", choices=[*Purchase.KINDS, *DECISIONS])
        parser.add_argument(
            "--kind", default="", help="its kind of cover, where two kinds have one of this name"
        )
        parser.add_argument("--at", help="when: 2026-01-31 or '2026-01-31 12:00'; otherwise now")
        parser.add_argument("--term", default="", help="such as '12 months', where the policy counts a term")
        parser.add_argument(
            "--buyer", default="", help="of a purchase: e-mail address of the contact who bought"
        )
        parser.add_argument("--part", default="", help="the part it covers; otherwise the whole")
        parser.add_argument("--clause", default="", help="of a decision: the clause it rests on")
        parser.add_argument("--reason", default="", help="of a decision: a reason of the policy")
        parser.add_argument(
            "--dry-run", action="store_true", help="say what would follow, and record nothing"
        )

    def run(self, options: dict[str, Any]) -> str:
        """Record it, unless it is tried only, and say what cover follows."""
        desk, now = Desk.objects.by_slug(options["desk"]), clock.now()
        held = _held(desk, options["name"], options["kind"])
        what = _recording(desk, options)
        line = foreseen(held, what, store.versions_of(desk), now)
        if not options["dry_run"]:
            record(held, what, actor=SYSTEM, now=now)
        done = "would follow" if options["dry_run"] else "follow"
        said = f"{what.kind} of {held.name}: {'nothing recorded, ' if options['dry_run'] else 'recorded; '}"
        return said + f"these phases {done}\n" + "\n".join(_phases(line, desk))


def _held(desk: Desk, name: str, kind: str) -> Entitlement:
    found = Entitlement.objects.held_at(desk).filter(name=name)
    rows = list(found.filter(kind=kind) if kind else found)
    if not rows:
        sentence = "Nobody at this desk holds anything of this name."
        raise InvalidInput("Nothing was recorded.", fields={"name": sentence})
    if len(rows) > 1:
        kinds = ", ".join(row.kind for row in rows)
        raise InvalidInput("Nothing was recorded.", fields={"kind": f"Several have this name: {kinds}."})
    return rows[0]


def _recording(desk: Desk, options: dict[str, Any]) -> Recording:
    at, on = None, None
    if options["at"]:
        at, on = read_moment(options["at"], desk.tz, field="at")
    given = {name: options[name] for name in ("term", "part", "clause", "reason")}
    email = options["buyer"]
    buyer = Contact.objects.known_by_email(desk, email, field="buyer") if email else None
    return Recording(options["what"], at, on, contact=buyer, **given)


def _phases(line: Any, desk: Desk) -> Iterable[str]:
    for one in line.periods if line is not None else ():
        if one.starts_at is not None:
            ends = f"to {one.ends_at.astimezone(desk.tz):%Y-%m-%d %H:%M}" if one.ends_at else "on"
            yield f"  {one.phase}: from {one.starts_at.astimezone(desk.tz):%Y-%m-%d %H:%M} {ends} ({desk.zone})"
