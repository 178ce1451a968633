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
from (
  select
    f.fall,
    any_value(f.durchlaufzeit_kt_us) as durchlaufzeit_kt_us,
    any_value(f.durchlaufzeit_at_us) as durchlaufzeit_at_us,
    coalesce(list(s.knoten order by s.folge) filter (s.folge is not null), []) as weg
  from fall as f
  left join schritt as s on s.fall = f.fall
  where
    f.ausgang = 'abgeschlossen'
    and f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
  group by f.fall
)
group by weg
order by faelle desc, weg
