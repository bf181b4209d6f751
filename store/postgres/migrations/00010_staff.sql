-- +goose Up
-- The accounts of the desk's people on the channels, and the codes by which they link them.
create table staff (
	channel text collate "C" not null,
	id      text collate "C" not null,
	person  text collate "C" not null,
	data    jsonb not null,
	primary key (channel, id)
);
create table staff_codes (
	hash    text collate "C" not null primary key,
	person  text collate "C" not null,
	expires timestamptz not null,
	channel text collate "C", -- who has used it; null = nobody yet
	id      text collate "C"
);
create index staff_codes_expires on staff_codes (expires);

-- +goose Down
drop table staff_codes;
drop table staff;
