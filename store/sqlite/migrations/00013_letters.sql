-- +goose Up
-- What was sent to customers, how far it has come, and the note in the desk's room that says so. Who sends it
-- writes data and version, who keeps the note writes the others.
create table letters (
	id      text not null primary key,
	version integer not null,
	data    text not null,
	note    text not null,
	shown   integer not null,
	made    timestamp not null default current_timestamp
);
create index letters_made on letters (made);

-- Which claim a message is about, and which message of its customer it repeats.
create table traces (
	channel text not null,
	chat    text not null,
	message text not null,
	claim   text not null,
	repeats text not null,
	made    timestamp not null default current_timestamp,
	primary key (channel, chat, message)
);
create index traces_repeats on traces (channel, chat, claim, repeats) where repeats <> '';
create index traces_made on traces (made);

-- +goose Down
drop table traces;
drop table letters;
