"""The `desk` command: opens the window, or answers one question and ends.

Exit codes: 0 done, 1 something was found wrong (a pack's faults, a vault's findings), 2 the input
cannot be used. With `--json` standard output holds one JSON document and nothing else.
"""

import argparse
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desk import __version__, i18n, settings
from desk.errors import BadInput, KnownError
from desk.i18n import _
from desk.services import sentences

if TYPE_CHECKING:
    # Loads the rules and the pack's reader, for which a window must not wait.
    from desk.services.answers import Answer


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8")
    asked = _parser().parse_args(arguments)
    i18n.use(asked.lang or settings.load().language)
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        return run(asked)
    except KnownError as error:
        print(sentences.sentence(error), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return 0
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="desk", description="Complaint Desk 诉解台")
    parser.add_argument("--version", action="version", version=f"desk {__version__}")
    parser.add_argument("--demo", action="store_true", help="open with invented sample cases")
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help="language of the texts")
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND")
    _add_questions(commands)
    _add_vaults(commands)
    return parser


def _add(commands: Any, name: str, words: str, run: Callable[..., int]) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own type is private
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    command.add_argument(
        "--lang", choices=i18n.LANGUAGES, default=argparse.SUPPRESS, help="language of the texts"
    )
    command.set_defaults(run=run)
    return command


def _add_questions(commands: Any) -> None:  # noqa: ANN401
    questions = (
        ("assess", "quick assessment of observations"),
        ("clock", "every deadline, with the day-by-day reason"),
        ("suggest", "scripts for a situation, ranked, with reasons"),
    )
    for name, words in questions:
        command = _add(commands, name, words, _asking(name))
        command.add_argument("file", nargs="?", metavar="FILE", help="a JSON document, - for input")
        _add_output(command)
    wording = _add(commands, "wording", "risky words, and better ones", _wording)
    wording.add_argument("text", nargs="?", metavar="TEXT", help="the words, - for input")
    wording.add_argument("--speaker", choices=("staff", "customer"), default="staff")
    _add_output(wording)
    pack = commands.add_parser("pack", help="content packs").add_subparsers(
        metavar="COMMAND", required=True
    )
    check = _add(pack, "check", "every fault of a pack, with file and line", _pack_check)
    check.add_argument("path", nargs="?", type=Path, metavar="PATH")


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print one JSON document")
    command.add_argument(
        "--batch", type=Path, metavar="FILE.jsonl", help="one document in, one out, a line each"
    )


def _add_vaults(commands: Any) -> None:  # noqa: ANN401
    demo = _add(commands, "demo", "drive the windows through one case; leave pictures", _demo)
    demo.add_argument("--out", type=Path, required=True, metavar="DIR")
    report = _add(commands, "report", "write a case's sealed PDF", _report)
    report.add_argument("case", metavar="CASE", help="the case's number or id")
    report.add_argument("--vault", type=Path, required=True, metavar="FILE")
    report.add_argument("--copy", choices=("internal", "customer"), required=True)
    report.add_argument("--out", type=Path, required=True, metavar="FILE")
    seed = _add(commands, "seed", "make a vault of invented cases", _seed)
    seed.add_argument("--vault", type=Path, required=True, metavar="FILE")
    seed.add_argument("--cases", type=int, required=True, metavar="N")
    seed.add_argument("--seed", type=int, default=1, metavar="S")
    check = _add(commands, "check", "verify database, chain, projections and search", _check)
    check.add_argument("--vault", type=Path, required=True, metavar="FILE")
    check.add_argument("--rebuild", action="store_true", help="make the projections anew first")


def _window(asked: argparse.Namespace) -> int:
    from desk.app import run

    return run(demo=asked.demo, language=asked.lang)


def _demo(asked: argparse.Namespace) -> int:
    from desk.app import run_demo

    return run_demo(asked.out, asked.lang or "zh")


def _asking(name: str) -> Callable[[argparse.Namespace], int]:
    def run(asked: argparse.Namespace) -> int:
        from desk.services import answers

        answer = {"assess": answers.assess, "clock": answers.clock, "suggest": answers.suggest}[
            name
        ]
        if asked.batch is not None:
            return _batch(asked.batch, lambda document: answer(document, i18n.language()))
        if asked.file is None:
            raise BadInput(reason=_("A file is needed, or - for standard input."), where="FILE")
        _print(answer(_document(asked.file), i18n.language()), asked.json)
        return 0

    return run


def _wording(asked: argparse.Namespace) -> int:
    from desk.services import answers

    if asked.batch is not None:
        return _batch(asked.batch, lambda document: answers.wording(document, i18n.language()))
    if asked.text is None:
        raise BadInput(reason=_("A text is needed, or - for standard input."), where="TEXT")
    text = sys.stdin.read() if asked.text == "-" else asked.text
    found = answers.wording({"text": text, "speaker": asked.speaker}, i18n.language())
    _print(found, asked.json)
    return 0


def _document(name: str) -> object:
    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(reason="not_readable", where=name) from error
    return _json(text, name)


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadInput(reason="not_json", where=where) from error


def _batch(path: Path, answer: "Callable[[object], Answer]") -> int:
    """Answer a file line by line; a line that cannot be used answers with its error, exit 2."""
    status = 0
    for number, line in enumerate(_lines(path), start=1):
        if not line.strip():
            continue
        try:
            found = answer(_json(line, f"{path.name}:{number}")).values
        except KnownError as error:
            found = {"error": sentences.sentence(error), "line": number}
            status = 2
        print(json.dumps(found, ensure_ascii=False))
    return status


def _lines(path: Path) -> Iterator[str]:
    try:
        with path.open(encoding="utf-8") as file:
            yield from file
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(reason="not_readable", where=str(path)) from error


def _print(found: "Answer", as_json: bool) -> None:
    if as_json:
        print(json.dumps(found.values, ensure_ascii=False))
    else:
        print("\n".join(found.lines))


def _pack_check(asked: argparse.Namespace) -> int:
    from desk.services import answers

    faults = answers.pack_faults(asked.path)
    for fault in faults:
        print(fault)
    if not faults:
        print(_("The pack is sound."))
    return 1 if faults else 0


def _password(*, again: bool = False) -> str:
    """The password from `DESK_PASSWORD`, else asked for on the terminal (twice for a new one)."""
    given = os.environ.get("DESK_PASSWORD")
    if given is not None:
        return given
    if not sys.stdin.isatty():
        raise BadInput(reason=_("Set DESK_PASSWORD, or run this on a terminal."), where="")
    entered = getpass.getpass(_("Password: "))
    if again and getpass.getpass(_("Once more: ")) != entered:
        raise BadInput(reason=_("The two passwords differ. Nothing was made."), where="")
    return entered


def _report(asked: argparse.Namespace) -> int:
    from desk.services import cases, reports, vaults

    session = vaults.unlock(asked.vault, _password())
    try:
        case = cases.find(session, asked.case)
        made = reports.write(session, case, asked.copy, i18n.language(), asked.out)
    finally:
        vaults.close(session)
    print(
        _("{file}: {pages} pages, seal {seal}").format(
            file=asked.out, pages=made.pages, seal=made.seal
        )
    )
    return 0


def _seed(asked: argparse.Namespace) -> int:
    from desk.services import samples

    if asked.cases < 1:
        raise BadInput(reason=_("At least one case is needed."), where="--cases")

    def tell(done: int) -> None:
        if sys.stderr.isatty():
            print(f"\r{done}/{asked.cases}", end="", file=sys.stderr)

    samples.make_vault(asked.vault, _password(again=True), asked.cases, asked.seed, tell)
    print(_("{count} cases in {file}").format(count=asked.cases, file=asked.vault))
    return 0


def _check(asked: argparse.Namespace) -> int:
    from desk.services import checks, vaults

    session = vaults.unlock(asked.vault, _password())
    try:
        findings = checks.check(session, rebuild=asked.rebuild)
    finally:
        vaults.close(session)
    for finding in findings:
        print(checks.line(finding))
    if not findings:
        print(_("Everything holds: database, chain, projections, search."))
    return 1 if findings else 0
