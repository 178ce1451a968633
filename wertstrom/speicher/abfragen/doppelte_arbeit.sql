-- Derselbe Schritt unmittelbar noch einmal, ohne dass etwas zurueckgegeben wurde: Zeit auf dem kritischen Pfad.
select
  s.knoten,
  count(*) as laeufe,
  count(distinct s.fall) as faelle,
  cast(sum(s.beitrag_liegezeit_at_us + s.beitrag_extern_at_us + s.beitrag_bearbeitung_at_us) as bigint) as us
from schritt as s
where
  s.lauf > 1 and s.davor_knoten = s.knoten and s.auf_pfad
  and s.ausgang = 'erledigt' and s.fall_ausgang = 'abgeschlossen' and s.art = 'aufgabe'
  and not exists (
    select 1 from schritt as r
    where r.fall = s.fall and r.ausgang = 'zurueckgegeben' and r.fertig_us <= coalesce(s.bereit_us, s.davor_us)
  )
  and s.prozess = $prozess and s.version = coalesce($version, s.version)
  and s.fall_start_us between $von_us and $bis_us
group by s.knoten
order by s.knoten
