-- Browsers that a person wants to be warned on. Where each is, and how it is written to, is sealed under its person's key.
create table channels.push_subscription (
  person_id text not null,
  id text not null,
  -- A keyed hash of the push service's address for it: a browser is one person's at a time.
  endpoint_index bytea not null unique,
  sealed bytea not null,
  made_at bigint not null,
  primary key (person_id, id)
);

grant select, insert, update, delete on channels.push_subscription to guichet_rooms;
