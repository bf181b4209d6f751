package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

func staffCases() []storeCase {
	return []storeCase{
		{"account round trip", accountRoundTrip},
		{"accounts are listed by person", accountList},
		{"a private chat is noted of a linked account", accountChat},
		{"a code links once", codeOnce},
		{"of many who use a code one is linked", codeAtOnce},
		{"a code expires", codeExpires},
		{"a code of another person moves the account", codeMoves},
		{"codes that have expired are purged", codePurged},
	}
}

func account(person duty.PersonID, id claim.PersonID) bot.Account {
	return bot.Account{Person: person, Channel: "chat", ID: id, Chat: "private " + string(id), At: day(1)}
}

func accountRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.Account(t.Context(), "chat", "w-1")
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.PutAccount(t.Context(), account("wang", "w-1")))
	same(t, "account", got(s.Account(t.Context(), "chat", "w-1"))(t), account("wang", "w-1"))
	_, err = s.Account(t.Context(), "mail", "w-1")
	wantErr(t, err, bot.ErrNotFound)

	must(t, s.PutAccount(t.Context(), account("chen", "w-1")))
	same(t, "account of somebody else", got(s.Account(t.Context(), "chat", "w-1"))(t), account("chen", "w-1"))
	if s.PutAccount(t.Context(), account("wang", nul)) == nil {
		t.Error("a NUL in an id was taken")
	}
	must(t, s.DropAccount(t.Context(), "chat", "w-1"))
	_, err = s.Account(t.Context(), "chat", "w-1")
	wantErr(t, err, bot.ErrNotFound)
	wantErr(t, s.DropAccount(t.Context(), "chat", "w-1"), bot.ErrNotFound)
}

func accountList(t *testing.T, s bot.Store) {
	t.Helper()
	same(t, "accounts", got(s.Accounts(t.Context()))(t), []bot.Account{})
	mail := account("chen", "c-1")
	mail.Channel = "mail"
	for _, a := range []bot.Account{account("wang", "w-2"), mail, account("wang", "w-1"), account("chen", "c-2")} {
		must(t, s.PutAccount(t.Context(), a))
	}
	want := []bot.Account{account("chen", "c-2"), mail, account("wang", "w-1"), account("wang", "w-2")}
	same(t, "accounts", got(s.Accounts(t.Context()))(t), want)
}

func accountChat(t *testing.T, s bot.Store) {
	t.Helper()
	a := account("wang", "w-1")
	must(t, s.NoteChat(t.Context(), a)) // it is not linked
	same(t, "accounts", got(s.Accounts(t.Context()))(t), []bot.Account{})
	must(t, s.PutAccount(t.Context(), a))
	a.Chat = "elsewhere"
	must(t, s.NoteChat(t.Context(), a))
	same(t, "account", got(s.Account(t.Context(), "chat", "w-1"))(t), a)
	must(t, s.NoteChat(t.Context(), account("chen", "w-1"))) // it is somebody else's
	same(t, "account", got(s.Account(t.Context(), "chat", "w-1"))(t), a)
}

func codeOnce(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutCode(t.Context(), "hash", "wang", day(2)))
	wantErr(t, s.PutCode(t.Context(), "hash", "chen", day(3)), bot.ErrConflict)
	_, err := s.UseCode(t.Context(), "other", account("", "w-1"))
	wantErr(t, err, bot.ErrNotFound)
	for range 2 { // the message that has used it may come again
		same(t, "linked", got(s.UseCode(t.Context(), "hash", account("", "w-1")))(t), account("wang", "w-1"))
	}
	same(t, "account", got(s.Account(t.Context(), "chat", "w-1"))(t), account("wang", "w-1"))
	_, err = s.UseCode(t.Context(), "hash", account("", "m-1"))
	wantErr(t, err, bot.ErrUsed)
	_, err = s.Account(t.Context(), "chat", "m-1")
	wantErr(t, err, bot.ErrNotFound)

	must(t, s.DropAccount(t.Context(), "chat", "w-1"))
	_, err = s.UseCode(t.Context(), "hash", account("", "w-1"))
	wantErr(t, err, bot.ErrUsed)
	_, err = s.Account(t.Context(), "chat", "w-1")
	wantErr(t, err, bot.ErrNotFound)
}

func codeAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutCode(t.Context(), "hash", "wang", day(2)))
	won := 0
	for _, err := range atOnce(func(i int) error {
		_, err := s.UseCode(t.Context(), "hash", account("", claim.PersonID(name("w", i))))
		return err
	}) {
		if err == nil {
			won++
		} else if !errors.Is(err, bot.ErrUsed) {
			t.Errorf("error = %v, want %v", err, bot.ErrUsed)
		}
	}
	same(t, "winners", won, 1)
	same(t, "accounts", len(got(s.Accounts(t.Context()))(t)), 1)
}

func codeExpires(t *testing.T, s bot.Store) {
	t.Helper()
	at := account("", "w-1")
	must(t, s.PutCode(t.Context(), "late", "wang", at.At))
	must(t, s.PutCode(t.Context(), "in time", "wang", at.At.Add(time.Microsecond)))
	_, err := s.UseCode(t.Context(), "late", at)
	wantErr(t, err, bot.ErrExpired)
	got(s.UseCode(t.Context(), "in time", at))(t)
}

func codeMoves(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutCode(t.Context(), "1", "wang", day(2)))
	must(t, s.PutCode(t.Context(), "2", "chen", day(2)))
	got(s.UseCode(t.Context(), "1", account("", "x-1")))(t)
	got(s.UseCode(t.Context(), "2", account("", "x-1")))(t)
	same(t, "accounts", got(s.Accounts(t.Context()))(t), []bot.Account{account("chen", "x-1")})
	_, err := s.UseCode(t.Context(), "1", account("", "x-1")) // what it made is not there any more
	wantErr(t, err, bot.ErrUsed)
}

func codePurged(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutCode(t.Context(), "old", "wang", day(1)))
	must(t, s.PutCode(t.Context(), "new", "wang", day(5)))
	must(t, s.Purge(t.Context(), day(2)))
	must(t, s.PutCode(t.Context(), "old", "wang", day(5)))
	wantErr(t, s.PutCode(t.Context(), "new", "wang", day(5)), bot.ErrConflict)
}
