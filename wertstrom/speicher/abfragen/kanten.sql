-- Wer auf wen folgt: nach der Zeit ($nach_zeit: unmittelbar naechstes Ende im Fall, wie bei Process Mining) oder nach der
-- Ursache (der Lauf, der zuerst fertig sein musste; parallele Zweige stoeren nicht). Dauer: vom Ende des einen bis zum
-- Beginn (sonst Ende) des anderen, nie negativ. von null: erster Schritt eines Falls.
select
  von,
  nach,
  count(*) as n,
  count(distinct fall) as faelle,
  avg(kt_us) as kt_mittel,
  quantil(kt_us, 0.5) as kt_median,
  quantil(kt_us, 0.8) as kt_p80,
  avg(at_us) as at_mittel,
  quantil(at_us, 0.5) as at_median,
  quantil(at_us, 0.8) as at_p80
from (
  select
    fall,
    knoten as nach,
    case when $nach_zeit then zuvor_knoten else davor_knoten end as von,
    case when $nach_zeit then abstand_zeit_kt_us else abstand_ursache_kt_us end as kt_us,
    case when $nach_zeit then abstand_zeit_at_us else abstand_ursache_at_us end as at_us
  from schritt
  where
    folge is not null
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
) as paar
group by von, nach
order by von nulls first, nach
