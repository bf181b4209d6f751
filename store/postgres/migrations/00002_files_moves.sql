-- +goose Up
create table uploads (
	id      text collate "C" not null primary key,
	version bigint not null,
	expires timestamptz not null,
	old     timestamptz, -- since when its parts are of no use; null = it has none
	data    jsonb not null
);
create index uploads_old on uploads (old) where old is not null;
create index uploads_expires on uploads (expires);

create table moves (
	channel text collate "C" not null,
	chat    text collate "C" not null,
	goes_on text collate "C" not null,
	primary key (channel, chat)
);
create index places_chat on places (channel, chat);
create index claims_chat on claims (channel, (data ->> 'chat'));

create table files (
	hash  text collate "C" not null primary key,
	noted timestamptz not null
);

create table claim_files (
	claim text collate "C" not null references claims (id),
	hash  text collate "C" not null,
	primary key (claim, hash)
);
create index claim_files_hash on claim_files (hash);
insert into claim_files (claim, hash)
select distinct c.id, e.value ->> 'hash' from claims c, jsonb_array_elements(c.data -> 'evidence') e
where e.value ->> 'hash' <> '';

-- +goose Down
drop table claim_files;
drop table files;
drop index claims_chat;
drop index places_chat;
drop table moves;
drop table uploads;
