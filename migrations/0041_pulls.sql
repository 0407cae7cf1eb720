-- When each link is pulled: how often while its person is away, since when it does not work, and who is at it.
create table intake.pull (
  link_id text primary key,
  person_id text not null,
  bank_id text not null,
  -- When it is to be pulled next without its person; null while nothing may be read, until it is linked again.
  next_at bigint,
  -- The pulls without its person in the last 24 hours.
  unattended_at bigint[] not null default '{}',
  -- The instant that the figures are of.
  pulled_at bigint,
  -- One process pulls at a time; one that dies gives way then.
  running_until bigint,
  -- The bank asked to be left alone until then.
  not_before bigint,
  failures int not null default 0,
  failing_since bigint,
  -- The code of the fault, nothing else.
  why text
);
create index pull_due on intake.pull (next_at) where next_at is not null;
create index pull_bank on intake.pull (bank_id);
grant select, insert, update, delete on intake.pull to guichet_rooms, guichet_vault;

-- Those who are linked already are due within the next six hours, not all at once.
insert into intake.pull (link_id, person_id, bank_id, next_at)
  select id, person_id, bank_id, (extract(epoch from now()) * 1000 + random() * 21600000)::bigint
  from people.link where state = 'linked';

create or replace function intake.forget_links() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from intake.change where link_id in (select link_id from gone);
  delete from intake.payment where link_id in (select link_id from gone);
  delete from intake.account_sequence where link_id in (select link_id from gone);
  delete from intake.line_due where link_id in (select link_id from gone);
  delete from intake.pull where link_id in (select link_id from gone);
  return null;
end
$$;
