-- Beendete Laeufe von $anlass, und die davon, auf die im selben Fall vor dem naechsten Lauf alle Nachweise folgten.
with anlass as (
  select
    fall,
    fertig_us,
    coalesce(lead(fertig_us) over (partition by fall order by fertig_us, lauf), 9223372036854775807) as bis_us
  from schritt
  where
    knoten = $anlass and ausgang = 'erledigt'
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
)
select
  count(*) as n,
  count(*) filter (erbracht = $noetig) as treffer
from (
  select count(distinct s.knoten) as erbracht
  from anlass as a
  left join schritt as s
    on s.fall = a.fall and s.ausgang = 'erledigt' and list_contains($nachweise, s.knoten)
    and s.fertig_us >= a.fertig_us and s.fertig_us <= a.bis_us
  group by a.fall, a.fertig_us, a.bis_us
)
