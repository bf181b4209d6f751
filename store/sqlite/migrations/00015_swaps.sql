-- +goose Up
-- Turns that engineers have swapped: data says who and when. What is undone stays, for the record.
create table swaps (
	number integer primary key,
	ends   timestamp not null,
	undone integer not null,
	data   text not null
);
create index swaps_ends on swaps (ends) where not undone;

-- How far something has come that is done once for all replicas.
create table marks (
	name text primary key,
	at   timestamp not null
);

-- +goose Down
drop table marks;
drop table swaps;
