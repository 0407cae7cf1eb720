-- Whoever erases a link erases the refused rows of its accounts too: they say nothing of anybody, but that an account was here.
create function intake.forget_refused_rows() returns trigger
language plpgsql
security definer
set search_path = pg_catalog, pg_temp
as $$
begin
  delete from intake.quarantine as row
  using gone
  where row.bank_id = gone.bank_id and row.account_id = gone.account_id
    and not exists (select from people.account as left_over where left_over.account_id = gone.account_id);
  return null;
end
$$;
revoke all on function intake.forget_refused_rows() from public;
create trigger refused_rows_forgotten after delete on people.account
  referencing old table as gone for each statement execute function intake.forget_refused_rows();
