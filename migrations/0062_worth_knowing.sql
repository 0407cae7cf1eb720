-- Links whose person wants to be told of things worth knowing, and that are to be looked at: noted with every change of their
-- payments, so that none is forgotten. The row stays while the consent lives, since time alone brings a rent nearer.
create table intake.worth_due (
  link_id text primary key,
  person_id text not null,
  version bigint not null default 0,
  -- The next look when nothing comes: the end of a quiet time, the next day, or the next try after a fault.
  not_before bigint not null default 0
);
create index worth_due_order on intake.worth_due (not_before);
grant select, insert, update, delete on intake.worth_due to guichet_rooms, guichet_vault;

-- Written beside each change, whoever noted it: events, pulls and statements come by different ways.
create function intake.note_worth_due() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into intake.worth_due as due (link_id, person_id)
  select link_id, person_id from consent.grant as given
  where purpose = 'worth-knowing' and state = 'given' and link_id in (select link_id from noted)
  order by link_id
  on conflict (link_id) do update set version = due.version + 1, not_before = 0;
  return null;
end
$$;
revoke all on function intake.note_worth_due() from public;
create trigger change_noted after insert on intake.change
  referencing new table as noted for each statement execute function intake.note_worth_due();

create function intake.forget_worth_due() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from intake.worth_due where link_id in (select link_id from gone);
  return null;
end
$$;
revoke all on function intake.forget_worth_due() from public;
create trigger link_forgotten_worth after delete on vault.link_version
  referencing old table as gone for each statement execute function intake.forget_worth_due();

-- What was told unasked, by our opaque ids: each once, and no more than a few a week.
create table channels.worth_told (
  person_id text not null,
  about text not null,
  told_at bigint not null,
  primary key (person_id, about)
);
create index worth_told_age on channels.worth_told (told_at);
grant select, insert, update, delete on channels.worth_told to guichet_rooms, guichet_vault;

-- The kinds that a person does not want to hear of. It says nothing of their money, and is read before their data would be.
create table channels.worth_stopped (
  person_id text not null,
  kind text not null check (kind in ('low-balance', 'duplicate-charge', 'price-rise', 'refund-arrived')),
  stopped_at bigint not null,
  primary key (person_id, kind)
);
grant select, insert, update, delete on channels.worth_stopped to guichet_rooms, guichet_vault;
