-- Was waere, wenn vor einem Schritt nur noch $rest der Liegezeit und des externen Wartens bliebe: je Schritt Faelle,
-- die dann das Ziel halten. Genau, weil sich die Beitraege des kritischen Pfads zur Durchlaufzeit addieren; ein anderer
-- Zweig, der dann kritisch wuerde, ist nicht beruecksichtigt.
select
  s.knoten,
  count(*) as faelle,
  count(*) filter (dauer_us > $ziel_us) as bisher_ueber,
  count(*) filter (dauer_us > $ziel_us and dauer_us - (1 - $rest) * warten_us <= $ziel_us) as dazu
from (
  select
    fall,
    knoten,
    sum(case when $in_at then beitrag_liegezeit_at_us + beitrag_extern_at_us
      else beitrag_liegezeit_kt_us + beitrag_extern_kt_us end) as warten_us
  from schritt
  where
    auf_pfad and fall_ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
  group by fall, knoten
) as s
join (
  select fall, case when $in_at then durchlaufzeit_at_us else durchlaufzeit_kt_us end as dauer_us from fall
) as f on f.fall = s.fall
group by s.knoten
order by s.knoten
