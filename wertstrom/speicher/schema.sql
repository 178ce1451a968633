-- The narrow tables that every query reads. Times in µs: _kt elapsed, _at working time of the office.
create table if not exists fall (
  fall bigint not null,
  prozess varchar not null,
  version integer not null,
  start_us bigint not null,
  ende_us bigint,
  ausgang varchar not null,
  beispiel boolean not null,
  start_stand_us bigint not null,
  ende_stand_us bigint,
  durchlaufzeit_kt_us bigint,
  rest_kt_us bigint,
  durchlaufzeit_at_us bigint,
  rest_at_us bigint,
  -- sums along the critical path; liegezeit with the rest after the last step. 0 while offen
  liegezeit_kt_us bigint not null,
  liegezeit_at_us bigint not null,
  bearbeitung_kt_us bigint not null,
  bearbeitung_at_us bigint not null,
  extern_kt_us bigint not null,
  extern_at_us bigint not null,
  -- how often per Fall, see `fallzeilen`
  eingaben bigint not null,
  schnittstellen bigint not null,
  ruecklaeufe bigint not null,
  laeufe bigint not null,
  -- steps in the order in which they ended; in weg_rueck those that were sent back begin with <
  weg varchar[] not null,
  weg_rueck varchar[] not null
);

create table if not exists schritt (
  fall bigint not null,
  prozess varchar not null,
  version integer not null,
  fall_start_us bigint not null,
  fall_ausgang varchar not null,
  knoten varchar not null,
  lauf integer not null,
  name varchar not null,
  rolle varchar,
  art varchar not null,
  bereit_us bigint,
  begonnen_us bigint,
  fertig_us bigint,
  ausgang varchar not null,
  grund varchar,
  frist_us bigint,
  -- W(t) of bereit and of begonnen, else fertig: differences are working time of the office
  bereit_stand_us bigint,
  beginn_us bigint,
  beginn_stand_us bigint,
  fertig_stand_us bigint,
  -- place among the finished runs of its Fall, from 1; null while offen and for dropped ones
  folge integer,
  -- the run that had to be finished first: the latest one that was when this one became bereit
  davor_knoten varchar,
  davor_rolle varchar,
  davor_us bigint,
  davor_stand_us bigint,
  -- the run that ended just before; and from the end of one to the begin (else end) of this one, never negative
  zuvor_knoten varchar,
  abstand_zeit_kt_us bigint,
  abstand_zeit_at_us bigint,
  abstand_ursache_kt_us bigint,
  abstand_ursache_at_us bigint,
  ohne_beginn boolean not null,
  liegezeit_kt_us bigint,
  bearbeitung_kt_us bigint,
  extern_kt_us bigint,
  liegezeit_at_us bigint,
  bearbeitung_at_us bigint,
  extern_at_us bigint,
  auf_pfad boolean not null,
  schlupf_kt_us bigint,
  schlupf_at_us bigint,
  beitrag_liegezeit_kt_us bigint not null,
  beitrag_bearbeitung_kt_us bigint not null,
  beitrag_extern_kt_us bigint not null,
  beitrag_liegezeit_at_us bigint not null,
  beitrag_bearbeitung_at_us bigint not null,
  beitrag_extern_at_us bigint not null
);

create table if not exists meilenstein (
  fall bigint not null,
  meilenstein varchar not null,
  zeit_us bigint not null,
  stand_us bigint not null
);

create table if not exists merkmal (
  fall bigint not null,
  name varchar not null,
  wert varchar not null
);
