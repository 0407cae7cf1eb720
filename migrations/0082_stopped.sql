-- Rules and models that were stopped while they were in force, since they asked about too much or spared everything. They stay
-- stopped, in every process, until somebody decides anew. Holds nobody.
create table fraud.stopped (
  -- The rule set's id, or the model's.
  judge_id text not null,
  -- The rule; empty for a model.
  rule text not null,
  -- When somebody had put it in force: decided anew, it is tried anew.
  since bigint not null,
  why text not null check (why in ('asked', 'spared')),
  payments int not null,
  of_payments int not null,
  at bigint not null,
  primary key (judge_id, rule, since)
);
grant select, insert on fraud.stopped to guichet_rooms;
