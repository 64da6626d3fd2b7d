"""E-mail: one mail per step of an escalation, all of an alert in one thread."""

import html
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from bot.core.errors import DeliveryError, Fault
from bot.core.escalation import escalates
from bot.core.notification import Notification, Purpose, Receipt
from bot.core.ports import Job
from bot.engine.reading import Views
from bot.engine.views import AlertView
from bot.feishu.cards.alert import heading
from bot.feishu.cards.names import name_of
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.notifiers.base import EmailSettings

_LINES = 20
_LINE_CHARS = 500
_TRY_AGAIN = range(400, 500)


class Email:
    """Mails steps of escalations; every mail is a connection of its own."""

    def __init__(
        self, settings: EmailSettings, password: str, views: Views, zone: ZoneInfo
    ) -> None:
        self._settings = settings
        self._password = password
        self._views = views
        self._zone = zone

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Mail one step, or that it is over; None if there is nothing to tell any more."""
        owed = job.notification
        if not self._settings.host:
            raise DeliveryError(Fault.MISCONFIGURED, detail="no [email] host is configured")
        view = self._views.alert(owed.alert_id, now) if owed.alert_id is not None else None
        if view is None or owed.purpose not in (Purpose.ESCALATED, Purpose.STOOD_DOWN):
            return None
        if _nothing_new(view, owed):
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        mail = _mail(view, owed, reader, self._settings.sender, job.uuid)
        try:
            self._send(mail)
        except smtplib.SMTPRecipientsRefused as error:
            codes = [code for code, _ in error.recipients.values()]
            raise _failure(codes[0] if codes else 0, "the server refuses the receiver") from error
        except smtplib.SMTPNotSupportedError as error:
            detail = f"the server cannot do what [email] asks for: {error}"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail) from error
        except smtplib.SMTPResponseException as error:
            raise _failure(error.smtp_code, _words(error.smtp_error)) from error
        except ssl.SSLCertVerificationError as error:
            detail = f"the server's certificate: {error.verify_message}"
            raise DeliveryError(Fault.MISCONFIGURED, detail=detail) from error
        except (smtplib.SMTPException, OSError) as error:
            detail = f"the mail server cannot be reached: {type(error).__name__}"
            raise DeliveryError(Fault.PASSING, detail=detail) from error
        return Receipt()

    def _send(self, mail: EmailMessage) -> None:
        settings = self._settings
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                settings.host,
                settings.port,
                timeout=settings.timeout_s,
                context=ssl.create_default_context(),
            )
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=settings.timeout_s)
        with server:
            if settings.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if settings.user:
                server.login(settings.user, self._password)
            server.send_message(mail)


def _nothing_new(view: AlertView, owed: Notification) -> bool:
    """Whether what was to be told is not so any more."""
    goes_on = escalates(view.alert, muted=view.mute is not None)
    return not goes_on if owed.purpose is Purpose.ESCALATED else goes_on


def _mail(
    view: AlertView, owed: Notification, reader: Reader, sender: str, uuid: str
) -> EmailMessage:
    alert, say = view.alert, reader.texts.escalation
    domain = sender.rpartition("@")[2]
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"] = sender, owed.target.address
    # The same for every mail of an alert: some readers make threads of equal subjects only.
    mail["Subject"] = say.mail_subject(f"#{alert.id}", one_line(alert.title, 100))
    mail["Date"] = format_datetime(reader.now)
    mail["Message-ID"] = f"<{uuid}@{domain}>"
    thread = f"<alert-{alert.id}-{alert.fingerprint.replace(':', '.')[:40]}@{domain}>"
    mail["In-Reply-To"] = mail["References"] = thread
    mail["Auto-Submitted"] = "auto-generated"
    lead = _lead(view, owed, reader)
    facts = _facts(view, reader)
    lines = [
        one_line(line, _LINE_CHARS) for sample in alert.samples for line in sample.text.splitlines()
    ][-_LINES:]
    foot = f"{say.mail_foot} /ack {alert.id}" if owed.purpose is Purpose.ESCALATED else ""
    told = [lead, "", *(f"{name}: {value}" for name, value in facts)]
    told += ["", f"{say.mail_lines}:", *lines] if lines else []
    mail.set_content("\n".join([*told, "", foot]).strip() + "\n")
    mail.add_alternative(_html(lead, facts, lines, foot), subtype="html")
    return mail


def _lead(view: AlertView, owed: Notification, reader: Reader) -> str:
    say, alert = reader.texts.escalation, view.alert
    if owed.purpose is Purpose.ESCALATED:
        return say.nobody(reader.span(reader.now - alert.opened_at))
    by = alert.acknowledged_by if alert.taken else alert.resolved_by
    at = (alert.acknowledged_at if alert.taken else alert.resolved_at) or reader.now
    said = reader.texts.alert.acknowledged_by if alert.taken else reader.texts.alert.resolved_by
    if by is None or not by.id:
        return say.mail_over(reader.texts.alert.resolved_quietly(reader.time(at)))
    return say.mail_over(said(name_of(by, reader), reader.time(at)))


def _facts(view: AlertView, reader: Reader) -> list[tuple[str, str]]:
    alert, say, known = view.alert, reader.texts.escalation, reader.texts.alert
    labels = [(one_line(key, 40), one_line(value, 200)) for key, value in alert.labels.items()]
    return [
        ("#" + str(alert.id), heading(alert)),
        (known.service, one_line(alert.labels.get("service", ""), 60) or known.no_value),
        (say.mail_count, str(alert.count)),
        (say.mail_first, reader.time(alert.first_written_at or alert.first_at)),
        (say.mail_last, reader.time(alert.written_at or alert.seen_at)),
        *((key, value) for key, value in labels if key != "service"),
    ]


def _html(lead: str, facts: list[tuple[str, str]], lines: list[str], foot: str) -> str:
    rows = "".join(
        f"<tr><th align='left'>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in facts
    )
    log = f"<pre>{html.escape(chr(10).join(lines))}</pre>" if lines else ""
    return f"<h3>{html.escape(lead)}</h3><table>{rows}</table>{log}<p>{html.escape(foot)}</p>"


def _failure(code: int, words: str) -> DeliveryError:
    fault = Fault.PASSING if code in _TRY_AGAIN else Fault.MISCONFIGURED
    return DeliveryError(fault, code=code, detail=words)


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(text, 200)
