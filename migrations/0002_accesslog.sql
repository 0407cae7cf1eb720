-- The tamper-evident log of every read. What is public of it names nobody: leaves are commitments.
create schema accesslog;

-- The one row that every append locks: how many leaves there are, and the roots of the perfect subtrees of that tree,
-- the largest first, 32 bytes each. The salt makes the chain keys under which a day's heads are filed; it never changes.
create table accesslog.state (
  id boolean primary key default true check (id),
  size bigint not null default 0,
  frontier bytea not null default '',
  heads_salt bytea not null check (octet_length(heads_salt) = 32)
);
-- Two random UUIDs are 244 bits that nobody can guess, and need no extension.
insert into accesslog.state (heads_salt)
values (decode(replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', ''), 'hex'));

create table accesslog.leaf (
  leaf_index bigint primary key,
  -- C2SP tlog-tiles writes an entry's length in two bytes.
  entry bytea not null check (octet_length(entry) <= 65535),
  -- RFC 6962: SHA-256 of 0x00 and the entry.
  hash bytea not null check (octet_length(hash) = 32)
);

-- Full tiles of 256 hashes, made from entries that were read back and hashed again. `root` is the tile's own hash, one of
-- the 256 of the tile above. Tiles that are not full are computed when asked for.
create table accesslog.tile (
  level int not null,
  tile_index bigint not null,
  hashes bytea not null check (octet_length(hashes) = 8192),
  root bytea not null check (octet_length(root) = 32),
  primary key (level, tile_index)
);

-- The leaf hashes of the small tree under a batch leaf, one after the other.
create table accesslog.batch (
  leaf_index bigint primary key references accesslog.leaf,
  hashes bytea not null
);

-- One chain for each link of a person: how many records, and the leaf hash of the last.
create table accesslog.chain (
  chain text primary key,
  count bigint not null,
  last_hash bytea not null check (octet_length(last_hash) = 32)
);

-- The record and the nonce of its commitment, sealed by the caller under a key of the person's. `leaf_index` names a
-- leaf of the same commit; a foreign key would lock every leaf once more, and takes a third of the append's time.
create table accesslog.record (
  chain text not null,
  seq bigint not null,
  leaf_index bigint not null,
  -- The place in the batch's small tree; null when the record has a leaf of its own.
  batch_index int,
  sealed bytea not null,
  -- The record's own instant.
  at bigint not null,
  primary key (chain, seq)
);

-- The signed heads of the log that are served: the newest, and the newest that a witness has cosigned.
create table accesslog.checkpoint (
  kind text primary key check (kind in ('signed', 'witnessed')),
  size bigint not null,
  note text not null
);

-- Once a day one leaf commits to every chain's length and last leaf, so that a tail cannot be cut off.
create table accesslog.day (
  day text primary key check (day ~ '^\d{4}-\d\d-\d\d$'),
  leaf_index bigint not null references accesslog.leaf
);
create table accesslog.day_head (
  day text not null references accesslog.day,
  position int not null,
  chain text not null,
  count bigint not null,
  last_hash bytea not null,
  -- The leaf hash of this row in the day's small tree.
  hash bytea not null check (octet_length(hash) = 32),
  primary key (day, position)
);
create unique index day_head_chain on accesslog.day_head (chain, day);

-- What is in the log stays: nothing may be changed or removed but the counters and the served checkpoints.
grant usage on schema accesslog to guichet_log;
grant select, insert on accesslog.leaf, accesslog.tile, accesslog.batch, accesslog.record to guichet_log;
grant select, insert on accesslog.day, accesslog.day_head to guichet_log;
grant select, update on accesslog.state to guichet_log;
grant select, insert, update on accesslog.chain, accesslog.checkpoint to guichet_log;
