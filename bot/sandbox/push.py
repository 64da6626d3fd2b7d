"""Events and callbacks over HTTP: encrypted, signed, posted, answered within the limit."""

import base64
import hashlib
import http.client
import secrets
import socket
import threading
from urllib.parse import urlsplit

from Crypto.Cipher import AES
from Crypto.Util.Padding import pad

from bot.sandbox.answers import Answer, Answered, TimedOut, Unreachable
from bot.sandbox.application import Application
from bot.sandbox.settings import Settings
from bot.sandbox.wire import dumps
from watchers.clock import Clock


def encrypt(plain: bytes, encrypt_key: str, iv: bytes) -> str:
    """AES-256-CBC with PKCS7 under SHA-256 of the key; base64 of IV and ciphertext."""
    cipher = AES.new(hashlib.sha256(encrypt_key.encode()).digest(), AES.MODE_CBC, iv)
    return base64.b64encode(iv + cipher.encrypt(pad(plain, AES.block_size))).decode()


def signature(timestamp: str, nonce: str, encrypt_key: str, body: bytes) -> str:
    """Hex SHA-256 over timestamp, nonce, key and the raw body, as in X-Lark-Signature."""
    return hashlib.sha256((timestamp + nonce + encrypt_key).encode() + body).hexdigest()


class HttpPush:
    """Posts to the addresses of the app."""

    def __init__(self, settings: Settings, application: Application, clock: Clock) -> None:
        self._settings = settings
        self._application = application
        self._clock = clock
        self._lock = threading.Lock()
        self._open: set[http.client.HTTPConnection] = set()
        self._closed = False

    def challenge(self, url: str) -> str | None:
        """Verify the address as the console does when it is saved: what is wrong, or None."""
        challenge = secrets.token_hex(16)
        answer = self.post(
            url,
            dumps(
                {
                    "challenge": challenge,
                    "token": self._application.live.verification_token,
                    "type": "url_verification",
                }
            ).encode(),
        )
        match answer:
            case Answered(status=200, body=body) if challenge.encode() in body:
                return None
            case Answered(status=status):
                return f"HTTP {status} without the challenge"
            case Unreachable(why=why):
                return why
            case TimedOut():
                return "no answer in time"

    def post(self, address: str, envelope: bytes) -> Answer:
        """Encrypt and sign if there is a key, post, and wait; a redirect is not followed."""
        url = urlsplit(address)
        if not url.hostname:
            return Unreachable(code=200340, why="no request URL is configured")
        kind = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = kind(url.hostname, url.port, timeout=self._settings.answer_limit_s)
        with self._lock:
            if self._closed:
                return Unreachable(code=200342, why="the sandbox is stopping")
            self._open.add(connection)
        try:
            body, headers = self._sealed(envelope)
            target = (url.path or "/") + (f"?{url.query}" if url.query else "")
            connection.request("POST", target, body, headers)
            response = connection.getresponse()
            return Answered(status=response.status, body=response.read())
        except TimeoutError:
            return TimedOut()
        except socket.gaierror as error:
            return Unreachable(code=200343, why=f"{url.hostname}: {error}")
        except (OSError, http.client.HTTPException) as error:
            return Unreachable(code=200342, why=f"{type(error).__name__}: {error}")
        finally:
            with self._lock:
                self._open.discard(connection)
            connection.close()

    def close(self) -> None:
        """Break off what is under way."""
        with self._lock:
            self._closed = True
            for connection in self._open:
                if connection.sock is not None:
                    connection.sock.shutdown(socket.SHUT_RDWR)

    def _sealed(self, envelope: bytes) -> tuple[bytes, dict[str, str]]:
        headers = {"Content-Type": "application/json; charset=utf-8"}
        key = self._application.live.encrypt_key
        if not key:
            return envelope, headers
        body = dumps({"encrypt": encrypt(envelope, key, secrets.token_bytes(16))}).encode()
        timestamp = str(int(self._clock.now().timestamp()))
        nonce = secrets.token_hex(8)
        headers |= {
            "X-Lark-Request-Timestamp": timestamp,
            "X-Lark-Request-Nonce": nonce,
            "X-Lark-Signature": signature(timestamp, nonce, key, body),
        }
        return body, headers
