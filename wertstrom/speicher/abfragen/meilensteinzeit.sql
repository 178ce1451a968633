-- Von einem Meilenstein zum anderen: Faelle, die beide erreicht haben, der spaetere nicht vor dem frueheren; daneben
-- die, die noch unterwegs sind. Ausgang und gemessene Strecke des Falls spielen keine Rolle.
select
  count(kt_us) as n,
  avg(kt_us) as kt_mittel,
  quantil(kt_us, 0.5) as kt_median,
  quantil(kt_us, 0.8) as kt_p80,
  avg(at_us) as at_mittel,
  quantil(at_us, 0.5) as at_median,
  quantil(at_us, 0.8) as at_p80,
  count(*) filter (kt_us is not null and case when $ziel_at then at_us else kt_us end <= $ziel_us) as bis_ziel,
  count(*) filter (offen) as offen,
  count(*) filter (
    offen and case when $ziel_at then $jetzt_stand_us - stand_us else $jetzt_us - zeit_us end > $ziel_us
  ) as offen_ueber_ziel
from (
  select
    a.zeit_us,
    a.stand_us,
    b.zeit_us - a.zeit_us as kt_us,
    b.stand_us - a.stand_us as at_us,
    b.fall is null and f.ausgang = 'offen' as offen
  from fall as f
  join meilenstein as a on a.fall = f.fall and a.meilenstein = $von
  left join meilenstein as b on b.fall = f.fall and b.meilenstein = $bis and b.zeit_us >= a.zeit_us
  where f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
)
