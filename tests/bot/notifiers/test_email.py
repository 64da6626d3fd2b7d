"""Mail, against an SMTP server in this process."""

import os
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from bot.core.errand import ErrandKind
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Notification, Purpose
from bot.core.ports import Job
from bot.core.subscription import Language, Target, TargetKind
from bot.core.template import Format, Template
from bot.engine.engine import Engine
from bot.engine.reading import Views
from bot.feishu.templating.templates import Templates
from bot.notifiers.base import EmailSettings
from bot.notifiers.email import Email
from bot.store.store import Store
from tests.bot.notifiers.counter import Counter, errand, table
from tests.builders import LIN, NOW, finding, later, notification, report, sample
from tests.watchers.certificate import write_certificate
from watchers.clock import SystemClock

PLAIN = Templates((), lambda _concern, _now: None)
BOSS = Target(kind=TargetKind.EMAIL, address="boss@example.com")


@dataclass
class Mailbox:
    """Keeps what comes in; refuses as told."""

    mails: list[EmailMessage] = field(default_factory=list)
    answer: str = ""
    users: list[bytes] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.answer:
            return self.answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        assert isinstance(envelope.content, bytes)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        return "250 OK"

    def enter(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, said: Any
    ) -> AuthResult:
        assert isinstance(said, LoginPassword)
        self.users.append(said.login)
        return AuthResult(success=said.password == b"secret", handled=False)


@dataclass(kw_only=True)
class Post:
    """A mail server on loopback, and what it got."""

    port: int
    box: Mailbox


def free_port() -> int:
    """A port nobody listens on just now; the library cannot take whichever is free."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def post() -> Iterator[Post]:
    box = Mailbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=box.enter,
        auth_require_tls=False,
    )
    controller.start()
    yield Post(port=controller.port, box=box)
    controller.stop()


def email(post: Post, views: Views, password: str = "", **fields: Any) -> Email:
    defaults = {
        "host": "127.0.0.1",
        "port": post.port,
        "security": "none",
        "sender": "larkwatch@example.com",
    }
    return Email(EmailSettings(**{**defaults, **fields}), password, views, ZoneInfo("UTC"), PLAIN)


def job(purpose: Purpose = Purpose.ESCALATED, number: int = 1) -> Job:
    owed: Notification = notification(
        target=BOSS,
        purpose=purpose,
        language=Language.EN,
        content={"means": "email", "people": [], "step": 3, "steps": 4},
    )
    return Job(notification=owed, uuid=f"lw{number}", card=None)


@pytest.fixture
def fired(engine: Engine) -> Engine:
    """One alert."""
    samples = (sample("ERROR pay: <b>card</b> declined\nsecond line"),)
    engine.report(report(finding(title="card\ndeclined", samples=samples)), NOW)
    return engine


def text_of(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())


def test_a_mail_says_what_fires_in_text_and_in_html(
    post: Post, views: Views, fired: Engine
) -> None:
    assert email(post, views).deliver(job(), later(minutes=7)) is not None
    (mail,) = post.box.mails
    assert (mail["From"], mail["To"]) == ("larkwatch@example.com", "boss@example.com")
    assert mail["Subject"] == "[Larkwatch #1] card declined"
    plain, rich = text_of(mail, "plain"), text_of(mail, "html")
    assert "Nobody has acknowledged for 7 min" in plain
    assert "ERROR pay: <b>card</b> declined\nsecond line" in plain.replace("\r\n", "\n")
    assert "/ack 1" in plain
    assert "&lt;b&gt;card&lt;/b&gt;" in rich
    assert "<b>card" not in rich


def test_mails_of_an_alert_are_one_thread(post: Post, views: Views, fired: Engine) -> None:
    mailer = email(post, views)
    mailer.deliver(job(number=1), NOW)
    mailer.deliver(job(number=2), NOW)
    fired.acknowledge(1, LIN, NOW)
    assert mailer.deliver(job(number=3), NOW) is None
    mailer.deliver(job(Purpose.STOOD_DOWN, 4), NOW)
    mails = post.box.mails
    assert len({mail["Message-ID"] for mail in mails}) == len(mails) == 3
    assert len({mail["References"] for mail in mails}) == 1
    assert len({mail["Subject"] for mail in mails}) == 1
    assert "No longer needed" in text_of(mails[-1], "plain")


def test_a_retry_has_the_same_message_id(post: Post, views: Views, fired: Engine) -> None:
    mailer = email(post, views)
    mailer.deliver(job(), NOW)
    mailer.deliver(job(), later(minutes=1))
    first, second = post.box.mails
    assert first["Message-ID"] == second["Message-ID"] == "<lw1@example.com>"


def test_it_logs_in_where_a_user_is_named(post: Post, views: Views, fired: Engine) -> None:
    email(post, views, "secret", user="larkwatch").deliver(job(), NOW)
    assert post.box.users == [b"larkwatch"]
    with pytest.raises(DeliveryError) as caught:
        email(post, views, "wrong", user="larkwatch").deliver(job(), NOW)
    assert (caught.value.fault, caught.value.code) == (Fault.MISCONFIGURED, 535)
    assert "wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("550 no such user", Fault.MISCONFIGURED),
        ("450 greylisted, try again", Fault.PASSING),
    ],
)
def test_refusals_say_whether_to_try_again(
    post: Post, views: Views, fired: Engine, answer: str, expected: Fault
) -> None:
    post.box.answer = answer
    with pytest.raises(DeliveryError) as caught:
        email(post, views).deliver(job(), NOW)
    assert (caught.value.fault, caught.value.code) == (expected, int(answer[:3]))


def test_a_server_that_is_away_is_tried_again(views: Views, fired: Engine) -> None:
    nowhere = Post(port=1, box=Mailbox())
    with pytest.raises(DeliveryError) as caught:
        email(nowhere, views).deliver(job(), NOW)
    assert caught.value.fault is Fault.PASSING


def test_a_server_without_encryption_is_refused_where_it_is_wanted(
    post: Post, views: Views, fired: Engine
) -> None:
    with pytest.raises(DeliveryError) as caught:
        email(post, views, security="starttls").deliver(job(), NOW)
    assert caught.value.fault is Fault.MISCONFIGURED
    assert post.box.mails == []


def test_without_a_server_an_operator_must_act(views: Views, fired: Engine) -> None:
    with pytest.raises(DeliveryError) as caught:
        Email(EmailSettings(), "", views, ZoneInfo("UTC"), PLAIN).deliver(job(), NOW)
    assert caught.value.fault is Fault.MISCONFIGURED


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_speaks_encrypted_to_a_server_whose_certificate_is_trusted(
    views: Views,
    fired: Engine,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    security: str,
) -> None:
    begins = SystemClock().now() - timedelta(days=1)
    certificate, key = write_certificate(tmp_path, begins, timedelta(days=9))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    box = Mailbox()
    encrypted = {"ssl_context": context} if security == "tls" else {"tls_context": context}
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        authenticator=box.enter,
        auth_require_tls=security == "starttls",
        **encrypted,
    )
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))  # a client trusts what is there
    controller.start()
    try:
        post = Post(port=controller.port, box=box)
        mailer = email(post, views, "secret", security=security, user="larkwatch")
        assert mailer.deliver(job(), NOW) is not None
        monkeypatch.setenv("SSL_CERT_FILE", os.devnull)
        with pytest.raises(DeliveryError) as caught:
            mailer.deliver(job(), NOW)
    finally:
        controller.stop()
    assert caught.value.fault is Fault.MISCONFIGURED
    assert "certificate" in caught.value.detail
    assert (len(box.mails), box.users) == (1, [b"larkwatch"])


def test_a_group_is_mailed_the_change_in_the_words_of_its_template(
    store: Store, post: Post
) -> None:
    counter = Counter(store, table(errand(ErrandKind.EMAIL, "ops")))
    own = (
        Template(name="t", format=Format.TEXT, source="{{ title }}!", to=("email:ops",)),
        Template(name="h", format=Format.HTML, source="<i>{{ title }}</i>", to=("email",)),
    )
    groups = {"ops": ("a@example.com", "b@example.com")}
    settings = EmailSettings(
        host="127.0.0.1", port=post.port, security="none", sender="lark@example.com", groups=groups
    )
    templates = Templates(own, lambda _concern, _now: None)
    mailer = Email(settings, "", counter.views, ZoneInfo("UTC"), templates)
    counter.notifiers[TargetKind.EMAIL] = mailer
    counter.fire()
    counter.run(seconds=1)
    counter.engine.resolve(1, LIN, counter.clock.now())
    counter.run(seconds=1)
    first, second = post.box.mails
    assert first["To"] == "a@example.com, b@example.com"
    assert first["In-Reply-To"] == second["In-Reply-To"]
    shown = [text_of(first, kind).strip() for kind in ("plain", "html")]
    assert shown == ["card declined!", "<i>card declined</i>"]
