-- The accounts that a bank's own list has had: one of these that is no longer there was closed, or is no longer shared. What a
-- bank pushes of an account says nothing of whether its list would have it.
create table intake.account_listed (
  link_id text not null,
  account_id text not null,
  primary key (link_id, account_id)
);
grant select, insert, delete on intake.account_listed to guichet_rooms, guichet_vault;

create or replace function intake.forget_links() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from intake.change where link_id in (select link_id from gone);
  delete from intake.payment where link_id in (select link_id from gone);
  delete from intake.account_sequence where link_id in (select link_id from gone);
  delete from intake.account_listed where link_id in (select link_id from gone);
  delete from intake.line_due where link_id in (select link_id from gone);
  delete from intake.pull where link_id in (select link_id from gone);
  return null;
end
$$;
