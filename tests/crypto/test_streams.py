"""Sealed content: opens from anywhere, and not at all once a byte, a chunk, its end or its place is another."""

import io
import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhibu.kernel.crypto import KeyMissing, Sealer, Tampered, open_stream, rotate
from zhibu.kernel.crypto.cipher import TAG
from zhibu.kernel.crypto.streams import CHUNK, HEAD, MAGIC, Opened, is_current, is_sealed, sealed_size


def sealed(content, name="content a"):
    out = io.BytesIO()
    sealer = Sealer(out, name)
    for start in range(0, len(content), 100_000):
        sealer.write(content[start : start + 100_000])
    sealer.finish()
    return out.getvalue()


def opened(raw, name="content a"):
    with open_stream(io.BytesIO(raw), name) as file:
        return file.read()


@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 7])
def test_content_of_any_length_comes_back_and_its_sealed_length_is_known(size):
    content = os.urandom(size)
    raw = sealed(content)
    assert opened(raw) == content
    assert len(raw) == sealed_size(size)
    assert Opened(io.BytesIO(raw), "content a").size == size
    assert is_sealed(raw[:HEAD])


CONTENT = os.urandom(2 * CHUNK + 99)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(start=st.integers(0, len(CONTENT) + 10), count=st.integers(0, CHUNK + 5))
def test_it_is_read_from_anywhere(start, count, key_file):
    with open_stream(io.BytesIO(sealed(CONTENT)), "content a") as file:
        file.seek(start)
        assert file.read(count) == CONTENT[start : start + count]
        assert file.seek(-5, os.SEEK_END) == len(CONTENT) - 5
        assert file.read() == CONTENT[-5:]


def test_neither_the_content_nor_the_same_bytes_twice_are_seen():
    one, two = sealed(b"440102195803122246" * 100), sealed(b"440102195803122246" * 100)
    assert b"440102" not in one
    assert one[HEAD:] != two[HEAD:]


def swapped(raw):
    """Two chunks change places."""
    step = CHUNK + TAG
    return raw[:HEAD] + raw[HEAD + step : HEAD + 2 * step] + raw[HEAD : HEAD + step] + raw[HEAD + 2 * step :]


CHANGES = {
    "a byte of the content": lambda raw: raw[: HEAD + 9] + bytes((raw[HEAD + 9] ^ 1,)) + raw[HEAD + 10 :],
    "a byte of the salt": lambda raw: raw[: HEAD - 1] + bytes((raw[HEAD - 1] ^ 1,)) + raw[HEAD:],
    "the last byte": lambda raw: raw[:-1] + bytes((raw[-1] ^ 128,)),
    "cut within a chunk": lambda raw: raw[:-50],
    "cut between chunks": lambda raw: raw[: HEAD + 2 * (CHUNK + TAG)],
    "cut down to the head": lambda raw: raw[:HEAD],
    "cut within the head": lambda raw: raw[:10],
    "nothing": lambda raw: b"",
    "a byte more": lambda raw: raw + b"\0",
    "a chunk left out": lambda raw: raw[:HEAD] + raw[HEAD + CHUNK + TAG :],
    "chunks swapped": swapped,
    "not sealed": lambda raw: b"%PDF-1.4" * 100,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
def test_whatever_was_changed_is_found(change):
    with pytest.raises(Tampered):
        opened(change(sealed(CONTENT)))


def test_content_put_in_anothers_place_does_not_open():
    with pytest.raises(Tampered):
        opened(sealed(CONTENT, "content a"), "content b")


def test_after_a_rotation_it_still_opens_and_is_known_to_be_of_the_former_key():
    old = sealed(CONTENT)
    rotate("file")
    assert opened(old) == CONTENT
    assert not is_current(old[:HEAD])
    assert is_current(sealed(CONTENT)[:HEAD])


def test_a_key_that_is_not_there_is_called_missing():
    raw = bytearray(sealed(CONTENT))
    raw[len(MAGIC)] = next(number for number in range(1, 256) if number != raw[len(MAGIC)])
    with pytest.raises(KeyMissing):
        opened(bytes(raw))
