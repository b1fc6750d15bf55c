"""`build_demo`: the five desks of `policies/`, with people, holdings and a history up to this minute."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import connection, transaction

from remit.desk.demo.stage import PASSWORD, Stage, main_calendar, play
from remit.desk.demo.stories import crm24, iexexchanger, ionetech, itech_crm, its
from remit.desk.desks.actions.create_desk import create_desk
from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.policies.actions.publish_policy import publish_policy
from remit.desk.policies.management.commands.publish_policy import read_policy
from remit.desk.worker.installation import SIGN_INS

OLDEST = timedelta(days=900)


@dataclass(frozen=True)
class Plot:
    """How a desk looks and where its stories are."""

    slug: str
    name: str
    legal_name: str
    prefix: str
    zone: str
    hue: int
    mark: str
    stories: ModuleType
    language: str = "en"


PLOTS = (
    Plot("itech-crm", "iTech CRM", "iTech CRM", "ITC", "UTC", 350, "users", itech_crm),
    Plot("crm24", "CRM24", "CRM24", "C24", "Asia/Tehran", 205, "clock", crm24),
    Plot("its", "iTS", "iTS", "ITS", "Europe/London", 140, "shield", its),
    Plot(
        "ionetech",
        "I One Tech",
        "I One Tech Co., Ltd., Phnom Penh",
        "ION",
        "Asia/Phnom_Penh",
        254,
        "one",
        ionetech,
    ),
    Plot("iexexchanger", "iEXExchanger", "iEXExchanger", "IEX", "UTC+3", 292, "exchange", iexexchanger),
)


class Command(BaseCommand):
    """Build the demo in an installation that has no desk yet; never change one that has."""

    help = "Open the five demo desks with believable people, licences and tickets."

    def handle(self, *args: Any, **options: Any) -> None:
        """Play each desk's stories, write down who can sign in."""
        if Desk._meta.db_table not in connection.introspection.table_names():
            raise CommandError("The database is empty. Run migrate first.")
        if Desk.objects.exists():
            raise CommandError("There are desks here already; the demo is built only where there is none.")
        # The letters of a simulated past are written and recorded, but reach nobody.
        settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
        now = clock.now()
        stages = []
        with transaction.atomic():
            for plot in PLOTS:
                self.stdout.write(f"  {plot.name}")
                stages.append(open_desk(plot, now))
        (Path(settings.DATA_DIR) / SIGN_INS).write_text(sign_ins(stages), encoding="utf-8")


def open_desk(plot: Plot, now: datetime) -> Stage:
    """Create the desk, publish its policy as of the beginning, bring in its cast, and play its stories."""
    desk = create_desk(
        slug=plot.slug, name=plot.name, legal_name=plot.legal_name, ticket_prefix=plot.prefix, zone=plot.zone,
        hue=plot.hue, mark=plot.mark, language=plot.language, email_address=f"support@{plot.slug}.example",
        actor=SYSTEM, now=now - OLDEST,
    )  # fmt: skip
    source, translations = read_policy(Path(settings.BASE_DIR) / "policies" / f"{plot.slug}.md")
    publish_policy(desk, source, actor=SYSTEM, now=now - OLDEST, translations=translations)
    stage = Stage(desk, main_calendar(desk, now), now)
    plot.stories.cast(stage)
    play(stage, plot.stories.STORIES)
    return stage


def sign_ins(stages: list[Stage]) -> str:
    """Return who can sign in where, for the first look."""
    lines = [f"Sign in with any of these; the pass phrase is: {PASSWORD}"]
    for stage in stages:
        agents = ", ".join(
            f"{agent.user.email} (lead)" if agent.is_lead else agent.user.email
            for agent in stage.agents.values()
        )
        contacts = ", ".join(contact.email for contact in stage.contacts.values())
        lines += [f"  {stage.desk.name}", f"    answers:  {agents}", f"    asks:     {contacts}"]
    return "\n".join(lines) + "\n"
