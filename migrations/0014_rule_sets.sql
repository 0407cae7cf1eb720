-- Rule sets: one live, which decides beside the model, and at most one in shadow, whose verdicts are only noted. Without a
-- live one the rules that come with the software decide. Each change of status is somebody's act, with a reason.
create table fraud.rule_set (
  -- Made from the SHA-256 of the text.
  id text primary key check (id ~ '^rules-[0-9a-f]{16}$'),
  status text not null check (status in ('shadow', 'live', 'retired')),
  text text not null,
  added_at bigint not null,
  decided_at bigint not null,
  decided_by text not null,
  reason text not null
);
create unique index rule_set_in_force on fraud.rule_set (status) where status in ('shadow', 'live');
grant select, insert, update on fraud.rule_set to guichet_rooms;
