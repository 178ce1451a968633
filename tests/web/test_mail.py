"""Notices by e-mail against a real SMTP server: what they say, and what each answer of the server means."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP
from flask import Flask

from engine.model.hinweis import Hinweisanlass
from engine.postausgang import Abgelehnt, NichtAngenommen
from engine.queries.hinweise import Brief, Punkt
from web import config, mail

FRIST = datetime(2026, 6, 16, 21, 59, 59, tzinfo=UTC)
BRIEF = Brief(
    hinweis_id=1,
    anlass=Hinweisanlass.FRIST,
    bezug="7.aufgabe-12:frist-202606162159",
    adresse="alva@stadt.example",
    sprache="",
    abschaltbar=True,
    punkte=(Punkt("51-2026-00412", FRIST, 12, 5),),
)


class Amtspost:
    """A mail server that answers as the test says."""

    def __init__(self) -> None:
        self.angenommen: list[EmailMessage] = []
        self.antwort_empfaenger = "250 OK"
        self.antwort_inhalt = "250 OK"
        self.schweigt = False

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if self.antwort_empfaenger.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.antwort_empfaenger

    async def handle_DATA(self, server: SMTP, _session: Any, envelope: Any) -> str:
        if self.schweigt:
            server.transport.close()
            await asyncio.sleep(0)
        elif self.antwort_inhalt.startswith("2"):
            parsed = message_from_bytes(envelope.content, policy=policy.default)
            assert isinstance(parsed, EmailMessage)
            self.angenommen.append(parsed)
        return self.antwort_inhalt


@pytest.fixture
def amtspost() -> Amtspost:
    return Amtspost()


@pytest.fixture
def settings(app: Flask, amtspost: Amtspost) -> Iterator[config.Einstellungen]:
    """Settings that lead to the running mail server."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(amtspost, hostname="127.0.0.1", port=port)
    controller.start()
    yield replace(
        app.extensions["hilfefluss"].einstellungen,
        mail_server=f"127.0.0.1:{port}",
        mail_absender="hilfefluss@stadt.example",
        mail_tls="aus",
        adresse="https://hilfefluss.stadt.example",
    )
    controller.stop()


def text_of(message: EmailMessage) -> str:
    return str(message.get_content()).replace("\r\n", "\n")


def test_a_notice_names_the_aktenzeichen_the_deadline_and_the_page(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen
) -> None:
    mail.create_versand(app, settings)(BRIEF)
    [arrived] = amtspost.angenommen
    assert arrived["To"] == "alva@stadt.example"
    assert arrived["Subject"] == "Hilfefluss – 51-2026-00412: Frist überschritten"
    assert arrived["Auto-Submitted"] == "auto-generated"
    assert arrived["Message-ID"] == "<7.aufgabe-12.frist-202606162159@stadt.example>"
    assert text_of(arrived) == (
        "51-2026-00412, Frist Di, 16.06.2026, 23:59 Uhr\n"
        "https://hilfefluss.stadt.example/aufgaben/12\n\n"
        "Wann Sie solche Hinweise bekommen, legen Sie hier fest: https://hilfefluss.stadt.example/einstellungen\n"
    )


def test_a_gathered_notice_lists_what_is_due(app: Flask, amtspost: Amtspost, settings: config.Einstellungen) -> None:
    day = replace(BRIEF, anlass=Hinweisanlass.TAG, punkte=(BRIEF.punkte[0],) * 50, weitere=3, neu=1)
    mail.create_versand(app, settings)(day)
    [arrived] = amtspost.angenommen
    assert arrived["Subject"] == "Hilfefluss – Ihr Arbeitskorb heute"
    text = text_of(arrived)
    assert text.count("51-2026-00412") == 50
    assert "Dazu 3 weitere." in text
    assert "Neu seit gestern: 1 Aufgabe." in text


def test_child_protection_says_that_it_cannot_be_switched_off(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen
) -> None:
    mail.create_versand(app, settings)(replace(BRIEF, anlass=Hinweisanlass.ESKALATION, abschaltbar=False))
    [arrived] = amtspost.angenommen
    assert "bitte sofort handeln" in arrived["Subject"]
    assert "lässt sich nicht abschalten" in text_of(arrived)


def test_a_notice_is_written_in_the_language_of_whoever_gets_it(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen
) -> None:
    mail.create_versand(app, settings)(replace(BRIEF, sprache="en"))
    assert "16 Jun 2026" in text_of(amtspost.angenommen[0])


@pytest.mark.parametrize(
    ("was", "antwort", "folge"),
    [
        ("antwort_empfaenger", "550 no such user", Abgelehnt),
        ("antwort_empfaenger", "451 greylisted", NichtAngenommen),
        ("antwort_inhalt", "554 refused", Abgelehnt),
        ("antwort_inhalt", "452 full", NichtAngenommen),
    ],
)
def test_each_answer_of_the_server_is_final_or_not(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen, was: str, antwort: str, folge: type[Exception]
) -> None:
    setattr(amtspost, was, antwort)
    with pytest.raises(folge, match=antwort[:3]):
        mail.create_versand(app, settings)(BRIEF)
    assert amtspost.angenommen == []


def test_a_line_that_breaks_while_the_mail_is_handed_over_is_neither(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen
) -> None:
    amtspost.schweigt = True
    with pytest.raises(Exception) as caught:
        mail.create_versand(app, settings)(BRIEF)
    assert not isinstance(caught.value, Abgelehnt | NichtAngenommen)


def test_a_server_that_is_away_or_says_nothing_takes_nothing(app: Flask, settings: config.Einstellungen) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(NichtAngenommen, match="SMTPServerDisconnected"):
            mail.create_versand(app, replace(settings, mail_server=address), wartezeit_s=0.2)(BRIEF)
    with pytest.raises(NichtAngenommen):
        mail.create_versand(app, replace(settings, mail_server=address))(BRIEF)


@pytest.mark.parametrize("tls", ["starttls", "tls"])
def test_a_server_without_encryption_gets_nothing_when_it_is_asked_for(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen, tls: str
) -> None:
    with pytest.raises(NichtAngenommen):
        mail.create_versand(app, replace(settings, mail_tls=tls), wartezeit_s=1)(BRIEF)
    assert amtspost.angenommen == []


def test_a_password_is_refused_where_nobody_can_read_it(
    app: Flask, amtspost: Amtspost, settings: config.Einstellungen
) -> None:
    with_login = replace(settings, mail_benutzer="amt", mail_passwort="geheim")
    assert "geheim" not in repr(with_login)
    with pytest.raises(NichtAngenommen):
        mail.create_versand(app, with_login)(BRIEF)
    assert amtspost.angenommen == []
