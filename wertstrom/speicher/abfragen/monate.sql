-- Abgeschlossene Faelle je Kalendermonat (UTC) ihres Beginns: Zahl, Median und Anteil am Ziel.
select
  extract(year from monat) * 12 + extract(month from monat) - 1 as monat,
  count(*) as n,
  quantil(dauer_us, 0.5) as median_us,
  count(*) filter (dauer_us <= $ziel_us) as treffer
from (
  select
    date_trunc('month', make_timestamp(start_us)) as monat,
    case when $in_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end as dauer_us
  from fall
  where
    ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
)
group by monat
order by monat
