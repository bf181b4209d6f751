package storetest

import (
	"bytes"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func smallCases() []storeCase {
	return []storeCase{
		{"person round trip", personRoundTrip},
		{"place round trip", placeRoundTrip},
		{"secrets stay the same", secretsStay},
		{"a secret is made once by many", secretsAtOnce},
		{"ping answers", func(t *testing.T, s bot.Store) { t.Helper(); must(t, s.Ping(t.Context())) }},
	}
}

func personRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.Person(t.Context(), "chat", "mei-1")
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.PutPerson(t.Context(), "chat", mei()))
	same(t, "person", got(s.Person(t.Context(), "chat", "mei-1"))(t), mei())
	_, err = s.Person(t.Context(), "mail", "mei-1")
	wantErr(t, err, bot.ErrNotFound)

	stranger := claim.Person{ID: "mei-1", Name: "Mei"}
	must(t, s.PutPerson(t.Context(), "chat", stranger))
	same(t, "replaced person", got(s.Person(t.Context(), "chat", "mei-1"))(t), stranger)
	if s.PutPerson(t.Context(), "chat", claim.Person{ID: "mei-1", Name: nul}) == nil {
		t.Error("a NUL in a name was taken")
	}
	same(t, "person after a refusal", got(s.Person(t.Context(), "chat", "mei-1"))(t), stranger)
}

func placeRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.Place(t.Context(), "C-2603-0001", laneA)
	wantErr(t, err, bot.ErrNotFound)
	p := bot.Place{Claim: "C-2603-0001", To: bot.Address{Channel: "chat", Chat: "a", Thread: "3"}, Message: "17", Version: 2}
	other := bot.Place{Claim: "C-2603-0001", To: bot.Address{Channel: "chat", Chat: "b"}, Message: "1", Version: 1}
	must(t, s.PutPlace(t.Context(), p))
	must(t, s.PutPlace(t.Context(), other))
	same(t, "place", got(s.Place(t.Context(), p.Claim, laneA))(t), p)
	p.Message, p.To.Thread, p.Version = "18", "4", 3
	must(t, s.PutPlace(t.Context(), p))
	same(t, "replaced place", got(s.Place(t.Context(), p.Claim, laneA))(t), p)
	same(t, "other place", got(s.Place(t.Context(), p.Claim, laneB))(t), other)
	_, err = s.Place(t.Context(), "C-2603-0002", laneA)
	wantErr(t, err, bot.ErrNotFound)
}

func secretsStay(t *testing.T, s bot.Store) {
	t.Helper()
	a := got(s.Secret(t.Context(), "links"))(t)
	if len(a) != 32 || bytes.Equal(a, make([]byte, 32)) {
		t.Errorf("secret %x, want 32 random bytes", a)
	}
	same(t, "secret", got(s.Secret(t.Context(), "links"))(t), a)
	if bytes.Equal(got(s.Secret(t.Context(), "cookies"))(t), a) {
		t.Error("two names share a secret")
	}
}

func secretsAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	secrets := make([][]byte, writers)
	for _, err := range atOnce(func(i int) (err error) {
		secrets[i], err = s.Secret(t.Context(), "links")
		return err
	}) {
		must(t, err)
	}
	for _, secret := range secrets {
		same(t, "secret", secret, secrets[0])
	}
}
