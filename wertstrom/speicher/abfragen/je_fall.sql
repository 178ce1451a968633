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
    f.fall,
    count(s.fall) filter (
      case $was
        when 'freigaben' then list_contains($knoten, s.knoten) and s.ausgang in ('erledigt', 'zurueckgegeben')
        when 'eingaben' then s.art in ('aufgabe', 'eingang') and s.ausgang = 'erledigt'
        when 'schnittstellen' then s.ausgang <> 'entfallen' and (s.rolle <> s.davor_rolle or s.art = 'eingang')
        when 'ruecklaeufe' then s.ausgang = 'zurueckgegeben' or (s.lauf > 1 and s.ausgang = 'erledigt')
        else s.ausgang in ('erledigt', 'zurueckgegeben')
      end
    ) as zahl
  from fall as f
  left join schritt as s on s.fall = f.fall
  where
    f.ausgang = 'abgeschlossen'
    and f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
  group by f.fall
)
