-- The bank console: who of a bank's staff may come in. Each belongs to one bank for good. Invitations and sessions are kept
-- as SHA-256 only; nothing here is about a bank's customers.
create schema staff;

create table staff.member (
  id text primary key,
  bank_id text not null,
  name text not null check (length(name) between 1 and 100),
  invited_at bigint not null,
  -- From then on their passkeys and sessions are gone.
  removed_at bigint
);
create index member_of on staff.member (bank_id);

-- A code that the operator hands over: good for one passkey, until it is over.
create table staff.invitation (
  code_hash bytea primary key,
  member_id text not null references staff.member (id),
  expires_at bigint not null
);

create table staff.passkey (
  credential_id text primary key,
  member_id text not null references staff.member (id),
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null,
  created_at bigint not null
);

create table staff.session (
  token_hash bytea primary key,
  -- Null until somebody signs in.
  member_id text references staff.member (id),
  -- The invitation whose code was typed here, until its passkey is there.
  invitation_hash bytea,
  locale text not null check (locale in ('en', 'fr')),
  created_at bigint not null,
  seen_at bigint not null,
  -- A WebAuthn challenge under way, used once.
  challenge text,
  challenge_at bigint
);
create index session_of on staff.session (member_id);

grant usage on schema staff to guichet_rooms;
grant select, insert, update, delete on staff.member, staff.invitation, staff.passkey, staff.session to guichet_rooms;
