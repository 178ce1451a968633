-- Zeit auf dem kritischen Pfad abgeschlossener Faelle nach ihrer Ursache: jede Zeit hat genau eine. Rueckgaben nehmen
-- alle folgenden weiteren Laeufe mit (W05, W06); sonst zaehlen Liegezeit (W01, W02, W04, W12) und externes Warten
-- (W03, W12) getrennt. Arbeit im ersten Durchgang ist nie dabei, und von gesetzlichen Schritten nur die Liegezeit davor.
with pfad as (
  select
    s.fall, s.knoten, s.lauf, s.bereit_us, s.davor_us, coalesce(reihe.buendelt, false) as buendelt,
    s.beitrag_liegezeit_at_us as liegezeit,
    s.beitrag_extern_at_us as extern,
    s.beitrag_liegezeit_at_us + s.beitrag_extern_at_us + s.beitrag_bearbeitung_at_us as alles
  from schritt as s
  left join serien($prozess, $version, $von_us, $bis_us, $luecke_us, $ruhe_us) as reihe
    on reihe.knoten = s.knoten and reihe.fach = fach(s.beginn_stand_us, $luecke_us)
  where
    s.auf_pfad and s.fall_ausgang = 'abgeschlossen' and s.ausgang <> 'entfallen'
    and s.prozess = $prozess and s.version = coalesce($version, s.version)
    and s.fall_start_us between $von_us and $bis_us
), ruecklauf as (
  select s.fall, s.knoten, s.lauf, arg_max(r.grund, r.fertig_us) as grund
  from pfad as s
  join schritt as r
    on r.fall = s.fall and r.ausgang = 'zurueckgegeben' and r.fertig_us <= coalesce(s.bereit_us, s.davor_us)
  where s.lauf > 1 and not list_contains($gewollt, s.knoten)
  group by s.fall, s.knoten, s.lauf
), zeiten as (
  select
    p.fall, p.knoten, coalesce(r.grund, 'W06') as code,
    case when list_contains($gesetzlich, p.knoten) then p.liegezeit else p.alles end as us
  from pfad as p
  join ruecklauf as r using (fall, knoten, lauf)
  union all
  select
    p.fall, p.knoten,
    case
      when list_contains($gewollt, p.knoten) then 'W12'
      when list_contains($freigaben, p.knoten) then 'W02'
      when p.buendelt or list_contains($gremien, p.knoten) then 'W01'
      else 'W04'
    end as code,
    p.liegezeit as us
  from pfad as p
  anti join ruecklauf as r using (fall, knoten, lauf)
  where p.liegezeit > $schwelle_us
  union all
  select
    p.fall, p.knoten,
    case when list_contains($gewollt, p.knoten) or list_contains($gesetzlich, p.knoten) then 'W12' else 'W03' end,
    p.extern
  from pfad as p
  left join ruecklauf as r using (fall, knoten, lauf)
  where p.extern > $schwelle_us and (r.fall is null or list_contains($gesetzlich, p.knoten))
)
select code, knoten, count(*) as laeufe, count(distinct fall) as faelle, cast(sum(us) as bigint) as us
from zeiten
where us > 0
group by code, knoten
order by code, knoten
