-- Klasse einer Zeit in µs: feiner, wo Zeiten kurz sind, und eine eigene fuer null. Faellt nie, wenn der Wert waechst;
-- ganzzahlig, damit sie ueberall gleich ist.
create or replace macro stufe(us) as cast(case
  when us <= 0 then -1
  when us < 3600000000 then us // 30000000
  when us < 86400000000 then 120 + (us - 3600000000) // 300000000
  when us < 864000000000 then 396 + (us - 86400000000) // 1800000000
  when us < 8640000000000 then 828 + (us - 864000000000) // 14400000000
  else least(1368 + (us - 8640000000000) // 86400000000, 32000)
end as smallint);

-- Zahl und Summe je Mass und Gruppe: zeilen zaehlt alle, n die mit Wert.
create table if not exists lage (
  teil integer not null,
  gruppe integer not null,
  mass varchar not null,
  prozess varchar not null,
  version integer not null,
  von varchar not null,
  nach varchar not null,
  zeilen bigint not null,
  n bigint not null,
  faelle bigint not null,
  faelle_n bigint not null,
  kt_us hugeint,
  at_us hugeint
);

-- Wie viele Werte einer Gruppe in eine Klasse fallen, der kleinste und der groesste davon.
create table if not exists stufen (
  teil integer not null,
  gruppe integer not null,
  in_at boolean not null,
  stufe smallint not null,
  n bigint not null,
  von_us bigint not null,
  bis_us bigint not null
);
