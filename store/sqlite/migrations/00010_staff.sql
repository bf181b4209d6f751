-- +goose Up
-- The accounts of the desk's people on the channels, and the codes by which they link them.
create table staff (
	channel text not null,
	id      text not null,
	person  text not null,
	data    text not null,
	primary key (channel, id)
);
create table staff_codes (
	hash    text not null primary key,
	person  text not null,
	expires timestamp not null,
	channel text, -- who has used it; null = nobody yet
	id      text
);
create index staff_codes_expires on staff_codes (expires);

-- +goose Down
drop table staff_codes;
drop table staff;
