"""The `desk` command: opens the window, or answers one question and ends.

Exit codes: 0 done, 1 something was found wrong (a pack's faults, a vault's findings), 2 the input
cannot be used. With `--json` standard output holds one JSON document and nothing else.
"""

import argparse
import contextlib
import gc
import getpass
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from desk import (
    __version__,
    audit_commands,
    backup_commands,
    hub_commands,
    i18n,
    key_commands,
    pack_commands,
    proof_commands,
    settings,
    sync_commands,
)
from desk.errors import BadInput, KnownError, OutputLost, Refused
from desk.i18n import _
from desk.services import sentences

if TYPE_CHECKING:
    # Loads the rules and the pack's reader, for which a window must not wait.
    from desk.services.answers import Answer


_MOST_BYTES = 8 * 1024 * 1024
"""A document is some kilobytes. What is far longer is none, and would only fill the memory."""
_INPUT = "-"

_INTERRUPTED = 130
_BROKEN_PIPE = 141
"""As shells report it: whoever read the output went away, so the answer was not all told."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            # Half of a surrogate pair has no UTF-8; escaped it still is JSON, and readable.
            reconfigure(encoding="utf-8", errors="backslashreplace")
    given = sys.argv[1:] if arguments is None else arguments
    i18n.use(_language(given) or settings.load().language)
    # The window does not wait for a parser of everything else that could have been asked.
    asked = _parser().parse_args(given) if given else _nothing_asked()
    run: Callable[[argparse.Namespace], int] = asked.run
    try:
        status = run(asked)
        _tell(end="", flush=True)
    except KnownError as error:
        print(sentences.sentence(error), file=sys.stderr)
        return 2
    except BrokenPipeError:
        return _BROKEN_PIPE
    except OSError as error:
        refused = Refused(path=error.filename or "", reason=error.strerror or "")
        print(sentences.sentence(refused), file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return _INTERRUPTED
    return status


def _tell(words: str = "", *, end: str = "\n", flush: bool = False) -> None:
    """Write to standard output; OutputLost when it takes no more, BrokenPipeError when it left."""
    try:
        print(words, end=end, flush=flush)
    except OSError as error:
        _discard_output()
        if isinstance(error, BrokenPipeError):
            raise
        raise OutputLost(reason=error.strerror) from error


def _discard_output() -> None:
    """Let the interpreter's last flush go nowhere, where it would end in a traceback."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _language(given: Sequence[str]) -> i18n.Language | None:
    """The language asked for, known before the parser that explains itself in it."""
    if not given:
        return None
    early = argparse.ArgumentParser(add_help=False, exit_on_error=False)
    early.add_argument("--lang")
    with contextlib.suppress(argparse.ArgumentError):
        asked = early.parse_known_args(given)[0].lang
        return next((one for one in i18n.LANGUAGES if one == asked), None)
    return None


def _nothing_asked() -> argparse.Namespace:
    """What the parser makes of no arguments."""
    return argparse.Namespace(run=_window, demo=False, lang=None)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="desk", description="Complaint Desk 诉解台")
    parser.add_argument("--version", action="version", version=f"desk {__version__}")
    parser.add_argument("--demo", action="store_true", help=_("open with invented sample cases"))
    parser.add_argument("--lang", choices=i18n.LANGUAGES, help=_("language of the texts"))
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(metavar="COMMAND")
    _add_questions(commands)
    _add_vaults(commands)
    return parser


def _add(commands: Any, name: str, words: str, run: Callable[..., int]) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse's own type is private
    command: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    command.add_argument(
        "--lang", choices=i18n.LANGUAGES, default=argparse.SUPPRESS, help=_("language of the texts")
    )
    command.set_defaults(run=run)
    return command


def _add_questions(commands: Any) -> None:  # noqa: ANN401
    questions = (
        ("assess", _("quick assessment of observations")),
        ("clock", _("every deadline, with the day-by-day reason")),
        ("suggest", _("scripts for a situation, ranked, with reasons")),
    )
    for name, words in questions:
        command = _add(commands, name, words, _asking(name))
        command.add_argument(
            "file", nargs="?", metavar="FILE", help=_("a JSON document, - for input")
        )
        _add_output(command)
        if name == "assess":
            command.add_argument(
                "--simulate", action="store_true", help=_("what slips of the observer do to it")
            )
    wording = _add(commands, "wording", _("risky words, and better ones"), _wording)
    wording.add_argument("text", nargs="?", metavar="TEXT", help=_("the words, - for input"))
    wording.add_argument("--speaker", choices=("staff", "customer"), default="staff")
    _add_output(wording)
    words = _("what a customer's own account points to")
    propose = _add(commands, "propose", words, _propose)
    propose.add_argument("text", nargs="?", metavar="TEXT", help=_("the words, - for input"))
    _add_output(propose)
    pack = commands.add_parser("pack", help=_("content packs")).add_subparsers(
        metavar="COMMAND", required=True
    )
    check = _add(pack, "check", _("every fault of a pack, with file and line"), _pack_check)
    check.add_argument("path", nargs="?", type=Path, metavar="PATH")
    pack_commands.add(lambda name, words, run: _add_answering(pack, name, words, run))
    ways = commands.add_parser("keys", help=_("who can open a vault, and how")).add_subparsers(
        metavar="COMMAND", required=True
    )
    key_commands.add(
        lambda name, words, run: _add_answering(ways, name, words, run), _password, _file
    )
    office = commands.add_parser("hub", help=_("head office: branches and what they send"))
    offices = office.add_subparsers(metavar="COMMAND", required=True)
    hub_commands.add(
        lambda name, words, run: _add_answering(offices, name, words, run), _password, _file
    )
    files = commands.add_parser("sync", help=_("files for other computers and head office"))
    exchanged = files.add_subparsers(metavar="COMMAND", required=True)
    sync_commands.add(
        lambda name, words, run: _add_answering(exchanged, name, words, run), _password, _file
    )
    for vaults in (backup_commands, audit_commands, proof_commands):
        vaults.add(
            lambda name, words, run: _add_answering(commands, name, words, run), _password, _file
        )


def _add_answering(
    commands: Any,  # noqa: ANN401 - argparse's own type is private
    name: str,
    words: str,
    run: pack_commands.Run,
) -> argparse.ArgumentParser:
    """A command that answers with values and lines, and is printed here."""

    def printed(asked: argparse.Namespace) -> int:
        answer, status = run(asked)
        _print(answer, asked.json)
        return status

    command = _add(commands, name, words, printed)
    command.add_argument("--json", action="store_true", help=_("print one JSON document"))
    return command


def _add_output(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help=_("print one JSON document"))
    command.add_argument(
        "--batch", metavar="FILE.jsonl", help=_("one document in, one out, a line each")
    )


def _file(given: str) -> Path:
    path = Path(given)
    if not path.name:
        raise argparse.ArgumentTypeError(_("{given!r} is no name of a file").format(given=given))
    return path


def _add_vaults(commands: Any) -> None:  # noqa: ANN401
    demo = _add(commands, "demo", _("drive the windows through one case; leave pictures"), _demo)
    demo.add_argument("--out", type=Path, required=True, metavar="DIR")
    demo.add_argument("--sync", action="store_true", help=_("play a week of exchanging files"))
    demo.add_argument("--database", default="", metavar="URL", help=_("an empty PostgreSQL"))
    report = _add(commands, "report", _("write a case's sealed PDF"), _report)
    report.add_argument("case", metavar="CASE", help=_("the case's number or id"))
    report.add_argument("--vault", type=_file, required=True, metavar="FILE")
    report.add_argument("--copy", choices=("internal", "customer"), required=True)
    report.add_argument("--out", type=_file, required=True, metavar="FILE")
    seed = _add(commands, "seed", _("make a vault of invented cases"), _seed)
    seed.add_argument("--vault", type=_file, required=True, metavar="FILE")
    seed.add_argument("--cases", type=int, required=True, metavar="N")
    seed.add_argument("--seed", type=int, default=1, metavar="S")


def _window(asked: argparse.Namespace) -> int:
    # Loading makes many objects and no garbage; once there is a window, its jobs collect.
    gc.disable()
    from desk.app import run

    return run(demo=asked.demo, language=asked.lang)


def _demo(asked: argparse.Namespace) -> int:
    if asked.sync:
        from desk import demo_commands

        return demo_commands.sync(asked, print)
    from desk.app import run_demo

    return run_demo(asked.out, asked.lang or "zh")


def _asking(name: str) -> Callable[[argparse.Namespace], int]:
    def run(asked: argparse.Namespace) -> int:
        from desk.services import answers

        answer = {"assess": answers.assess, "clock": answers.clock, "suggest": answers.suggest}[
            name
        ]
        if getattr(asked, "simulate", False):
            _refuse_both(asked.file or asked.batch, "--simulate")
            _print(answers.simulate(i18n.language()), asked.json)
            return 0
        if asked.batch is not None:
            _refuse_both(asked.file, "FILE")
            return _batch(asked.batch, lambda document: answer(document, i18n.language()))
        if asked.file is None:
            raise BadInput(reason=_("A file is needed, or - for standard input."), where="FILE")
        document = _json(_text(_whole(asked.file), asked.file), asked.file)
        _print(answer(document, i18n.language()), asked.json)
        return 0

    return run


def _wording(asked: argparse.Namespace) -> int:
    from desk.services import answers

    return _read(asked, answers.wording, {"speaker": asked.speaker})


def _propose(asked: argparse.Namespace) -> int:
    from desk.services import answers

    return _read(asked, answers.propose, {})


def _read(
    asked: argparse.Namespace, answer: "Callable[[object, str], Answer]", beside: dict[str, str]
) -> int:
    """Answer the words asked about, with what was given `beside` them, or a batch of documents."""
    if asked.batch is not None:
        _refuse_both(asked.text, "TEXT")
        return _batch(asked.batch, lambda document: answer(document, i18n.language()))
    if asked.text is None:
        raise BadInput(reason=_("A text is needed, or - for standard input."), where="TEXT")
    text = _text(_whole(_INPUT), _INPUT) if asked.text == _INPUT else asked.text
    _print(answer({"text": text, **beside}, i18n.language()), asked.json)
    return 0


def _refuse_both(single: str | None, name: str) -> None:
    if single is not None:
        raise BadInput(reason=_("Either one document or a batch, not both."), where=name)


@contextlib.contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    """A file for reading, or standard input for `-`; BadInput when there is no such thing."""
    if name == _INPUT:
        if sys.stdin is None:
            raise BadInput(reason="not_readable", where=name)
        yield sys.stdin.buffer
        return
    try:
        file = Path(name).open("rb")  # noqa: SIM115 - closed below
    except OSError as error:
        raise BadInput(reason="not_readable", where=name) from error
    with file:
        yield file


def _whole(name: str) -> bytes:
    """What a file or standard input holds, as far as :func:`_text` needs to see."""
    with _opened(name) as file:
        try:
            return file.read(_MOST_BYTES + 1)
        except OSError as error:
            raise BadInput(reason="not_readable", where=name) from error


def _lines(name: str) -> Iterator[bytes]:
    """Line after line of a file; of one without end only as much as :func:`_text` needs to see."""
    with _opened(name) as file:
        try:
            while line := file.readline(_MOST_BYTES + 1):
                yield line
                while line and not line.endswith(b"\n"):
                    line = file.readline(_MOST_BYTES)
        except OSError as error:
            raise BadInput(reason="not_readable", where=name) from error


def _text(raw: bytes, where: str) -> str:
    """UTF-8 as text, a byte order mark at its beginning left out."""
    if len(raw) > _MOST_BYTES:
        raise BadInput(reason="too_much", where=where, most=_MOST_BYTES // (1024 * 1024))
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInput(reason="not_utf8", where=where) from error


def _json(text: str, where: str) -> object:
    try:
        return json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise BadInput(reason="not_json", where=where) from error


def _no_number(name: str) -> object:
    """Python reads NaN and Infinity; JSON has neither."""
    raise ValueError(name)


def _batch(name: str, answer: "Callable[[object], Answer]") -> int:
    """Answer a file line by line; a line that cannot be used answers with its error, exit 2."""
    status = 0
    for number, raw in enumerate(_lines(name), start=1):
        where = f"{Path(name).name}:{number}"
        try:
            line = _text(raw, where)
            if not line.strip():
                continue
            found = answer(_json(line, where)).values
        except KnownError as error:
            found = {"error": sentences.sentence(error), "line": number}
            status = 2
        _tell(json.dumps(found, ensure_ascii=False))
    return status


def _print(found: "Answer", as_json: bool) -> None:
    if as_json:
        _tell(json.dumps(found.values, ensure_ascii=False))
    else:
        _tell("\n".join(found.lines))


def _pack_check(asked: argparse.Namespace) -> int:
    from desk.services import answers

    faults = answers.pack_faults(asked.path)
    for fault in faults:
        _tell(fault)
    if not faults:
        _tell(_("The pack is sound."))
    return 1 if faults else 0


def _password(*, again: bool = False) -> str:
    """The password from `DESK_PASSWORD`, else asked for on the terminal (twice for a new one).

    An empty variable is one that somebody forgot to set; no vault shall open with it.
    """
    given = os.environ.get("DESK_PASSWORD")
    if given:
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
    _tell(
        _("{file}: {pages} pages, seal {seal}").format(
            file=made.path, pages=made.pages, seal=made.seal.code
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
    _tell(_("{count} cases in {file}").format(count=asked.cases, file=asked.vault))
    return 0
