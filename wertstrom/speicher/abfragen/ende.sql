-- Der letzte Zeitpunkt, von dem der Speicher weiss.
select max(greatest(s.fall_start_us, coalesce(s.bereit_us, 0), coalesce(s.beginn_us, 0), coalesce(s.fertig_us, 0)))
  as bis_us
from schritt as s
where prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
