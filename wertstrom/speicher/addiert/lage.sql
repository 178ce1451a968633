-- Zahl und Mittel eines Masses je Gruppe, aus den Summen der Teile.
select
  von,
  nach,
  cast(sum(zeilen) as bigint) as zeilen,
  cast(sum(n) as bigint) as n,
  cast(sum(faelle) as bigint) as faelle,
  cast(sum(faelle_n) as bigint) as faelle_n,
  cast(sum(kt_us) as double) / nullif(sum(n), 0) as kt_mittel,
  cast(sum(at_us) as double) / nullif(sum(n), 0) as at_mittel
from lage
where
  mass = $mass
  and prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil)
group by von, nach
order by von, nach
