-- Each bank event once. An event's id is all that is kept of it here: what it said is sealed in the vault by the same
-- transaction.
create schema intake;

create table intake.inbox (
  bank_id text not null,
  event_id text not null,
  -- A keyed hash of the event: the same id with another content is refused.
  content bytea not null,
  received_at bigint not null,
  primary key (bank_id, event_id)
);

-- Signed messages already seen, by nonce; older ones than the signature's five minutes are swept.
create table intake.nonce (
  bank_id text not null,
  nonce text not null,
  seen_at bigint not null,
  primary key (bank_id, nonce)
);
create index nonce_age on intake.nonce (seen_at);

-- How many events were about people who are not here: counted, and nothing else kept.
create table intake.dropped (
  bank_id text primary key,
  events bigint not null
);

-- The latest sequence number of each linked account, to notice gaps.
create table intake.account_sequence (
  link_id text not null,
  account_id text not null,
  sequence bigint not null,
  gap_since bigint,
  primary key (link_id, account_id)
);

-- Payments that were released or reversed, by our opaque id: when the end of a payment arrives before its beginning,
-- the beginning finds it here.
create table intake.ended (
  link_id text not null,
  transaction_id text not null,
  status text not null check (status in ('released', 'reversed')),
  primary key (link_id, transaction_id)
);

grant usage on schema intake to guichet_rooms, guichet_vault;
grant select, insert, update, delete on intake.inbox, intake.nonce, intake.dropped, intake.account_sequence, intake.ended
  to guichet_rooms, guichet_vault;
