package storetest

import (
	"context"
	"reflect"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func faultCases() []storeCase {
	return []storeCase{
		{"a cancelled context ends every call", storeCancelled},
		{"every call after Close fails", storeClosed},
	}
}

// storeCalls are calls of every method on a store that has the claim C-2603-0001.
func storeCalls(s bot.Store) []call {
	return append(swapCalls(s), []call{
		{"OpenClaim", func(ctx context.Context) error {
			_, err := s.OpenClaim(ctx, key("in-9", "a"), aClaim(), func(claim.Claim) []bot.Inbound { return []bot.Inbound{told("then")} })
			return err
		}},
		{"ChangeClaim", func(ctx context.Context) error {
			_, err := s.ChangeClaim(ctx, key("in-8", "a"), "C-2603-0001", take)
			return err
		}},
		{"CallFor", func(ctx context.Context) error {
			_, err := s.CallFor(ctx, key("in-7", "a"), "C-2603-0001", func(c claim.Claim) (bot.ClaimChange, []bot.Notice, error) {
				return bot.ClaimChange{Claim: c}, []bot.Notice{aNotice("n", c.ID, false)}, nil
			})
			return err
		}},
		{"Notices", func(ctx context.Context) error { _, err := s.Notices(ctx, 10); return err }},
		{"MakeAlerts", func(ctx context.Context) error {
			return s.MakeAlerts(ctx, day(1), []bot.Alert{anAlert("a", aNotice("n", "C-2603-0001", false))}, nil)
		}},
		{"Alerted", func(ctx context.Context) error { _, err := s.Alerted(ctx, day(1)); return err }},
		{"WaitingAlerts", func(ctx context.Context) error { _, err := s.WaitingAlerts(ctx, 10); return err }},
		{"HandOn", func(ctx context.Context) error { return s.HandOn(ctx, "a") }},
		{"Alert", func(ctx context.Context) error { _, err := s.Alert(ctx, "a"); return err }},
		{"PutAlert", func(ctx context.Context) error { return s.PutAlert(ctx, anAlert("a")) }},
		{"AlertsOf", func(ctx context.Context) error { _, err := s.AlertsOf(ctx, "C-2603-0001", 10); return err }},
		{"Claim", func(ctx context.Context) error { _, err := s.Claim(ctx, "C-2603-0001"); return err }},
		{"Events", func(ctx context.Context) error { _, err := s.Events(ctx, "C-2603-0001"); return err }},
		{"SearchClaims", func(ctx context.Context) error { _, _, err := s.SearchClaims(ctx, "valve", 10); return err }},
		{"FindClaims", func(ctx context.Context) error { _, err := s.FindClaims(ctx, bot.ClaimFilter{}); return err }},
		{"Calling", func(ctx context.Context) error { _, err := s.Calling(ctx, day(9), 10); return err }},
		{"Unconfirmed", func(ctx context.Context) error { _, err := s.Unconfirmed(ctx, day(3), 10); return err }},
		{"Histories", func(ctx context.Context) error {
			return s.Histories(ctx, claim.DateOf(day(1)), claim.DateOf(day(3)), func(claim.Claim, []claim.Event) error { return nil })
		}},
		{"Machine", func(ctx context.Context) error { _, err := s.Machine(ctx, "OS-2025-0417"); return err }},
		{"NearMachines", func(ctx context.Context) error { _, err := s.NearMachines(ctx, "x"); return err }},
		{"MachinesOf", func(ctx context.Context) error { _, err := s.MachinesOf(ctx, "nuts"); return err }},
		{"Company", func(ctx context.Context) error { _, err := s.Company(ctx, "nuts"); return err }},
		{"Import", func(ctx context.Context) error { _, err := s.Import(ctx, fleet(3), nil); return err }},
		{"FindCompanies", func(ctx context.Context) error { _, err := s.FindCompanies(ctx, "nuts", 5); return err }},
		{"Writers", func(ctx context.Context) error { _, err := s.Writers(ctx, "nuts", 5); return err }},
		{"Person", func(ctx context.Context) error { _, err := s.Person(ctx, "chat", "mei-1"); return err }},
		{"PutPerson", func(ctx context.Context) error { return s.PutPerson(ctx, "chat", mei()) }},
		{"Account", func(ctx context.Context) error { _, err := s.Account(ctx, "chat", "w-1"); return err }},
		{"Accounts", func(ctx context.Context) error { _, err := s.Accounts(ctx); return err }},
		{"PutAccount", func(ctx context.Context) error { return s.PutAccount(ctx, account("wang", "w-1")) }},
		{"NoteChat", func(ctx context.Context) error { return s.NoteChat(ctx, account("wang", "w-1")) }},
		{"DropAccount", func(ctx context.Context) error { return s.DropAccount(ctx, "chat", "w-1") }},
		{"PutCode", func(ctx context.Context) error { return s.PutCode(ctx, "hash", "wang", day(2)) }},
		{"UseCode", func(ctx context.Context) error { _, err := s.UseCode(ctx, "hash", account("", "w-1")); return err }},
		{"PutLogin", func(ctx context.Context) error { return s.PutLogin(ctx, login("link")) }},
		{"UseLogin", func(ctx context.Context) error {
			_, err := s.UseLogin(ctx, "link", "session", day(1), day(3))
			return err
		}},
		{"Login", func(ctx context.Context) error { _, err := s.Login(ctx, "session", day(1)); return err }},
		{"EndLogin", func(ctx context.Context) error { return s.EndLogin(ctx, "session") }},
		{"PutSnapshots", func(ctx context.Context) error {
			_, err := s.PutSnapshots(ctx, []bot.Snapshot{snapshot("mei", 1, "report")})
			return err
		}},
		{"Snapshot", func(ctx context.Context) error { _, err := s.Snapshot(ctx, conversation("mei")); return err }},
		{"Overdue", func(ctx context.Context) error { _, err := s.Overdue(ctx, day(2), 10); return err }},
		{"Heard", func(ctx context.Context) error { _, err := s.Heard(ctx, "chat", day(1), 10); return err }},
		{"Quiet", func(ctx context.Context) error { _, err := s.Quiet(ctx, day(2), 10); return err }},
		{"Post", func(ctx context.Context) error { return s.Post(ctx, told("posted")) }},
		{"Take", func(ctx context.Context) error { _, err := s.Take(ctx, day(1), day(2), 10); return err }},
		{"Finish", func(ctx context.Context) error { return s.Finish(ctx, told("in").Key(), day(2), "in") }},
		{"SetAside", func(ctx context.Context) error { return s.SetAside(ctx, told("aside"), "why") }},
		{"Queue", func(ctx context.Context) error { return s.Queue(ctx, laneA, []bot.Outgoing{outgoing("1")}, day(1)) }},
		{"Drain", func(ctx context.Context) error { _, _, err := s.Drain(ctx, day(1), day(2), 10); return err }},
		{"Drained", func(ctx context.Context) error { return s.Drained(ctx, bot.Lane{Chat: laneA}, []string{"1"}, day(1)) }},
		{"PutPlace", func(ctx context.Context) error { return s.PutPlace(ctx, bot.Place{Claim: "C-2603-0001"}) }},
		{"Place", func(ctx context.Context) error { _, err := s.Place(ctx, "C-2603-0001", laneA); return err }},
		{"PlaceAt", func(ctx context.Context) error {
			_, err := s.PlaceAt(ctx, bot.Address{Channel: "chat", Chat: "a", Thread: "3"}, "17")
			return err
		}},
		{"PutLetter", func(ctx context.Context) error { _, err := s.PutLetter(ctx, bot.Letter{ID: "l"}); return err }},
		{"PutNote", func(ctx context.Context) error { return s.PutNote(ctx, "l", bot.Note{Message: "1"}) }},
		{"Letter", func(ctx context.Context) error { _, _, err := s.Letter(ctx, "l"); return err }},
		{"PutTraces", func(ctx context.Context) error { return s.PutTraces(ctx, bot.Trace{At: laneA, Message: "1"}) }},
		{"Trace", func(ctx context.Context) error { _, err := s.Trace(ctx, laneA, "1"); return err }},
		{"Repeat", func(ctx context.Context) error { _, err := s.Repeat(ctx, laneA, "C-2603-0001", "1"); return err }},
		{"OpenUpload", func(ctx context.Context) error { return s.OpenUpload(ctx, anUpload("u", day(2))) }},
		{"Upload", func(ctx context.Context) error { _, err := s.Upload(ctx, "u"); return err }},
		{"BeginUpload", func(ctx context.Context) error { _, err := s.BeginUpload(ctx, "u", "a.mp4", 1); return err }},
		{"AddPart", func(ctx context.Context) error { _, err := s.AddPart(ctx, "u", 0, part(1)); return err }},
		{"EndUpload", func(ctx context.Context) error { f, in := whole("in"); return s.EndUpload(ctx, "u", f, in) }},
		{"OldUploads", func(ctx context.Context) error { _, err := s.OldUploads(ctx, day(2), 10); return err }},
		{"DropParts", func(ctx context.Context) error { return s.DropParts(ctx, "u") }},
		{"MoveChat", func(ctx context.Context) error { return s.MoveChat(ctx, "chat", oldChat, newChat) }},
		{"Moved", func(ctx context.Context) error { _, err := s.Moved(ctx, "chat", oldChat); return err }},
		{"NoteFile", func(ctx context.Context) error { return s.NoteFile(ctx, bot.File{Hash: "a"}) }},
		{"DropUnused", func(ctx context.Context) error {
			_, err := s.DropUnused(ctx, soon(), func(string) error { return nil })
			return err
		}},
		{"Secret", func(ctx context.Context) error { _, err := s.Secret(ctx, "links"); return err }},
		{"Purge", func(ctx context.Context) error { return s.Purge(ctx, day(1)) }},
		{"Ping", s.Ping},
	}...)
}

func storeCancelled(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := storeCalls(s)
	allMethods(t, reflect.TypeFor[bot.Store](), calls)
	for _, c := range calls {
		if err := quickly(t, func() error { return c.do(ctx) }); err == nil {
			t.Errorf("%s did something with a cancelled context", c.name)
		} else {
			wantErr(t, err, context.Canceled)
		}
	}
	same(t, "claims", got(s.FindClaims(t.Context(), bot.ClaimFilter{}))(t), []claim.Claim{opened})
	same(t, "inbox", inbox(t, s), []bot.Inbound{})
	wantQueued(t, s)
	_, err := s.Snapshot(t.Context(), conversation("mei"))
	wantErr(t, err, bot.ErrNotFound)
}

func storeClosed(t *testing.T, s bot.Store) {
	t.Helper()
	must(t, s.Close())
	for _, c := range storeCalls(s) {
		if quickly(t, func() error { return c.do(t.Context()) }) == nil {
			t.Errorf("%s did something after Close", c.name)
		}
	}
	must(t, s.Close())
}

// quickly fails the test when a call hangs.
func quickly(t *testing.T, f func() error) error {
	t.Helper()
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-time.After(10 * time.Second):
		t.Fatal("the call hangs")
		return nil
	}
}
