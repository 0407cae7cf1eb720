-- What is said at a chat that is nobody's yet (two digits, where to begin) is in no outbox: the messenger's name for the message is
-- kept, hashed, so that what is told of it is known to be about something of ours. Of the chat nothing is kept.
create table channels.said_to_nobody (
  message_hash bytea primary key,
  said_at bigint not null
);
grant select, insert, update, delete on channels.said_to_nobody to guichet_rooms;
