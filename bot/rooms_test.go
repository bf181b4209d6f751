package bot_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// forum is a channel whose rooms have threads.
type forum struct {
	*recorder
	mu     sync.Mutex
	titles []string
	fail   error
}

func (f *forum) OpenThread(_ context.Context, room bot.Address, title string) (bot.Address, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return bot.Address{}, f.fail
	}
	f.titles = append(f.titles, title)
	room.Thread = strconv.Itoa(len(f.titles))
	return room, nil
}

// newForum is a lab on such a channel. Its desk shows a card and says the news of a claim.
func newForum(t *testing.T) (*lab, *forum) {
	t.Helper()
	l := newLab(t)
	f := &forum{recorder: l.chat}
	l.over = f
	for i, flow := range l.house.Flows {
		if flow.FlowName() == "desk" {
			l.house.Flows[i] = bot.Script[remark]{Name: "desk", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
				told := t.Args.Told
				return s, bot.Next{End: true, Quiet: true, Card: told.Claim, Say: []bot.Text{bot.Say("news", "About", string(told.News))}}
			}}
		}
	}
	l.engine = l.start()
	return l, f
}

// file files an order of Mei's and lets the desk know.
func (l *lab) file() {
	l.t.Helper()
	l.say("mei", "/order", "belt", "l", "send")
	l.work()
}

// inRoom returns what was said in the desk's room: thread, what it answers, what it replaces.
func (l *lab) inRoom() (list []string) {
	for i, o := range l.chat.all() {
		if o.To.Chat != deskRoom.Chat {
			continue
		}
		what := "card"
		if o.Card == "" {
			what = o.Text
		}
		list = append(list, "b"+strconv.Itoa(i+1)+" in "+o.To.Thread+" to "+string(o.ReplyTo)+" over "+string(o.Replace)+": "+what)
	}
	return list
}

func (l *lab) wantRoom(want ...string) {
	l.t.Helper()
	if diff := cmp.Diff(want, l.inRoom()); diff != "" {
		l.t.Fatalf("in the room (-want +got):\n%s", diff)
	}
}

// TestThreadForEachClaim opens one thread a claim, and puts what follows into it.
func TestThreadForEachClaim(t *testing.T) {
	t.Parallel()
	l, f := newForum(t)
	l.file()
	l.file()
	l.wantRoom("b5 in 1 to  over : card", "b6 in 1 to  over : news opened", "b11 in 2 to  over : card", "b12 in 2 to  over : news opened")
	for i, title := range f.titles {
		if !strings.Contains(title, "C-2603-000"+strconv.Itoa(i+1)) || !strings.Contains(title, "OS-2025-0417") {
			t.Errorf("thread %d is called %q, want claim and machine", i+1, title)
		}
	}
}

// TestRoomWithoutThreads hangs what belongs to a claim under its card.
func TestRoomWithoutThreads(t *testing.T) {
	t.Parallel()
	l, f := newForum(t)
	f.fail = bot.ErrNotFound
	l.file()
	l.wantRoom("b5 in  to  over : card", "b6 in  to b5 over : news opened")
}

// TestThreadRefused shows the card in the room itself when no thread can be made, for example for want
// of the right to.
func TestThreadRefused(t *testing.T) {
	t.Parallel()
	l, f := newForum(t)
	f.fail = fmt.Errorf("not enough rights to create a topic: %w", bot.ErrRefused)
	l.file()
	l.wantRoom("b5 in  to  over : card", "b6 in  to b5 over : news opened")
}

// TestThreadLater waits for the thread when the platform cannot make it now.
func TestThreadLater(t *testing.T) {
	t.Parallel()
	l, f := newForum(t)
	f.fail = errors.New("bad gateway")
	l.file()
	l.wantRoom()
	f.fail = nil
	l.clock.wait(bot.LaneRest)
	l.work()
	l.wantRoom("b5 in 1 to  over : card", "b6 in 1 to  over : news opened")
}

// TestThreadMadeOnce makes no second thread when the card could not be sent, and none for a claim whose
// thread is there.
func TestThreadMadeOnce(t *testing.T) {
	t.Parallel()
	l, f := newForum(t)
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Chat == deskRoom.Chat {
			return errors.New("bad gateway")
		}
		return nil
	})
	l.file()
	l.wantRoom()
	l.chat.refuses(nil)
	l.clock.wait(bot.LaneRest)
	l.work()
	l.wantRoom("b5 in 1 to  over : card", "b6 in 1 to  over : news opened")
	if len(f.titles) != 1 {
		t.Errorf("threads %q, want one", f.titles)
	}
}

// TestThreadDeleted makes the thread and the card again when somebody has deleted them.
func TestThreadDeleted(t *testing.T) {
	t.Parallel()
	l, _ := newForum(t)
	l.file()
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Thread == "1" {
			return bot.ErrNotFound
		}
		return nil
	})
	l.post(bot.Told{News: bot.NewsAdded, Claim: "C-2603-0001"})
	l.touch("C-2603-0001")
	l.work()
	l.wantRoom("b5 in 1 to  over : card", "b6 in 1 to  over : news opened",
		"b7 in 2 to  over : card", "b8 in 2 to  over : news added")
}

// TestMovedRoom follows a room that goes on under another name, in this replica and in the next.
func TestMovedRoom(t *testing.T) {
	t.Parallel()
	l, _ := newForum(t)
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Chat == deskRoom.Chat {
			return &bot.MovedError{Chat: "-100desk"}
		}
		return nil
	})
	l.file()
	other := l.start()
	l.post(bot.Told{News: bot.NewsTalk, Text: "call me"})
	if err := other.Work(t.Context()); err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, o := range l.chat.all() {
		if o.To.Chat == "-100desk" {
			said = append(said, o.Text)
		}
	}
	if len(said) != 3 {
		t.Errorf("in the new room stand %q, want card, news and the call", said)
	}
}

// TestThreadDeletedQuietly does so for news that do not change the card, too.
func TestThreadDeletedQuietly(t *testing.T) {
	t.Parallel()
	l, _ := newForum(t)
	l.file()
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Thread == "1" {
			return bot.ErrNotFound
		}
		return nil
	})
	l.post(bot.Told{News: bot.NewsAdded, Claim: "C-2603-0001"})
	l.work()
	l.wantRoom("b5 in 1 to  over : card", "b6 in 1 to  over : news opened",
		"b7 in 2 to  over : card", "b8 in 2 to  over : news added")
}

// post tells the desk something.
func (l *lab) post(told bot.Told) {
	l.t.Helper()
	in := bot.Inbound{ID: "told-" + strconv.FormatInt(l.number.Add(1), 10), Sent: l.clock.now(), To: deskRoom, Event: told}
	if err := l.store.Post(l.t.Context(), in); err != nil {
		l.t.Fatal(err)
	}
}

// touch changes a claim, so that its card is an old one.
func (l *lab) touch(id claim.ID) {
	l.t.Helper()
	key := bot.EffectKey{Inbound: "touch", Kind: "touch", Subject: string(id)}
	_, err := l.store.ChangeClaim(l.t.Context(), key, id, func(c claim.Claim) (bot.ClaimChange, error) {
		c.Severity = claim.LineDown
		return bot.ClaimChange{Claim: c}, nil
	})
	if err != nil {
		l.t.Fatal(err)
	}
}
