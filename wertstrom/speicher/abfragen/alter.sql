-- Alter der offenen Faelle, und wie viele davon aelter sind, als 50, 80 und 95 von 100 abgeschlossenen brauchten.
with fertige as (
  select
    quantil(case when $in_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end, 0.5) as p50,
    quantil(case when $in_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end, 0.8) as p80,
    quantil(case when $in_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end, 0.95) as p95
  from fall
  where
    ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
), offene as (
  select
    greatest($jetzt_us - start_us, 0) as kt_us,
    greatest($jetzt_stand_us - start_stand_us, 0) as at_us
  from fall
  where
    ausgang = 'offen'
    and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
)
select
  count(*) as n,
  avg(kt_us) as kt_mittel,
  quantil(kt_us, 0.5) as kt_median,
  quantil(kt_us, 0.8) as kt_p80,
  avg(at_us) as at_mittel,
  quantil(at_us, 0.5) as at_median,
  quantil(at_us, 0.8) as at_p80,
  count(*) filter (case when $in_at then at_us else kt_us end > (select p50 from fertige)) as ueber_p50,
  count(*) filter (case when $in_at then at_us else kt_us end > (select p80 from fertige)) as ueber_p80,
  count(*) filter (case when $in_at then at_us else kt_us end > (select p95 from fertige)) as ueber_p95
from offene
