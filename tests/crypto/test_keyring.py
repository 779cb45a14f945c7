"""The key file: made once, private, rotated without losing what was closed before."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from zhibu.kernel.crypto import (
    KeyMissing,
    KeyringError,
    blind,
    current_key,
    install,
    key_of,
    keyring,
    rotate,
    seal,
    unseal,
)
from zhibu.kernel.crypto.keyring import PURPOSES

PLACE = {"table": "people_person", "column": "identity", "uid": "6f1d"}


def test_the_file_is_made_at_first_use_and_only_its_owner_reads_it(key_file):
    assert not key_file.exists()
    ring = keyring()
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600
    assert set(ring.keys) == set(PURPOSES)
    assert len({bytes(key) for purpose in PURPOSES for key in ring.keys[purpose].values()}) == len(PURPOSES)


def test_a_key_file_of_an_earlier_version_gets_the_key_of_files_and_keeps_the_rest(key_file):
    keyring()
    data = json.loads(key_file.read_bytes())
    del data["purposes"]["file"], data["purposes"]["card"]
    key_file.write_text(json.dumps(data))
    made = keyring(reload=True).keys["file"]
    assert keyring().keys["card"]
    stored = json.loads(key_file.read_bytes())["purposes"]
    assert {name: stored[name] for name in data["purposes"]} == data["purposes"]
    assert keyring(reload=True).keys["file"] == made, "made once"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_threads_that_start_together_get_the_same_keys(key_file):
    with ThreadPoolExecutor(8) as pool:
        made = set(pool.map(blind_of, ["13812341234"] * 32))
    assert len(made) == 1


def blind_of(text):
    return blind(text, "phone")


def test_a_file_open_to_others_is_closed_again(key_file):
    keyring()
    key_file.chmod(0o644)
    keyring(reload=True)
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_after_a_rotation_old_values_still_open_and_new_ones_carry_the_new_key(key_file):
    old = seal("440102195803122246", **PLACE)
    before = blind_of("13812341234")
    made = rotate()
    new = seal("440102195803122246", **PLACE)
    assert unseal(old, **PLACE) == unseal(new, **PLACE) == "440102195803122246"
    assert old[1] != new[1] == made["field"] == current_key("field")[0]
    assert blind_of("13812341234") == before, "look-up columns would no longer match"
    assert stat.S_IMODE(key_file.stat().st_mode) == 0o600


def test_a_key_added_by_another_process_is_found(key_file):
    ring = keyring()
    other = json.loads(key_file.read_bytes())
    added = next(i for i in range(1, 256) if i not in ring.keys["audit"])
    other["purposes"]["audit"]["keys"][str(added)] = "ab" * 32
    key_file.write_text(json.dumps(other))
    assert key_of("audit", added) == bytes.fromhex("ab" * 32)


def test_a_missing_key_is_called_missing_not_tampered(key_file):
    sealed = bytearray(seal("x", **PLACE))
    sealed[1] = next(i for i in range(1, 256) if i != sealed[1])
    with pytest.raises(KeyMissing, match="恢复备份的密钥文件"):
        unseal(bytes(sealed), **PLACE)


@pytest.mark.parametrize(
    "content",
    [b"", b"{}", b"[]", b"\xff\xfe", b'{"purposes": {"field": {"current": 1, "keys": {"1": "00"}}}}'],
)
def test_a_damaged_file_is_refused_and_never_replaced(key_file, content):
    key_file.write_bytes(content)
    with pytest.raises(KeyringError, match="已损坏"):
        keyring()
    assert key_file.read_bytes() == content


def test_a_key_from_outside_becomes_the_current_one(key_file):
    first = current_key("card")
    made = install("card", bytes(range(16)))
    assert current_key("card") == (made, bytes(range(16)))
    assert key_of("card", first[0]) == first[1]
    with pytest.raises(ValueError, match="16 bytes"):
        install("card", b"short")
