"""`publish_policy`: make a document the desk's next policy version."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from remit.desk.desks.models import Desk
from remit.desk.foundation import clock
from remit.desk.foundation.actors import SYSTEM
from remit.desk.foundation.commands import DeskCommand
from remit.desk.foundation.errors import InvalidInput
from remit.desk.policies import store
from remit.desk.policies.actions.publish_policy import local_instant, publish_policy, warnings_at
from remit.policy.document.source import MAX_CHARACTERS


class Command(DeskCommand):
    """Publish a policy."""

    help = (
        "Publish a policy document at a desk. Translations beside it (name.fa.md) go with it. A document with any "
        "fault is refused with every line and column, and the version in force stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Read the document and its note."""
        parser.add_argument("desk", help="the desk's slug")
        parser.add_argument("file", type=Path)
        parser.add_argument("--note", default="", help="what changed, for the version history")
        parser.add_argument("--significant", action="store_true", help="mark it as a significant change")

    def run(self, options: dict[str, Any]) -> str:
        """Publish it."""
        desk = Desk.objects.by_slug(options["desk"])
        source, translations = read_policy(options["file"])
        try:
            version = publish_policy(
                desk, source, translations=translations, significant=options["significant"],
                note=options["note"], actor=SYSTEM, now=clock.now(),
            )  # fmt: skip
        except InvalidInput as error:
            raise _in_full(error) from error
        said = (
            f"Version {version.number} of {version.title} is published, in force from "
            f"{local_instant(version.effective_at, desk)}; read it at {desk.get_absolute_url()}policy/{version.number}/"
        )
        until = store.compiled(version).holidays_until
        known = (
            [f"Its public holidays are known until {until}; publish it again before then."] if until else []
        )
        return "\n".join([said, *known, *warnings_at(desk, source, translations)])


def _in_full(refusal: InvalidInput) -> InvalidInput:
    """The refusal of a document with its findings as `remit check` prints them: file, place, code and a way out."""
    from remit.policy.document.findings import PolicyErrors

    if not isinstance(refusal.__cause__, PolicyErrors):
        return refusal
    faults = [str(one) for one in refusal.__cause__.findings if one.level == "error"]
    return InvalidInput("\n".join([refusal.message, *faults]), next=refusal.next)


def read_policy(file: Path) -> tuple[str, dict[str, str]]:
    """Return the document and, by language, the translations beside it (`name.fa.md`)."""
    siblings = file.parent.glob(f"{file.stem}.*.md")
    return read_document(file), {one.suffixes[-2].strip("."): read_document(one) for one in siblings}


def read_document(file: Path) -> str:
    """Return the text of a file, of one that is too long no more than shows it. Raises `InvalidInput` where it can't be
    read.
    """
    try:
        with file.open(encoding="utf-8") as text:
            return text.read(MAX_CHARACTERS + 1)
    except (OSError, UnicodeDecodeError) as error:
        sentence = f"{file} can't be read: {error}."
        raise InvalidInput("The document was not taken.", fields={"file": sentence}) from error
