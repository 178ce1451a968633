-- Wie abfragen/pfad_je_schritt.sql ohne Schlupf, aus den Summen der Teile.
select
  knoten,
  cast(sum(ab_beendet) as bigint) as beendet,
  cast(sum(ab_arbeit_at_us) as bigint) as arbeit_at_us,
  cast(sum(ab_arbeit_kt_us) as bigint) as arbeit_kt_us,
  cast(sum(ab_weitere_laeufe) as bigint) as weitere_laeufe,
  cast(sum(ab_weitere_faelle) as bigint) as weitere_faelle,
  cast(sum(ab_ruecklauf_at_us) as bigint) as ruecklauf_at_us,
  cast(sum(ab_ruecklauf_kt_us) as bigint) as ruecklauf_kt_us,
  cast(sum(ab_auf_pfad) as bigint) as auf_pfad,
  cast(sum(ab_neben_pfad) as bigint) as neben_pfad
from summe
where prozess = $prozess and version = coalesce($version, version) and list_contains($teile, teil) and ab_laeufe > 0
group by knoten
order by knoten
