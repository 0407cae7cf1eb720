-- What is kept about people: ciphertext in chunks, each sealed under the keys of one link. Only guichet_vault reads it,
-- and row-level security, a second net, shows it only the links of the loan at hand.
create schema vault;

create table vault.chunk (
  person_id text not null,
  link_id text not null,
  kind text not null,
  -- Months since year 0 (UTC) for what has a date, so that a question opens only the months it is about; else 0.
  month int not null,
  seq bigint generated always as identity,
  id text not null,
  items int not null,
  sealed bytea not null,
  primary key (person_id, link_id, kind, month, seq)
);

-- Rises with each write to a link; taking the row also keeps two writers of one link apart.
create table vault.link_version (
  person_id text not null,
  link_id text not null,
  version bigint not null,
  primary key (person_id, link_id)
);

-- What was shredded, and the log leaf that says so: replayed against the key store at every start, so that a restored
-- backup of the keys brings nobody back.
create table vault.shred (
  id text primary key,
  kind text not null check (kind in ('person', 'link', 'bank')),
  leaf_index bigint not null,
  leaf_nonce bytea not null,
  statement text not null,
  shredded_at bigint not null
);

alter table vault.chunk enable row level security;
alter table vault.chunk force row level security;
-- current_setting is '' and not null after the first transaction of a connection, hence nullif.
create policy chunk_of_the_loan on vault.chunk
  using (link_id = any (string_to_array(nullif(current_setting('guichet.links', true), ''), ',')))
  with check (link_id = any (string_to_array(nullif(current_setting('guichet.links', true), ''), ',')));

grant usage on schema vault to guichet_vault;
grant select, insert, delete on vault.chunk to guichet_vault;
grant select, insert, update, delete on vault.link_version to guichet_vault;
grant select, insert on vault.shred to guichet_vault;
