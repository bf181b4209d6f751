package bot_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// newLetters is a lab in which Mei has filed a claim, engineers answer her by "!answer", and she adds to it what
// answers a message about it.
func newLetters(t *testing.T) *lab {
	t.Helper()
	l, _ := newFetching(t)
	l.house.Flows = append(l.house.Flows, answerFlow(), extraFlow())
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "answer", Desk: "answer", Claim: true}, bot.Command{Name: "other", Desk: "desk"})
	l.house.News[bot.NewsAnswer], l.house.News[bot.NewsCorrected] = "home", "home"
	l.house.Quoted = "extra"
	l.engine = l.start()
	l.file()
	l.chat.take()
	return l
}

// extraFlow adds to a claim what it is given.
func extraFlow() bot.Script[remark] {
	add := func(s remark, t bot.Turn) (remark, bot.Next) {
		eff := bot.AddToClaim{ID: t.Args.Claim}
		switch ev := t.Event.(type) {
		case bot.Said:
			eff.Text = ev.Text
		case bot.Attached:
			eff.Text, eff.Files = ev.Caption, ev.Files
		default:
			return s, bot.Next{Step: "more", Say: []bot.Text{bot.Say("added", "Claim", string(t.Args.Claim))}}
		}
		return s, bot.Next{Quiet: true, Do: []bot.Effect{eff}}
	}
	return bot.Script[remark]{
		Name: "extra", InOrder: true,
		Begin: func(s remark, t bot.Turn) (remark, bot.Next) { return s, bot.Next{Quiet: t.Args.Quoted} },
		Steps: []bot.Step[remark]{{ID: "more", Ask: func(remark) bot.Prompt { return ask("more?") }, Answer: add}},
	}
}

// refusesMei lets the platform refuse what goes to Mei.
func (l *lab) refusesMei(err error) {
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Chat == "mei" {
			return err
		}
		return nil
	})
}

// last returns what was sent last to a chat.
func (l *lab) last(chat string) bot.Outgoing {
	l.t.Helper()
	all := l.chat.all()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].To.Chat == chat {
			return all[i]
		}
	}
	l.t.Fatalf("nothing was sent to %s", chat)
	return bot.Outgoing{}
}

// answerMei has Wang answer, as an answer to the card's news.
func (l *lab) answerMei(text string) bot.Inbound {
	l.t.Helper()
	in := l.typing(deskRoom, l.newsOf("C-2603-0001"), bot.Said{Text: "!answer " + text})
	l.handle(in)
	l.work()
	return in
}

// newsOf returns the desk's message that told of a claim.
func (l *lab) newsOf(id claim.ID) bot.MessageID {
	l.t.Helper()
	for i, o := range l.chat.all() {
		if o.About == id {
			return bot.MessageID("b" + strconv.Itoa(i+1))
		}
	}
	l.t.Fatalf("no news of %s", id)
	return ""
}

// TestLetterArrives says below the engineer's message that it was sent.
func TestLetterArrives(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	in := l.answerMei("Hi")
	l.hears("desk: sent C-2603-0001", "mei: news answer Hi", "desk: letter.sent (channel.chat) C-2603-0001 mei ")
	if note := l.last("desk"); note.ReplyTo != in.Message {
		t.Errorf("the note answers %q, want %q", note.ReplyTo, in.Message)
	}
	l.handle(in)
	l.work()
	l.hears()
}

// TestLetterWaits says that a letter waits, and in the same message that it was sent, also when the program was
// started again meanwhile.
func TestLetterWaits(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.refusesMei(&bot.RetryAfterError{After: time.Minute})
	l.answerMei("Hi")
	l.answerMei("Hello")
	l.hears("desk: sent C-2603-0001", "desk: letter.waiting (channel.chat) C-2603-0001 mei ",
		"desk: sent C-2603-0001", "desk: letter.waiting (channel.chat) C-2603-0001 mei ")
	note := bot.MessageID("b" + strconv.Itoa(len(l.chat.all())))
	l.refusesMei(nil)
	l.engine = l.start()
	l.clock.wait(time.Minute)
	l.work()
	l.hears("mei: news answer Hi", "mei: news answer Hello",
		"desk: letter.sent (channel.chat) C-2603-0001 mei ", "desk: letter.sent (channel.chat) C-2603-0001 mei ")
	if got := l.last("desk").Replace; got != note {
		t.Errorf("the second note replaces %q, want %q", got, note)
	}
}

// TestLetterFails says which letter will never arrive.
func TestLetterFails(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.refusesMei(bot.ErrRefused)
	l.answerMei("Hi")
	l.hears("desk: sent C-2603-0001", "desk: letter.failed (channel.chat) C-2603-0001 mei ")
}

// TestLetterGone says at once that a customer cannot be reached, in the claim too, once; and that she is back.
func TestLetterGone(t *testing.T) {
	t.Parallel()
	for name, back := range map[string]bot.Event{"unblocked": bot.Presence{}, "writes": bot.Said{Text: "here"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLetters(t)
			l.refusesMei(bot.ErrGone)
			l.answerMei("Hi")
			l.hears("desk: sent C-2603-0001", "desk: letter.gone (channel.chat) C-2603-0001 mei ", "desk: news gone ")
			l.answerMei("Hello")
			l.hears("desk: sent C-2603-0001", "desk: letter.gone (channel.chat) C-2603-0001 mei ")
			l.wantUnreached(true)
			l.refusesMei(nil)
			l.handle(l.event("mei", back))
			l.chat.take()
			l.work()
			l.hears("desk: news back ")
			l.wantUnreached(false)
		})
	}
}

func (l *lab) wantUnreached(want bool) {
	l.t.Helper()
	c, err := l.store.Claim(l.t.Context(), "C-2603-0001")
	if err != nil || c.Unreached.IsZero() == want {
		l.t.Fatalf("unreached since %v, %v, want that %t", c.Unreached, err, want)
	}
}

// TestBlockedAndBack notes it without any letter, and is not misled by what was found out before she was back.
func TestBlockedAndBack(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.handle(l.event("mei", bot.Presence{Gone: true}))
	l.work()
	l.hears("desk: news gone ")
	l.wantUnreached(true)
	late := l.event("mei", bot.Presence{Gone: true})
	late.Order = 0
	l.clock.wait(time.Second)
	l.handle(l.event("mei", bot.Presence{}))
	l.handle(late)
	l.work()
	l.hears("desk: news back ")
	l.wantUnreached(false)
}

// TestRoomGone keeps what the desk has to be told until the bot is in the room again.
func TestRoomGone(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Chat == deskRoom.Chat {
			return bot.ErrGone
		}
		return nil
	})
	for _, text := range []string{"1", "2"} {
		l.post(bot.Told{News: bot.NewsAdded, Claim: "C-2603-0001", Text: text})
		l.work()
		l.clock.wait(time.Hour)
	}
	l.work()
	l.hears()
	l.chat.refuses(nil)
	l.clock.wait(time.Hour)
	l.work()
	l.hears("desk: news added 1", "desk: news added 2")
}

// TestLetterInOtherRooms shows in every room what was sent from one of them.
func TestLetterInOtherRooms(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.rooms = append(l.rooms, bot.Address{Channel: "chat", Chat: "desk2"})
	l.engine = l.start()
	l.answerMei("Hi")
	l.hears("desk: sent C-2603-0001", "mei: news answer Hi", "desk2: news answered Hi", "desk: letter.sent (channel.chat) C-2603-0001 mei ")
}

// TestAnswerToNews answers the customer's message that an engineer answers, on her side as well.
func TestAnswerToNews(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.post(bot.Told{News: bot.NewsAdded, Claim: "C-2603-0001", Text: "it smells", Of: "m7"})
	l.work()
	news := bot.MessageID("b" + strconv.Itoa(len(l.chat.all())))
	l.types(deskRoom, news, "!answer Of what?")
	if got := l.last("mei"); got.ReplyTo != "m7" {
		t.Errorf("it answers %q, want m7", got.ReplyTo)
	}
	l.post(bot.Told{News: bot.NewsRevised, Claim: "C-2603-0001", Text: "it smells burnt", Of: "m7"})
	l.work()
	if got := l.last("desk"); got.ReplyTo != news {
		t.Errorf("the new wording answers %q, want %q", got.ReplyTo, news)
	}
}

// TestAnswerToColleague is no answer to any message of the reporter, who has not seen what a colleague has added.
func TestAnswerToColleague(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.become(func(c *claim.Claim) { c.Lines[0].Company = "nuts" })
	if err := l.store.PutPerson(t.Context(), "chat", claim.Person{ID: "ana", Name: "Ana", Company: "nuts"}); err != nil {
		t.Fatal(err)
	}
	in := l.event("ana", bot.Said{Text: "it smells"})
	in.ReplyTo = "copy"
	if err := l.store.PutTraces(t.Context(), bot.Trace{At: in.To.Lane(), Message: in.ReplyTo, Claim: "C-2603-0001"}); err != nil {
		t.Fatal(err)
	}
	l.handle(in)
	l.work()
	l.hears("ana: added C-2603-0001 / more?", "desk: news added it smells")
	l.types(deskRoom, bot.MessageID("b"+strconv.Itoa(len(l.chat.all()))), "!answer Of what?")
	if got := l.last("mei"); got.Concerns != "C-2603-0001" || got.ReplyTo != "" {
		t.Errorf("it is about %q and answers %q, want no message of Ana's", got.Concerns, got.ReplyTo)
	}
}

// TestCorrection edits what the customer reads, and says so, when a command that was sent is edited. Any other edit
// does nothing.
func TestCorrection(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	in := l.answerMei("Hi")
	first := bot.MessageID("b" + strconv.Itoa(len(l.chat.all())-1))
	edit := func(text string) {
		t.Helper()
		l.handle(l.typing(deskRoom, "", bot.Edited{Of: in.Message, Text: text}))
		l.work()
	}
	l.chat.take()
	edit("Ho")
	l.hears("desk: edit.desk")
	edit("!other C-2603-0001 Ho")
	l.hears("desk: edit.desk")
	edit("!answer Ho")
	l.hears("desk: sent C-2603-0001", "mei: news corrected Ho", "mei: again", "desk: letter.corrected (channel.chat) C-2603-0001 mei ")
	l.corrects(first, first)

	l.chat.refuses(func(o bot.Outgoing) error { // somebody has deleted it
		if o.To.Chat == "mei" && o.Replace != "" {
			return bot.ErrNotFound
		}
		return nil
	})
	edit("!answer Hu")
	l.hears("desk: sent C-2603-0001", "mei: news corrected Hu", "desk: letter.corrected (channel.chat) C-2603-0001 mei ")
	if got := l.last("mei"); got.Replace != "" || got.ReplyTo != "" {
		t.Errorf("it replaces %q and answers %q, want a message of its own", got.Replace, got.ReplyTo)
	}
}

// corrects wants the last two messages to Mei to replace one and to answer one.
func (l *lab) corrects(replaced, answered bot.MessageID) {
	l.t.Helper()
	var mei []bot.Outgoing
	for _, o := range l.chat.all() {
		if o.To.Chat == "mei" {
			mei = append(mei, o)
		}
	}
	if n := len(mei); mei[n-2].Replace != replaced || mei[n-1].ReplyTo != answered {
		l.t.Errorf("replaced %q, answered %q, want %q and %q", mei[n-2].Replace, mei[n-1].ReplyTo, replaced, answered)
	}
}

// TestCorrectionBeforeItArrived corrects what still waits.
func TestCorrectionBeforeItArrived(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.refusesMei(&bot.RetryAfterError{After: time.Minute})
	in := l.answerMei("Hi")
	l.handle(l.typing(deskRoom, "", bot.Edited{Of: in.Message, Text: "!answer Ho"}))
	l.work()
	l.refusesMei(nil)
	l.clock.wait(time.Minute)
	l.chat.take()
	l.work()
	l.hears("mei: news answer Hi", "mei: news corrected Ho", "mei: again",
		"desk: letter.sent (channel.chat) C-2603-0001 mei ", "desk: letter.corrected (channel.chat) C-2603-0001 mei ")
}

// TestQuotedClaim adds to the claim whose message is answered, whatever is open, and leaves that open.
func TestQuotedClaim(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.say("mei", "/order", "drum", "s", "send")
	l.work()
	l.answerMei("Hi")
	quoted := bot.MessageID("b" + strconv.Itoa(len(l.chat.all())-1))
	l.say("mei", "/order")
	l.chat.take()
	in := l.event("mei", bot.Said{Text: "it is loose"})
	in.ReplyTo = quoted
	l.handle(in)
	l.work()
	l.hears("mei: added C-2603-0001 / more?", "desk: news added it is loose")
	stranger := l.event("mei", bot.Said{Text: "it"})
	stranger.ReplyTo = "b9999"
	l.handle(stranger)
	l.work()
	l.hears("mei: added C-2603-0001 / more?", "desk: news added it")
}

// TestInOrder lets words wait for the file before them, for a while, and puts what comes into the order in which it
// was sent.
func TestInOrder(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		arrive []int         // the files, in the order in which they are fetched
		wait   time.Duration // between them
		want   []string
	}{
		"as they were sent": {[]int{0, 1}, time.Second, []string{"a", "then", "b", "at last"}},
		"the second first":  {[]int{1, 0}, time.Second, []string{"a", "then", "b", "at last"}},
		"the first is late": {[]int{1, 0}, time.Minute, []string{"then", "b", "at last", "a"}},
		"both are late":     {[]int{1, 0}, 2 * time.Minute, []string{"then", "at last", "b", "a"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newLetters(t)
			first := l.sends("", "a")
			first.ReplyTo = l.newsTo("mei")
			second := l.sends("", "b")
			for i, in := range []bot.Inbound{first, l.event("mei", bot.Said{Text: "then"}), second, l.event("mei", bot.Said{Text: "at last"})} {
				if i%2 == 0 {
					ev := in.Event.(bot.Attached)
					ev.Caption = ev.Files[0].Name
					in.Event = ev
				}
				l.handle(in)
			}
			l.work()
			jobs := l.jobs.take()
			for _, i := range c.arrive {
				if c.wait > time.Minute {
					l.clock.wait(c.wait)
					l.work()
				}
				if err := l.engine.Fetch(t.Context(), jobs[i], false); err != nil {
					t.Fatal(err)
				}
				l.work()
				l.engine = l.start()
				l.clock.wait(c.wait)
				l.work()
			}
			if diff := cmp.Diff(c.want, l.additions()); diff != "" {
				t.Errorf("added (-want +got):\n%s", diff)
			}
		})
	}
}

// newsTo answers Mei and returns the message that she gets.
func (l *lab) newsTo(chat string) bot.MessageID {
	l.t.Helper()
	l.answerMei("Hi")
	for i, o := range l.chat.all() {
		if o.To.Chat == chat && o.Letter != nil {
			return bot.MessageID("b" + strconv.Itoa(i+1))
		}
	}
	l.t.Fatal("no answer")
	return ""
}

// additions returns what was added to the claim, in that order, and wants the desk to have read the same.
func (l *lab) additions() (list []string) {
	l.t.Helper()
	events, err := l.store.Events(l.t.Context(), "C-2603-0001")
	if err != nil {
		l.t.Fatal(err)
	}
	for _, e := range events {
		if e.Kind == claim.EventAdded {
			list = append(list, e.Note)
		}
	}
	var read []string
	for _, o := range l.chat.all() {
		if text, ok := strings.CutPrefix(o.Text, "news added "); ok && o.To.Chat == deskRoom.Chat {
			read = append(read, text)
		}
	}
	if diff := cmp.Diff(list, read); diff != "" {
		l.t.Errorf("the desk has read (-added +read):\n%s", diff)
	}
	return list
}

// TestLetterWhileAway does not lose the state of a letter when the database goes away while it is sent.
func TestLetterWhileAway(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.handle(l.typing(deskRoom, l.newsOf("C-2603-0001"), bot.Said{Text: "!answer Hi"}))
	l.store.fails("PutLetter")
	if err := l.engine.Work(t.Context()); err == nil {
		t.Error("nobody noticed")
	}
	l.store.works()
	l.clock.wait(bot.LeaseTime)
	l.work()
	all := l.chat.take()
	if last := all[len(all)-1]; last != "desk: letter.sent (channel.chat) C-2603-0001 mei " {
		t.Errorf("heard %q, want the note at last", all)
	}
}

// TestLetterSetAside says so of a letter that the program cannot bring to its customer, who is told nothing.
func TestLetterSetAside(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	l.house.News[bot.NewsAnswer] = "broken"
	l.engine = l.start()
	l.handle(l.typing(deskRoom, l.newsOf("C-2603-0001"), bot.Said{Text: "!answer Hi"}))
	for range bot.MaxStarts {
		if err := l.engine.Work(t.Context()); err == nil {
			t.Fatal("it was brought")
		}
		l.clock.wait(bot.LeaseTime)
	}
	l.work()
	told := l.chat.take()
	if slices.ContainsFunc(told, func(m string) bool { return strings.HasPrefix(m, "mei: ") }) {
		t.Errorf("Mei is told something: %q", told)
	}
	if !slices.Contains(told, "desk: letter.failed (channel.chat) C-2603-0001 mei ") {
		t.Errorf("nobody hears that it failed: %q", told)
	}
}

// TestInOrderElsewhere brings what waits for a file to its claim, also when the customer talks about another one by
// then.
func TestInOrderElsewhere(t *testing.T) {
	t.Parallel()
	l := newLetters(t)
	first := l.sends("", "a")
	first.ReplyTo = l.newsTo("mei")
	l.say("mei", "/order", "drum", "s", "send")
	second := l.event("mei", bot.Said{Text: "and this one?"})
	second.ReplyTo = bot.MessageID("b" + strconv.Itoa(len(l.chat.all()))) // that it was filed
	l.work()
	ev := first.Event.(bot.Attached)
	ev.Caption = "a"
	first.Event = ev
	l.handle(first)
	l.say("mei", "then")
	l.handle(second)
	l.work()
	l.fetch(false)
	l.chat.take()
	var of []string
	for _, id := range []claim.ID{"C-2603-0001", "C-2603-0002"} {
		events, err := l.store.Events(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if e.Kind == claim.EventAdded {
				of = append(of, string(id)+" "+e.Note)
			}
		}
	}
	if diff := cmp.Diff([]string{"C-2603-0001 a", "C-2603-0001 then", "C-2603-0002 and this one?"}, of); diff != "" {
		t.Errorf("added (-want +got):\n%s", diff)
	}
}
