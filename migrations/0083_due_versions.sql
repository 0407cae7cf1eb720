-- The version of a link that is due began at 0 again whenever the link was noted anew, so that who had looked at an older row,
-- and was late to say so, could take off a newer one. No version is given twice now.
create sequence intake.due_version;
select setval('intake.due_version', greatest(
  (select coalesce(max(version), 1) from intake.line_due), (select coalesce(max(version), 1) from intake.worth_due)
));
grant usage on sequence intake.due_version to guichet_rooms, guichet_vault;
alter table intake.line_due alter column version set default nextval('intake.due_version');
alter table intake.worth_due alter column version set default nextval('intake.due_version');

create or replace function intake.note_worth_due() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into intake.worth_due (link_id, person_id)
  select changed.link_id, given.person_id
  from (select distinct link_id from noted) as changed cross join lateral (
    select person_id from consent.grant
    where link_id = changed.link_id and purpose = 'worth-knowing' and state = 'given' offset 0
  ) as given
  order by changed.link_id
  on conflict (link_id) do update set version = excluded.version, not_before = 0;
  return null;
end
$$;
