-- Who is who: people, their links to banks, and which bank account belongs to which link. Names nobody: a bank's
-- subject and account numbers are kept as keyed hashes only.
create schema people;

create table people.person (
  id text primary key,
  created_at bigint not null,
  locale text not null check (locale in ('en', 'fr')),
  time_zone text not null,
  erased_at bigint
);

create table people.link (
  person_id text not null references people.person (id),
  id text not null,
  bank_id text not null,
  -- How the log names this person at this bank: random, and different at every bank.
  pseudonym text not null,
  subject_index bytea,
  state text not null check (state in ('linked', 'erased', 'bank-withdrawn')),
  created_at bigint not null,
  ended_at bigint,
  primary key (person_id, id)
);
create unique index link_id on people.link (id);
create unique index link_subject on people.link (bank_id, subject_index) where state = 'linked';

create table people.account (
  bank_id text not null,
  account_index bytea not null,
  person_id text not null,
  link_id text not null,
  account_id text not null,
  primary key (bank_id, account_index, link_id)
);
create index account_link on people.account (link_id);

create table people.bank_left (
  bank_id text primary key,
  left_at bigint not null
);

grant usage on schema people to guichet_rooms, guichet_vault;
grant select, insert, update, delete on people.person, people.link, people.account, people.bank_left to guichet_rooms;
grant select, insert, update, delete on people.person, people.link, people.account, people.bank_left to guichet_vault;
