-- Wie oft etwas je abgeschlossenem Fall vorkam: $was ist freigaben, eingaben, schnittstellen, ruecklaeufe oder laeufe.
-- Schnittstellen: die Rolle ist eine andere als die des Vorgaengers, oder etwas kommt von aussen.
select
  count(*) as n,
  cast(sum(zahl) as bigint) as summe,
  avg(zahl) as mittel,
  quantil(zahl, 0.5) as median,
  quantil(zahl, 0.8) as p80,
  count(*) filter (zahl = 0) as ohne
from (
  select
    case $was
      when 'freigaben' then array_length(list_filter(weg, lambda knoten : list_contains($knoten, knoten)))
      when 'eingaben' then eingaben
      when 'schnittstellen' then schnittstellen
      when 'ruecklaeufe' then ruecklaeufe
      else laeufe
    end as zahl
  from fall
  where
    ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
) as gezaehlt
