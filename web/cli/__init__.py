"""The command line ``hilfefluss``: groups and commands are loaded when they are called, errors are told in German.

Owns no command itself; never shows a stack trace.
"""

from __future__ import annotations

import importlib
import sys
from pathlib import PurePath
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from engine.errors import EngineError
from web.config import UngueltigeEinstellung

#: command -> module and attribute
_BEFEHLE = {
    "demo": ("web.cli.betrieb", "demo"),
    "run": ("web.cli.betrieb", "run"),
    "worker": ("web.cli.betrieb", "worker"),
    "db": ("web.cli.betrieb", "db"),
    "betrieb": ("web.cli.zustand", "betrieb"),
    "schluessel": ("web.cli.schluessel", "schluessel"),
    "modell": ("web.cli.modell", "modell"),
    "wertstrom": ("web.cli.wertstrom", "wertstrom"),
}


class Hauptgruppe(click.Group):
    """Loads a command's module only when needed, and tells every error in one German sentence."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """In the order of first use."""
        return list(_BEFEHLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command."""
        if cmd_name not in _BEFEHLE:
            return None
        module, name = _BEFEHLE[cmd_name]
        command = getattr(importlib.import_module(module), name)
        assert isinstance(command, click.Command)
        return command

    def main(self, *args: Any, **kwargs: Any) -> Any:
        """Run, and end with an exit code: 0 done, 1 refused, 2 wrong use."""
        kwargs["standalone_mode"] = False
        try:
            code = super().main(*args, **kwargs)
        except click.exceptions.NoArgsIsHelpError as error:
            click.echo(error.format_message())
            code = 2
        except click.ClickException as error:
            _tell(_german(error))
            code = error.exit_code
        except (click.Abort, KeyboardInterrupt):
            _tell("Abgebrochen.")
            code = 130
        except (EngineError, UngueltigeEinstellung) as error:
            _tell(str(error))
            code = 1
        except SQLAlchemyError as error:
            _tell(
                f"Die Datenbank antwortet nicht wie erwartet ({type(error).__name__}). Prüfen Sie HILFEFLUSS_DATENBANK."
            )
            code = 1
        except OSError as error:
            _tell(f"{error.strerror or type(error).__name__}: {error.filename or ''}".rstrip(": "))
            code = 1
        except Exception as error:
            _tell(f"Unerwarteter Fehler: {type(error).__name__} {_place(error)}")
            code = 70
        sys.exit(code if isinstance(code, int) else 0)


def _tell(text: str) -> None:
    click.echo(f"Fehler: {text}", err=True)


def _german(error: click.ClickException) -> str:
    """Message of an error of use; click has most of its own only in English."""
    match error:
        case click.NoSuchOption():
            return f"Die Option {error.option_name} gibt es nicht."
        case click.MissingParameter():
            what = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
            return f"Die Angabe {what} fehlt."
        case click.BadParameter():
            what = error.param.get_error_hint(error.ctx) if error.param and error.ctx else ""
            return f"Die Angabe {what} passt nicht: {_detail(error.message)}"
        case click.UsageError() if error.message.startswith("No such command"):
            return f"Diesen Befehl gibt es nicht. Befehle: {', '.join(_BEFEHLE)}."
    return error.format_message()


#: part of click's message -> what we say instead
_DETAILS = (
    ("does not exist", "Die Datei gibt es nicht."),
    ("is a directory", "Das ist ein Ordner."),
    ("is not readable", "Die Datei ist nicht lesbar."),
    ("is not in the range", "Die Zahl liegt nicht im möglichen Bereich."),
    ("is not a valid", "Erwartet wird eine Zahl."),
    ("is not one of", "Diese Möglichkeit gibt es nicht."),
)


def _detail(message: str) -> str:
    return next((text for part, text in _DETAILS if part in message), message)


def _place(error: Exception) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"({PurePath(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno})" if trace else ""


@click.group(cls=Hauptgruppe, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="hilfefluss", message="Hilfefluss %(version)s")
def main() -> None:
    """Hilfefluss: Prozesse der Jugendhilfe ausführen und ihren Wertstrom sehen."""
