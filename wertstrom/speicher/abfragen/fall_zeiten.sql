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
    f.fall,
    coalesce(sum(
      case $mass
        when 'liegezeit' then beitrag_liegezeit_kt_us
        when 'bearbeitung' then beitrag_bearbeitung_kt_us
        else beitrag_extern_kt_us
      end
    ), 0) + case $mass when 'liegezeit' then any_value(f.rest_kt_us) else 0 end as kt_us,
    coalesce(sum(
      case $mass
        when 'liegezeit' then beitrag_liegezeit_at_us
        when 'bearbeitung' then beitrag_bearbeitung_at_us
        else beitrag_extern_at_us
      end
    ), 0) + case $mass when 'liegezeit' then any_value(f.rest_at_us) else 0 end as at_us
  from fall as f
  left join schritt as s on s.fall = f.fall
  where
    f.ausgang = 'abgeschlossen'
    and f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
  group by f.fall
)
