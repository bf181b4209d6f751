-- +goose Up
-- Rows of older programs have none: their timers are the session store's alone.
alter table snapshots add column wake timestamptz;
create index snapshots_wake on snapshots (wake) where wake is not null;

-- +goose Down
drop index snapshots_wake;
alter table snapshots drop column wake;
