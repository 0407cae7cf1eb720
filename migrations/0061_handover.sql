-- Conversations with somebody at a bank: who took a request over, what its person wrote to them since, and what they answered.
alter table channels.message drop constraint message_sender_check;
alter table channels.message
  add constraint message_sender_check check (sender in ('person', 'guichet', 'human'));

create table channels.handover (
  person_id text not null,
  number text not null,
  bank_id text not null,
  -- Whose diary each read is written into; null where nobody answers here, and the request is only noted for the bank.
  link_id text,
  -- A member of the bank's staff, by an opaque id.
  taken_by text,
  taken_at bigint,
  done_at bigint,
  done_by text,
  primary key (person_id, number, bank_id)
);
create index handover_open on channels.handover (bank_id) where done_at is null;

-- Only what was written after a person was asked for, sealed under the person's chat key. Nothing the assistant said.
create table channels.handover_message (
  person_id text not null,
  number text not null,
  bank_id text not null,
  seq bigint generated always as identity,
  at bigint not null,
  sender text not null check (sender in ('person', 'human')),
  sealed bytea not null,
  primary key (person_id, number, bank_id, seq)
);

grant select, insert, update, delete on channels.handover, channels.handover_message to guichet_rooms;
grant select, insert on channels.handover, channels.handover_message to guichet_vault;
