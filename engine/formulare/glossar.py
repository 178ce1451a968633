"""Short explanations of words that forms use; a field names its word in ``properties.glossar``.

Plain words for people who do not know the law; never a legal opinion.
"""

from __future__ import annotations

BEGRIFFE = {
    "ampel": "Zeigt, ob ein Beschluss in der Zeit liegt: in Frist, läuft bald ab oder überschritten.",
    "anvertraut": (
        "Was jemand der Fachkraft persönlich anvertraut hat (§ 65 SGB VIII). Es darf nur mit Einwilligung dieser "
        "Person oder in den Fällen des Gesetzes weitergegeben werden."
    ),
    "beschluss": (
        "Eine verbindliche Verabredung mit Ergebnis, verantwortlicher Stelle und Termin. Bitte aktiv formulieren, "
        "zum Beispiel „Jugendlicher stimmt Hilfe zu“."
    ),
    "dolmetschen": "Sprache, in der das Gespräch gut gelingt, und ob jemand dolmetscht. Angehörige ersetzen das nicht.",
    "eskalationsweg": "Wer entscheidet oder hilft, wenn der Termin nicht gehalten wird.",
    "gewichtige anhaltspunkte": (
        "Konkrete Hinweise, dass das Wohl eines Kindes gefährdet sein kann (§ 8a SGB VIII). Ob sie gewichtig sind, "
        "schätzen Fachkräfte gemeinsam ein; „unklar“ wird behandelt wie „ja“."
    ),
    "leerfeld": "Ein Feld ohne Angabe und ohne Grund. Ein Grund ist besser als eine erfundene Angabe.",
    "ombudsstelle": (
        "Unabhängige Stelle, an die sich junge Menschen und Familien bei Streit mit dem Jugendamt oder einem Träger "
        "wenden können (§ 9a SGB VIII)."
    ),
    "personensorge": "Wer für das Kind rechtlich entscheidet: meist die Eltern, sonst Vormund oder Pflegeperson.",
    "perspektive": "Wo das Kind auf Dauer leben soll; bei Hilfe außerhalb der Familie zu klären (§ 37c SGB VIII).",
    "smart": (
        "Ein Ziel ist spezifisch, messbar, attraktiv, realistisch und terminiert: Es sagt, woran man bis wann erkennt, "
        "dass es erreicht ist."
    ),
    "tandem": "Eine Fachkraft des ASD und eine der Wirtschaftlichen Jugendhilfe, die einen Fall gemeinsam führen.",
    "wunsch- und wahlrecht": (
        "Familien dürfen zwischen Einrichtungen und Diensten wählen und Wünsche äußern (§ 5 SGB VIII); Wünschen soll "
        "entsprochen werden, wenn das keine unverhältnismäßigen Mehrkosten macht."
    ),
}
