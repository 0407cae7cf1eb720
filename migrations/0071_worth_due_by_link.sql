-- Grants are looked up link by link: left to choose, the planner may read all grants of the purpose for each payment.
create or replace function intake.note_worth_due() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  insert into intake.worth_due as due (link_id, person_id)
  select changed.link_id, given.person_id
  from (select distinct link_id from noted) as changed cross join lateral (
    select person_id from consent.grant
    where link_id = changed.link_id and purpose = 'worth-knowing' and state = 'given' offset 0
  ) as given
  order by changed.link_id
  on conflict (link_id) do update set version = due.version + 1, not_before = 0;
  return null;
end
$$;
