-- +goose Up
-- Claims of older programs have no words until they change (claimsql, words.go). A claim and its words are written in one commit, so
-- nothing has to check that they belong together.
create table claim_words (
	word  text collate "C" not null,
	claim text collate "C" not null,
	primary key (word, claim)
);

-- +goose Down
drop table claim_words;
