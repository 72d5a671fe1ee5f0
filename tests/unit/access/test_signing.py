"""Signed values: what was changed, signed for something else, elsewhere or too long ago is void."""

import stat
import time

import pytest

from fmnist_core.access import signing


@pytest.fixture(autouse=True)
def _own_key(tmp_path, monkeypatch):
    use_machine(monkeypatch, tmp_path / "cache")


def use_machine(monkeypatch, cache_folder):
    """Go on with this cache folder, as a server that has just started."""
    monkeypatch.setenv("FMNIST_CACHE_DIR", str(cache_folder))
    signing._key.cache_clear()


def test_a_signed_value_is_read_back_also_after_a_restart(tmp_path, monkeypatch):
    signed = signing.sign("ab12", purpose="person")
    use_machine(monkeypatch, tmp_path / "cache")
    assert signing.read(signed, purpose="person") == "ab12"
    assert signing.sign("ab12", purpose="person") == signed


def change_signature(signed):
    return signed[:-10] + ("B" if signed[-10] == "A" else "A") + signed[-9:]


@pytest.mark.parametrize("change", [lambda s: "x" + s, change_signature, lambda _: "", str.upper])
def test_a_changed_value_is_void(change):
    assert signing.read(change(signing.sign("ab12", purpose="person")), purpose="person") is None


def test_a_value_signed_for_another_purpose_is_void():
    assert signing.read(signing.sign("class", purpose="person"), purpose="access") is None


def test_another_machine_does_not_take_it(tmp_path, monkeypatch):
    signed, pseudonym = signing.sign("ab12", purpose="person"), signing.pseudonym("ada@school")
    use_machine(monkeypatch, tmp_path / "other")
    assert signing.read(signed, purpose="person") is None
    assert signing.pseudonym("ada@school") != pseudonym


def test_a_dated_value_is_valid_for_a_while(monkeypatch):
    signed = signing.sign_dated("class", purpose="access")
    assert signing.read_dated(signed, purpose="access", max_age=60) == "class"
    assert signing.read_dated(signed[:-1], purpose="access", max_age=60) is None
    now = time.time()
    assert signing.read_dated(signed, purpose="access", max_age=60, not_before=now + 2) is None
    monkeypatch.setattr(time, "time", lambda: now + 62)
    assert signing.read_dated(signed, purpose="access", max_age=60) is None


def test_only_the_servers_user_can_read_the_key(tmp_path):
    signing.sign("ab12", purpose="person")
    folder = tmp_path / "cache" / "access"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "key").stat().st_mode) == 0o600


def test_a_folder_that_cannot_be_written_signs_until_the_server_ends(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    use_machine(monkeypatch, tmp_path / "file")
    assert signing.read(signing.sign("ab12", purpose="person"), purpose="person") == "ab12"


def test_a_pseudonym_is_steady_and_short():
    assert signing.pseudonym("ada@school") == signing.pseudonym("ada@school")
    assert len(signing.pseudonym("ada@school")) == 16
