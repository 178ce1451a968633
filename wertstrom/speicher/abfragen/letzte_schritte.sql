-- Mit welchem Schritt abgeschlossene Faelle enden.
select weg[array_length(weg)] as knoten, count(*) as faelle
from fall
where
  array_length(weg) > 0 and ausgang = 'abgeschlossen'
  and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
group by knoten
order by knoten
