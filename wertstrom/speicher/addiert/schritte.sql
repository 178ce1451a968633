-- Wie abfragen/schritte.sql, aus den Summen der Teile.
select
  knoten,
  arg_max(name, zuletzt_us) as name,
  arg_max(rolle, zuletzt_us) as rolle,
  arg_max(art, zuletzt_us) as art,
  cast(sum(laeufe) as bigint) as laeufe,
  cast(sum(faelle) as bigint) as faelle,
  cast(sum(offen) as bigint) as offen,
  cast(sum(zurueckgegeben) as bigint) as zurueckgegeben,
  cast(sum(beendet) as bigint) as beendet,
  bool_or(ohne_beginn) as ohne_beginn
from summe
where prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil)
group by knoten
order by sum(lage_us) / nullif(sum(lage_n), 0), min(erste_us), knoten
