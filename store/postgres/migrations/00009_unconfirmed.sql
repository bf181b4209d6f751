-- +goose Up
-- Held: a resolved claim that the program does not close though nobody has confirmed.
alter table claims add column held boolean not null default false;
create index claims_unconfirmed on claims (changed) where status = 'resolved' and not held;

-- +goose Down
drop index claims_unconfirmed;
alter table claims drop column held;
