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
		{"a place is found by its thread and its message", placeFound},
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

func placeFound(t *testing.T, s bot.Store) {
	t.Helper()
	room, other := bot.Address{Channel: "chat", Chat: "a"}, bot.Address{Channel: "mail", Chat: "a"}
	in := func(room bot.Address, thread string) bot.Address {
		room.Thread = thread
		return room
	}
	topic := bot.Place{Claim: "C-2603-0001", To: in(room, "3"), Message: "17", Version: 2}
	card := bot.Place{Claim: "C-2603-0002", To: room, Message: "3", Version: 1} // the number of another one's thread
	waits := bot.Place{Claim: "C-2603-0003", To: room}                          // its card is still to be sent
	elsewhere := bot.Place{Claim: "C-2603-0001", To: in(other, "4"), Message: "18", Version: 2}
	for _, p := range []bot.Place{topic, card, waits, elsewhere} {
		must(t, s.PutPlace(t.Context(), p))
	}
	for _, c := range []struct {
		at   bot.Address
		m    bot.MessageID
		want bot.Place
	}{
		{in(room, "3"), "", topic},
		{room, "17", topic},
		{in(room, "3"), "3", topic},
		{in(room, "8"), "17", topic},
		{room, "3", card},
		{in(other, "4"), "", elsewhere},
		{other, "18", elsewhere},
	} {
		same(t, "place", got(s.PlaceAt(t.Context(), c.at, c.m))(t), c.want)
	}
	moved := topic // somebody has deleted thread and card: both were made again
	moved.To.Thread, moved.Message = "5", "19"
	must(t, s.PutPlace(t.Context(), moved))
	same(t, "place of the new thread", got(s.PlaceAt(t.Context(), in(room, "5"), ""))(t), moved)
	for at, m := range map[bot.Address]bot.MessageID{
		in(room, "3"): "17", room: "", in(room, "4"): "18", in(other, "3"): "17",
		{Channel: "chat", Chat: "b", Thread: "5"}: "19", {Channel: "mail", Chat: "b", Thread: "4"}: "",
	} {
		_, err := s.PlaceAt(t.Context(), at, m)
		wantErr(t, err, bot.ErrNotFound)
	}
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
