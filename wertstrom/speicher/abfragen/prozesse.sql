-- Prozesse im Speicher, mit der Zahl ihrer Faelle.
select prozess, count(*) as faelle, count(*) filter (ausgang = 'abgeschlossen') as abgeschlossen
from fall
group by prozess
order by prozess
