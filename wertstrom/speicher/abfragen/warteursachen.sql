-- Warten je Schritt nach Ursache, ohne Personen. Eine Serie ist eine Folge von Beginnen desselben Schritts, zwischen
-- denen hoechstens $luecke_us Arbeitszeit liegt; sie buendelt, wenn sie mindestens zwei Faelle hat und davor mindestens
-- $ruhe_us geruht wurde (groesster Abstand: der zum Ende der vorigen Serie). Dienstfrei ist, was in AT verschwindet.
with lauf as (
  select
    knoten, fall, lauf, beginn_us, beginn_stand_us,
    liegezeit_kt_us, liegezeit_at_us, extern_kt_us, extern_at_us,
    beginn_stand_us - lag(beginn_stand_us) over (partition by knoten order by beginn_us, fall, lauf) as abstand_us
  from schritt
  where
    beginn_us is not null and ausgang <> 'entfallen'
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
), nummeriert as (
  select
    *,
    count(*) filter (abstand_us > $luecke_us) over (
      partition by knoten order by beginn_us, fall, lauf rows unbounded preceding
    ) as serie
  from lauf
), beurteilt as (
  select knoten, serie, count(distinct fall) >= 2 and max(abstand_us) >= $ruhe_us as buendelt
  from nummeriert
  group by knoten, serie
)
select
  n.knoten,
  count(*) as laeufe,
  count(distinct n.fall) as faelle,
  count(*) filter (b.buendelt) as laeufe_in_serien,
  count(distinct n.fall) filter (b.buendelt) as faelle_in_serien,
  count(distinct n.serie) filter (b.buendelt) as serien,
  cast(coalesce(sum(n.extern_at_us), 0) as bigint) as extern_at_us,
  cast(coalesce(sum(n.extern_kt_us), 0) as bigint) as extern_kt_us,
  cast(coalesce(sum(n.liegezeit_kt_us), 0) as bigint) as liegezeit_kt_us,
  cast(coalesce(sum(n.liegezeit_at_us), 0) as bigint) as liegezeit_at_us,
  cast(coalesce(sum(n.liegezeit_at_us) filter (b.buendelt), 0) as bigint) as buendelung_at_us
from nummeriert as n
join beurteilt as b using (knoten, serie)
group by n.knoten
order by n.knoten
