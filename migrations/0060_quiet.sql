-- Who said stop: nothing is sent to them unasked but the question whether a payment is theirs.
create table channels.quiet (
  person_id text primary key,
  since bigint not null
);
grant select, insert, update, delete on channels.quiet to guichet_rooms;
grant select on channels.quiet to guichet_vault;
