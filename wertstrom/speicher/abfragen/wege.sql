-- Wege abgeschlossener Faelle fuer den Abgleich: wie Varianten, nur dass ein zurueckgegebener Lauf mit < beginnt.
select weg_rueck as weg, count(*) as faelle
from fall
where
  array_length(weg_rueck) > 0 and ausgang = 'abgeschlossen'
  and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
group by weg_rueck
order by faelle desc, weg
