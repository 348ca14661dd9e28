"""Settings survive; whatever stands in the file, the program starts."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.settings import Settings, load, save

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    chosen = Settings(language="en", theme="dark", scale=1.5, font_folder="/fonts", vault="v")
    save(chosen, tmp_path / "deep" / "settings.json")
    assert load(tmp_path / "deep" / "settings.json") == chosen


def test_no_file_reads_as_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "none.json") == Settings()


@pytest.mark.parametrize("text", ["", "{", "[]", "3", '{"scale": 9}', '{"language": "fr"}', "\xff"])
def test_a_damaged_file_reads_as_the_defaults(text: str, tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_bytes(text.encode("latin-1"))
    assert load(file) == Settings()


def test_one_damaged_value_leaves_the_others(tmp_path: Path) -> None:
    file = tmp_path / "settings.json"
    file.write_text('{"language": "en", "scale": "huge", "new_one": 1}', encoding="utf-8")
    assert load(file) == Settings(language="en")


@given(st.dictionaries(st.sampled_from(["language", "theme", "scale", "vault"]), JSON))
def test_any_values_give_settings(tmp_path_factory: pytest.TempPathFactory, found: object) -> None:
    file = tmp_path_factory.mktemp("s") / "settings.json"
    file.write_text(json.dumps(found), encoding="utf-8")
    loaded = load(file)
    assert loaded.scale in (1.0, 1.25, 1.5)
    assert isinstance(loaded.vault, str)
