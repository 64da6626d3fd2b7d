"""What an agent signs, the server verifies; nothing else passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchers.errors import SignatureError
from watchers.signing import sign, verify

NOW = 1_795_400_000


@given(st.binary(), st.integers(-300, 300))
def test_a_fresh_signature_passes(body: bytes, age: int) -> None:
    verify("s", str(NOW - age), sign("s", NOW - age, body), body, NOW)


@pytest.mark.parametrize(
    ("timestamp", "signature", "body", "said"),
    [
        (str(NOW), sign("other", NOW, b"x"), b"x", "same secret"),
        (str(NOW), sign("s", NOW, b"x"), b"y", "same secret"),
        (str(NOW), "", b"x", "same secret"),
        (str(NOW), "\u6f22", b"x", "same secret"),
        (str(NOW - 301), sign("s", NOW - 301, b"x"), b"x", "clocks"),
        ("", sign("s", NOW, b"x"), b"x", "whole seconds"),
        ("+1", sign("s", 1, b"x"), b"x", "whole seconds"),
    ],
)
def test_anything_else_is_refused_with_a_reason(
    timestamp: str, signature: str, body: bytes, said: str
) -> None:
    with pytest.raises(SignatureError, match=said):
        verify("s", timestamp, signature, body, NOW)
