-- Besprechungen abgeschlossener Faelle, nach denen bis zum Ende des Falls kein Protokoll erledigt wurde.
select k.knoten, count(*) as laeufe, count(distinct k.fall) as faelle, 0 as us
from schritt as k
where
  list_contains($gremien, k.knoten) and k.ausgang = 'erledigt' and k.fall_ausgang = 'abgeschlossen'
  and not exists (
    select 1 from schritt as p
    where p.fall = k.fall and list_contains($protokolle, p.knoten) and p.ausgang = 'erledigt'
      and p.fertig_us >= k.fertig_us
  )
  and k.prozess = $prozess and k.version = coalesce($version, k.version)
  and k.fall_start_us between $von_us and $bis_us
group by k.knoten
order by k.knoten
