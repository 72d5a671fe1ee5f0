"""Codes: kept for a day, easy to read, compared forgivingly, replaced on request."""

import datetime
import stat

import pytest

from fmnist_core.access import codes
from fmnist_core.errors import SettingsError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    """An empty cache folder."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(folder))
    return folder


@pytest.fixture
def settings(tmp_path, monkeypatch):
    """The settings file, to be written."""
    path = tmp_path / "lab.toml"
    monkeypatch.setenv("FMNIST_SETTINGS", str(path))
    return path


def set_day(monkeypatch, day):
    class Date(datetime.date):
        @classmethod
        def today(cls):
            return datetime.date.fromisoformat(day)

    monkeypatch.setattr(codes, "date", Date)


def test_a_restart_keeps_the_codes_and_the_next_day_has_another_class_code(monkeypatch):
    set_day(monkeypatch, "2026-11-26")
    first = codes.current_codes()
    codes._parse.cache_clear()
    assert codes.current_codes() == first
    set_day(monkeypatch, "2026-11-27")
    second = codes.current_codes()
    assert second.class_code != first.class_code
    assert second.teacher_code == first.teacher_code
    assert second.valid_from == 0, "who is in stays in"


def test_codes_can_be_typed_from_a_projector():
    current = codes.current_codes()
    assert len(current.class_code) == codes.CLASS_CODE_LENGTH
    assert set(current.class_code + current.teacher_code) <= set(codes.ALPHABET)
    assert codes.format_code("CDFHJKMN") == "CDFH-JKMN"


def test_roles():
    current = codes.current_codes()
    assert codes.role_of(current.class_code) == "class"
    assert codes.role_of(current.teacher_code) == "teacher"
    assert codes.role_of(f" {codes.format_code(current.class_code).lower()} ") == "class"


@pytest.mark.parametrize("entered", ["", "-", "ABC", "ü" * 1000, "\x00", "123456"])
def test_wrong_codes_have_no_role(entered):
    assert codes.role_of(entered) is None
    assert codes.role_of(codes.current_codes().class_code + entered + "X") is None


def test_codes_that_nobody_guesses_need_no_limit(settings):
    current, link_code = codes.current_codes(), codes.link_code()
    assert codes.role_of_long_code(link_code) == "class"
    assert codes.role_of_long_code(current.teacher_code) == "teacher"
    for code in (current.class_code, link_code[:-1], "", "wrong"):
        assert codes.role_of_long_code(code) is None
    settings.write_text('[access]\nteacher_code = "maidenhair tree"\n', "utf-8")
    assert codes.role_of_long_code("maidenhair tree") is None
    codes.replace_codes()
    assert codes.role_of_long_code(link_code) is None


def test_replaced_codes_are_void():
    first = codes.current_codes()
    second = codes.replace_codes()
    assert codes.current_codes() == second
    assert codes.role_of(first.class_code) is None
    assert second.valid_from > 0
    assert codes.role_of(first.teacher_code) == "teacher"
    codes.replace_codes(teacher=True)
    assert codes.role_of(first.teacher_code) is None


def test_a_code_that_another_process_has_drawn_is_taken_over():
    drawn = codes.current_codes()
    assert codes._draw(replaces=None) == drawn


def test_the_settings_may_name_codes(settings):
    settings.write_text(
        '[access]\nclass_code = "Ginkgo 7b"\nteacher_code = "maidenhair tree"\n', "utf-8"
    )
    assert codes.role_of("ginkgo7B") == "class"
    assert codes.role_of("Maidenhair Tree") == "teacher"
    assert codes.format_code(codes.current_codes().class_code) == "Ginkgo 7b"


@pytest.mark.parametrize(
    "line", ['class_code = "a-b-c-d"', 'class_code = "_________"', 'teacher_code = "short"']
)
def test_codes_in_the_settings_are_long_enough(line, settings):
    settings.write_text(f"[access]\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match="a code needs at least"):
        codes.current_codes()


def test_only_the_servers_user_can_read_them(cache):
    codes.current_codes()
    assert stat.S_IMODE((cache / "access").stat().st_mode) == 0o700


@pytest.mark.parametrize("content", [b"", b"{}", b"[", b'{"class_code": "", "teacher_code": ""}'])
def test_a_damaged_file_is_replaced(content, cache):
    codes.current_codes()
    (cache / "access" / "codes.json").write_bytes(content)
    assert codes.role_of("") is None
    assert codes.role_of(codes.current_codes().class_code) == "class"


def test_codes_that_cannot_be_kept_hold_until_the_server_ends(cache):
    cache.touch()
    current = codes.current_codes()
    assert codes.current_codes() == current
    assert codes.role_of(current.class_code) == "class"
