"""Writes a notice in the language of whoever gets it, and hands it to the mail server (SMTP).

Aktenzeichen, deadline and address of the page: never the name of an Aufgabe, of a person, or a content.
"""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from functools import partial

from flask import Flask

from engine.model.hinweis import Hinweisanlass
from engine.postausgang import Abgelehnt, NichtAngenommen, Versand
from engine.queries.hinweise import Brief, Punkt
from web import clock, formats, sprache
from web.config import Einstellungen
from web.sprache import _, _l, ngettext

#: seconds; the server of the office is near
WARTEZEIT_S = 20

#: what every mail server takes: lines that end with CRLF, seven bits
_FORM = SMTP.clone(cte_type="7bit")
_BETREFF = {
    Hinweisanlass.NEU: _l("%(aktenzeichen)s: neu im Arbeitskorb"),
    Hinweisanlass.FRIST: _l("%(aktenzeichen)s: Frist überschritten"),
    Hinweisanlass.ESKALATION: _l("%(aktenzeichen)s: Frist überschritten – bitte sofort handeln"),
    Hinweisanlass.MITTEILUNG: _l("%(aktenzeichen)s: Mitteilung für Ihre Gruppe"),
}


def create_versand(app: Flask, einstellungen: Einstellungen, wartezeit_s: float = WARTEZEIT_S) -> Versand:
    """Sends notices by the mail server of these settings."""

    def send(brief: Brief) -> None:
        with app.app_context(), sprache.in_sprache(brief.sprache or sprache.DEUTSCH):
            message = write(brief, einstellungen)
        hand_over(message, einstellungen, wartezeit_s)

    return send


def write(brief: Brief, einstellungen: Einstellungen) -> EmailMessage:
    """The mail; its id is the same in every attempt."""
    message = EmailMessage(policy=_FORM)
    message["From"] = einstellungen.mail_absender
    message["To"] = brief.adresse
    message["Subject"] = f"Hilfefluss – {_subject(brief)}"
    message["Date"] = format_datetime(clock.now())
    message["Message-ID"] = f"<{brief.bezug.replace(':', '.')}@{einstellungen.mail_absender.rpartition('@')[2]}>"
    # Nobody's automatic answer should come back.
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n\n".join(_paragraphs(brief, einstellungen.adresse)) + "\n")
    return message


def _subject(brief: Brief) -> str:
    if brief.anlass is Hinweisanlass.TAG:
        return _("Ihr Arbeitskorb heute")
    return str(_BETREFF[brief.anlass]) % {"aktenzeichen": brief.punkte[0].aktenzeichen}


def _paragraphs(brief: Brief, adresse: str) -> list[str]:
    lines = [_point(punkt, adresse) for punkt in brief.punkte]
    if brief.anlass is Hinweisanlass.TAG:
        lines = [_("Überschritten oder bald fällig:"), *lines] if lines else [_("Keine Frist ist überschritten.")]
        if brief.weitere:
            lines.append(ngettext("Dazu %(num)s weitere.", "Dazu %(num)s weitere.", brief.weitere))
        lines.append(ngettext("Neu seit gestern: %(num)s Aufgabe.", "Neu seit gestern: %(num)s Aufgaben.", brief.neu))
        lines.append(f"{adresse}/arbeitskorb")
    settings = f"{adresse}/einstellungen"
    end = (
        _("Wann Sie solche Hinweise bekommen, legen Sie hier fest: %(adresse)s", adresse=settings)
        if brief.abschaltbar
        else _("Dieser Hinweis zum Kinderschutz (§ 8a SGB VIII) lässt sich nicht abschalten.")
    )
    return [*lines, end]


def _point(punkt: Punkt, adresse: str) -> str:
    page = f"{adresse}/aufgaben/{punkt.aufgabe_id}" if punkt.aufgabe_id else f"{adresse}/vorgaenge/{punkt.vorgang_id}"
    what = punkt.aktenzeichen
    if punkt.frist_am:
        what = _("%(aktenzeichen)s, Frist %(tag)s", aktenzeichen=what, tag=formats.zeitpunkt(punkt.frist_am))
    return f"{what}\n{page}"


def hand_over(message: EmailMessage, einstellungen: Einstellungen, wartezeit_s: float = WARTEZEIT_S) -> None:
    """Give the mail to the server.

    Raises
    ------
    NichtAngenommen
        It was certainly not taken, and may be later.
    Abgelehnt
        It was refused for good.
    OSError, smtplib.SMTPException
        The line broke while it was handed over: nobody knows.
    """
    try:
        server = _connect(einstellungen, wartezeit_s)
        try:
            _dialogue(server, message, einstellungen)
        except BaseException:
            server.close()
            raise
    except smtplib.SMTPAuthenticationError as error:
        raise NichtAngenommen(f"login {error.smtp_code}") from None
    except (OSError, smtplib.SMTPException) as error:
        raise NichtAngenommen(type(error).__name__) from None
    _send(server, message)


def _connect(einstellungen: Einstellungen, wartezeit_s: float) -> smtplib.SMTP:
    host, _colon, port = einstellungen.mail_server.partition(":")
    number = int(port) if port.isdigit() else 0
    name = einstellungen.mail_absender.rpartition("@")[2]
    connect: Callable[[], smtplib.SMTP] = partial(smtplib.SMTP, host, number, name, timeout=wartezeit_s)
    if einstellungen.mail_tls == "tls":
        connect = partial(
            smtplib.SMTP_SSL, host, number, name, timeout=wartezeit_s, context=ssl.create_default_context()
        )
    return connect()


def _dialogue(server: smtplib.SMTP, message: EmailMessage, einstellungen: Einstellungen) -> None:
    """Encryption, login, sender and recipient; until here a failure is harmless."""
    if einstellungen.mail_tls == "starttls":
        server.starttls(context=ssl.create_default_context())
    if einstellungen.mail_benutzer:
        server.login(einstellungen.mail_benutzer, einstellungen.mail_passwort)
    server.ehlo_or_helo_if_needed()
    for code, _text in (server.mail(str(message["From"])), server.rcpt(str(message["To"]))):
        _check(code)


def _send(server: smtplib.SMTP, message: EmailMessage) -> None:
    """The mail itself; an answer of the server is certain, silence is not."""
    try:
        code, _text = server.data(message.as_bytes())
    except smtplib.SMTPDataError as error:
        code = error.smtp_code
    finally:
        # It has been answered, or never will be.
        with suppress(OSError, smtplib.SMTPException):
            server.quit()
        server.close()
    _check(code)


def _check(code: int) -> None:
    if code >= 500:
        raise Abgelehnt(f"answer {code}")
    if code >= 300:
        raise NichtAngenommen(f"answer {code}")
