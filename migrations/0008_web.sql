-- Browser sessions, authorisations under way at a bank, and passkeys. Tokens are kept as SHA-256 only.
create schema web;

create table web.session (
  token_hash bytea primary key,
  person_id text,
  locale text not null check (locale in ('en', 'fr')),
  created_at bigint not null,
  seen_at bigint not null,
  -- When the person last proved, in this session, that it is them; null until they do.
  stepped_up_at bigint
);
create index session_person on web.session (person_id);

-- One row an authorisation request; taken out by its return. What it holds is sealed under the server's own key.
create table web.pending (
  state_hash bytea primary key,
  session_hash bytea not null,
  sealed bytea not null,
  created_at bigint not null
);

create table web.passkey (
  person_id text not null,
  credential_id text not null,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  created_at bigint not null,
  primary key (person_id, credential_id)
);
create unique index passkey_credential on web.passkey (credential_id);

-- WebAuthn challenges, each used once.
create table web.challenge (
  session_hash bytea not null,
  kind text not null check (kind in ('register', 'login')),
  challenge text not null,
  created_at bigint not null,
  primary key (session_hash, kind)
);

grant usage on schema web to guichet_rooms;
grant select, insert, update, delete on web.session, web.pending, web.passkey, web.challenge to guichet_rooms;
