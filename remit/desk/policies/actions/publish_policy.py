"""Publish a version of a desk's policy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from remit.desk.desks.models import Desk
from remit.desk.foundation import events
from remit.desk.foundation.actors import Actor
from remit.desk.foundation.errors import Conflict, InvalidInput
from remit.desk.policies import agreed, declared, store
from remit.desk.policies import facts as supply
from remit.desk.policies.models import PolicyTranslation, PolicyVersion
from remit.policy.document.policy import ENGINE_VERSION, Policy


def publish_policy(
    desk: Any,
    source: str,
    *,
    actor: Actor,
    now: datetime,
    translations: Mapping[str, str] | None = None,
    significant: bool = False,
    note: str = "",
) -> PolicyVersion:
    """Store `source` as the desk's next version, with its holidays frozen; it holds from its own effective instant.

    Raises `InvalidInput` with every finding (line and column) where the document is malformed or fails its own
    checks or examples, where it would begin before an earlier version does (of two that begin at one instant the
    higher number holds), and where an agreement that is still to run would no longer fit over it; then nothing is
    stored and the version in force stays.
    """
    policy = checked(desk, source, translations or {})
    holidays = {
        calendar: {day.isoformat(): name for day, name in days.items()}
        for calendar, days in policy.holidays.items()
    }
    fitting = _fits_agreements(desk, source, holidays, policy)
    with transaction.atomic():
        Desk.objects.select_for_update().get(pk=desk.pk)
        if [one.pk for one in agreed.still_to_run(desk, policy.effective_at)] != fitting:
            raise Conflict("An agreement was recorded or ended meanwhile.", next="Publish once more.")
        version = PolicyVersion.objects.create(
            desk=desk,
            number=policy.number,
            title=policy.title,
            language=policy.language,
            effective_at=policy.effective_at,
            published_at=now,
            published_by_id=actor.id if actor.kind == "agent" else None,
            source=source,
            holidays=holidays,
            hash=store.hash_of(source, holidays),
            engine_version=ENGINE_VERSION,
            significant=significant,
            note=note,
        )
        PolicyTranslation.objects.bulk_create(
            PolicyTranslation(version=version, language=language, source=text)
            for language, text in (translations or {}).items()
        )
        data = {"version": version.pk, "number": version.number, "hash": version.hash}
        events.append(desk.pk, ("policy", version.pk), "policy published", now, actor, data)
        declared.announce_publication(desk.pk, now)
    return version


def _fits_agreements(
    desk: Any, source: str, holidays: dict[str, dict[str, str]], policy: Policy
) -> list[int]:
    """The keys of the agreements that will stand over it, once each is found to fit. Raises `InvalidInput`."""
    agreements = agreed.still_to_run(desk, policy.effective_at)
    faults = agreed.misfits(source, holidays, agreements)
    if faults:
        raise InvalidInput(
            "This policy can't be published yet; the version in force stays.",
            fields=faults,
            next="Keep what these agreements change, or end them first.",
        )
    return [one.pk for one in agreements]


def warnings_at(desk: Any, source: str, translations: Mapping[str, str]) -> tuple[str, ...]:
    """What this desk can't keep of a sound document, with line, column and a way out: it is published all the same."""
    from remit.policy.check import check_at_desk
    from remit.policy.document.source import load_with_translations

    document = load_with_translations(source, f"{desk.slug}.md", dict(translations))
    return tuple(str(one) for one in check_at_desk(document, zone=desk.zone, fixed=supply.fixed()))


def local_instant(at: datetime, desk: Any) -> str:
    """An instant in the desk's zone, as a document writes it: "2026-07-01 00:00 (Europe/Berlin)"."""
    return f"{at.astimezone(desk.tz):%Y-%m-%d %H:%M} ({desk.zone})"


def checked(desk: Any, source: str, translations: Mapping[str, str]) -> Policy:
    """The compiled policy, once it is sound and is this desk's next. Raises `InvalidInput`."""
    from remit.policy.check import check
    from remit.policy.document.compiling import compile_document
    from remit.policy.document.findings import PolicyErrors
    from remit.policy.document.source import load_with_translations

    try:
        document = load_with_translations(source, f"{desk.slug}.md", dict(translations))
        findings = [finding for finding in check(document) if finding.level == "error"]
        if findings:
            raise PolicyErrors(findings)
        policy = compile_document(document)
    except PolicyErrors as error:
        raise InvalidInput(
            "This policy can't be published yet; the version in force stays.",
            fields={f"line {one.line}, column {one.column}": one.message for one in error.findings},
            next="Mend what is listed and publish again.",
        ) from error
    faults = {}
    if policy.desk != desk.slug:
        faults["desk"] = f'The document names the desk "{policy.desk}"; this desk is "{desk.slug}".'
    if PolicyVersion.objects.filter(desk=desk, number__gte=policy.number).exists():
        faults["version"] = (
            f"Version {policy.number} or a later one is published already. Give this one the next number."
        )
    last = PolicyVersion.objects.filter(desk=desk).order_by("-effective_at", "-number").first()
    if last is not None and policy.effective_at < last.effective_at:
        faults["effective"] = (
            f"This version would be in force from {local_instant(policy.effective_at, desk)}, before version "
            f"{last.number}, which is in force from {local_instant(last.effective_at, desk)}. "
            "Let it begin then or later: what was published stays as it was."
        )
    if faults:
        raise InvalidInput("This policy can't be published yet; the version in force stays.", fields=faults)
    return policy
