-- Durchlaufzeit der abgeschlossenen Faelle je Wert eines Merkmals; null: Faelle ohne dieses Merkmal.
select
  m.wert,
  count(*) as n,
  avg(durchlaufzeit_kt_us) as kt_mittel,
  quantil(durchlaufzeit_kt_us, 0.5) as kt_median,
  quantil(durchlaufzeit_kt_us, 0.8) as kt_p80,
  avg(durchlaufzeit_at_us) as at_mittel,
  quantil(durchlaufzeit_at_us, 0.5) as at_median,
  quantil(durchlaufzeit_at_us, 0.8) as at_p80
from fall as f
left join merkmal as m on m.fall = f.fall and m.name = $merkmal
where
  f.ausgang = 'abgeschlossen'
  and f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
group by m.wert
order by m.wert nulls last
