-- A messenger may say that everything up to an instant was delivered while its answer to the sending of it is still on its way: that
-- is kept with the try, and counts once the answer is there.
alter table channels.delivery add column watermark bigint;
