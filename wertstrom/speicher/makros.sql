-- What several queries share; needs the tables of schema.sql.
-- The quantile is defined here, once: linear interpolation between order statistics (type 7 of Hyndman and Fan).
create or replace macro quantil(werte, anteil) as quantile_cont(werte, anteil);

-- Zeitfach, in das ein Beginn faellt: so lang wie die Luecke, damit in einem Fach keine Serie endet. Die Verschiebung um
-- rund 126 Jahre haelt alle Werte positiv, weil ganzzahlige Division sonst zur Null hin rundet.
create or replace macro fach(stand_us, luecke_us) as
  cast((stand_us + 4000000000000000) // greatest(luecke_us, 1) as bigint);

-- Je Schritt und Zeitfach, zu welcher Serie die Laeufe gehoeren, die darin begannen: eine Serie ist eine Folge von
-- Beginnen desselben Schritts, zwischen denen hoechstens luecke_us Arbeitszeit liegt. Sie buendelt, wenn sie mindestens
-- zwei Faelle hat und davor mindestens ruhe_us geruht wurde. Nur Faecher werden sortiert, keine Laeufe.
create or replace macro serien(p_prozess, p_version, p_von_us, p_bis_us, luecke_us, ruhe_us) as table (
  with belegt as (
    select
      knoten,
      fach(beginn_stand_us, luecke_us) as fach,
      min(beginn_stand_us) as erster_us,
      max(beginn_stand_us) as letzter_us,
      min(fall) as von_fall,
      max(fall) as bis_fall
    from schritt
    where
      beginn_us is not null and ausgang <> 'entfallen' and prozess = p_prozess
      and version = coalesce(p_version, version) and fall_start_us between p_von_us and p_bis_us
    group by knoten, fach
  ), abstand as (
    select *, erster_us - lag(letzter_us) over (partition by knoten order by fach) as abstand_us
    from belegt
  ), gezaehlt as (
    select
      *, sum(case when abstand_us > luecke_us then 1 else 0 end) over (partition by knoten order by fach) as serie
    from abstand
  ), serie as (
    select
      knoten,
      serie,
      min(von_fall) <> max(bis_fall) as mehrere,
      coalesce(max(case when abstand_us > luecke_us then abstand_us end), 0) as ruhe_davor_us
    from gezaehlt
    group by knoten, serie
  )
  select g.knoten, g.fach, g.serie, s.mehrere and s.ruhe_davor_us >= ruhe_us as buendelt
  from gezaehlt as g
  join serie as s on s.knoten = g.knoten and s.serie = g.serie
);
