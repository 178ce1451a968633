-- Laeufe mit Frist je Schritt: rechtzeitig, verspaetet, offen und schon ueber der Frist.
select
  knoten,
  count(*) filter (ausgang in ('erledigt', 'zurueckgegeben')) as n,
  count(*) filter (ausgang in ('erledigt', 'zurueckgegeben') and fertig_us <= frist_us) as treffer,
  count(*) filter (ausgang = 'offen') as offen,
  count(*) filter (ausgang = 'offen' and frist_us < $jetzt_us) as offen_ueber_frist
from schritt
where
  frist_us is not null and ausgang <> 'entfallen'
  and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
group by knoten
order by knoten
