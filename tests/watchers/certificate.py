"""Makes a certificate for 127.0.0.1 that signs itself, with any end (X.509, RFC 5280)."""

import ssl
from datetime import datetime, timedelta
from pathlib import Path

from Crypto.Hash import SHA256
from Crypto.PublicKey import RSA
from Crypto.Signature import pkcs1_15
from Crypto.Util.asn1 import (
    DerBitString,
    DerInteger,
    DerNull,
    DerObjectId,
    DerOctetString,
    DerSequence,
    DerSetOf,
)

_SHA256_RSA, _COMMON_NAME = "1.2.840.113549.1.1.11", "2.5.4.3"
_CONSTRAINTS, _ALTERNATIVE = "2.5.29.19", "2.5.29.17"


def write_certificate(folder: Path, begins: datetime, lasts: timedelta) -> tuple[Path, Path]:
    """Certificate and key as PEM files."""
    key = RSA.generate(2048)
    algorithm = DerSequence([DerObjectId(_SHA256_RSA).encode(), DerNull().encode()]).encode()
    common = DerSequence([DerObjectId(_COMMON_NAME).encode(), _tagged(0x0C, b"127.0.0.1")])
    name = DerSequence([DerSetOf([common.encode()]).encode()]).encode()
    valid = DerSequence([_time(begins), _time(begins + lasts)]).encode()
    address = DerSequence([_tagged(0x87, bytes([127, 0, 0, 1]))]).encode()
    authority = DerSequence([b"\x01\x01\xff"]).encode()
    extensions = DerSequence(
        [
            _extension(_CONSTRAINTS, authority, critical=True),
            _extension(_ALTERNATIVE, address, critical=False),
        ]
    ).encode()
    about = DerSequence(
        [
            _tagged(0xA0, DerInteger(2).encode()),
            DerInteger(1).encode(),
            algorithm,
            name,
            valid,
            name,
            key.public_key().export_key("DER"),
            _tagged(0xA3, extensions),
        ]
    ).encode()
    signature = pkcs1_15.new(key).sign(SHA256.new(about))
    whole = DerSequence([about, algorithm, DerBitString(signature).encode()]).encode()
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_text(_pem(whole))
    secret.write_bytes(key.export_key("PEM"))
    return certificate, secret


def _extension(name: str, value: bytes, *, critical: bool) -> bytes:
    parts = [DerObjectId(name).encode(), *([b"\x01\x01\xff"] if critical else [])]
    return DerSequence([*parts, DerOctetString(value).encode()]).encode()


def _time(at: datetime) -> bytes:
    return _tagged(0x17, at.strftime("%y%m%d%H%M%SZ").encode())


def _tagged(tag: int, content: bytes) -> bytes:
    size = len(content)
    longer = size.to_bytes((size.bit_length() + 7) // 8, "big")
    length = bytes([size]) if size < 0x80 else bytes([0x80 | len(longer)]) + longer
    return bytes([tag]) + length + content


def _pem(der: bytes) -> str:

    return ssl.DER_cert_to_PEM_cert(der)
