-- Wie abfragen/qualitaet.sql, aus den Summen der Teile.
select
  knoten,
  cast(sum(beendet) as bigint) as beendet,
  cast(sum(zurueckgegeben) as bigint) as zurueckgegeben,
  cast(sum(q_faelle) as bigint) as faelle,
  cast(sum(q_glatt) as bigint) as glatt,
  cast(sum(q_wiederholt) as bigint) as wiederholt
from summe
where prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil) and beendet > 0
group by knoten
order by knoten
