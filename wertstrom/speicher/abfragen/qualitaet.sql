-- Je Schritt: beendete Laeufe, davon zurueckgegebene; Faelle, und die davon, die ihn genau einmal und ohne Rueckgabe
-- durchliefen.
select
  knoten,
  cast(sum(beendet) as bigint) as beendet,
  cast(sum(zurueck) as bigint) as zurueckgegeben,
  count(*) as faelle,
  count(*) filter (beendet = 1 and zurueck = 0) as glatt,
  count(*) filter (beendet > 1) as wiederholt
from (
  select
    fall,
    knoten,
    count(*) as beendet,
    count(*) filter (ausgang = 'zurueckgegeben') as zurueck
  from schritt
  where
    ausgang in ('erledigt', 'zurueckgegeben')
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
  group by fall, knoten
)
group by knoten
order by knoten
