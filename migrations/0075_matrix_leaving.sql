-- Rooms are joined and left beside what is heard, each tried again later and later; and what cannot be opened yet is kept by room.

alter table channels.matrix_room
  -- Of the chat that the room's person links: `address_index` of channels.address. Null only until the keys are taken the next time.
  add column address_index bytea,
  -- When we were invited, or found ourselves in it.
  add column noted_at bigint not null default floor(extract(epoch from now()) * 1000),
  -- To be left and forgotten, by the process that has the keys in hand.
  add column leaving boolean not null default false,
  add column tries integer not null default 0,
  add column next_at bigint not null default 0;
alter table channels.matrix_room alter column noted_at drop default;
create index matrix_room_errand on channels.matrix_room (next_at) where leaving or not joined;
create index matrix_room_of_address on channels.matrix_room (address_index);

alter table channels.matrix_unopened add column room_hash bytea;
create index matrix_unopened_of on channels.matrix_unopened (room_hash, since desc);
