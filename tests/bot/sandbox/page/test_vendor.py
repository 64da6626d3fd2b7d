"""The vendored libraries are what their published sums say."""

import hashlib
from importlib.resources import files

VENDOR = files("bot.sandbox") / "page" / "vendor"


def test_every_vendored_library_has_the_published_sum() -> None:
    sums = dict(reversed(line.split()) for line in (VENDOR / "SHA256SUMS").read_text().splitlines())
    libraries = {file.name: file for file in VENDOR.iterdir() if file.name.endswith(".js")}
    assert sums.keys() == libraries.keys()
    for name, file in libraries.items():
        assert hashlib.sha256(file.read_bytes()).hexdigest() == sums[name], name


def test_the_notice_names_every_vendored_library() -> None:
    notice = (VENDOR / "NOTICE").read_text()
    for file in VENDOR.iterdir():
        if file.name.endswith(".js"):
            assert file.name in notice
