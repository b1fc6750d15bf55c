"""The command line: check, decide, explain, diff, render and schema for policy documents; serve and verify for a
desk.

Here files are read and words are printed; everything else is asked of the core or of the desk. What belongs
to a desk is imported only when it is called, so that checking a policy needs neither Django nor a database.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from remit.policy.document.findings import Finding
    from remit.policy.document.policy import Policy
    from remit.policy.document.situation import Situation
    from remit.policy.document.source import Document
    from remit.policy.rules import Decision

FAULTY = 1
"""What a command returns where a document has errors, or a stored record differs."""
UNUSABLE = 2
"""What a command returns where it cannot do its work at all: a missing file, a case that says what cannot be."""
LARGEST_CASE = 1_000_000
"""Characters that a case may have."""


class CannotRead(Exception):
    """A file or an argument that cannot be read; the message says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code: 0 well, 1 errors found, 2 could not be done."""
    parser = _parser()
    options, rest = parser.parse_known_args(arguments)
    options.rest = rest
    if rest and options.run is not _desk:
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    try:
        code: int = options.run(options)
    except CannotRead as error:
        print(f"remit: {error.message}", file=sys.stderr)
        return UNUSABLE
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="remit", description="The support desk that keeps the policy you publish."
    )
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    check = commands.add_parser("check", help="find what is wrong with policy documents")
    check.add_argument("files", nargs="+", metavar="FILE")
    check.add_argument("--json", action="store_true", help="print the findings as JSON")
    _add_agreement(check)
    check.add_argument("--quiet", action="store_true", help="leave warnings out")
    check.set_defaults(run=_check)

    for name, run, words in (
        ("decide", _decide, "decide a case by a policy document"),
        ("explain", _explain, "decide a case and say why, in words, with the clauses"),
    ):
        command = commands.add_parser(
            name, help=words, description=f"{words[0].upper()}{words[1:]}. {_CASE_HELP}"
        )
        command.add_argument("file", metavar="FILE")
        command.add_argument(
            "--facts", default="{}", help="a case: a YAML or JSON file, or the text itself, or - for stdin"
        )
        command.add_argument(
            "--at", help="when the request was received, local to the document: 2026-11-19 18:40"
        )
        command.add_argument("--json", action="store_true", help="print the decision as JSON")
        _add_agreement(command)
        command.set_defaults(run=run)

    diff = commands.add_parser(
        "diff", help="say what changed from one version of a policy document to another"
    )
    diff.add_argument("old", metavar="OLD")
    diff.add_argument("new", metavar="NEW")
    diff.set_defaults(run=_diff)

    render = commands.add_parser("render", help="write the policy page as one HTML file")
    render.add_argument("file", metavar="FILE")
    render.add_argument(
        "-o", "--output", metavar="FILE", help="where to write it (otherwise to the terminal)"
    )
    render.add_argument("--language", help="one of the translations beside the file, such as fa")
    _add_agreement(render)
    render.add_argument("--plain", action="store_true", help="leave out what each clause does")
    render.set_defaults(run=_render)

    schema = commands.add_parser("schema", help="print the JSON Schema of policy documents")
    schema.set_defaults(run=_schema)

    for name, command_name, words in (
        ("serve", "serve_desk", "run the desk: the web pages and the worker"),
        ("verify", "verify_ledger", "recompute stored decisions and clocks, and report any that differ"),
    ):
        desk = commands.add_parser(name, help=words, add_help=False)
        desk.set_defaults(run=_desk, name=name, command=command_name)
    return parser


def _add_agreement(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--agreement", metavar="FILE", help="an individual agreement under which the policy stands"
    )


_CASE_HELP = (
    "The case is written like “given” of an example: {received: …, facts: {topic: …}, licence: {purchased: …}}; "
    "a plain mapping of facts will do as well."
)


# --- reading files ----------------------------------------------------------------------------------------------------


def _text(file: str) -> str:
    """What stands in it; of what is too long, no more than shows it, however much would come (`/dev/zero`)."""
    from remit.policy.document.source import MAX_CHARACTERS

    try:
        if file == "-":
            return sys.stdin.read(MAX_CHARACTERS + 1)
        with Path(file).open(encoding="utf-8") as text:
            return text.read(MAX_CHARACTERS + 1)
    except UnicodeDecodeError as error:
        raise CannotRead(f"{file} is not UTF-8 text (byte {error.start})") from None
    except OSError as error:
        raise CannotRead(
            f"{file or 'the name of a file'}: {(error.strerror or 'cannot be read').lower()}"
        ) from None
    except ValueError:  # the name itself: a NUL
        raise CannotRead(f"{file!r} cannot be the name of a file") from None


def _translations(file: str) -> dict[str, str]:
    """The sibling files of a document: `crm.fa.md` beside `crm.md`."""
    path = Path(file)
    if file == "-" or not path.parent.is_dir():
        return {}
    found = sorted(path.parent.glob(f"{path.stem}.*.md"))
    return {one.suffixes[-2].lstrip("."): _text(str(one)) for one in found if len(one.suffixes) >= 2}


def _document(options: argparse.Namespace) -> Document:
    """The document as written, under the agreement where one is named."""
    from remit.policy.document.agreement import put_over
    from remit.policy.document.source import load_with_translations

    document = load_with_translations(_text(options.file), options.file, _translations(options.file))
    if options.agreement is None:
        return document
    return put_over(document, _text(options.agreement), options.agreement)


def _policy(document: Document) -> Policy:
    """The compiled document; prints its errors and leaves where there are any."""
    from remit.policy.document.compiling import compile_document
    from remit.policy.document.findings import PolicyErrors

    try:
        return compile_document(document)
    except PolicyErrors as errors:
        _print_findings([finding for finding in errors.findings if finding.level == "error"])
        raise SystemExit(FAULTY) from None


# --- check ------------------------------------------------------------------------------------------------------------


def _check(options: argparse.Namespace) -> int:
    from remit.policy.check import check_agreement, check_text

    findings: list[Finding] = []
    files = _documents(options.files)
    for file in files:
        findings += check_text(_text(file), file, translations=_translations(file))
    if options.agreement is not None:
        if len(files) > 1:
            raise CannotRead("an agreement changes one policy: name one document beside it")
        findings += check_agreement(_text(options.agreement), _text(files[0]), options.agreement)
        files.append(options.agreement)
    if options.quiet:
        findings = [finding for finding in findings if finding.level == "error"]
    errors = sum(finding.level == "error" for finding in findings)
    if options.json:
        print(json.dumps([finding.to_json() for finding in findings], ensure_ascii=False, indent=1))
    else:
        _print_findings(findings)
        warnings = len(findings) - errors
        counted = (
            f"{_counted(errors, 'error')}, {_counted(warnings, 'warning')}" if findings else "nothing found"
        )
        print(f"{_counted(len(files), 'document')} checked: {counted}", file=sys.stderr)
    return FAULTY if errors else 0


def _documents(files: Sequence[str]) -> list[str]:
    """The documents among these files: a translation is checked with the document it stands beside."""
    found: dict[str, None] = {}
    for file in files:
        path = Path(file)
        ending = "".join(path.suffixes[-2:])
        original = path.with_name(path.name.removesuffix(ending) + ".md")
        is_translation = len(path.suffixes) >= 2 and original.is_file()
        found[str(original) if is_translation else file] = None
    return list(found)


def _print_findings(findings: Sequence[Finding]) -> None:
    for finding in findings:
        print(finding)


def _counted(number: int, word: str) -> str:
    return f"{number} {word}" if number == 1 else f"{number} {word}s"


# --- decide and explain -----------------------------------------------------------------------------------------------


def _situation(options: argparse.Namespace) -> Situation:
    from remit.policy.document.situation import CaseErrors, read_situation

    policy = _policy(_document(options))
    source, given, events = _case(options.facts, policy)
    if options.at:
        given["received"] = options.at
    try:
        return read_situation(policy, given, events)
    except CaseErrors as errors:
        for path, message in errors.errors.items():
            print(f"{source}: {_field(path)}: {message.removeprefix(f'{path[-1]}: ')}", file=sys.stderr)
        raise SystemExit(UNUSABLE) from None


def _field(path: tuple[str | int, ...]) -> str:
    """The place of a value in a case as people name it: facts.topic, events[0].asked."""
    parts = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in path if part != "given"]
    return "".join(parts).lstrip(".")


def _case(written: str, policy: Policy) -> tuple[str, dict[str, Any], list[Mapping[str, Any]]]:
    """Where a case comes from, what it gives and what happened: from a file, from - or from the argument
    itself; flat facts become its `facts`.
    """
    from remit.policy.document.strict_text import read_mapping

    is_text = not written.strip() or written.lstrip().startswith(("{", "[")) or "\n" in written
    source = "--facts" if is_text else written
    text = written if is_text else _text(written)
    if len(text) > LARGEST_CASE:
        raise CannotRead(f"{source} is too long: a case has at most {LARGEST_CASE:,} characters")
    if not text.strip():
        raise CannotRead(f"{source} is empty. {_CASE_HELP}")
    read = read_mapping(text, first_line=1, path=source)
    if read.faults:
        raise CannotRead(
            "; ".join(f"{fault.path}:{fault.line}:{fault.column}: {fault.message}" for fault in read.faults)
            + f". {_CASE_HELP}"
        )
    data: dict[str, Any] = dict(read.data)
    events: Any = data.pop("events", [])
    if not isinstance(events, list):
        raise CannotRead(f"{source}: events: a list is expected here: [{{asked: 2026-11-20 11:00}}, …]")
    if "given" in data:
        given = data.pop("given")
        if stray := [key for key in data if key not in ("example", "then")]:
            raise CannotRead(f"{source}: {stray[0]}: beside “given” stands nothing but “events”")
        if not isinstance(given, dict):
            raise CannotRead(f"{source}: given: keys and values are expected here: {{received: …, facts: …}}")
        return source, given, events
    if not data or data.keys() & {"received", "facts", *policy.covers}:
        return source, data, events
    return source, {"facts": data}, events


def _decide(options: argparse.Namespace) -> int:
    situation = _situation(options)
    decision = situation.policy.decide(situation.facts, least_change=True)
    if options.json:
        from remit.policy.vocabulary.facts import encode_facts

        shown = {
            **decision.to_json(),
            "facts": encode_facts(situation.settled),
            "policy": situation.policy.hash,
            "layers": _layers(situation.policy, decision),
        }
        print(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        clauses = ", ".join(f"{_cited(situation.policy, clause)} {clause}" for clause in decision.clauses)
        print(f"{decision.outcome}  {clauses}")
        if decision.asks:
            print(f"asks for: {', '.join(decision.asks)}")
    return 0


def _cited(policy: Policy, clause: str) -> str:
    found = policy.clause_of(clause)
    return found.cited if found else clause


def _layers(policy: Policy, decision: Decision) -> dict[str, str]:
    """What each rule that was cited comes from: the policy, a plan, the agreement."""
    found = (*decision.deciding, *decision.contributing)
    return {finding.rule_key: str(policy.layer_of(finding)) for finding in found}


def _explain(options: argparse.Namespace) -> int:
    from remit.policy.document.render.explanation import explain

    situation = _situation(options)
    if options.json:
        return _decide(options)
    print(explain(situation))
    return 0


# --- diff -------------------------------------------------------------------------------------------------------------


def _diff(options: argparse.Namespace) -> int:
    from remit.policy.document.diff import diff_documents, in_words
    from remit.policy.document.source import load

    old, new = (load(_text(file), file) for file in (options.old, options.new))
    if faults := [*old.faults, *new.faults]:
        _print_findings(faults)
        return FAULTY
    for line in in_words(diff_documents(old, new)):
        print(line)
    return 0


# --- render, schema ---------------------------------------------------------------------------------------------------


def _render(options: argparse.Namespace) -> int:
    from remit.policy.document.render import standalone_page

    document = _document(options)
    policy = _policy(document)
    if options.language and options.language != policy.language:
        policy = _translated(policy, document, options.language)
    page = standalone_page(policy, shows_what_it_does=not options.plain)
    if options.output:
        try:
            Path(options.output).write_text(page, encoding="utf-8")
        except OSError as error:
            raise CannotRead(f"{options.output}: {(error.strerror or 'cannot be written').lower()}") from None
    else:
        print(page, end="")
    return 0


def _translated(policy: Policy, document: Document, language: str) -> Policy:
    from remit.policy.document.page import in_translation

    if language not in document.translations:
        known = ", ".join(document.translations) or "none"
        raise CannotRead(f"{document.path} has no translation “{language}” (there are: {known})")
    return in_translation(policy, document, language)


def _schema(options: argparse.Namespace) -> int:
    from remit.policy.document.schema import schema_text

    print(schema_text(), end="")
    return 0


_OF_DJANGO = {
    "--version",
    "--verbosity",
    "--settings",
    "--pythonpath",
    "--traceback",
    "--no-color",
    "--force-color",
    "--skip-checks",
}
"""What every command of Django takes; it works here too, and stays out of the help."""


# --- the desk ---------------------------------------------------------------------------------------------------------


def _desk(options: argparse.Namespace) -> int:
    """Hand over to a command of the desk; Django is loaded here and not before. Arguments are read once under
    the name that was typed, so that help and usage speak of `remit serve`.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "remit.desk.settings")
    import django
    from django.core.management import call_command, get_commands, load_command_class
    from django.core.management.base import CommandError
    from django.db import DatabaseError

    django.setup()
    command = load_command_class(get_commands()[options.command], options.command)
    command.suppressed_base_arguments = _OF_DJANGO
    parser = command.create_parser("remit", options.name)
    parser.called_from_command_line = (
        True  # so that a wrong argument ends with the usage, not with an exception
    )
    parser.parse_args(options.rest)
    try:
        call_command(command, *options.rest)
    except CommandError as error:
        print(f"remit: {error}", file=sys.stderr)
        return error.returncode
    except DatabaseError as error:
        print(
            f"remit: the database can't be used as it is: {error}. “remit serve --migrate” brings it up to date.",
            file=sys.stderr,
        )
        return UNUSABLE
    return 0
