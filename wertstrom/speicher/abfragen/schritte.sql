-- Schritte in der Reihenfolge, in der die Faelle sie im Mittel erreichen.
select
  knoten,
  arg_max(name, fall_start_us) as name,
  arg_max(rolle, fall_start_us) as rolle,
  arg_max(art, fall_start_us) as art,
  count(*) as laeufe,
  count(distinct fall) as faelle,
  count(*) filter (ausgang = 'offen') as offen,
  count(*) filter (ausgang = 'zurueckgegeben') as zurueckgegeben,
  count(*) filter (ausgang in ('erledigt', 'zurueckgegeben')) as beendet,
  bool_or(ohne_beginn) as ohne_beginn
from schritt
where prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
group by knoten
order by avg(coalesce(bereit_us, begonnen_us, fertig_us) - fall_start_us) filter (lauf = 1), min(fertig_us), knoten
