-- A line is about what was written since its link is due: where that begins in the vault is noted with it, so that whoever tells
-- it opens that and not the month. The row is noted before the payments are written, in the same commit; who notes it knows of
-- the order from the vault's own sequence.
grant select on sequence vault.chunk_seq_seq to guichet_vault;
alter table intake.line_due add column written_after bigint not null default 0;
alter table intake.line_due
  alter column written_after set default coalesce(pg_sequence_last_value('vault.chunk_seq_seq'), 0);
