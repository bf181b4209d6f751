-- +goose Up
-- Links to the desk's pages, each for one of its people, and the sessions that they have opened; hashes only.
create table logins (
	link    text not null primary key,
	session text unique, -- null = the link has not been used
	person  text not null,
	channel text not null,
	account text not null,
	expires timestamp not null
);
create index logins_expires on logins (expires);

-- +goose Down
drop table logins;
