-- Rows of banks' answers and files that could not be read: where each stood and what was wrong, never what it said. A row
-- that comes again is the same row, so that four pulls a day do not make four.
create table intake.quarantine (
  bank_id text not null,
  -- Our own opaque id; empty where the row's account could not be read.
  account_id text not null,
  -- `pull`, or `file:` and the beginning of the file's SHA-256.
  source text not null,
  -- Where it stood: `transactions[17]`, `line 12`.
  place text not null,
  -- The field at fault by the standard's own name, and the kind of fault.
  field text not null,
  why text not null,
  first_at bigint not null,
  last_at bigint not null,
  primary key (bank_id, account_id, source, place, field, why)
);
create index quarantine_age on intake.quarantine (bank_id, last_at);
grant select, insert, update, delete on intake.quarantine to guichet_rooms, guichet_vault;
