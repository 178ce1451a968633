-- Leiter: Summe der Beitraege je Schritt ueber alle abgeschlossenen Faelle; geteilt durch deren Zahl sind es Mittel,
-- und ihre Summe ist die mittlere Durchlaufzeit. knoten null: vom letzten Schritt bis zum Ende des Falls.
select
  knoten,
  count(distinct fall) as faelle,
  count(*) as laeufe,
  count(begonnen_us) as begonnen,
  cast(sum(beitrag_liegezeit_kt_us) as bigint) as liegezeit_kt_us,
  cast(sum(beitrag_bearbeitung_kt_us) as bigint) as bearbeitung_kt_us,
  cast(sum(beitrag_extern_kt_us) as bigint) as extern_kt_us,
  cast(sum(beitrag_liegezeit_at_us) as bigint) as liegezeit_at_us,
  cast(sum(beitrag_bearbeitung_at_us) as bigint) as bearbeitung_at_us,
  cast(sum(beitrag_extern_at_us) as bigint) as extern_at_us
from schritt
where
  auf_pfad
  and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
group by knoten
union all
select
  null, count(*), 0, 0,
  cast(coalesce(sum(rest_kt_us), 0) as bigint), 0, 0,
  cast(coalesce(sum(rest_at_us), 0) as bigint), 0, 0
from fall
where
  ausgang = 'abgeschlossen'
  and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
