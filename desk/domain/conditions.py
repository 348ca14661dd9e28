"""Conditions that packs write in CEL, the Common Expression Language, and how they are answered.

Intake fields (`when`), escalation triggers and gates all use the same small language. Facts are
plain values: bool, int, float, str, None, and lists and string-keyed maps of these. What belongs to
one use, such as the list of facts a trigger may ask for, lives with that use.
"""

import functools
import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Protocol

from desk.i18n import _

# What an expression may call: CEL's own operators are told by their first character. Left out on
# purpose are `matches`, whose patterns would only fail when asked, and everything about time, which
# facts bring in themselves.
_OPERATOR_SIGNS = "_-!@"
_FUNCTIONS = frozenset(
    {"size", "contains", "startsWith", "endsWith", "int", "double", "string", "min", "max"}
)
_BOUND_BY_MACRO = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*([A-Za-z_]\w*)\s*,")

# Everything the engine raises when an expression meets a fact that is absent or of another type.
_UNANSWERABLE = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)


class _Program(Protocol):
    """The part of the engine's compiled expression that is used here."""

    def execute(self, context: dict[str, object]) -> object: ...

    def variables(self) -> list[str]: ...

    def functions(self) -> list[str]: ...


@dataclass(frozen=True, slots=True)
class Condition:
    """A yes-or-no question about facts, written in CEL.

    Making one compiles it, once per expression and process; ValueError says why it cannot be, and
    also when it calls a function that this program does not offer.
    """

    expression: str

    def __post_init__(self) -> None:
        _compiled(self.expression)

    @property
    def facts(self) -> frozenset[str]:
        """Names of the facts the answer depends on."""
        return _compiled(self.expression)[1]

    def holds(self, facts: Mapping[str, object]) -> bool:
        """Whether the facts answer yes. Anything else is no, and nothing raises.

        A fact that is absent, or of a type the question does not fit, leaves its part without an
        answer. As CEL defines it, `||` and `&&` still answer when their other side alone decides;
        an expression that stays unanswered is no, and so is one whose answer is not a boolean.
        Hence `!f` is no when `f` is absent: ask `f == null` about facts that may be null.
        """
        known = {n: _plain(facts[n]) for n in self.facts if n in facts}
        # A form asks most of its questions long before anything they ask of is known.
        return _answered(self.expression, known) if known else _unknowing(self.expression)


def _answered(expression: str, known: dict[str, object]) -> bool:
    try:
        answer = _compiled(expression)[0].execute(known)
    except _UNANSWERABLE:
        return False
    return answer is True


@functools.cache
def _unknowing(expression: str) -> bool:
    """The answer of who knows nothing that the expression asks of: always the same."""
    return _answered(expression, {})


@functools.cache
def _compiled(expression: str) -> tuple[_Program, frozenset[str]]:
    """An expression's program and the facts it asks for; ValueError when it has no program."""
    try:
        program: _Program = _engine().compile(expression)
    except ValueError as error:
        raise ValueError(_first_line(str(error))) from error
    unknown = sorted(
        name
        for name in program.functions()
        if name[0] not in _OPERATOR_SIGNS and name not in _FUNCTIONS
    )
    if unknown:
        raise ValueError(_("unknown function: {names}").format(names=", ".join(unknown)))
    return program, frozenset(program.variables()) - set(_BOUND_BY_MACRO.findall(expression))


def _first_line(message: str) -> str:
    """The engine's reason without its drawing of the place."""
    line = message.partition("\n")[0].partition(" expecting")[0]
    return line.partition("ERROR: <input>:")[2] or line


def _plain(value: object) -> object:
    """A fact as the engine takes it: text that is not valid Unicode is mended."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {str(_plain(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value


def _engine() -> ModuleType:
    """The CEL engine without its command line.

    Importing the package also imports typer, rich and prompt_toolkit, for a command line that is
    of no use here: 0.2 s instead of 0.02 s. An empty module stands in for that part.
    """
    sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))
    import cel

    return cel
