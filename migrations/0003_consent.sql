-- Who granted which purpose until when. A grant proves a consent and outlives the data it was about (three years).
create schema consent;

create table consent.grant (
  person_id text not null,
  id text not null,
  link_id text not null,
  bank_id text not null,
  purpose text not null,
  -- Renewals of one consent share their lineage.
  lineage text not null,
  -- One-time grants are used up by the first loan they allow.
  one_time boolean not null default false,
  state text not null check (state in ('given', 'withdrawn', 'revoked', 'expired')),
  created_at bigint not null,
  expires_at bigint not null,
  ended_at bigint,
  -- The signed receipt (compact JWS), and its place in the log with the nonce that opens the commitment.
  receipt text not null,
  leaf_index bigint not null,
  leaf_nonce bytea not null,
  -- Locking a row FOR SHARE needs the right to update one of its columns: this one, which nothing reads.
  held boolean not null default false,
  primary key (person_id, id)
);
create unique index grant_live on consent.grant (link_id, purpose) where state = 'given';
create unique index grant_id on consent.grant (id);
create index grant_bank on consent.grant (bank_id) where state = 'given';

grant usage on schema consent to guichet_rooms, guichet_vault;
grant select, insert, update on consent.grant to guichet_rooms;
grant select, insert, update on consent.grant to guichet_vault;
