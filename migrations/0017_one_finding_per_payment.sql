-- Of contradictory findings about one payment at one place only the one learnt last is kept, so that the latest of a place are
-- as many payments; until now every one stood beside the others. Rows are removed 70 days after they were learnt: a payment
-- told late is judged by what was known in the 35 days before its own instant.
delete from fraud.risk_event as older using fraud.risk_event as newer
where older.place = newer.place and older.ref = newer.ref
  and (older.learnt_at, array_position(array['unknown', 'genuine', 'fraud'], older.label))
    < (newer.learnt_at, array_position(array['unknown', 'genuine', 'fraud'], newer.label));
alter table fraud.risk_event drop constraint risk_event_pkey;
alter table fraud.risk_event add primary key (place, ref);
create index risk_event_latest on fraud.risk_event (place, learnt_at, ref collate "C");
grant update on fraud.risk_event to guichet_vault;
