-- Warten je Schritt nach Ursache, ohne Personen. Dienstfrei ist, was in Arbeitszeit verschwindet.
select
  s.knoten,
  count(*) as laeufe,
  count(distinct s.fall) as faelle,
  count(*) filter (reihe.buendelt) as laeufe_in_serien,
  count(distinct s.fall) filter (reihe.buendelt) as faelle_in_serien,
  count(distinct s.fall) filter (s.extern_kt_us > 0) as faelle_extern,
  count(distinct reihe.serie) filter (reihe.buendelt) as serien,
  cast(coalesce(sum(s.extern_at_us), 0) as bigint) as extern_at_us,
  cast(coalesce(sum(s.extern_kt_us), 0) as bigint) as extern_kt_us,
  cast(coalesce(sum(s.liegezeit_kt_us), 0) as bigint) as liegezeit_kt_us,
  cast(coalesce(sum(s.liegezeit_at_us), 0) as bigint) as liegezeit_at_us,
  cast(coalesce(sum(s.liegezeit_at_us) filter (reihe.buendelt), 0) as bigint) as buendelung_at_us
from schritt as s
join serien($prozess, $version, $von_us, $bis_us, $luecke_us, $ruhe_us) as reihe
  on reihe.knoten = s.knoten and reihe.fach = fach(s.beginn_stand_us, $luecke_us)
where
  s.beginn_us is not null and s.ausgang <> 'entfallen'
  and s.prozess = $prozess and s.version = coalesce($version, s.version)
  and s.fall_start_us between $von_us and $bis_us
group by s.knoten
order by s.knoten
