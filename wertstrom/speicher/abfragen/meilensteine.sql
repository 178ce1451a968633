-- Meilensteine, die Faelle erreicht haben.
select m.meilenstein, count(*) as faelle
from meilenstein as m
join fall as f on f.fall = m.fall
where f.prozess = $prozess and f.version = coalesce($version, f.version) and f.start_us between $von_us and $bis_us
group by m.meilenstein
order by m.meilenstein
