-- A Matrix chat whose person compares pictures with us: done on their signed-in page, carried out by the process that has our
-- account's keys in hand. The pictures are no secret; after ten minutes it is over.
create table channels.verification (
  person_id text not null,
  address_id text not null,
  state text not null check (state in ('wanted', 'waiting', 'comparing', 'same', 'different', 'done', 'ended')),
  pictures smallint[] not null default '{}',
  begun_at bigint not null,
  ends_at bigint not null,
  primary key (person_id, address_id),
  foreign key (person_id, address_id) references channels.address (person_id, id) on delete cascade
);
create index verification_open on channels.verification (ends_at) where state not in ('done', 'ended');
grant select, insert, update, delete on channels.verification to guichet_rooms;
