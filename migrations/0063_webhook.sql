-- How each messenger's webhook is doing: when it was last answered as it should be, and since when it is not. Instants, an
-- HTTP status and counts; nothing of what anybody said.
create table channels.webhook (
  messenger text primary key,
  accepted_at bigint,
  failed_at bigint,
  -- The first failure after which nothing was accepted; null while it works.
  failing_since bigint,
  status int
);

-- What came and asked nothing of us, by day and kind: another page's messages, groups, events that we do not know.
create table channels.passed_by (
  messenger text not null,
  day bigint not null,
  what text not null,
  count bigint not null,
  primary key (messenger, day, what)
);

grant select, insert, update, delete on channels.webhook, channels.passed_by to guichet_rooms;
