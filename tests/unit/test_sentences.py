"""Every known error has words in both languages, with its parameters in them."""

import pytest

from desk import errors, i18n
from desk.services import sentences

KNOWN = [errors.KnownError, *errors.KnownError.__subclasses__()]


@pytest.mark.parametrize("kind", KNOWN)
def test_every_known_error_has_words_in_both_languages(kind: type[errors.KnownError]) -> None:
    told = []
    for language in i18n.LANGUAGES:
        i18n.use(language)
        told.append(sentences.sentence(kind()))
    i18n.use("zh")
    chinese, english = told
    assert chinese != english
    assert english.isascii()
    assert "{" not in chinese + english
    if kind is not errors.KnownError:
        i18n.use("zh")
        assert chinese != sentences.sentence(errors.KnownError())


def test_parameters_reach_the_words() -> None:
    i18n.use("en")
    fault = errors.PackInvalid(faults=("codes.yaml:3: no key", "codes.yaml:9: twice"))
    assert "codes.yaml:3: no key; codes.yaml:9: twice" in sentences.sentence(fault)
    i18n.use("zh")
    assert "TS-1121-006" in sentences.sentence(errors.CaseUnknown(case="TS-1121-006"))


def test_a_code_without_words_of_its_own_still_says_something() -> None:
    assert sentences.sentence(errors.KnownError("never_heard_of")) == sentences.sentence(
        errors.KnownError()
    )
