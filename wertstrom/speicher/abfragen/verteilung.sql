-- Faelle je Klasse der Durchlaufzeit: Klasse k umfasst (k * breite, (k + 1) * breite], die erste auch 0.
-- So faellt ein Fall genau am Ziel in die Klasse darunter: er hat es gehalten.
select
  cast(greatest(ceil(dauer_us / cast($breite_us as double)) - 1, 0) as bigint) as klasse,
  count(*) as n
from (
  select case when $ziel_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end as dauer_us
  from fall
  where
    ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
)
group by klasse
order by klasse
