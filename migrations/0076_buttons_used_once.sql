-- A button in a messenger is good once: noted in the commit of what it does, with the event that did it, so that the same event
-- worked again goes on where it was.

alter table channels.public_button add column used_by text;
-- What was noted before said only that somebody had tapped, whether it was done or not: these are good once more.
update channels.public_button set used_at = null where used_at is not null;
alter table channels.public_button add constraint public_button_used check ((used_at is null) = (used_by is null));
-- That commit may be a loan's.
grant select, update (used_at, used_by) on channels.public_button to guichet_vault;
