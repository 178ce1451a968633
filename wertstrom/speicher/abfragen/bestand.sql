-- Wie viele Faelle offen sind, und wie viele davon schon laenger als das Ziel: Alter = Stand jetzt - Stand beim Start.
select
  count(*) as faelle,
  count(*) filter (ausgang = 'abgeschlossen') as abgeschlossen,
  count(*) filter (ausgang = 'abgebrochen') as abgebrochen,
  count(*) filter (ausgang = 'offen') as offen,
  count(*) filter (
    ausgang = 'offen'
    and case when $ziel_at then $jetzt_stand_us - start_stand_us else $jetzt_us - start_us end > $ziel_us
  ) as offen_ueber_ziel,
  coalesce(bool_or(beispiel), false) as beispiel,
  min(start_us) as von_us,
  max(coalesce(ende_us, start_us)) as bis_us
from fall
where prozess = $prozess and version = coalesce($version, version) and start_us between $von_us and $bis_us
