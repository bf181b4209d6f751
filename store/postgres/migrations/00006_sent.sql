-- +goose Up
-- Rows of older programs have none until the person writes again: what was missed there is not looked for.
alter table snapshots add column sent timestamptz;
create index snapshots_sent on snapshots (channel, sent) where sent is not null;

-- +goose Down
drop index snapshots_sent;
alter table snapshots drop column sent;
