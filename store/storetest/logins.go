package storetest

import (
	"errors"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

func loginCases() []storeCase {
	return []storeCase{
		{"login round trip", loginRoundTrip},
		{"a login's link opens one session", loginOnce},
		{"of many who use a login's link one gets in", loginAtOnce},
		{"a login's link expires", loginExpires},
		{"a login's session ends", loginEnds},
		{"logins that have expired are purged", loginPurged},
	}
}

// login is one whose link is good for a day.
func login(link string) bot.Login {
	return bot.Login{Link: link, Person: "wang", Channel: "chat", Account: "w-1", Expires: day(2)}
}

func loginRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.Login(t.Context(), "session", day(1))
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.PutLogin(t.Context(), login("link")))
	later := login("link")
	later.Person, later.Expires = "chen", day(9)
	must(t, s.PutLogin(t.Context(), later)) // the turn that made it came again
	want := login("link")
	want.Expires = day(3)
	same(t, "used", got(s.UseLogin(t.Context(), "link", "session", day(1), day(3)))(t), want)
	same(t, "login", got(s.Login(t.Context(), "session", day(1)))(t), want)
	if s.PutLogin(t.Context(), login(nul)) == nil {
		t.Error("a NUL in a link was taken")
	}
}

func loginOnce(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutLogin(t.Context(), login("link")))
	_, err := s.UseLogin(t.Context(), "other", "session", day(1), day(3))
	wantErr(t, err, bot.ErrNotFound)
	got(s.UseLogin(t.Context(), "link", "session", day(1), day(3)))(t)
	_, err = s.UseLogin(t.Context(), "link", "second", day(1), day(3))
	wantErr(t, err, bot.ErrUsed)
	_, err = s.Login(t.Context(), "second", day(1))
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.PutLogin(t.Context(), login("link")))
	_, err = s.UseLogin(t.Context(), "link", "third", day(1), day(3))
	wantErr(t, err, bot.ErrUsed)
}

func loginAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutLogin(t.Context(), login("link")))
	won := 0
	for _, err := range atOnce(func(i int) error {
		_, err := s.UseLogin(t.Context(), "link", name("session", i), day(1), day(3))
		return err
	}) {
		if err == nil {
			won++
		} else if !errors.Is(err, bot.ErrUsed) {
			t.Errorf("error = %v, want %v", err, bot.ErrUsed)
		}
	}
	same(t, "winners", won, 1)
}

func loginExpires(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutLogin(t.Context(), login("link")))
	_, err := s.UseLogin(t.Context(), "link", "late", day(2), day(3))
	wantErr(t, err, bot.ErrExpired)
	got(s.UseLogin(t.Context(), "link", "session", day(2).Add(-time.Microsecond), day(3)))(t)
	got(s.Login(t.Context(), "session", day(3).Add(-time.Microsecond)))(t)
	_, err = s.Login(t.Context(), "session", day(3))
	wantErr(t, err, bot.ErrNotFound)
}

func loginEnds(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutLogin(t.Context(), login("1")))
	must(t, s.PutLogin(t.Context(), login("2")))
	got(s.UseLogin(t.Context(), "1", "first", day(1), day(3)))(t)
	got(s.UseLogin(t.Context(), "2", "second", day(1), day(3)))(t)
	for range 2 {
		must(t, s.EndLogin(t.Context(), "first"))
	}
	_, err := s.Login(t.Context(), "first", day(1))
	wantErr(t, err, bot.ErrNotFound)
	got(s.Login(t.Context(), "second", day(1)))(t)
	_, err = s.UseLogin(t.Context(), "1", "again", day(1), day(3))
	wantErr(t, err, bot.ErrUsed)
}

func loginPurged(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.PutLogin(t.Context(), login("link")))
	must(t, s.Purge(t.Context(), day(2)))
	got(s.UseLogin(t.Context(), "link", "session", day(1), day(5)))(t)
	must(t, s.Purge(t.Context(), day(4)))
	got(s.Login(t.Context(), "session", day(1)))(t)
	must(t, s.Purge(t.Context(), day(6)))
	_, err := s.Login(t.Context(), "session", day(1))
	wantErr(t, err, bot.ErrNotFound)
}
