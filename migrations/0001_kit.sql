-- The ground: run-time roles, and announcements between rooms.
--
-- Roles belong to the whole server, so another database may have made them already. The starter gives them their
-- passwords at each start. None may do more than its grants say.
do $$
declare
  role_name text;
begin
  foreach role_name in array array['guichet_vault', 'guichet_rooms', 'guichet_log', 'guichet_keys', 'guichet_jobs']
  loop
    begin
      execute format('create role %I login nosuperuser nocreatedb nocreaterole noreplication nobypassrls', role_name);
    exception
      when duplicate_object or unique_violation then null;
    end;
  end loop;
end
$$;

revoke all on schema public from public;
-- Functions are the one kind of object that everybody may use by default.
alter default privileges revoke execute on functions from public;

create schema kit;
grant usage on schema kit to guichet_vault, guichet_rooms;

-- The job library protects its tables by row-level security without policies: only their owner sees a row. So its
-- schema belongs to the role that works the jobs, and everyone else announces through the function below.
grant guichet_jobs to current_user;
create schema graphile_worker authorization guichet_jobs;

-- Writes an announcement in the caller's transaction. `ids` holds opaque ids, never figures.
-- 25 attempts with the library's exponential backoff reach over three days.
create function kit.announce(name text, ids jsonb) returns void
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  perform graphile_worker.add_job(name, ids::json, max_attempts => 25);
end
$$;
revoke all on function kit.announce(text, jsonb) from public;
grant execute on function kit.announce(text, jsonb) to guichet_vault, guichet_rooms;
-- Only a role that may create in a schema can be given a function there; it needs that right for this line alone.
grant create on schema kit to guichet_jobs;
alter function kit.announce(text, jsonb) owner to guichet_jobs;
revoke create on schema kit from guichet_jobs;
