-- Wie viele abgeschlossene Faelle das Ziel halten.
select count(*) as bis_ziel
from fall
where
  ausgang = 'abgeschlossen'
  and case when $ziel_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end <= $ziel_us
  and prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil)
