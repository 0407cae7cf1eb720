-- Each time a fraud model or a rule set was tried or made on what a bank's people answered: whose act it was, and why. Holds nobody;
-- every read of it is in the log of the person it was about.
create table fraud.lesson (
  id text primary key,
  bank_id text not null,
  at bigint not null,
  by text not null,
  reason text not null,
  what text not null check (what in ('train', 'try-rules', 'drift'))
);
grant select, insert on fraud.lesson to guichet_rooms;
