package storetest

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func moveCases() []storeCase {
	return []storeCase{
		{"a chat that has not moved keeps its name", moveNone},
		{"names are followed to the last one", moveChain},
		{"a chat that moves brings its cards", movePlaces},
		{"a chat that moves brings its queued messages", moveLane},
		{"a chat that moves while it is drained stays held", moveDrain},
		{"a chat that moves brings its inbox", moveInbox},
		{"a chat that moves brings its claims", moveClaims},
		{"a change of a claim keeps the new name", moveClaimChange},
		{"a chat that moves brings its conversations", moveSnapshots},
		{"who wrote in the new chat already goes on there", moveSnapshotThere},
		{"many move a chat once", moveAtOnce},
	}
}

const (
	oldChat = "4711" // where the claims and conversations of this suite are
	newChat = "-100815"
)

// move moves the chat, twice.
func move(t *testing.T, s bot.Store) {
	t.Helper()
	for range 2 {
		must(t, s.MoveChat(t.Context(), "chat", oldChat, newChat))
	}
}

func moveNone(t *testing.T, s bot.Store) {
	t.Helper()
	same(t, "chat", got(s.Moved(t.Context(), "chat", oldChat))(t), oldChat)
	must(t, s.MoveChat(t.Context(), "chat", oldChat, oldChat))
	same(t, "chat that moved to itself", got(s.Moved(t.Context(), "chat", oldChat))(t), oldChat)
	must(t, s.MoveChat(t.Context(), "mail", oldChat, newChat))
	same(t, "chat of another channel", got(s.Moved(t.Context(), "chat", oldChat))(t), oldChat)
	if s.MoveChat(t.Context(), "chat", oldChat, nul) == nil {
		t.Error("a NUL in a name was taken")
	}
}

func moveChain(t *testing.T, s bot.Store) {
	t.Helper()
	follow := func(want map[string]string) {
		t.Helper()
		for chat, end := range want {
			same(t, "name of "+chat, got(s.Moved(t.Context(), "chat", chat))(t), end)
		}
	}
	must(t, s.MoveChat(t.Context(), "chat", "b", "c"))
	must(t, s.MoveChat(t.Context(), "chat", "a", "b"))
	must(t, s.MoveChat(t.Context(), "chat", "c", "d"))
	follow(map[string]string{"a": "b", "b": "b", "c": "d", "d": "d"}) // a chat moved to b, so b is alive again
	must(t, s.MoveChat(t.Context(), "chat", "b", "c"))
	follow(map[string]string{"a": "c", "b": "c", "c": "c", "d": "d"})
	must(t, s.MoveChat(t.Context(), "chat", "c", "a"))
	follow(map[string]string{"a": "a", "b": "a", "c": "a"})
}

func movePlaces(t *testing.T, s bot.Store) {
	t.Helper()
	place := func(id claim.ID, chat string) bot.Place {
		return bot.Place{Claim: id, To: bot.Address{Channel: "chat", Chat: chat, Thread: "3"}, Message: "17", Version: 2}
	}
	for _, p := range []bot.Place{
		place("C-2603-0001", oldChat), place("C-2603-0002", oldChat), place("C-2603-0002", newChat), place("C-2603-0001", "other"),
	} {
		must(t, s.PutPlace(t.Context(), p))
	}
	move(t, s)
	find := func(id claim.ID, chat string) bot.Place {
		t.Helper()
		return got(s.Place(t.Context(), id, bot.Chat{Channel: "chat", Chat: chat}))(t)
	}
	same(t, "place", find("C-2603-0001", newChat), bot.Place{Claim: "C-2603-0001", To: bot.Address{Channel: "chat", Chat: newChat}})
	same(t, "place that was there", find("C-2603-0002", newChat), place("C-2603-0002", newChat))
	same(t, "place elsewhere", find("C-2603-0001", "other"), place("C-2603-0001", "other"))
	_, err := s.Place(t.Context(), "C-2603-0001", bot.Chat{Channel: "chat", Chat: oldChat})
	wantErr(t, err, bot.ErrNotFound)
	_, err = s.PlaceAt(t.Context(), bot.Address{Channel: "chat", Chat: oldChat, Thread: "3"}, "17")
	wantErr(t, err, bot.ErrNotFound)
	same(t, "place at the old numbers", got(s.PlaceAt(t.Context(), bot.Address{Channel: "chat", Chat: newChat, Thread: "3"}, "17"))(t), place("C-2603-0002", newChat))
}

func moveLane(t *testing.T, s bot.Store) {
	t.Helper()
	was, is := bot.Chat{Channel: "chat", Chat: oldChat}, bot.Chat{Channel: "chat", Chat: newChat}
	queue(t, s, was, day(9), "2", "3")
	queue(t, s, is, day(1), "1")
	move(t, s)
	have, list, err := s.Drain(t.Context(), day(1), day(2), 10)
	must(t, err)
	same(t, "lane", have.Chat, is)
	want := []bot.Outgoing{outgoing("1"), outgoing("2"), outgoing("3")}
	for i := range want[1:] {
		o := &want[1+i]
		o.To = bot.Address{Channel: "chat", Chat: newChat}
		o.ReplyTo, o.Replace = "", "" // messages of the old chat
	}
	same(t, "messages", list, want)
	wantNoLane(t, s, day(1))
}

// moveDrain moves a chat because one of its messages could not be sent under the old name.
func moveDrain(t *testing.T, s bot.Store) {
	t.Helper()
	was, is := bot.Chat{Channel: "chat", Chat: oldChat}, bot.Chat{Channel: "chat", Chat: newChat}
	queue(t, s, was, day(1), "1", "2", "3")
	l := wantDrain(t, s, day(1), day(2), 2, was, "1", "2")
	move(t, s)
	queue(t, s, is, day(1), "4")
	wantNoLane(t, s, day(2).Add(-time.Microsecond))
	must(t, s.Drained(t.Context(), l, []string{"1", "2"}, day(3)))
	wantNoLane(t, s, day(3).Add(-time.Microsecond))
	l = wantDrain(t, s, day(3), day(4), 10, is, "3", "4")
	must(t, s.Drained(t.Context(), l, []string{"3", "4"}, day(3)))
	wantNoLane(t, s, day(30))
}

func moveInbox(t *testing.T, s bot.Store) {
	t.Helper()
	post := func(id, chat string) bot.Inbound {
		in := told(id)
		in.To.Chat = chat
		must(t, s.Post(t.Context(), in))
		return in
	}
	held := post("held", oldChat)
	same(t, "taken", got(s.Take(t.Context(), day(1), day(2), 10))(t), []bot.Inbound{held})
	waits := post("waits", oldChat)
	move(t, s)
	there := post("there", newChat)
	late := post("late", oldChat)
	elsewhere := post("elsewhere", "other")
	same(t, "taken while the old chat is held", got(s.Take(t.Context(), day(1), day(2), 10))(t), []bot.Inbound{there, elsewhere})
	must(t, s.Finish(t.Context(), there.Key(), day(2), "there"))
	must(t, s.Finish(t.Context(), held.Key(), day(2), "held"))
	want := []bot.Inbound{waits, late}
	for i := range want {
		want[i].To, want[i].Message, want[i].ReplyTo = bot.Address{Channel: "chat", Chat: newChat}, "", ""
	}
	same(t, "taken of the new chat", got(s.Take(t.Context(), day(1), day(2), 10))(t), want)
	must(t, s.Finish(t.Context(), want[0].Key(), day(2), "waits", "late"))
	must(t, s.Finish(t.Context(), elsewhere.Key(), day(2), "elsewhere"))
	same(t, "inbox", inbox(t, s), []bot.Inbound{})
}

func moveClaims(t *testing.T, s bot.Store) {
	t.Helper()
	want := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	elsewhere := aClaim()
	elsewhere.Channel = "mail"
	other := got(s.OpenClaim(t.Context(), key("in-2", "a"), elsewhere, nil))(t)
	move(t, s)
	want.Version, want.Chat, want.Thread = 2, newChat, ""
	same(t, "claim", got(s.Claim(t.Context(), want.ID))(t), want)
	same(t, "claim of another channel", got(s.Claim(t.Context(), other.ID))(t), other)
	taken := got(s.ChangeClaim(t.Context(), key("in-3", "a"), want.ID, take))(t)
	same(t, "version after a change", taken.Version, 3)
	same(t, "chat after a change", taken.Chat, newChat)
}

// moveClaimChange moves the chat while a change has read the claim and not yet written it.
func moveClaimChange(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	moved := make(chan error, 1)
	tries := 0
	change := func(c claim.Claim) (bot.ClaimChange, error) {
		if tries++; tries == 1 {
			go func() { moved <- s.MoveChat(t.Context(), "chat", oldChat, newChat) }()
			select { // one writer at a time: then the move waits for the change
			case err := <-moved:
				moved <- err
			case <-time.After(50 * time.Millisecond):
			}
		}
		return take(c)
	}
	got(s.ChangeClaim(t.Context(), key("in-2", "a"), opened.ID, change))(t)
	must(t, <-moved)
	have := got(s.Claim(t.Context(), opened.ID))(t)
	same(t, "chat", have.Chat, newChat)
	same(t, "status", have.Status, claim.Taken)
	same(t, "version", have.Version, 3)
}

func moveSnapshots(t *testing.T, s bot.Store) {
	t.Helper()
	mei, bob := snapshot("mei", 17, "report"), snapshot("bob", 3, "home")
	mei.Quiet, mei.Wake = day(3), day(4)
	put(t, s, mei, bob)
	move(t, s)
	want := mei.Session
	want.Key.Chat, want.To = newChat, bot.Address{Channel: "chat", Chat: newChat}
	want.Filed[0].Message, want.Frames[0].Answers[0].Message = "", "" // messages of the old chat
	for _, person := range []string{"mei", "bob"} {
		_, err := s.Snapshot(t.Context(), conversation(person))
		wantErr(t, err, bot.ErrNotFound)
	}
	same(t, "session", got(s.Snapshot(t.Context(), want.Key))(t), want)
	same(t, "quiet sessions", got(s.Quiet(t.Context(), day(9), 10))(t), []bot.Session{want})
	same(t, "overdue sessions", got(s.Overdue(t.Context(), day(9), 10))(t), []bot.Key{want.Key})
	same(t, "quiet sessions before", got(s.Quiet(t.Context(), day(3), 10))(t), []bot.Session{})
	next := snapshot("mei", 18, "next")
	next.Session.Key.Chat = newChat
	put(t, s, next)
	same(t, "flow of a newer snapshot", got(s.Snapshot(t.Context(), want.Key))(t).Frames[0].Flow, "next")
}

func moveSnapshotThere(t *testing.T, s bot.Store) {
	t.Helper()
	there := snapshot("mei", 1, "there")
	there.Session.Key.Chat = newChat
	put(t, s, snapshot("mei", 17, "report"), there)
	move(t, s)
	same(t, "session", got(s.Snapshot(t.Context(), there.Session.Key))(t), there.Session)
	_, err := s.Snapshot(t.Context(), conversation("mei"))
	wantErr(t, err, bot.ErrNotFound)
}

func moveAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	opened := got(s.OpenClaim(t.Context(), key("in-1", "a"), aClaim(), nil))(t)
	queue(t, s, bot.Chat{Channel: "chat", Chat: oldChat}, day(1), "1", "2")
	for _, err := range atOnce(func(int) error { return s.MoveChat(t.Context(), "chat", oldChat, newChat) }) {
		must(t, err)
	}
	same(t, "version of the claim", got(s.Claim(t.Context(), opened.ID))(t).Version, 2)
	wantDrain(t, s, day(1), day(2), 10, bot.Chat{Channel: "chat", Chat: newChat}, "1", "2")
	wantNoLane(t, s, day(1))
}
