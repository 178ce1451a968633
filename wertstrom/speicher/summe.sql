-- Je Schritt eines Teils: alles, was sich zaehlen und addieren laesst. Faelle liegen ganz in einem Teil.
select
  s.teil,
  s.prozess,
  s.version,
  s.knoten,
  max(fall_start_us) as zuletzt_us,
  arg_max(name, fall_start_us) as name,
  arg_max(rolle, fall_start_us) as rolle,
  arg_max(art, fall_start_us) as art,
  count(*) as laeufe,
  count(distinct fall) as faelle,
  count(*) filter (ausgang = 'offen') as offen,
  count(*) filter (ausgang = 'zurueckgegeben') as zurueckgegeben,
  count(*) filter (ausgang in ('erledigt', 'zurueckgegeben')) as beendet,
  bool_or(ohne_beginn) as ohne_beginn,
  cast(coalesce(sum(coalesce(bereit_us, begonnen_us, fertig_us) - fall_start_us) filter (lauf = 1), 0) as bigint) as lage_us,
  count(*) filter (lauf = 1) as lage_n,
  min(fertig_us) as erste_us,
  -- Leiter: auf dem kritischen Pfad
  count(*) filter (auf_pfad) as pfad_laeufe,
  count(distinct fall) filter (auf_pfad) as pfad_faelle,
  count(begonnen_us) filter (auf_pfad) as pfad_begonnen,
  cast(sum(beitrag_liegezeit_kt_us) as bigint) as pfad_liegezeit_kt_us,
  cast(sum(beitrag_bearbeitung_kt_us) as bigint) as pfad_bearbeitung_kt_us,
  cast(sum(beitrag_extern_kt_us) as bigint) as pfad_extern_kt_us,
  cast(sum(beitrag_liegezeit_at_us) as bigint) as pfad_liegezeit_at_us,
  cast(sum(beitrag_bearbeitung_at_us) as bigint) as pfad_bearbeitung_at_us,
  cast(sum(beitrag_extern_at_us) as bigint) as pfad_extern_at_us,
  -- abgeschlossene Faelle, ohne entfallene Laeufe
  count(*) filter (zaehlt) as ab_laeufe,
  count(*) filter (zaehlt and ausgang in ('erledigt', 'zurueckgegeben')) as ab_beendet,
  cast(coalesce(sum(beitrag_bearbeitung_at_us) filter (zaehlt), 0) as bigint) as ab_arbeit_at_us,
  cast(coalesce(sum(beitrag_bearbeitung_kt_us) filter (zaehlt), 0) as bigint) as ab_arbeit_kt_us,
  count(*) filter (zaehlt and lauf > 1 and auf_pfad) as ab_weitere_laeufe,
  count(distinct fall) filter (zaehlt and lauf > 1 and auf_pfad) as ab_weitere_faelle,
  cast(coalesce(sum(beitrag_liegezeit_at_us + beitrag_bearbeitung_at_us + beitrag_extern_at_us)
    filter (zaehlt and lauf > 1), 0) as bigint) as ab_ruecklauf_at_us,
  cast(coalesce(sum(beitrag_liegezeit_kt_us + beitrag_bearbeitung_kt_us + beitrag_extern_kt_us)
    filter (zaehlt and lauf > 1), 0) as bigint) as ab_ruecklauf_kt_us,
  count(*) filter (zaehlt and auf_pfad) as ab_auf_pfad,
  count(*) filter (zaehlt and not auf_pfad) as ab_neben_pfad,
  -- Faelle mit beendetem Lauf; glatt: genau einmal und ohne Rueckgabe
  any_value(q.faelle_beendet) as q_faelle,
  any_value(q.glatt) as q_glatt,
  any_value(q.wiederholt) as q_wiederholt
from (select *, fall_ausgang = 'abgeschlossen' and ausgang <> 'entfallen' as zaehlt from schritt) as s
left join (
  select
    teil, prozess, version, knoten,
    count(*) as faelle_beendet,
    count(*) filter (beendet = 1 and zurueck = 0) as glatt,
    count(*) filter (beendet > 1) as wiederholt
  from (
    select
      teil, prozess, version, knoten, fall, count(*) as beendet, count(*) filter (ausgang = 'zurueckgegeben') as zurueck
    from schritt
    where ausgang in ('erledigt', 'zurueckgegeben')
    group by teil, prozess, version, knoten, fall
  ) as je_fall
  group by teil, prozess, version, knoten
) as q on q.teil = s.teil and q.prozess = s.prozess and q.version = s.version and q.knoten = s.knoten
group by s.teil, s.prozess, s.version, s.knoten
