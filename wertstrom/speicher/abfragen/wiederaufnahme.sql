-- Faelle, deren Ende mindestens die Frist zurueckliegt, und die davon innerhalb der Frist wieder aufgenommen wurden.
select
  count(*) as n,
  count(*) filter (w.zeit_us >= e.zeit_us and w.zeit_us - e.zeit_us <= $frist_us) as treffer
from fall as f
join meilenstein as e on e.fall = f.fall and e.meilenstein = $ende
left join meilenstein as w on w.fall = f.fall and w.meilenstein = $wieder
where
  e.zeit_us + $frist_us <= $jetzt_us
  and f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
