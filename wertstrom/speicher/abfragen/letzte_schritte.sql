-- Mit welchem Schritt abgeschlossene Faelle enden.
select knoten, count(*) as faelle
from (
  select fall, arg_max(knoten, folge) as knoten
  from schritt
  where
    folge is not null and fall_ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
  group by fall
)
group by knoten
order by knoten
