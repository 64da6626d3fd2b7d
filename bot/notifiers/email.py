"""E-mail: steps of escalations and changes of alerts, all of an alert in one thread."""

import html
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from zoneinfo import ZoneInfo

from bot.core.context import AlertContext, Event
from bot.core.errors import DeliveryError, Fault
from bot.core.notification import Receipt
from bot.core.ports import Job
from bot.core.template import Format
from bot.engine.occasions import Occasion, occasion
from bot.engine.reading import Views
from bot.feishu.cards.alert import heading
from bot.feishu.cards.reader import Reader
from bot.feishu.cards.untrusted import one_line
from bot.feishu.templating.context import context_of
from bot.feishu.templating.templates import Templates
from bot.notifiers.base import EmailSettings

_TRY_AGAIN = range(400, 500)


class Email:
    """Mails what is to be told; every mail is a connection of its own."""

    def __init__(
        self,
        settings: EmailSettings,
        password: str,
        views: Views,
        zone: ZoneInfo,
        templates: Templates,
    ) -> None:
        self._settings = settings
        self._templates = templates
        self._password = password
        self._views = views
        self._zone = zone

    def deliver(self, job: Job, now: datetime) -> Receipt | None:
        """Mail what is to be told; None if there is nothing to tell any more."""
        owed = job.notification
        if not self._settings.host:
            raise DeliveryError(Fault.MISCONFIGURED, detail="no [email] host is configured")
        found = occasion(owed, self._views, now)
        if found is None:
            return None
        reader = Reader(language=owed.language, zone=self._zone, now=now)
        mail = self._mail(found, reader, owed.target.address, job.uuid)
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
        return Receipt(outcome=found.event.value)

    def _receivers(self, address: str) -> tuple[str, ...]:
        """An address, or those of a group."""
        if "@" in address:
            return (address,)
        if to := self._settings.groups.get(address):
            return to
        detail = f"no group {address} in [email] groups"
        raise DeliveryError(Fault.MISCONFIGURED, detail=detail)

    def _mail(self, found: Occasion, reader: Reader, address: str, uuid: str) -> EmailMessage:
        alert, say, sender = found.alert, reader.texts.escalation, self._settings.sender
        domain = sender.rpartition("@")[2]
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = sender, ", ".join(self._receivers(address))
        # The same for every mail of an alert: some readers make threads of equal subjects only.
        mail["Subject"] = say.mail_subject(f"#{alert.id}", one_line(alert.title, 100))
        mail["Date"] = format_datetime(reader.now)
        mail["Message-ID"] = f"<{uuid}@{domain}>"
        thread = f"<alert-{alert.id}-{alert.fingerprint.replace(':', '.')[:40]}@{domain}>"
        mail["In-Reply-To"] = mail["References"] = thread
        mail["Auto-Submitted"] = "auto-generated"
        context = context_of(found, reader, tame=False)
        asks = found.event in (Event.ESCALATED, Event.FIRING)
        foot = f"{say.mail_foot} /ack {alert.id}" if asks else ""
        receiver = f"email:{address}"
        plain = self._templates.own(receiver, Format.TEXT, context)
        rich = self._templates.own(receiver, Format.HTML, context)
        facts = _facts(found, reader)
        mail.set_content((plain or _plain(context, facts, say.mail_lines, foot)).strip() + "\n")
        mail.add_alternative(rich or _html(context, facts, foot), subtype="html")
        return mail

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


def _plain(context: AlertContext, facts: list[tuple[str, str]], lines: str, foot: str) -> str:
    told = [context.headline, "", *(f"{name}: {value}" for name, value in facts)]
    told += ["", f"{lines}:", *context.lines] if context.lines else []
    return "\n".join([*told, "", foot])


def _facts(found: Occasion, reader: Reader) -> list[tuple[str, str]]:
    alert, say, known = found.alert, reader.texts.escalation, reader.texts.alert
    labels = [(one_line(key, 40), one_line(value, 200)) for key, value in alert.labels.items()]
    return [
        ("#" + str(alert.id), heading(alert)),
        (known.service, one_line(alert.labels.get("service", ""), 60) or known.no_value),
        (say.mail_count, str(alert.count)),
        (say.mail_first, reader.time(alert.first_written_at or alert.first_at)),
        (say.mail_last, reader.time(alert.written_at or alert.seen_at)),
        *((key, value) for key, value in labels if key != "service"),
    ]


def _html(context: AlertContext, facts: list[tuple[str, str]], foot: str) -> str:
    rows = "".join(
        f"<tr><th align='left'>{html.escape(name)}</th><td>{html.escape(value)}</td></tr>"
        for name, value in facts
    )
    lines, lead = html.escape("\n".join(context.lines)), html.escape(context.headline)
    log = f"<pre>{lines}</pre>" if lines else ""
    return f"<h3>{lead}</h3><table>{rows}</table>{log}<p>{html.escape(foot)}</p>"


def _failure(code: int, words: str) -> DeliveryError:
    fault = Fault.PASSING if code in _TRY_AGAIN else Fault.MISCONFIGURED
    return DeliveryError(fault, code=code, detail=words)


def _words(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return one_line(text, 200)
