-- Wie abfragen/leiter.sql, aus den Summen der Teile.
select
  knoten,
  cast(sum(pfad_faelle) as bigint) as faelle,
  cast(sum(pfad_laeufe) as bigint) as laeufe,
  cast(sum(pfad_begonnen) as bigint) as begonnen,
  cast(sum(pfad_liegezeit_kt_us) as bigint) as liegezeit_kt_us,
  cast(sum(pfad_bearbeitung_kt_us) as bigint) as bearbeitung_kt_us,
  cast(sum(pfad_extern_kt_us) as bigint) as extern_kt_us,
  cast(sum(pfad_liegezeit_at_us) as bigint) as liegezeit_at_us,
  cast(sum(pfad_bearbeitung_at_us) as bigint) as bearbeitung_at_us,
  cast(sum(pfad_extern_at_us) as bigint) as extern_at_us
from summe
where prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil) and pfad_laeufe > 0
group by knoten
union all
select
  null, cast(coalesce(sum(zeilen), 0) as bigint), 0, 0,
  cast(coalesce(sum(kt_us), 0) as bigint), 0, 0,
  cast(coalesce(sum(at_us), 0) as bigint), 0, 0
from lage
where
  mass = 'fall_rest'
  and prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil)
