-- +goose Up
-- Rows of older programs have no conversation; newer ones fill it in (claimsql, adopt).
alter table inbox add column channel text;
alter table inbox add column chat text;
alter table inbox add column person text;
create index inbox_lane on inbox (channel, chat, person, n) where done is null and why is null;
create index inbox_adopt on inbox (n) where channel is null and done is null and why is null;

create table inbox_lanes (
	channel    text not null,
	chat       text not null,
	person     text not null,
	turn       integer not null, -- the lanes with the lowest one are next
	held_until timestamp not null,
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
