-- Wer auf wen folgt: nach der Zeit ($nach_zeit: unmittelbar naechstes Ende im Fall, wie bei Process Mining) oder nach der
-- Ursache (der Lauf, der zuerst fertig sein musste; parallele Zweige stoeren nicht). Dauer: vom Ende des einen bis zum
-- Beginn (sonst Ende) des anderen, nie negativ. von null: erster Schritt eines Falls.
with lauf as (
  select
    fall, knoten, folge, beginn_us, beginn_stand_us, fertig_us, fertig_stand_us,
    davor_knoten, davor_us, davor_stand_us
  from schritt
  where
    folge is not null
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
), paar as (
  select
    fall,
    case when $nach_zeit then lag(knoten) over reihe else davor_knoten end as von,
    knoten as nach,
    beginn_us - case when $nach_zeit then lag(fertig_us) over reihe else davor_us end as kt_us,
    beginn_stand_us - case when $nach_zeit then lag(fertig_stand_us) over reihe else davor_stand_us end as at_us
  from lauf
  window reihe as (partition by fall order by folge)
)
select
  von,
  nach,
  count(*) as n,
  count(distinct fall) as faelle,
  avg(greatest(kt_us, 0)) as kt_mittel,
  quantil(greatest(kt_us, 0), 0.5) as kt_median,
  quantil(greatest(kt_us, 0), 0.8) as kt_p80,
  avg(greatest(at_us, 0)) as at_mittel,
  quantil(greatest(at_us, 0), 0.5) as at_median,
  quantil(greatest(at_us, 0), 0.8) as at_p80
from paar
group by von, nach
order by von nulls first, nach
