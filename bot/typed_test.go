package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// newTyping is a lab whose engineers answer customers by "!answer", on a channel with threads that hands
// files over by reference.
func newTyping(t *testing.T) *lab {
	t.Helper()
	l, files := newFetching(t)
	l.over = struct {
		*fetching
		bot.Threader
	}{files, &forum{recorder: l.chat}}
	for i, f := range l.house.Flows {
		if f.FlowName() == "desk" {
			l.house.Flows[i] = typingDesk()
		}
	}
	l.house.Flows = append(l.house.Flows, answerFlow())
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "answer", Desk: "answer", Claim: true})
	l.house.Commands[0].Desk = "home" // "order" is a word for it
	l.house.News[bot.NewsAnswer] = "home"
	l.engine = l.start()
	return l
}

// typingDesk shows the cards of claims and is silent.
func typingDesk() bot.Script[remark] {
	quiet := func(s remark, _ bot.Turn) (remark, bot.Next) { return s, bot.Next{Quiet: true} }
	return bot.Script[remark]{
		Name: "desk",
		Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
			if t.Args.Told == nil {
				return quiet(s, t)
			}
			if t.Args.Told.News == bot.NewsAnswered { // the other rooms
				return s, bot.Next{End: true, Quiet: true}
			}
			return s, bot.Next{End: true, Quiet: true, Card: t.Args.Told.Claim}
		},
		Steps: []bot.Step[remark]{{ID: "listen", Ask: func(remark) bot.Prompt { return ask("?") }, Answer: quiet}},
	}
}

// answerFlow answers the customer of the claim that it is told.
func answerFlow() bot.Script[remark] {
	return bot.Script[remark]{Name: "answer", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		did, done := t.Event.(bot.Did)
		if c := t.Args.Corrects; c != nil && !done {
			return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.CorrectAnswer{ID: c.Claim, Letter: c.Letter, Text: t.Args.Payload}}}
		}
		switch {
		case done:
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("sent", "Claim", string(did.Claim.ID))}}
		case t.Args.Claim == "":
			return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("which?")}}
		}
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.AnswerCustomer{ID: t.Args.Claim, Text: t.Args.Payload, Files: t.Args.Files}}}
	}}
}

// typing has Wang do something in a room of the desk, in a thread or as an answer to a message.
func (l *lab) typing(to bot.Address, quoted bot.MessageID, ev bot.Event) bot.Inbound {
	in := l.event("wang", ev)
	in.To, in.ReplyTo, in.Public = to, quoted, true
	return in
}

// types has Wang type something, and works what follows.
func (l *lab) types(to bot.Address, quoted bot.MessageID, text string) {
	l.t.Helper()
	l.handle(l.typing(to, quoted, bot.Said{Text: text}))
	l.work()
}

// in is a thread of a room.
func in(room bot.Address, thread string) bot.Address {
	room.Thread = thread
	return room
}

// twoClaims files a claim of Mei's and one of Bob's. In one room their cards stand in the threads 1 and 2.
func (l *lab) twoClaims() {
	l.t.Helper()
	l.file()
	l.say("bob", "/order", "drum", "s", "send")
	l.work()
	l.chat.take()
}

// place returns where a claim's card stands in a room.
func (l *lab) place(id claim.ID, room bot.Address) bot.Place {
	l.t.Helper()
	place, err := l.store.Place(l.t.Context(), id, room.Lane())
	if err != nil {
		l.t.Fatal(err)
	}
	return place
}

// answers returns what Mei was answered on her first claim, in that order.
func (l *lab) answers() (list []string) {
	l.t.Helper()
	events, err := l.store.Events(l.t.Context(), "C-2603-0001")
	if err != nil {
		l.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == claim.EventAnswered {
			list = append(list, e.Note+strings.Repeat(" <file>", len(e.Files)))
		}
	}
	return list
}

// TestTyped answers the customer of the claim in whose thread, or as an answer to whose card, a command is
// typed, whatever its mark.
func TestTyped(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.twoClaims()
	for _, text := range []string{"!answer Hi", "/answer Hi", "！Answer\nHi", " !ANSWER\u3000Hi "} {
		l.types(in(deskRoom, "1"), "", text)
		l.hears("desk: sent C-2603-0001", "mei: news answer Hi", "desk: letter.sent (channel.chat) C-2603-0001 mei ")
		l.types(in(deskRoom, "2"), "", text)
		l.hears("desk: sent C-2603-0002", "bob: news answer Hi", "desk: letter.sent (channel.chat) C-2603-0002 bob ")
		l.types(deskRoom, l.place("C-2603-0001", deskRoom).Message, text)
		l.hears("desk: sent C-2603-0001", "mei: news answer Hi", "desk: letter.sent (channel.chat) C-2603-0001 mei ")
		l.types(deskRoom, "", text)
		l.hears("desk: which?")
		l.types(in(deskRoom, "3"), "17", text)
		l.hears("desk: which?")
	}
}

// TestTypedInside lets nothing out that is no command, and looks for no claim (promise P7).
func TestTypedInside(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.twoClaims()
	for _, text := range []string{"Hi", "answer Hi", "answer", "! answer Hi", "Hi !answer", "!answers Hi", "!!answer Hi", "!", "order", "hello"} {
		l.types(in(deskRoom, "1"), l.place("C-2603-0001", deskRoom).Message, text)
		l.handle(l.typing(in(deskRoom, "1"), "", bot.Attached{Caption: text, Files: []bot.File{{Ref: "a"}}, Album: "album"}))
		l.work()
	}
	l.hears()
	if n := l.store.count("PlaceAt"); n != 0 || l.answers() != nil {
		t.Errorf("%d claims were looked for, and answered %q", n, l.answers())
	}
}

// TestTypedByCustomer takes the mark of a command, and the desk's own commands, for plain words when they come
// from a customer.
func TestTypedByCustomer(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.twoClaims()
	for text, want := range map[string]string{
		"!answer Hi": "mei: size? [s] [l]", "!hello": "mei: size? [s] [l]", "/answer Hi": "mei: size? [s] [l]",
		"/start answer": "mei: size? [s] [l]", "/hello": "mei: hello / name?",
	} {
		l.say("mei", "/order")
		l.chat.take()
		l.say("mei", text)
		l.hears(want)
	}
	pressed := l.event("mei", bot.Chose{Choice: bot.FrameChoice(bot.CommandFrame, 0, "answer")})
	if note := l.handle(pressed); note != "button.unknown" {
		t.Errorf("a forged button is told %q", note)
	}
	l.handle(l.event("mei", bot.Attached{Caption: "!answer Hi", Files: []bot.File{{Hash: "a", Name: "a"}}}))
	l.work()
	if n := l.store.count("PlaceAt"); n != 0 || l.answers() != nil {
		t.Errorf("%d claims were looked for, and answered %q", n, l.answers())
	}
}

// TestTypedFiles sends the files of a message that begins with a command, of an album all items.
func TestTypedFiles(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.twoClaims()
	for _, item := range []struct{ album, caption string }{
		{"", "!answer One"}, {"", "inside"}, {"a", "!answer Two"}, {"a", ""}, {"b", "inside"}, {"b", ""}, {"", ""},
	} {
		l.handle(l.typing(in(deskRoom, "1"), "", bot.Attached{
			Caption: item.caption, Album: item.album, Files: []bot.File{{Ref: item.album + item.caption, Name: "a.txt"}},
		}))
	}
	if diff := cmp.Diff([]string{"One <file>", "Two <file>", " <file>"}, l.answers()); diff != "" {
		t.Errorf("answers (-want +got):\n%s", diff)
	}
}

// TestTypedWhileAway does not take a command whose claim cannot be looked for now.
func TestTypedWhileAway(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.twoClaims()
	said := l.typing(in(deskRoom, "2"), "", bot.Said{Text: "!answer Hi"})
	l.store.fails("PlaceAt")
	l.fail(said)
	l.store.works()
	l.hears()
	l.handle(said)
	l.hears("desk: sent C-2603-0002")
}

// TestTypedWhereItWas finds no claim where its card stood before thread and card were made again, or before
// the room went on under another name.
func TestTypedWhereItWas(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	l.twoClaims()
	first := l.place("C-2603-0001", deskRoom).Message
	again := func() {
		t.Helper()
		l.touch("C-2603-0001")
		l.post(bot.Told{News: bot.NewsAdded, Claim: "C-2603-0001"})
		l.work()
		l.chat.take()
	}
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Thread == "1" && o.Replace != "" {
			return bot.ErrNotFound
		}
		return nil
	})
	again()
	l.types(in(deskRoom, "1"), first, "!answer Hi")
	l.hears("desk: which?")
	l.types(in(deskRoom, "3"), "", "!answer Hi")
	l.hears("desk: sent C-2603-0001", "mei: news answer Hi", "desk: letter.sent (channel.chat) C-2603-0001 mei ")

	l.handle(l.typing(deskRoom, "", bot.Moved{Chat: "-100"}))
	room := bot.Address{Channel: "chat", Chat: "-100"}
	for thread, card := range map[string]bot.MessageID{"2": "", "3": first} {
		l.types(in(room, thread), card, "!answer Hi")
		l.hears("-100: which?")
	}
	again()
	l.types(in(room, "4"), "", "!answer Hi")
	l.hears("-100: sent C-2603-0001", "mei: news answer Hi", "-100: letter.sent (channel.chat) C-2603-0001 mei ")
}

// TestTypedInEachRoom keeps the threads of two rooms apart.
func TestTypedInEachRoom(t *testing.T) {
	t.Parallel()
	l := newTyping(t)
	other := bot.Address{Channel: "chat", Chat: "desk2"}
	l.rooms = append(l.rooms, other)
	l.engine = l.start()
	l.twoClaims()
	for _, room := range []bot.Address{deskRoom, other} {
		for id, who := range map[claim.ID]string{"C-2603-0001": "mei", "C-2603-0002": "bob"} {
			thread := l.place(id, room).To.Thread
			l.types(in(room, thread), "", "!answer Hi")
			l.hears(room.Chat+": sent "+string(id), who+": news answer Hi", room.Chat+": letter.sent (channel.chat) "+string(id)+" "+who+" ")
			for _, elsewhere := range []bot.Address{deskRoom, other} {
				if elsewhere != room {
					l.types(in(elsewhere, thread), "", "!answer Hi")
					l.hears(elsewhere.Chat + ": which?")
				}
			}
		}
	}
}
