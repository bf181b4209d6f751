-- +goose Up
-- A claim is found by what stands in its thread or answers its card. A chat's places are found by the first of the two.
drop index places_chat;
create index places_message on places (channel, chat, message);
create index places_thread on places (channel, chat, thread) where thread <> '';

-- +goose Down
drop index places_thread;
drop index places_message;
create index places_chat on places (channel, chat);
