-- A row for what one write changed of an account's payments of one month, where there was one for each payment: a flood of
-- payments writes a sixth of the rows.
create table intake.changes_together (
  link_id text not null,
  account_id text not null,
  -- The link's version that the changes were written under.
  version bigint not null,
  -- Months since year 0 (UTC) of the purchases: which of what is sealed has to be opened to show them.
  month int not null,
  -- Our opaque ids of the payments, by what became of them.
  added text[] not null,
  modified text[] not null,
  removed text[] not null,
  primary key (link_id, account_id, version, month)
);
insert into intake.changes_together
  select link_id, account_id, version, month,
    coalesce(array_agg(transaction_id) filter (where kind = 'added'), '{}'),
    coalesce(array_agg(transaction_id) filter (where kind = 'modified'), '{}'),
    coalesce(array_agg(transaction_id) filter (where kind = 'removed'), '{}')
  from intake.change group by link_id, account_id, version, month;

drop table intake.change;
alter table intake.changes_together rename to change;
alter index intake.changes_together_pkey rename to change_pkey;
grant select, insert, delete on intake.change to guichet_rooms, guichet_vault;
create trigger change_noted after insert on intake.change
  referencing new table as noted for each statement execute function intake.note_worth_due();
