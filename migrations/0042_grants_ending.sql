-- People are told from seven days before a consent ends: those that do are looked for every hour.
create index grant_ending on consent.grant (expires_at) where state = 'given' and not one_time;
