-- Zugang und Abgang eines Zeitraums, und der mittlere Bestand darin: Summe der Ueberlappungen / Laenge.
-- Auch abgebrochene Faelle lagen im Bestand und gingen ab.
select
  count(*) filter (start_us >= $t0_us and start_us < $t1_us) as zugang,
  count(*) filter (ende_us >= $t0_us and ende_us < $t1_us) as abgang,
  cast(coalesce(sum(cast(
    greatest(least(coalesce(ende_us, $t1_us), $t1_us) - greatest(start_us, $t0_us), 0) as decimal(38, 0)
  )), 0) as decimal(38, 0)) as verweil_us,
  count(*) filter (start_us < $t1_us and coalesce(ende_us, $t1_us) >= $t1_us) as bestand_am_ende
from fall
where prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
