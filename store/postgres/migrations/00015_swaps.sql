-- +goose Up
-- Turns that engineers have swapped: data says who and when. What is undone stays, for the record.
create table swaps (
	number bigint primary key,
	ends   timestamptz not null,
	undone boolean not null,
	data   jsonb not null
);
create index swaps_ends on swaps (ends) where not undone;

-- How far something has come that is done once for all replicas.
create table marks (
	name text collate "C" primary key,
	at   timestamptz not null
);

-- +goose Down
drop table marks;
drop table swaps;
