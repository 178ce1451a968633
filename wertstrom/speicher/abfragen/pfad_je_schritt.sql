-- Bearbeitung auf dem kritischen Pfad, Zahl beendeter Laeufe, spaetere Durchgaenge und Schlupf je Schritt.
select
  knoten,
  count(*) filter (ausgang in ('erledigt', 'zurueckgegeben')) as beendet,
  cast(sum(beitrag_bearbeitung_at_us) as bigint) as arbeit_at_us,
  cast(sum(beitrag_bearbeitung_kt_us) as bigint) as arbeit_kt_us,
  count(*) filter (lauf > 1 and auf_pfad) as weitere_laeufe,
  count(distinct fall) filter (lauf > 1 and auf_pfad) as weitere_faelle,
  cast(coalesce(sum(beitrag_liegezeit_at_us + beitrag_bearbeitung_at_us + beitrag_extern_at_us) filter (lauf > 1), 0)
    as bigint) as ruecklauf_at_us,
  cast(coalesce(sum(beitrag_liegezeit_kt_us + beitrag_bearbeitung_kt_us + beitrag_extern_kt_us) filter (lauf > 1), 0)
    as bigint) as ruecklauf_kt_us,
  count(*) filter (auf_pfad) as auf_pfad,
  count(*) filter (not auf_pfad) as neben_pfad,
  count(distinct fall) filter (not auf_pfad and schlupf_kt_us is not null) as faelle,
  count(schlupf_kt_us) filter (not auf_pfad) as n,
  avg(schlupf_kt_us) filter (not auf_pfad) as kt_mittel,
  quantil(case when not auf_pfad then schlupf_kt_us end, 0.5) as kt_median,
  quantil(case when not auf_pfad then schlupf_kt_us end, 0.8) as kt_p80,
  avg(schlupf_at_us) filter (not auf_pfad) as at_mittel,
  quantil(case when not auf_pfad then schlupf_at_us end, 0.5) as at_median,
  quantil(case when not auf_pfad then schlupf_at_us end, 0.8) as at_p80
from schritt
where
  fall_ausgang = 'abgeschlossen' and ausgang <> 'entfallen'
  and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
group by knoten
order by knoten
