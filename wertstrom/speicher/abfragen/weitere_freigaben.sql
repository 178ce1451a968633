-- Freigaben ueber das Hoechstmass: je Fall die spaeteren, im ersten Durchgang, mit ihrer Zeit auf dem kritischen Pfad.
select
  knoten,
  count(*) as laeufe,
  count(distinct fall) as faelle,
  cast(sum(us) as bigint) as us
from (
  select
    fall,
    knoten,
    beitrag_liegezeit_at_us + beitrag_extern_at_us + beitrag_bearbeitung_at_us as us,
    row_number() over (partition by fall order by fertig_us, knoten) as nummer
  from schritt
  where
    list_contains($freigaben, knoten) and ausgang = 'erledigt' and lauf = 1 and fall_ausgang = 'abgeschlossen'
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
)
where nummer > $hoechstens and not list_contains($geschuetzt, knoten)
group by knoten
order by knoten
