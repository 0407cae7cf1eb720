-- What a bank is to be told to do about a card goes beyond blocking it: unblock it, send a new one, let a refused payment
-- through, take a dispute in. The orders to block that were kept become orders of that kind.
alter table channels.card_block rename to bank_order;
alter table channels.bank_order rename column blocked_at to done_at;
alter table channels.bank_order
  add column kind text not null default 'block' check (kind in ('block', 'unblock', 'replace', 'release', 'dispute'));
alter table channels.bank_order alter column kind drop default;
-- The order in which they were given: two can have the same instant.
alter table channels.bank_order add column seq bigint generated always as identity;

-- A question about a payment that nobody answered is for the bank’s own people to look at.
alter table channels.request drop constraint request_kind_check;
alter table channels.request
  add constraint request_kind_check check (kind in ('human', 'dispute', 'unanswered-alert'));
