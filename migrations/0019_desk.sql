-- What the bank's people are asked to settle, as they work through it: for which banks, about which case, and who did it.
-- A question that its person answers after all is settled by them.
alter table channels.request
  add column bank_ids text[] not null default '{}',
  add column case_id text,
  add column done_at bigint,
  add column done_by text;
create index request_open on channels.request (asked_at) where done_at is null;
