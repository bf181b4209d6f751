-- +goose Up
-- Calls for engineers that wait to go out with others, and the messages and alarms that came of them.
create table notices (
	id   text not null primary key,
	made timestamp not null,
	data text not null
);
create index notices_made on notices (made, id);

-- waits: since when it has not been handed on; null = it was.
create table alerts (
	id       text not null primary key,
	audience text not null,
	made     timestamp not null,
	waits    timestamp,
	data     text not null
);
create index alerts_made on alerts (made, audience);
create index alerts_waits on alerts (waits, id) where waits is not null;

create table alert_claims (
	claim text not null,
	alert text not null references alerts (id) on delete cascade,
	primary key (claim, alert)
) without rowid;
create index alert_claims_alert on alert_claims (alert);

-- Customers who were asked before are reminded, too: when, is found out when their claims come up.
update claims set call_at = changed where status = 'waiting_customer';

-- +goose Down
drop table alert_claims;
drop table alerts;
drop table notices;
