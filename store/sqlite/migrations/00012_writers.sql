-- +goose Up
-- Where a person wrote last, whichever chat that was in.
create index snapshots_person on snapshots (channel, person);

-- +goose Down
drop index snapshots_person;
