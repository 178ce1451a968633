-- Varianten: Folge der Schritte eines Falls nach ihrem Ende. Nur abgeschlossene Faelle.
select
  weg,
  count(*) as faelle,
  avg(durchlaufzeit_kt_us) as kt_mittel,
  quantil(durchlaufzeit_kt_us, 0.5) as kt_median,
  quantil(durchlaufzeit_kt_us, 0.8) as kt_p80,
  avg(durchlaufzeit_at_us) as at_mittel,
  quantil(durchlaufzeit_at_us, 0.5) as at_median,
  quantil(durchlaufzeit_at_us, 0.8) as at_p80
from fall
where
  ausgang = 'abgeschlossen'
  and prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
group by weg
order by faelle desc, weg
