"""Sealed values open only where they were sealed; blind indexes keep meanings apart."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhibu.kernel.crypto import SEARCH_KEY, UNIQUE, Tampered, blind, keyed_hash, plain_hash, seal, unseal

UID = uuid4()
PLACE = {"table": "people_person", "column": "identity", "uid": UID}


@given(st.text())
def test_any_text_comes_back(text):
    assert unseal(seal(text, **PLACE), **PLACE) == text


def test_the_layout_is_version_key_nonce_text_tag_and_no_two_are_alike():
    first, second = seal("䶮·𠮷", **PLACE), seal("䶮·𠮷", **PLACE)
    assert first != second
    assert first[0] == 1
    assert len(first) == 2 + 12 + len("䶮·𠮷".encode()) + 16


@pytest.mark.parametrize("elsewhere", [{"table": "people_bank"}, {"column": "phone"}, {"uid": uuid4()}])
def test_a_value_copied_elsewhere_does_not_open(elsewhere):
    with pytest.raises(Tampered):
        unseal(seal("440102195803122246", **PLACE), **{**PLACE, **elsewhere})


def test_every_changed_byte_is_noticed():
    sealed = seal("440102195803122246", **PLACE)
    for position in range(2, len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(Tampered):
            unseal(bytes(changed), **PLACE)


@pytest.mark.parametrize("junk", [b"", b"\x01", b"\x01" * 29, b"440102195803122246" * 3])
def test_what_was_never_sealed_does_not_open(junk):
    with pytest.raises(Tampered):
        unseal(junk, **PLACE)


def test_blind_indexes_of_equal_texts_differ_by_domain_and_have_the_asked_length():
    assert blind("123456", "identity-tail") == blind("123456", "identity-tail")
    assert blind("123456", "identity-tail") != blind("123456", "phone-tail")
    assert len(blind("123456", "phone")) == SEARCH_KEY == 8
    assert len(blind("123456", "phone", UNIQUE)) == 16


@pytest.mark.parametrize(("domain", "length"), [("", 8), ("a\0b", 8), ("phone", 7), ("phone", 33)])
def test_blind_refuses_a_vague_domain_and_a_short_hash(domain, length):
    with pytest.raises(ValueError, match="domain"):
        blind("1", domain, length)


def test_sm3_gives_the_published_value():
    # GB/T 32905-2016, appendix A.1
    assert plain_hash(b"a", b"bc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"


def test_the_keyed_hash_is_hmac_over_sm3():
    key, message = b"k" * 32, b"message"
    inner = bytes(byte ^ 0x36 for byte in key.ljust(64, b"\0"))
    outer = bytes(byte ^ 0x5C for byte in key.ljust(64, b"\0"))
    assert keyed_hash(key, message) == plain_hash(outer, plain_hash(inner, message))
