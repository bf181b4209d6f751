-- What is filtered on is a column, the whole value stands beside it as JSON. Times are UTC texts
-- with microseconds; they compare as texts.

-- +goose Up
create table claims (
	id       text not null primary key,
	version  integer not null,
	status   text not null,
	pending  integer not null,
	severity text not null,
	channel  text not null,
	reporter text not null,
	company  text not null,
	date     text not null,
	opened   timestamp not null,
	changed  timestamp not null,
	data     text not null
);
create index claims_reporter on claims (channel, reporter);
create index claims_opened on claims (opened, id);
create index claims_pending on claims (opened, id) where pending;

create table claim_lines (
	claim   text not null references claims (id),
	n       integer not null,
	serial  text not null,
	company text not null,
	primary key (claim, n)
) without rowid;
create index claim_lines_serial on claim_lines (serial, claim);
create index claim_lines_company on claim_lines (company, claim);

create table events (
	claim text not null references claims (id),
	seq   integer not null,
	n     integer not null,
	data  text not null,
	primary key (claim, seq, n)
) without rowid;

create table effects (
	key  text not null primary key,
	hash text not null,
	data text not null,
	made timestamp not null default current_timestamp
);
create index effects_made on effects (made);

create table counters (
	name text not null primary key,
	n    integer not null
);

create table companies (
	id   text not null primary key,
	data text not null
);

create table machines (
	serial  text not null primary key,
	folded  text not null,
	company text not null,
	data    text not null
);
create index machines_folded on machines (folded, serial);
create index machines_company on machines (company, serial);

create table parts (
	serial  text not null primary key,
	machine text not null,
	data    text not null
);
create index parts_machine on parts (machine, serial);

create table people (
	channel text not null,
	id      text not null,
	company text not null,
	data    text not null,
	primary key (channel, id)
);
create index people_company on people (company);

create table snapshots (
	channel text not null,
	chat    text not null,
	person  text not null,
	version integer not null,
	epoch   text not null,
	quiet   timestamp,
	data    text not null,
	primary key (channel, chat, person)
);
create index snapshots_quiet on snapshots (quiet) where quiet is not null;

create table inbox (
	n    integer primary key autoincrement,
	id   text not null unique,
	data text not null,
	done timestamp,
	why  text
);
create index inbox_waiting on inbox (n) where done is null and why is null;
create index inbox_done on inbox (done) where done is not null;

create table lanes (
	channel    text not null,
	chat       text not null,
	last       integer not null,
	not_before timestamp not null,
	held_until timestamp not null,
	primary key (channel, chat)
);
create index lanes_due on lanes (not_before);

create table outbox (
	channel text not null,
	chat    text not null,
	seq     integer not null,
	id      text not null,
	data    text not null,
	primary key (channel, chat, seq),
	unique (channel, chat, id)
);

create table places (
	claim   text not null,
	channel text not null,
	chat    text not null,
	thread  text not null,
	message text not null,
	version integer not null,
	primary key (claim, channel, chat)
);

create table secrets (
	name  text not null primary key,
	value blob not null
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
