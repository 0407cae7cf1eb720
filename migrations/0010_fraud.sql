-- Fraud, beyond one person: what has become known about terminals and merchants.
create schema if not exists fraud;
grant usage on schema fraud to guichet_vault;

-- What was learnt about one payment, without whose it was. `place` is a hash of the terminal or merchant under a key of the
-- operator's, `ref` the payment's id: a hash under its link's data key, and so of nothing once that is shredded; `paid_at`
-- is rounded down to the hour. Contradictory findings stay side by side: the one learnt last counts. Rows are removed 35
-- days after they were learnt.
create table fraud.risk_event (
  place bytea not null,
  ref text not null,
  paid_at bigint not null,
  learnt_at bigint not null,
  label text not null check (label in ('fraud', 'genuine', 'unknown')),
  is_normal boolean not null,
  primary key (place, learnt_at, ref, label)
);
create index risk_event_learnt on fraud.risk_event (learnt_at);
grant select, insert, delete on fraud.risk_event to guichet_vault;

-- Learned models: one champion, which decides, and at most one challenger, whose opinion is only noted. Each change of
-- status is somebody's act, with a reason. A model holds no payment: it is trees over named features.
grant usage on schema fraud to guichet_rooms;
create table fraud.model (
  -- The SHA-256 of the model's contents.
  id text primary key check (id ~ '^[0-9a-f]{64}$'),
  status text not null check (status in ('challenger', 'champion', 'retired')),
  file text not null,
  added_at bigint not null,
  decided_at bigint not null,
  decided_by text not null,
  reason text not null
);
create unique index model_in_force on fraud.model (status) where status in ('champion', 'challenger');
grant select, insert, update on fraud.model to guichet_rooms;
