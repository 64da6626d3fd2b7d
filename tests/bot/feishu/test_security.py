"""Opening what Feishu posts: the dossier's vectors, and everything that must stay outside."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from Crypto.Cipher import AES
from Crypto.Util.Padding import pad
from hypothesis import given
from hypothesis import strategies as st

from bot.feishu.security import (
    MAX_BODY,
    Challenge,
    Keys,
    RejectedError,
    Rejection,
    _check_signature,
    open_envelope,
)

NOW = datetime.fromtimestamp(1_700_000_000, UTC)
KEYS = Keys(encrypt_key="test key", verification_token="vtoken")
EVENT = {"schema": "2.0", "header": {"event_id": "ev1", "token": "vtoken"}, "event": {}}


def seal(content: Any, key: str = "test key") -> bytes:
    clear = content if isinstance(content, bytes) else json.dumps(content).encode()
    iv = bytes(range(16))
    cipher = AES.new(hashlib.sha256(key.encode()).digest(), AES.MODE_CBC, iv=iv)
    blob = iv + cipher.encrypt(pad(clear, 16))
    return json.dumps({"encrypt": base64.b64encode(blob).decode()}).encode()


def sign(body: bytes, timestamp: str = "1700000000", key: str = "test key") -> dict[str, str]:
    signature = hashlib.sha256(f"{timestamp}n0nce{key}".encode() + body).hexdigest()
    return {
        "X-Lark-Request-Timestamp": timestamp,
        "X-Lark-Request-Nonce": "n0nce",
        "X-Lark-Signature": signature,
    }


def refusal(headers: dict[str, str], body: bytes, now: datetime = NOW) -> RejectedError:
    with pytest.raises(RejectedError) as caught:
        open_envelope(headers, body, KEYS, now)
    return caught.value


def test_a_signed_and_encrypted_event_is_opened() -> None:
    body = seal(EVENT)
    assert open_envelope(sign(body), body, KEYS, NOW) == EVENT


def test_header_names_may_come_in_any_casing() -> None:
    body = seal(EVENT)
    headers = {name.upper(): value for name, value in sign(body).items()}
    assert open_envelope(headers, body, KEYS, NOW) == EVENT


def test_the_documented_signature_is_accepted() -> None:
    headers = {
        "X-Lark-Request-Timestamp": "1700000000",
        "X-Lark-Request-Nonce": "n0nce",
        "X-Lark-Signature": "e195c9e5af14a703921143d3c2afd1c1ed93a50838a77a121a7da206a1a2651f",
    }
    assert _check_signature(headers, b'{"encrypt":"abc"}', KEYS, NOW)


def test_the_documented_ciphertext_is_read_and_then_refused_for_want_of_a_token() -> None:
    sealed = "AAECAwQFBgcICQoLDA0OD75dzkqS42VIOj1fNks7Pq7FPFPrasQmLXjzoxzHo/N1"
    body = json.dumps({"encrypt": sealed}).encode()
    assert refusal(sign(body), body).why is Rejection.BAD_TOKEN


def test_the_documented_plain_words_are_no_envelope() -> None:
    body = b'{"encrypt":"P37w+VZImNgPEO1RBhJ6RtKl7n6zymIbEG1pReEzghk="}'
    assert refusal(sign(body), body).why is Rejection.UNDECRYPTABLE


def test_a_challenge_needs_the_token_but_no_signature() -> None:
    body = seal({"type": "url_verification", "challenge": 'a"b', "token": "vtoken"})
    assert open_envelope({}, body, KEYS, NOW) == Challenge(text='a"b')


@pytest.mark.parametrize("token", ["", "wrong", None, 7])
def test_a_challenge_without_the_token_is_refused(token: object) -> None:
    body = seal({"type": "url_verification", "challenge": "x", "token": token})
    assert refusal({}, body).why is Rejection.BAD_TOKEN


def test_a_challenge_in_clear_is_refused() -> None:
    body = b'{"type":"url_verification","challenge":"x","token":"vtoken"}'
    assert refusal({}, body).why is Rejection.NOT_ENCRYPTED


def test_a_challenge_without_words_is_refused() -> None:
    body = seal({"type": "url_verification", "token": "vtoken"})
    assert refusal({}, body).status == 400


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, Rejection.NOT_SIGNED),
        ({"X-Lark-Signature": ""}, Rejection.NOT_SIGNED),
        ({"X-Lark-Signature": "0" * 64}, Rejection.BAD_SIGNATURE),
        ({"X-Lark-Signature": "签名\udcff"}, Rejection.BAD_SIGNATURE),
        (sign(seal(EVENT), key="other"), Rejection.BAD_SIGNATURE),
        (sign(seal(EVENT) + b" "), Rejection.BAD_SIGNATURE),
        (sign(seal(EVENT), timestamp="soon"), Rejection.STALE),
        (sign(seal(EVENT), timestamp="1" * 40), Rejection.STALE),
        (sign(seal(EVENT), timestamp="-1700000000"), Rejection.STALE),
    ],
)
def test_an_event_without_a_good_signature_is_refused(
    headers: dict[str, str], why: Rejection
) -> None:
    error = refusal(headers, seal(EVENT))
    assert (error.why, error.status) == (why, 401)


@pytest.mark.parametrize("minutes", [-6, 6, 60 * 24])
def test_a_replayed_request_is_refused(minutes: int) -> None:
    body = seal(EVENT)
    assert refusal(sign(body), body, NOW + timedelta(minutes=minutes)).why is Rejection.STALE


def test_five_minutes_of_clock_skew_are_forgiven() -> None:
    body = seal(EVENT)
    for seconds in (-300, 300):
        assert open_envelope(sign(body), body, KEYS, NOW + timedelta(seconds=seconds)) == EVENT


def test_a_body_in_clear_is_refused_even_when_signed() -> None:
    body = json.dumps(EVENT).encode()
    error = refusal(sign(body), body)
    assert (error.why, error.status) == (Rejection.NOT_ENCRYPTED, 400)


def test_every_failure_to_decrypt_looks_the_same() -> None:
    good = json.loads(seal(EVENT))["encrypt"]
    for sealed in ("", "AAAA", "not base64!", good[:-4], good[:24], good[:-8] + "AAAAAAA="):
        body = json.dumps({"encrypt": sealed}).encode()
        error = refusal(sign(body), body)
        assert (error.why, error.status) == (Rejection.UNDECRYPTABLE, 400)
    for clear in (b"", b"[1]", b"null", b"\xff\xfe", b"[" * 100_000):
        body = seal(clear)
        assert refusal(sign(body), body).why is Rejection.UNDECRYPTABLE
    body = seal(EVENT, key="another key")
    assert refusal(sign(body), body).why is Rejection.UNDECRYPTABLE


def test_another_apps_token_is_refused() -> None:
    body = seal({**EVENT, "header": {"event_id": "ev1", "token": "other"}})
    error = refusal(sign(body), body)
    assert (error.why, error.status) == (Rejection.BAD_TOKEN, 403)


def test_a_body_above_one_mebibyte_is_refused() -> None:
    error = refusal({}, b"x" * (MAX_BODY + 1))
    assert (error.why, error.status) == (Rejection.TOO_LARGE, 413)


@given(body=st.binary(max_size=200), headers=st.dictionaries(st.text(), st.text(), max_size=3))
def test_no_rubbish_gets_in_or_raises_anything_else(body: bytes, headers: dict[str, str]) -> None:
    refusal(headers, body)


def test_keys_must_both_be_set_and_do_not_show() -> None:
    for encrypt_key, token in (("", "t"), ("k", ""), ("", "")):
        with pytest.raises(ValueError, match="both"):
            Keys(encrypt_key=encrypt_key, verification_token=token)
    assert "vtoken" not in repr(KEYS)
    assert "test key" not in repr(KEYS)
