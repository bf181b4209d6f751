-- +goose Up
-- Claims that wait since before are called for from now on: what is missing about their calls is
-- found out when they come up.
alter table claims add column call_at timestamp;
create index claims_call on claims (call_at) where call_at is not null;
update claims set call_at = changed where status in ('open', 'reopened', 'taken');

-- +goose Down
drop index claims_call;
alter table claims drop column call_at;
