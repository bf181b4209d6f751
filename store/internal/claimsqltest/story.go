package claimsqltest

import (
	"errors"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/store/internal/claimsql"
)

// Story is what a database must have: claims C-1 and on, reported by p1 and on in a chat of that name on
// the channel "chat", machines OS-1 and on with the folded number OS1, companies c1 and on, lanes of the
// chats 1 and on whose messages are called 1 to 10, chats g1 and on that have moved, and inbounds that wait
// in chats 1 and on.
var noon = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)

// story calls every method of a store with arguments that the database knows.
func story(t *testing.T, s *claimsql.Store) {
	t.Helper()
	for _, part := range []func(*testing.T, *claimsql.Store) error{claims, registry, conversations, boxes, uploads, chats, swaps, staff, logins, alerts} {
		if err := part(t, s); err != nil {
			t.Error(err)
		}
	}
}

var in = bot.Inbound{ID: "in", Event: bot.Said{}}

func claims(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	c := claim.Claim{Opened: noon, Description: "停机", Lines: make([]claim.Line, 1), Evidence: []claim.Evidence{{Hash: "a"}, {Hash: "b"}}}
	opened, err := s.OpenClaim(ctx, bot.EffectKey{Inbound: "1"}, c, func(claim.Claim) []bot.Inbound { return []bot.Inbound{in} })
	errs := []error{err}
	for range 2 { // the second one finds that it was done
		_, err := s.ChangeClaim(ctx, bot.EffectKey{Inbound: "2"}, opened.ID, func(c claim.Claim) (bot.ClaimChange, error) {
			c.Lines, c.Evidence, c.Description = nil, c.Evidence[1:], "valve"
			return bot.ClaimChange{Claim: c, Events: make([]claim.Event, 1)}, nil
		})
		errs = append(errs, err)
	}
	for i := range 1 << 5 { // all combinations of a filter's fields
		var f bot.ClaimFilter
		if i&1 != 0 {
			f.Channel, f.Person = "chat", "p7"
		}
		if i&2 != 0 {
			f.Company = "c7"
		}
		if i&4 != 0 {
			f.Serial = "OS-7"
		}
		f.Pending = i&8 != 0
		if i&16 != 0 {
			f.Since = claim.Date{Year: 2024, Month: time.March, Day: 1}
		}
		_, err := s.FindClaims(ctx, f)
		errs = append(errs, err)
	}
	for _, words := range []string{"", "valve", "valve block 7", "OS-7", "C-7", "w7 x w8 valves", "停机"} {
		_, _, err := s.SearchClaims(ctx, words, 10)
		errs = append(errs, err)
	}
	_, read := s.Claim(ctx, opened.ID)
	_, calling := s.Calling(ctx, noon, 10)
	_, history := s.Events(ctx, opened.ID)
	first := claim.Date{Year: 2026, Month: time.March, Day: 1}
	each := s.Histories(ctx, first, first.AddDays(30), func(claim.Claim, []claim.Event) error { return nil })
	_, unconfirmed := s.Unconfirmed(ctx, noon, 10)
	return errors.Join(append(errs, read, calling, history, each, unconfirmed)...)
}

func alerts(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	c, opened := s.OpenClaim(ctx, bot.EffectKey{Inbound: "3"}, claim.Claim{Opened: noon}, nil)
	n := bot.Notice{ID: "notice", Notice: duty.Notice{Claim: c.ID, Way: duty.Mention}}
	_, called := s.CallFor(ctx, bot.EffectKey{Inbound: "4"}, c.ID, func(c claim.Claim) (bot.ClaimChange, []bot.Notice, error) {
		return bot.ClaimChange{Claim: c}, []bot.Notice{n}, nil
	})
	_, listed := s.Notices(ctx, 10)
	a := bot.Alert{ID: "alert", Notices: []duty.Notice{n.Notice}}
	made := s.MakeAlerts(ctx, noon, []bot.Alert{a}, []bot.Notice{n})
	_, times := s.Alerted(ctx, noon)
	_, waiting := s.WaitingAlerts(ctx, 10)
	_, read := s.Alert(ctx, a.ID)
	_, of := s.AlertsOf(ctx, "C-7", 10)
	return errors.Join(opened, called, listed, made, times, waiting, read, of, s.PutAlert(ctx, a), s.HandOn(ctx, a.ID))
}

func registry(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	_, imported := s.Import(ctx, bot.Registration{
		Companies: []claim.Company{{ID: "c0"}}, Machines: []claim.Machine{{Serial: "OS-0"}}, Parts: []claim.Part{{Serial: "P-0"}},
	}, nil)
	_, machine := s.Machine(ctx, "OS-0")
	_, near := s.NearMachines(ctx, "OS7")
	_, owned := s.MachinesOf(ctx, "c7")
	_, company := s.Company(ctx, "c0")
	_, companies := s.FindCompanies(ctx, "c0", 5)
	_, writers := s.Writers(ctx, "c7", 5)
	put := s.PutPerson(ctx, "chat", claim.Person{ID: "p0"})
	_, person := s.Person(ctx, "chat", "p0")
	_, secret := s.Secret(ctx, "links")
	return errors.Join(imported, machine, near, owned, company, companies, writers, put, person, secret)
}

func conversations(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	k := bot.Key{Channel: "chat", Chat: "p0", Person: "p0"}
	_, put := s.PutSnapshots(ctx, []bot.Snapshot{{Session: bot.Session{Key: k, Version: 1}}})
	_, snapshot := s.Snapshot(ctx, k)
	_, quiet := s.Quiet(ctx, noon, 10)
	_, overdue := s.Overdue(ctx, noon, 10)
	_, heard := s.Heard(ctx, "chat", noon, 10)
	return errors.Join(put, snapshot, quiet, overdue, heard)
}

func staff(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	put := s.PutAccount(ctx, bot.Account{Person: "wang", Channel: "chat", ID: "w"})
	_, read := s.Account(ctx, "chat", "w")
	_, list := s.Accounts(ctx)
	code := s.PutCode(ctx, "hash", "wang", noon)
	_, used := s.UseCode(ctx, "hash", bot.Account{Channel: "chat", ID: "x", At: noon.Add(-time.Minute)})
	_, again := s.UseCode(ctx, "hash", bot.Account{Channel: "chat", ID: "x"})
	noted := s.NoteChat(ctx, bot.Account{Person: "wang", Channel: "chat", ID: "w", Chat: "w"})
	return errors.Join(put, read, list, code, used, again, noted, s.DropAccount(ctx, "chat", "x"))
}

func logins(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	put := s.PutLogin(ctx, bot.Login{Link: "link", Person: "wang", Channel: "chat", Account: "w", Expires: noon})
	_, used := s.UseLogin(ctx, "link", "session", noon.Add(-time.Minute), noon)
	_, read := s.Login(ctx, "session", noon.Add(-time.Minute))
	return errors.Join(put, used, read, s.EndLogin(ctx, "session"))
}

func boxes(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	post := s.Post(ctx, in)
	_, take := s.Take(ctx, noon, noon, 10)
	_, adopt := s.Take(ctx, noon, noon, 0) // looks for what older programs have posted
	chat := bot.Chat{Channel: "chat", Chat: "7"}
	queue := s.Queue(ctx, chat, []bot.Outgoing{{ID: "11"}}, noon)
	_, _, drain := s.Drain(ctx, noon.AddDate(1, 0, 0), noon.AddDate(1, 0, 1), 10)
	lonely := in
	lonely.ID, lonely.To = "lonely", bot.Address{Channel: "chat", Chat: "lonely"}
	known := errors.Join(s.Post(ctx, lonely), s.Finish(ctx, lonely.Key(), noon, lonely.ID), s.Post(ctx, lonely))
	_, empty := s.Take(ctx, noon, noon, 10_000) // of a conversation in which nothing waits
	return errors.Join(post, take, adopt, known, empty, s.SetAside(ctx, in, ""), s.Finish(ctx, in.Key(), noon, in.ID),
		queue, drain, s.Drained(ctx, bot.Lane{Chat: chat, Held: noon}, []string{"7"}, noon))
}

func uploads(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	opened := s.OpenUpload(ctx, bot.Upload{ID: "u"})
	_, begun := s.BeginUpload(ctx, "u", "a.mp4", 1)
	_, added := s.AddPart(ctx, "u", 0, bot.Part{Size: 1})
	_, read := s.Upload(ctx, "u")
	_, old := s.OldUploads(ctx, noon, 10)
	return errors.Join(opened, begun, added, read, s.EndUpload(ctx, "u", bot.File{Hash: "h"}, in), old, s.DropParts(ctx, "u"),
		s.NoteFile(ctx, bot.File{Hash: "h"}))
}

func chats(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	place := bot.Place{Claim: "C-7", To: bot.Address{Channel: "chat", Chat: "p7", Thread: "3"}, Message: "17"}
	put := s.PutPlace(ctx, place)
	_, read := s.Place(ctx, place.Claim, place.To.Lane())
	_, inThread := s.PlaceAt(ctx, place.To, "")
	_, atCard := s.PlaceAt(ctx, bot.Address{Channel: "chat", Chat: "p7"}, place.Message)
	_, letter := s.PutLetter(ctx, bot.Letter{ID: "letter 7"})
	_, _, state := s.Letter(ctx, "letter 7")
	room := bot.Chat{Channel: "chat", Chat: "room7"}
	traces := s.PutTraces(ctx, bot.Trace{At: room, Message: "n", Claim: "C-7", Repeats: "m"})
	_, trace := s.Trace(ctx, room, "n")
	_, repeat := s.Repeat(ctx, room, "C-7", "m")
	letters := errors.Join(letter, s.PutNote(ctx, "letter 7", bot.Note{Message: "n", Shown: 1}), state, traces, trace, repeat)
	move := s.MoveChat(ctx, "chat", "p7", "-7") // of claims and conversations
	queued := s.MoveChat(ctx, "chat", "9", "-9")
	_, moved := s.Moved(ctx, "chat", "g7")
	waits := in
	waits.ID, waits.To = "waits", bot.Address{Channel: "chat", Chat: "p7"}
	post := s.Post(ctx, waits)
	_, take := s.Take(ctx, noon, noon, 10_000) // brings it to the new chat
	_, adopt := s.Take(ctx, noon, noon, 0)
	return errors.Join(letters, put, read, inThread, atCard, move, queued, moved, post, take, adopt)
}

func swaps(t *testing.T, s *claimsql.Store) error {
	t.Helper()
	ctx := t.Context()
	swap := bot.Swap{Override: duty.Override{From: noon, To: noon.AddDate(0, 0, 1)}}
	var errs []error
	for range 2 { // the second one finds that it was done
		added, err := s.AddSwap(ctx, bot.EffectKey{Inbound: "swap"}, swap, func(bot.Swap) []bot.Inbound { return []bot.Inbound{in} })
		errs = append(errs, err)
		swap.Number = added.Number
	}
	_, undone := s.UndoSwap(ctx, bot.EffectKey{Inbound: "undo"}, swap.Number, func(was bot.Swap) (bot.Swap, []bot.Inbound) {
		was.Undone.At = noon
		return was, nil
	})
	_, listed := s.Swaps(ctx, noon)
	for i := range 2 { // the first one makes it
		_, err := s.Advance(ctx, "weekly", noon.AddDate(0, 0, i))
		errs = append(errs, err)
	}
	_, mark := s.Mark(ctx, "weekly")
	return errors.Join(append(errs, undone, listed, mark)...)
}
