-- What a dispute says is fixed when it is first sent, and sealed with its order: a bank that is asked again under the same
-- key must read the same, whatever became of the payments meanwhile. Null while it is still drawn from its case.
alter table channels.bank_order add column drawn_at bigint;
