-- How people's reports of a bank's payments turned out, as counts: whose they were is not kept.
create table fraud.report_tally (
  bank_id text primary key,
  reported bigint not null default 0,
  taken_back bigint not null default 0,
  decided_against bigint not null default 0,
  decided_in_favour bigint not null default 0
);
grant select, insert, update on fraud.report_tally to guichet_vault;
grant select on fraud.report_tally to guichet_rooms;
