-- Warten je Schritt nach Ursache, ohne Personen. Dienstfrei ist, was in Arbeitszeit verschwindet.
select
  knoten,
  count(*) as laeufe,
  count(distinct fall) as faelle,
  count(*) filter (buendelt) as laeufe_in_serien,
  count(distinct fall) filter (buendelt) as faelle_in_serien,
  count(distinct serie) filter (buendelt) as serien,
  cast(coalesce(sum(extern_at_us), 0) as bigint) as extern_at_us,
  cast(coalesce(sum(extern_kt_us), 0) as bigint) as extern_kt_us,
  cast(coalesce(sum(liegezeit_kt_us), 0) as bigint) as liegezeit_kt_us,
  cast(coalesce(sum(liegezeit_at_us), 0) as bigint) as liegezeit_at_us,
  cast(coalesce(sum(liegezeit_at_us) filter (buendelt), 0) as bigint) as buendelung_at_us
from serien($prozess, $version, $von_us, $bis_us, $luecke_us, $ruhe_us)
join schritt using (fall, knoten, lauf)
group by knoten
order by knoten
