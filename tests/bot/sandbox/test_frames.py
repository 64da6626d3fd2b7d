import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.frames import CONTROL, DATA, Frame, FrameError, decode

PING = "0800100018f681801020002a0c0a0474797065120470696e67"
EVENT = (
    "0801100218f681801020012a0d0a047479706512056576656e742a100a0a6d6573736167655f696412026d31"
    "2a080a0373756d1201312a080a037365711201302a0e0a0874726163655f69641202743142027b7d"
)

ping = Frame(method=CONTROL, service=33554678, headers={"type": "ping"})
event = Frame(
    method=DATA,
    service=33554678,
    seq_id=1,
    log_id=2,
    headers={"type": "event", "message_id": "m1", "sum": "1", "seq": "0", "trace_id": "t1"},
    payload=b"{}",
)


@pytest.mark.parametrize(("frame", "data"), [(ping, PING), (event, EVENT)])
def test_frames_are_the_bytes_that_the_official_client_writes(frame: Frame, data: str) -> None:
    assert frame.encode().hex() == data
    assert decode(bytes.fromhex(data)) == frame


@given(
    st.builds(
        Frame,
        method=st.integers(0, 1),
        service=st.integers(0, 2**31 - 1),
        seq_id=st.integers(0, 2**64 - 1),
        log_id=st.integers(0, 2**64 - 1),
        headers=st.dictionaries(st.text(), st.text()),
        payload=st.binary(),
    )
)
def test_any_frame_is_read_as_it_was_written(frame: Frame) -> None:
    assert decode(frame.encode()) == frame


@given(st.binary())
def test_any_other_bytes_are_refused_or_read_but_never_crash(data: bytes) -> None:
    with contextlib.suppress(FrameError):
        decode(data)


def test_fields_that_are_not_known_are_skipped() -> None:
    assert decode(bytes.fromhex(PING) + b"\x4a\x03abc") == ping
