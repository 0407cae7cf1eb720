-- Where a warning is mailed when nothing else reached its person. The address is sealed under their chat key.

create table channels.mailbox (
  person_id text primary key,
  sealed bytea not null,
  confirmed_at bigint not null,
  -- `gone` once the mail server said that there is no such address.
  state text not null check (state in ('live', 'gone'))
);

-- An address on its way to being confirmed by the code that was mailed to it. One a person.
create table channels.mail_code (
  person_id text primary key,
  code_hash bytea not null,
  sealed bytea not null,
  tries int not null default 0,
  ends_at bigint not null
);

-- How much was mailed lately, by keyed hashes that name nobody: to an address, and on a person's word.
create table channels.mail_sent (
  about_hash bytea not null,
  at bigint not null
);
create index mail_sent_about on channels.mail_sent (about_hash, at);
create index mail_sent_at on channels.mail_sent (at);

grant select, insert, update, delete on channels.mailbox, channels.mail_code, channels.mail_sent to guichet_rooms;
