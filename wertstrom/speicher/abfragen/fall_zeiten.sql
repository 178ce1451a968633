-- Eine Zeit je abgeschlossenem Fall entlang seines kritischen Pfads: $mass ist liegezeit, bearbeitung oder extern.
select
  count(*) as n,
  avg(kt_us) as kt_mittel,
  quantil(kt_us, 0.5) as kt_median,
  quantil(kt_us, 0.8) as kt_p80,
  avg(at_us) as at_mittel,
  quantil(at_us, 0.5) as at_median,
  quantil(at_us, 0.8) as at_p80
from (
  select
    case $mass when 'liegezeit' then liegezeit_kt_us when 'bearbeitung' then bearbeitung_kt_us else extern_kt_us end
      as kt_us,
    case $mass when 'liegezeit' then liegezeit_at_us when 'bearbeitung' then bearbeitung_at_us else extern_at_us end
      as at_us
  from fall
  where
    ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
) as zeit
