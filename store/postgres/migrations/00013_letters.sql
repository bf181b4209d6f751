-- +goose Up
-- What was sent to customers, how far it has come, and the note in the desk's room that says so. Who sends it
-- writes data and version, who keeps the note writes the others.
create table letters (
	id      text collate "C" not null primary key,
	version bigint not null,
	data    jsonb not null,
	note    text collate "C" not null,
	shown   bigint not null,
	made    timestamptz not null default current_timestamp
);
create index letters_made on letters (made);

-- Which claim a message is about, and which message of its customer it repeats.
create table traces (
	channel text collate "C" not null,
	chat    text collate "C" not null,
	message text collate "C" not null,
	claim   text collate "C" not null,
	repeats text collate "C" not null,
	made    timestamptz not null default current_timestamp,
	primary key (channel, chat, message)
);
create index traces_repeats on traces (channel, chat, claim, repeats) where repeats <> '';
create index traces_made on traces (made);

-- +goose Down
drop table traces;
drop table letters;
