-- +goose Up
-- Links to the desk's pages, each for one of its people, and the sessions that they have opened; hashes only.
create table logins (
	link    text collate "C" not null primary key,
	session text collate "C" unique, -- null = the link has not been used
	person  text collate "C" not null,
	channel text collate "C" not null,
	account text collate "C" not null,
	expires timestamptz not null
);
create index logins_expires on logins (expires);

-- +goose Down
drop table logins;
