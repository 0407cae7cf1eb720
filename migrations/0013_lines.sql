-- Links with card payments that their person may want a quiet line about. Written with the payments themselves, so that none
-- is forgotten; the row goes once its payments are told, unless more came meanwhile (`version`).
create table intake.line_due (
  link_id text primary key,
  person_id text not null,
  version bigint not null default 0,
  -- The end of the person's quiet hours, or the next try after a fault.
  not_before bigint not null default 0
);
create index line_due_order on intake.line_due (not_before);
grant select, insert, update, delete on intake.line_due to guichet_rooms, guichet_vault;

-- Payments that a line was written about, so that none is told twice however often a link is looked at.
create table channels.line_told (
  person_id text not null,
  transaction_id text not null,
  told_at bigint not null,
  primary key (person_id, transaction_id)
);
create index line_told_age on channels.line_told (told_at);
grant select, insert, update, delete on channels.line_told to guichet_rooms, guichet_vault;

alter table channels.message drop constraint message_kind_check;
alter table channels.message
  add constraint message_kind_check check (kind in ('plain', 'alert', 'refusal', 'line'));
