-- Wie die Werte eines Masses auf Klassen verteilt sind, je Gruppe und Uhr.
select
  l.von, l.nach, s.in_at, s.stufe,
  cast(sum(s.n) as bigint) as n, min(s.von_us) as von_us, max(s.bis_us) as bis_us
from lage as l
join stufen as s on s.teil = l.teil and s.gruppe = l.gruppe
where
  l.mass = $mass
  and l.prozess = $prozess and l.version = coalesce($version, l.version) and list_contains($teile, l.teil)
group by l.von, l.nach, s.in_at, s.stufe
order by l.von, l.nach, s.in_at, s.stufe
