-- Whoever is about to log a read says where the log and the person's chain stand, which it can ask beside what else it asks: a
-- process in which another has appended meanwhile would ask a second time. The log itself still checks both as it appends.
grant usage on schema accesslog to guichet_vault;
grant select (size, frontier) on accesslog.state to guichet_vault;
grant select (chain, count, last_hash) on accesslog.chain to guichet_vault;
