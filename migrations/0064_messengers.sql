-- People's chats at the messengers they already use, what comes from there, and what goes there: sentences of ours, links
-- and buttons that say nothing by themselves. Where a chat is to be found is sealed under the person's chat key.

create table channels.address (
  person_id text not null,
  id text not null,
  messenger text not null,
  -- A keyed hash of the messenger's own name for the chat: how what comes from there is known to be theirs.
  address_index bytea not null,
  sealed bytea not null,
  linked_at bigint not null,
  -- By the messenger's clock, the last thing that came from there.
  heard_at bigint,
  state text not null check (state in ('live', 'blocked')),
  -- The person's own order.
  rank int not null,
  primary key (person_id, id)
);
create unique index address_of_chat on channels.address (messenger, address_index);

create table channels.wording (
  person_id text primary key,
  wording text not null check (wording in ('plain', 'neutral'))
);

-- A chat on its way to being linked: begun on our page, claimed from the chat, confirmed on our page. One a person.
create table channels.link_code (
  person_id text primary key,
  code_hash bytea not null unique,
  messenger text not null,
  ends_at bigint not null,
  claimed_at bigint,
  address_index bytea,
  -- The chat, what the messenger calls it, and the two digits that it was shown.
  sealed bytea
);

-- What a messenger told us, once however often it does. The words are sealed, and gone once they are dealt with.
create table channels.heard (
  messenger text not null,
  event_hash bytea not null,
  address_index bytea,
  at bigint not null,
  received_at bigint not null,
  sealed bytea,
  attempts int not null default 0,
  next_at bigint not null,
  handled_at bigint,
  primary key (messenger, event_hash)
);
create index heard_waiting on channels.heard (next_at) where handled_at is null;
create index heard_of_chat on channels.heard (messenger, address_index, at) where handled_at is null;
create index heard_handled on channels.heard (handled_at) where handled_at is not null;

-- What is to be said at a messenger: one of our fixed sentences, once for each cause.
create table channels.outbox (
  person_id text not null,
  id text not null,
  cause text not null,
  notice text not null,
  urgency text not null check (urgency in ('alert', 'answer', 'news')),
  message_ids text[] not null default '{}',
  case_id text,
  -- The chat that was written from, for an answer; null for what is told wherever the person is.
  address_id text,
  made_at bigint not null,
  -- After this it would be stale, and is not sent.
  ends_at bigint not null,
  state text not null default 'waiting' check (state in ('waiting', 'sent', 'delivered', 'stopped', 'over')),
  next_at bigint not null,
  primary key (person_id, id)
);
create unique index outbox_cause on channels.outbox (person_id, cause);
create index outbox_due on channels.outbox (next_at) where state in ('waiting', 'sent');
create index outbox_case on channels.outbox (person_id, case_id) where case_id is not null;

-- Each try of it, on one rung of the ladder.
create table channels.delivery (
  person_id text not null,
  outbox_id text not null,
  -- A messenger, or `push`, `mail`, `people`.
  door text not null,
  -- The chat; empty for a door that has none.
  address_id text not null default '',
  attempts int not null default 0,
  -- `sending` is noted before it is sent: after a crash it is sent again, under the same key.
  state text not null check (state in ('sending', 'sent', 'delivered', 'read', 'failed')),
  message_hash bytea,
  code text,
  changed_at bigint not null,
  primary key (person_id, outbox_id, door, address_id),
  foreign key (person_id, outbox_id) references channels.outbox (person_id, id) on delete cascade
);
create index delivery_message on channels.delivery (message_hash) where message_hash is not null;
create index delivery_address on channels.delivery (person_id, address_id, changed_at);

-- A link to our own page, and a button in a messenger: random, and good once. Only hashes are kept.
create table channels.sealed_link (
  token_hash bytea primary key,
  person_id text not null,
  message_ids text[] not null,
  ends_at bigint not null,
  opened_at bigint
);
create table channels.public_button (
  token_hash bytea primary key,
  person_id text not null,
  address_id text not null,
  message_ids text[] not null,
  does text not null check (does in ('block-card')),
  ends_at bigint not null,
  used_at bigint
);

grant select, insert, update, delete on channels.address, channels.wording, channels.link_code, channels.heard,
  channels.outbox, channels.delivery, channels.sealed_link, channels.public_button to guichet_rooms;
-- A message and what is to be said of it are written in one transaction, which may be a loan's.
grant select on channels.address, channels.wording to guichet_vault;
grant select, insert, update on channels.outbox to guichet_vault;
