-- Rows that are written anew with every group of payments. In pages that are filled to the brim each new version lands on another
-- page, with new entries in the indexes and its old one left behind; with room beside it, it stays where it was.
alter table accesslog.chain set (fillfactor = 45);
alter table vault.link_version set (fillfactor = 45);
alter table intake.account_sequence set (fillfactor = 45);
alter table intake.line_due set (fillfactor = 45);
