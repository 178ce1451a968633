-- Wege abgeschlossener Faelle fuer den Abgleich: wie Varianten, nur dass ein zurueckgegebener Lauf mit < beginnt.
select weg, count(*) as faelle
from (
  select
    fall,
    list(case when ausgang = 'zurueckgegeben' then '<' || knoten else knoten end order by folge) as weg
  from schritt
  where
    folge is not null and fall_ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
  group by fall
)
group by weg
order by faelle desc, weg
