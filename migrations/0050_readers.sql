-- People's own apps, which may read what their person chose for them. Here is which apps there are and what they asked for;
-- what a person allowed them is a grant like any other, in consent.grant.
create schema readers;

create table readers.reader (
  id text primary key,
  name text not null,
  redirect_uris text[] not null,
  -- The app's public keys, or where they are fetched from.
  jwks jsonb,
  jwks_uri text,
  faces text[] not null,
  added_at bigint not null,
  withdrawn_at bigint,
  check ((jwks is null) <> (jwks_uri is null))
);

-- What an app asked for, before anybody answered. It names nobody.
create table readers.access (
  id text primary key,
  reader_id text not null references readers.reader,
  face text not null,
  asked jsonb not null,
  asked_at bigint not null,
  rejected_at bigint,
  -- Who ended it and why, when it was not the person.
  revocation jsonb,
  updated_at bigint not null
);
create index access_reader on readers.access (reader_id);

-- What the authorization server remembers: ids as keyed hashes, contents sealed under a key of the server's own.
create table readers.oauth (
  model text not null,
  id_hash bytea not null,
  grant_hash bytea,
  uid_hash bytea,
  sealed bytea not null,
  consumed_at bigint,
  expires_at bigint,
  primary key (model, id_hash)
);
create index oauth_grant on readers.oauth (grant_hash) where grant_hash is not null;
create index oauth_uid on readers.oauth (uid_hash) where uid_hash is not null;
create index oauth_expiry on readers.oauth (expires_at) where expires_at is not null;

-- The rest of a list that an app is paging through, as it was at the first page: sealed under the keys of the links it is of.
create table readers.snapshot (
  id text primary key,
  access_id text not null,
  person_id text not null,
  sealed bytea not null,
  expires_at bigint not null
);
create index snapshot_expiry on readers.snapshot (expires_at);
create index snapshot_access on readers.snapshot (access_id);

grant usage on schema readers to guichet_rooms, guichet_vault;
grant select, insert, update on readers.reader, readers.access to guichet_rooms;
grant select, insert, update, delete on readers.oauth to guichet_rooms;
-- A snapshot is written in the loan's own transaction.
grant select, insert, delete on readers.snapshot to guichet_rooms, guichet_vault;

-- A grant to an app names the app's request, and reaches less than its purpose could.
alter table consent.grant add column access_id text;
alter table consent.grant add column reach jsonb;
drop index consent.grant_live;
create unique index grant_live on consent.grant (link_id, purpose, coalesce(access_id, '')) where state = 'given';
create index grant_access on consent.grant (access_id) where access_id is not null;
