-- Uebergaben ueber das noetige Mass: Faelle mit mehr Rollenwechseln als $mindestens (null: als der mittlere Fall, Median), und
-- die Liegezeit vor ihren Wechseln, anteilig auf die ueberzaehligen.
with wechsel as (
  select
    fall,
    knoten,
    beitrag_liegezeit_at_us as us,
    count(*) over (partition by fall) as zahl
  from schritt
  where
    rolle <> davor_rolle and ausgang <> 'entfallen' and fall_ausgang = 'abgeschlossen'
    and not list_contains($geschuetzt, knoten)
    and prozess = $prozess and version = coalesce($version, version) and fall_start_us between $von_us and $bis_us
), mass as (
  select coalesce(cast($mindestens as bigint), (
    select percentile_disc(0.5) within group (order by zahl)
    from (
      select count(w.fall) as zahl
      from fall as f
      left join wechsel as w on w.fall = f.fall
      where
        f.ausgang = 'abgeschlossen'
        and f.prozess = $prozess and f.version = coalesce($version, f.version)
        and f.start_us between $von_us and $bis_us
      group by f.fall
    )
  )) as noetig
)
select
  knoten,
  count(*) as laeufe,
  count(distinct fall) as faelle,
  cast(round(sum(us * (zahl - noetig) / zahl)) as bigint) as us
from wechsel, mass
where zahl > noetig
group by knoten
order by knoten
