-- +goose Up
create table uploads (
	id      text not null primary key,
	version integer not null,
	expires timestamp not null,
	old     timestamp, -- since when its parts are of no use; null = it has none
	data    text not null
);
create index uploads_old on uploads (old) where old is not null;
create index uploads_expires on uploads (expires);

create table moves (
	channel text not null,
	chat    text not null,
	goes_on text not null,
	primary key (channel, chat)
);
create index places_chat on places (channel, chat);
create index claims_chat on claims (channel, (data ->> 'chat'));

create table files (
	hash  text not null primary key,
	noted timestamp not null
);

create table claim_files (
	claim text not null references claims (id),
	hash  text not null,
	primary key (claim, hash)
) without rowid;
create index claim_files_hash on claim_files (hash);
insert into claim_files (claim, hash)
select distinct c.id, e.value ->> 'hash' from claims c, json_each(c.data, '$.evidence') e
where e.value ->> 'hash' <> '';

-- +goose Down
drop table claim_files;
drop table files;
drop index claims_chat;
drop index places_chat;
drop table moves;
drop table uploads;
