-- +goose Up
-- Rows of older programs have no conversation; newer ones fill it in (claimsql, adopt).
alter table inbox add column channel text collate "C";
alter table inbox add column chat text collate "C";
alter table inbox add column person text collate "C";
create index inbox_lane on inbox (channel, chat, person, n) where done is null and why is null;
create index inbox_adopt on inbox (n) where channel is null and done is null and why is null;

create table inbox_lanes (
	channel    text collate "C" not null,
	chat       text collate "C" not null,
	person     text collate "C" not null,
	turn       bigint not null, -- the lanes with the lowest one are next
	held_until timestamptz not null,
	primary key (channel, chat, person)
);
create index inbox_lanes_turn on inbox_lanes (turn);

-- +goose Down
drop table inbox_lanes;
drop index inbox_adopt;
drop index inbox_lane;
alter table inbox drop column person;
alter table inbox drop column chat;
alter table inbox drop column channel;
