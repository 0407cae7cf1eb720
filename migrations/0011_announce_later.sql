-- An announcement that its listener hears only from a stated instant on: the question that nobody answered, the dispute
-- that can still be taken back. It is written in the caller's transaction like any other.
create function kit.announce(name text, ids jsonb, not_before timestamptz) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform graphile_worker.add_job(name, ids::json, run_at => not_before, max_attempts => 25);
end
$$;
revoke all on function kit.announce(text, jsonb, timestamptz) from public;
grant execute on function kit.announce(text, jsonb, timestamptz) to guichet_vault, guichet_rooms;
-- Only a role that may create in a schema can be given a function there; it needs that right for this line alone.
grant create on schema kit to guichet_jobs;
alter function kit.announce(text, jsonb, timestamptz) owner to guichet_jobs;
revoke create on schema kit from guichet_jobs;
