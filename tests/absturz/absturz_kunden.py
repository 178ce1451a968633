"""People at their browsers and another system: they work, try again after an error, and note every answer."""

from __future__ import annotations

import http.client
import json
import random
import re
import secrets
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from absturz_buero import PASSWORT, THEMA, Buero

_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_AUFGABE = re.compile(r'href="/aufgaben/(\d+)"')


class Unklar(Exception):
    """No answer: whether it happened is open."""


@dataclass
class Zusagen:
    """What was answered with yes, and what was tried; shared by all people."""

    #: Startkennung -> tried
    versucht: set[str] = field(default_factory=set)
    gestartet: set[str] = field(default_factory=set)
    begonnen: dict[int, str] = field(default_factory=dict)
    erledigt: dict[int, str] = field(default_factory=dict)
    #: work of the other system, by the word of its lock
    auftraege: set[str] = field(default_factory=set)
    unklar: int = 0
    abgelehnt: int = 0
    fehlerseiten: list[str] = field(default_factory=list)


class Browser:
    """Cookies, one connection per request, any of the servers."""

    def __init__(self, ports: list[int], zufall: random.Random) -> None:
        self._ports, self._zufall = ports, zufall
        self._kekse: dict[str, str] = {}

    def ask(self, methode: str, pfad: str, felder: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, target of a redirect, page."""
        kopf = {"Cookie": "; ".join(f"{k}={v}" for k, v in self._kekse.items()), "Accept": "text/html"}
        text = urlencode(felder) if felder is not None else None
        if text is not None:
            kopf["Content-Type"] = "application/x-www-form-urlencoded"
        antwort, seite = self.send(methode, pfad, text, kopf)
        for name, wert in antwort.getheaders():
            if name.lower() == "set-cookie":
                schluessel, _, inhalt = wert.partition(";")[0].partition("=")
                self._kekse[schluessel] = inhalt
        return antwort.status, antwort.getheader("Location") or "", seite

    def send(
        self, methode: str, pfad: str, text: str | None, kopf: dict[str, str]
    ) -> tuple[http.client.HTTPResponse, str]:
        """The answer as it is.

        Raises
        ------
        Unklar
            When none came.
        """
        leitung = self._connect()
        try:
            leitung.request(methode, pfad, body=text, headers=kopf)
            antwort = leitung.getresponse()
            return antwort, antwort.read().decode()
        except (OSError, http.client.HTTPException) as fehler:
            raise Unklar from fehler
        finally:
            leitung.close()

    def _connect(self) -> http.client.HTTPConnection:
        """To one of the servers that listen, as a proxy in front of them would."""
        for port in self._zufall.sample(self._ports, len(self._ports)):
            leitung = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
            try:
                leitung.connect()
            except OSError:
                continue
            return leitung
        raise Unklar


class Person(threading.Thread):
    """One person who works until told to stop; while `endspurt` nothing new is started and nothing sent back."""

    def __init__(self, kennung: str, buero: Buero, ports: list[int], zusagen: Zusagen, saat: int) -> None:
        super().__init__(daemon=True, name=kennung)
        self._kennung, self._buero, self._zusagen = kennung, buero, zusagen
        self._zufall = random.Random(saat)
        self._browser = Browser(ports, self._zufall)
        self.endspurt = threading.Event()
        self.schluss = threading.Event()

    def run(self) -> None:
        while not self.schluss.is_set():
            try:
                self._log_in()
                while not self.schluss.is_set():
                    self._work()
            except Unklar:
                self._zusagen.unklar += 1
                time.sleep(0.1)

    def _log_in(self) -> None:
        _, _, seite = self._get("/anmelden")
        felder = {"kennung": self._kennung, "passwort": PASSWORT, "csrf_token": self._token(seite)}
        self._post("/anmelden", felder)

    def _work(self) -> None:
        _, _, seite = self._get("/arbeitskorb?korb=gruppe")
        frei = sorted({int(nr) for nr in _AUFGABE.findall(seite)})
        _, _, seite = self._get("/arbeitskorb?korb=meine")
        meine = sorted({int(nr) for nr in _AUFGABE.findall(seite)})
        if not self.endspurt.is_set() and len(frei) < 2 * len(self._buero.kennungen) and self._zufall.random() < 0.6:
            self._start()
        wahl = meine or frei
        if wahl:
            self._finish(self._zufall.choice(wahl))
        else:
            time.sleep(0.05)

    def _start(self) -> None:
        """Send the form until somebody answers: the Startkennung keeps it one Vorgang."""
        pfad = f"/prozesse/{self._buero.prozess}/starten"
        kennung = secrets.token_urlsafe(16)
        self._zusagen.versucht.add(kennung)
        while not self.schluss.is_set():
            try:
                _, _, seite = self._get(pfad)
                status, _, _ = self._post(pfad, {"csrf_token": self._token(seite), "kennung": kennung})
            except Unklar:
                self._zusagen.unklar += 1
                time.sleep(0.1)
                continue
            if status == 303:
                self._zusagen.gestartet.add(kennung)
            return

    def _finish(self, aufgabe: int) -> None:
        """Take an Aufgabe and complete it; after no answer, look and send again."""
        while not self.schluss.is_set():
            try:
                if self._try_finish(aufgabe):
                    return
            except Unklar:
                self._zusagen.unklar += 1
                time.sleep(0.1)

    def _try_finish(self, aufgabe: int) -> bool:
        status, _, seite = self._get(f"/aufgaben/{aufgabe}")
        if status != 200:
            return True
        if "/erledigen" not in seite:
            status, _, _ = self._post(f"/aufgaben/{aufgabe}/beginnen", {"csrf_token": self._token(seite)})
            if status != 303:
                self._zusagen.abgelehnt += 1
                return True
            self._zusagen.begonnen[aufgabe] = self._kennung
            return False
        felder = {"csrf_token": self._token(seite), **self._eingaben(seite)}
        status, _, _ = self._post(f"/aufgaben/{aufgabe}/erledigen", felder)
        if status == 303:
            self._zusagen.erledigt[aufgabe] = self._kennung
        else:
            self._zusagen.abgelehnt += 1
        return True

    def _eingaben(self, seite: str) -> dict[str, str]:
        if 'name="urteil"' in seite:
            nochmal = not self.endspurt.is_set() and self._zufall.random() < 0.25
            return {"urteil": "nochmal" if nochmal else "ja"}
        if 'name="anlass"' in seite:
            return {"anlass": "Die Familie bittet um Hilfe."}
        return {"vermerk": "erledigt"}

    def _get(self, pfad: str) -> tuple[int, str, str]:
        return self._checked("GET", pfad)

    def _post(self, pfad: str, felder: dict[str, str]) -> tuple[int, str, str]:
        return self._checked("POST", pfad, felder)

    def _checked(self, methode: str, pfad: str, felder: dict[str, str] | None = None) -> tuple[int, str, str]:
        status, ziel, seite = self._browser.ask(methode, pfad, felder)
        if status >= 500:
            self._zusagen.fehlerseiten.append(f"{status} {methode} {pfad}")
            raise Unklar
        if ziel.startswith("/anmelden") or (status == 400 and methode == "POST"):
            raise Unklar  # log in again
        return status, ziel, seite

    def _token(self, seite: str) -> str:
        found = _TOKEN.search(seite)
        if found is None:
            raise Unklar
        return found.group(1)


class System(threading.Thread):
    """Another system: fetches the work of its topic under locks and answers each until somebody has heard it."""

    def __init__(self, buero: Buero, ports: list[int], zusagen: Zusagen, saat: int) -> None:
        super().__init__(daemon=True, name="system")
        self._kopf = {"Authorization": f"Bearer {buero.schluessel}", "Content-Type": "application/json"}
        self._browser, self._zusagen = Browser(ports, random.Random(saat)), zusagen
        self.schluss = threading.Event()

    def run(self) -> None:
        while not self.schluss.is_set():
            try:
                arbeit = self._post(
                    "abholen", {"themen": [THEMA], "arbeiter": "system", "anzahl": 3, "sperrdauer_s": 5}
                )
                for auftrag in json.loads(arbeit[1])["auftraege"]:
                    self._answer(auftrag)
                time.sleep(0.2)
            except Unklar:
                self._zusagen.unklar += 1
                time.sleep(0.1)

    def _answer(self, auftrag: dict[str, object]) -> None:
        angaben = {"sperre": auftrag["sperre"], "variablen": {"antwort": "ja"}}
        while not self.schluss.is_set():
            try:
                status, _ = self._post(f"{auftrag['id']}/erledigen", angaben)
            except Unklar:
                self._zusagen.unklar += 1
                time.sleep(0.1)
                continue
            if status == 200:
                self._zusagen.auftraege.add(str(auftrag["sperre"]))
            return

    def _post(self, pfad: str, angaben: dict[str, object]) -> tuple[int, str]:
        antwort, text = self._browser.send("POST", f"/api/v1/auftraege/{pfad}", json.dumps(angaben), self._kopf)
        if antwort.status >= 500:
            self._zusagen.fehlerseiten.append(f"{antwort.status} {pfad}")
            raise Unklar
        if antwort.status not in (200, 409):
            self._zusagen.fehlerseiten.append(f"{antwort.status} {pfad} {text}")
        return antwort.status, text
