-- A chat can be closed: its messenger takes nothing there until the person writes again. What is to be said there waits for that.
alter table channels.delivery drop constraint delivery_state_check;
alter table channels.delivery add constraint delivery_state_check
  check (state in ('sending', 'sent', 'delivered', 'read', 'failed', 'closed'));
create index delivery_closed on channels.delivery (person_id, address_id) where state = 'closed';
