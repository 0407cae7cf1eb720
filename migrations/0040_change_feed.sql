-- What changed of each account's payments, in order: our opaque ids and nothing of what they say. A link's versions commit in
-- their order, since whoever writes holds the link's version row until then: no change can appear behind one that was read.
create table intake.change (
  link_id text not null,
  account_id text not null,
  -- The link's version that the change was written under.
  version bigint not null,
  -- Months since year 0 (UTC) of the purchase: which of what is sealed has to be opened to show it.
  month int not null,
  transaction_id text not null,
  kind text not null check (kind in ('added', 'modified', 'removed')),
  primary key (link_id, account_id, version, month, transaction_id)
);
grant select, insert, delete on intake.change to guichet_rooms, guichet_vault;

-- Since when a payment is ended for no other reason than that its bank's list has it no longer: it stands again when the list
-- has it again.
alter table intake.payment add column unlisted_at bigint;

-- Whoever erases a link erases what intake remembers of it, in the same transaction and whichever way it comes about.
create function intake.forget_links() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from intake.change where link_id in (select link_id from gone);
  delete from intake.payment where link_id in (select link_id from gone);
  delete from intake.account_sequence where link_id in (select link_id from gone);
  delete from intake.line_due where link_id in (select link_id from gone);
  return null;
end
$$;
revoke all on function intake.forget_links() from public;
create trigger link_forgotten after delete on vault.link_version
  referencing old table as gone for each statement execute function intake.forget_links();
