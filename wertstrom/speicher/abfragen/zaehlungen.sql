-- Summen von Merkmalen, die zaehlen, ueber alle Faelle, die beide haben; der Zaehler nie groesser als der Nenner.
select
  count(*) as faelle,
  cast(coalesce(sum(least(z.zahl, n.zahl)), 0) as bigint) as zaehler,
  cast(coalesce(sum(n.zahl), 0) as bigint) as nenner
from fall as f
join (select fall, try_cast(wert as bigint) as zahl from merkmal where name = $zaehler) as z on z.fall = f.fall
join (select fall, try_cast(wert as bigint) as zahl from merkmal where name = $nenner) as n on n.fall = f.fall
where
  z.zahl >= 0 and n.zahl >= 0
  and f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
