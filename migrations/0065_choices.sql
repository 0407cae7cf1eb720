-- A button in a messenger may also ask what its label says, for who would rather tap than write.
alter table channels.public_button drop constraint public_button_does_check;
alter table channels.public_button add constraint public_button_does_check
  check (does in ('block-card', 'ask-balance', 'ask-spending', 'ask-person'));
