-- Statement files that were imported or tried: by whom, when, which file by its hash, and how many rows came to what. Counts
-- only: no account, no person, no figure.
create table intake.statement_import (
  id text primary key,
  bank_id text not null,
  by_kind text not null check (by_kind in ('operator', 'staff')),
  by_id text not null,
  file_sha256 text not null check (file_sha256 ~ '^[0-9a-f]{64}$'),
  format text not null,
  dry_run boolean not null,
  started_at bigint not null,
  -- Null while it goes on, and for one that was stopped in the middle.
  finished_at bigint,
  counts jsonb
);
create index statement_import_of on intake.statement_import (bank_id, started_at);
grant select, insert, update on intake.statement_import to guichet_rooms;
