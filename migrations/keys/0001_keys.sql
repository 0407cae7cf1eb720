-- The wrapped keys live in a database of their own, outside the main backups: without them the rest is noise, and a
-- key destroyed here must not come back with a restored backup. This database may stand on another server, so its role
-- is made here too.
do $$
begin
  create role guichet_keys login nosuperuser nocreatedb nocreaterole noreplication nobypassrls;
exception
  when duplicate_object or unique_violation then null;
end
$$;

revoke all on schema public from public;

create table wrapped_key (
  id text primary key,
  kind text,
  bank_id text not null,
  epoch int not null,
  wrapped bytea not null,
  created_at timestamptz not null
);
create index wrapped_key_epoch on wrapped_key (epoch);
create index wrapped_key_bank on wrapped_key (bank_id);

grant usage on schema public to guichet_keys;
grant select, insert, update, delete on wrapped_key to guichet_keys;
