-- Matrix: our own account there, whose keys are kept here sealed under a key of the operator's; which room is whose; and what
-- came before the key that opens it. Nobody's id or room stands here unhashed and unsealed.

create table channels.matrix_account (
  one boolean primary key default true check (one),
  -- A keyed hash of our user and device: another device's keys are of no use.
  account_hash bytea not null,
  -- Up to where we heard what the homeserver has to tell; null before the first time.
  sync_token text,
  -- How the databases of the crypto library are laid out: its own stores and indexes.
  layout jsonb not null default '[]',
  -- One process at a time has the keys in its hands. Who takes them over counts on, and what the one before writes is refused.
  generation bigint not null,
  leased_until timestamptz not null
);

-- What the crypto library keeps, one row a record. It is encrypted by the library, and sealed again here.
create table channels.matrix_key (
  part text not null,
  store text not null,
  key_hash bytea not null,
  sealed bytea not null,
  primary key (part, store, key_hash)
);

-- The rooms that we were invited to, each the room of the person who did.
create table channels.matrix_room (
  room_hash bytea primary key,
  user_hash bytea not null,
  sealed bytea not null,
  joined boolean not null default false,
  -- When that person last wrote there, by the homeserver's clock: they are answered where they last wrote.
  heard_at bigint not null default 0
);
create index matrix_room_of on channels.matrix_room (user_hash, heard_at desc);

-- Messages whose key was not there yet, as they came: the homeserver does not tell them again.
create table channels.matrix_unopened (
  event_hash bytea primary key,
  sealed bytea not null,
  since bigint not null
);

grant select, insert, update, delete on channels.matrix_account, channels.matrix_key, channels.matrix_room,
  channels.matrix_unopened to guichet_rooms;
