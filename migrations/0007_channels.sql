-- The chat: messages, the buttons under them, and what people asked for that a person or a bank must still do. Words
-- that hold figures are sealed under the keys of the links they were drawn from; all others under the person's chat key.
create schema channels;

create table channels.message (
  person_id text not null,
  id text not null,
  -- The order of the conversation.
  seq bigint generated always as identity,
  at bigint not null,
  sender text not null check (sender in ('person', 'guichet')),
  kind text not null check (kind in ('plain', 'alert', 'refusal')),
  -- Which consent opens it again, for exactly which links; null when it holds no figure.
  purpose text,
  link_ids text[] not null default '{}',
  -- What the message is about, so that it is told once however often its announcement is delivered.
  told text,
  sealed bytea not null,
  primary key (person_id, id)
);
create unique index message_order on channels.message (person_id, seq);
create unique index message_told on channels.message (person_id, told) where told is not null;

-- A button works once. Only the hash of its token is kept, and what it does is sealed.
create table channels.action (
  person_id text not null,
  token_hash bytea not null,
  message_id text not null,
  -- Opened by a loan for its message's purpose and links, or by the chat key.
  by_loan boolean not null,
  sealed bytea not null,
  used_at bigint,
  primary key (person_id, token_hash),
  foreign key (person_id, message_id) references channels.message (person_id, id) on delete cascade
);
create index action_message on channels.action (person_id, message_id);

-- Cards a person told us to block, until the bank has done it. Which card is sealed.
create table channels.card_block (
  person_id text not null,
  id text not null,
  link_id text not null,
  -- The fraud case it belongs to; null when the person asked on their own account.
  case_id text,
  wanted_at bigint not null,
  blocked_at bigint,
  -- The bank said no for good, at this time.
  refused_at bigint,
  sealed bytea not null,
  primary key (person_id, id)
);

-- Requests that only a human can settle, by the number the person was given.
create table channels.request (
  person_id text not null,
  number text not null,
  kind text not null check (kind in ('human', 'dispute')),
  asked_at bigint not null,
  primary key (person_id, number)
);

grant usage on schema channels to guichet_rooms, guichet_vault;
grant select, insert, update, delete
  on channels.message, channels.action, channels.card_block, channels.request to guichet_rooms;
grant select, insert, update
  on channels.message, channels.action, channels.card_block, channels.request to guichet_vault;
