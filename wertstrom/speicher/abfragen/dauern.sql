-- Je Fall: wie lange er dauerte oder schon dauert, und ob er abgeschlossen ist; mit einem Merkmal als Schicht.
select
  f.fall,
  f.start_us,
  f.ausgang,
  case
    when $in_at then coalesce(f.ende_stand_us, $jetzt_stand_us) - f.start_stand_us
    else coalesce(f.ende_us, $jetzt_us) - f.start_us
  end as dauer_us,
  m.wert as schicht
from fall as f
left join merkmal as m on m.fall = f.fall and m.name = $merkmal
where f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
order by f.start_us, f.fall
