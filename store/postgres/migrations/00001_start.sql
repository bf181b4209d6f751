-- What is filtered on is a column, the whole value stands beside it as JSON. Every text compares
-- byte by byte (collate "C"), as in SQLite and whatever the database's language is.

-- +goose Up
create table claims (
	id       text collate "C" not null primary key,
	version  bigint not null,
	status   text collate "C" not null,
	pending  boolean not null,
	severity text collate "C" not null,
	channel  text collate "C" not null,
	reporter text collate "C" not null,
	company  text collate "C" not null,
	date     text collate "C" not null,
	opened   timestamptz not null,
	changed  timestamptz not null,
	data     jsonb not null
);
create index claims_reporter on claims (channel, reporter);
create index claims_opened on claims (opened, id);
create index claims_pending on claims (opened, id) where pending;

create table claim_lines (
	claim   text collate "C" not null references claims (id),
	n       integer not null,
	serial  text collate "C" not null,
	company text collate "C" not null,
	primary key (claim, n)
);
create index claim_lines_serial on claim_lines (serial, claim);
create index claim_lines_company on claim_lines (company, claim);

create table events (
	claim text collate "C" not null references claims (id),
	seq   bigint not null,
	n     integer not null,
	data  jsonb not null,
	primary key (claim, seq, n)
);

create table effects (
	key  text collate "C" not null primary key,
	hash text collate "C" not null,
	data jsonb not null,
	made timestamptz not null default current_timestamp
);
create index effects_made on effects (made);

create table counters (
	name text collate "C" not null primary key,
	n    bigint not null
);

create table companies (
	id   text collate "C" not null primary key,
	data jsonb not null
);

create table machines (
	serial  text collate "C" not null primary key,
	folded  text collate "C" not null,
	company text collate "C" not null,
	data    jsonb not null
);
create index machines_folded on machines (folded, serial);
create index machines_company on machines (company, serial);

create table parts (
	serial  text collate "C" not null primary key,
	machine text collate "C" not null,
	data    jsonb not null
);
create index parts_machine on parts (machine, serial);

create table people (
	channel text collate "C" not null,
	id      text collate "C" not null,
	company text collate "C" not null,
	data    jsonb not null,
	primary key (channel, id)
);
create index people_company on people (company);

create table snapshots (
	channel text collate "C" not null,
	chat    text collate "C" not null,
	person  text collate "C" not null,
	version bigint not null,
	epoch   text collate "C" not null,
	quiet   timestamptz,
	data    jsonb not null,
	primary key (channel, chat, person)
);
create index snapshots_quiet on snapshots (quiet) where quiet is not null;

create table inbox (
	n    bigint generated always as identity primary key,
	id   text collate "C" not null unique,
	data jsonb not null,
	done timestamptz,
	why  text collate "C"
);
create index inbox_waiting on inbox (n) where done is null and why is null;
create index inbox_done on inbox (done) where done is not null;

create table lanes (
	channel    text collate "C" not null,
	chat       text collate "C" not null,
	last       bigint not null,
	not_before timestamptz not null,
	held_until timestamptz not null,
	primary key (channel, chat)
);
create index lanes_due on lanes (not_before);

create table outbox (
	channel text collate "C" not null,
	chat    text collate "C" not null,
	seq     bigint not null,
	id      text collate "C" not null,
	data    jsonb not null,
	primary key (channel, chat, seq),
	unique (channel, chat, id)
);

create table places (
	claim   text collate "C" not null,
	channel text collate "C" not null,
	chat    text collate "C" not null,
	thread  text collate "C" not null,
	message text collate "C" not null,
	version bigint not null,
	primary key (claim, channel, chat)
);

create table secrets (
	name  text collate "C" not null primary key,
	value bytea not null
);

-- +goose Down
drop table secrets;
drop table places;
drop table outbox;
drop table lanes;
drop table inbox;
drop table snapshots;
drop table people;
drop table parts;
drop table machines;
drop table companies;
drop table counters;
drop table effects;
drop table events;
drop table claim_lines;
drop table claims;
