-- A flood of events is written in few statements: one row a payment, sealed as it is, and merged when there are many.

-- Small rows are sealed without being deflated first: it costs more than it saves.
alter table vault.chunk add column plain boolean not null default false;
-- Rows written since the link's chunks were last merged.
alter table vault.link_version add column loose int not null default 0;

-- What a policy checks on writing, it checks for every row against the whole list of the loan's links. Reading and
-- deleting are what a second net is for.
drop policy chunk_of_the_loan on vault.chunk;
create policy chunk_read on vault.chunk for select
  using (link_id = any (string_to_array(nullif(current_setting('guichet.links', true), ''), ',')));
create policy chunk_removed on vault.chunk for delete
  using (link_id = any (string_to_array(nullif(current_setting('guichet.links', true), ''), ',')));
create policy chunk_added on vault.chunk for insert with check (true);

-- Payments already begun, by our opaque id: an authorisation that is here is not new. `ended` is how one ended whose end
-- was told before its beginning.
create table intake.payment (
  link_id text not null,
  transaction_id text not null,
  ended text check (ended in ('released', 'reversed')),
  primary key (link_id, transaction_id)
);
insert into intake.payment (link_id, transaction_id, ended) select link_id, transaction_id, status from intake.ended;
drop table intake.ended;

grant select, insert, update, delete on intake.payment to guichet_rooms, guichet_vault;
