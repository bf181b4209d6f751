package bot_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// bells ring outside of the lab.
type bells struct {
	mu   sync.Mutex
	rung []string
	no   error // what every ring fails with; nil = it rings
}

func (b *bells) Ring(_ context.Context, r bot.Ring) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var claims []string
	for _, c := range r.Claims {
		claims = append(claims, fmt.Sprintf("%s %s %s", c.Claim, c.Severity, c.Waits))
	}
	b.rung = append(b.rung, r.Alarm.ID+": "+strings.Join(claims, ", "))
	return b.no
}

// newAlertLab is a lab for calls whose alarms ring.
func newAlertLab(t *testing.T) *lab {
	t.Helper()
	l := newCallLab(t)
	l.alarms = &bells{}
	l.house.News[bot.NewsUnrung] = "desk"
	l.engine = l.start()
	return l
}

// claimsAtOnce opens claims of a severity, in one minute.
func (l *lab) claimsAtOnce(n int, s claim.Severity) {
	l.t.Helper()
	for range n {
		c := claim.Claim{
			Status: claim.Open, Severity: s, Description: "it stands still", Opened: l.clock.now(), Changed: l.clock.now(),
			Lines: []claim.Line{{Serial: "OS-2025-0417", Model: "VS-600"}}, Channel: "chat", Chat: "mei",
			Calls: claim.Calls{Since: l.clock.now(), Next: l.clock.now()},
		}
		if _, err := l.store.OpenClaim(l.t.Context(), bot.EffectKey{Inbound: fmt.Sprintf("open/%d", l.number.Add(1))}, c, nil); err != nil {
			l.t.Fatal(err)
		}
	}
}

// messages counts what was sent by chats since the last time, and how many claims that called for.
func (l *lab) messages() map[string]string {
	l.t.Helper()
	count, claims := map[string]int{}, map[string]int{}
	for _, text := range l.chat.take() {
		chat, words, _ := strings.Cut(text, ": ")
		count[chat]++
		claims[chat] += strings.Count(words, "ping ")
	}
	got := map[string]string{}
	for chat, n := range count {
		got[chat] = fmt.Sprintf("%d messages, %d claims", n, claims[chat])
	}
	return got
}

func (l *lab) wantMessages(want map[string]string) {
	l.t.Helper()
	if diff := cmp.Diff(want, l.messages()); diff != "" {
		l.t.Fatalf("messages (-want +got):\n%s", diff)
	}
}

// TestAFlood of claims is one message for each audience, though two replicas work it.
func TestAFlood(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	l.claimsAtOnce(50, claim.LineDown)
	l.workBoth()
	l.work()
	l.wantMessages(map[string]string{"desk": "1 messages, 50 claims", "wang": "1 messages, 50 claims"})
	l.clock.wait(10 * time.Minute)
	l.workBoth()
	l.work()
	l.wantMessages(map[string]string{"wang": "1 messages, 50 claims"})
}

// TestAFloodOverTime holds messages back after the third, but for a line that has just stopped.
func TestAFloodOverTime(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	for range 3 {
		l.claimsAtOnce(1, claim.Degraded)
		l.work()
		l.wantMessages(map[string]string{"desk": "1 messages, 1 claims"})
		l.clock.wait(10 * time.Second)
	}
	for range 4 {
		l.claimsAtOnce(1, claim.Degraded)
		l.work()
		l.wantMessages(map[string]string{})
		l.clock.wait(10 * time.Second)
	}
	l.clock.wait(50*time.Second - time.Millisecond)
	l.work()
	l.wantMessages(map[string]string{})
	l.clock.wait(time.Millisecond)
	l.work()
	l.wantMessages(map[string]string{"desk": "1 messages, 4 claims"})
	for range 2 {
		l.clock.wait(10 * time.Second)
		l.claimsAtOnce(1, claim.Degraded)
		l.work()
		l.wantMessages(map[string]string{"desk": "1 messages, 1 claims"})
	}
	l.claimsAtOnce(2, claim.Degraded)
	l.work()
	l.wantMessages(map[string]string{})
	l.claimsAtOnce(1, claim.LineDown)
	l.work()
	l.wantMessages(map[string]string{"desk": "1 messages, 3 claims", "wang": "1 messages, 1 claims"})
}

// failing is a store of which calls of one name fail until so many have.
type failing struct {
	bot.Store
	name  string
	after bool // it does what it should, and then fails
	left  int
}

var errFailing = errors.New("connection lost")

func (f *failing) fail(name string, do func() error) error {
	if f.name != name || f.left == 0 {
		return do()
	}
	f.left--
	if f.after {
		_ = do() // what it returns is lost
	}
	return errFailing
}

func (f *failing) MakeAlerts(ctx context.Context, now time.Time, list []bot.Alert, of []bot.Notice) error {
	return f.fail("MakeAlerts", func() error { return f.Store.MakeAlerts(ctx, now, list, of) })
}

func (f *failing) HandOn(ctx context.Context, id string) error {
	return f.fail("HandOn", func() error { return f.Store.HandOn(ctx, id) })
}

func (f *failing) Post(ctx context.Context, list ...bot.Inbound) error {
	return f.fail("Post", func() error { return f.Store.Post(ctx, list...) })
}

func (f *failing) Notices(ctx context.Context, limit int) ([]bot.Notice, error) {
	var list []bot.Notice
	err := f.fail("Notices", func() (err error) {
		list, err = f.Store.Notices(ctx, limit)
		return err
	})
	return list, err
}

// TestCallsAcrossCrashes dies between all that a call consists of: another replica goes on, and nobody is called
// twice.
func TestCallsAcrossCrashes(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Notices", "MakeAlerts", "Post", "HandOn"} {
		for _, after := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, done %t", name, after), func(t *testing.T) {
				t.Parallel()
				l := newAlertLab(t)
				l.claimsAtOnce(5, claim.LineDown)
				store := l.store.Store
				broken := &failing{Store: store, name: name, after: after, left: 1}
				l.store.Store = broken
				if err := l.engine.Work(t.Context()); !errors.Is(err, errFailing) {
					t.Fatalf("it did not fail: %v", err)
				}
				l.store.Store = store
				l.engine = l.start()
				l.work()
				l.wantMessages(map[string]string{"desk": "1 messages, 5 claims", "wang": "1 messages, 5 claims"})
			})
		}
	}
}

// TestDirect calls somebody in private, and every copy shows who has the claim, whoever it is.
func TestDirect(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	l.files()
	l.calls("ping C-2603-0001 degraded 0s First line=Wang Lei")
	l.clock.wait(5*time.Hour + 30*time.Minute)
	l.work()
	l.hears("wang: zh:ping C-2603-0001 degraded 5h30m0s")
	l.link("chen", "chen-1")
	in := l.event("chen-1", bot.Said{Text: "/do take"})
	in.To = deskRoom
	l.handle(in)
	l.work()
	heard := l.chat.take()
	for _, want := range []string{"wang: zh:over C-2603-0001 Chen Yu", "desk: over C-2603-0001 Chen Yu"} {
		if !slices.Contains(heard, want) {
			t.Errorf("%q is not among %q", want, heard)
		}
	}
	if sent := l.chat.all(); sent[len(sent)-1].Replace == "" {
		t.Errorf("%+v edits nothing", sent[len(sent)-1])
	}
}

// TestDirectIsGone has somebody called in the room by name, once, who blocks the bot.
func TestDirectIsGone(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	l.files()
	l.calls("ping C-2603-0001 degraded 0s First line=Wang Lei")
	l.chat.refuses(func(o bot.Outgoing) error {
		if o.To.Chat == "wang" {
			return bot.ErrGone
		}
		return nil
	})
	l.clock.wait(5*time.Hour + 30*time.Minute)
	l.work()
	l.engine = l.start()
	l.work()
	l.hears("desk: ping C-2603-0001 degraded 5h30m0s =Wang Lei")
}

// TestTakenBeforeItIsSent calls nobody for a claim that was taken while the platform refused the message.
func TestTakenBeforeItIsSent(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	l.files()
	l.chat.refuses(func(bot.Outgoing) error { return &bot.RetryAfterError{After: time.Minute} })
	l.work()
	in := l.event("wang", bot.Said{Text: "/do take"})
	in.To = deskRoom
	l.handle(in)
	l.chat.refuses(nil)
	l.clock.wait(time.Minute)
	l.work()
	for _, text := range l.chat.take() {
		if strings.Contains(text, "ping ") || strings.Contains(text, "over ") {
			t.Errorf("%q", text)
		}
	}
}

// rings does the jobs that ring alarms, as the given try.
func (l *lab) rings(last bool) (errs []error) {
	l.t.Helper()
	l.jobs.mu.Lock()
	list := slices.Clone(l.jobs.bell)
	l.jobs.mu.Unlock()
	for _, id := range list {
		errs = append(errs, l.engine.Ring(l.t.Context(), id, last))
	}
	l.work()
	return errs
}

func (l *lab) wantRung(want ...string) {
	l.t.Helper()
	b := l.alarms
	b.mu.Lock()
	defer b.mu.Unlock()
	if diff := cmp.Diff(want, b.rung, equateEmpty); diff != "" {
		l.t.Errorf("rung (-want +got):\n%s", diff)
	}
	b.rung = nil
}

// TestAlarm rings once for all that waits, whichever replica comes first, and after an outage once.
func TestAlarm(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	l.claimsAtOnce(2, claim.LineDown)
	l.work()
	l.rings(false)
	l.wantRung()
	l.clock.wait(3 * time.Hour)
	l.workBoth()
	l.work()
	if n := len(l.jobs.bell); n != 2 {
		t.Errorf("%d jobs ring", n)
	}
	l.rings(false)
	l.wantRung("night_phone: C-2603-0001 line_down 3h0m0s, C-2603-0002 line_down 3h0m0s", "service_mail: C-2603-0001 line_down 3h0m0s, C-2603-0002 line_down 3h0m0s")
}

// TestAlarmOfATakenClaim does not ring, and not for it where it rings for others.
func TestAlarmOfATakenClaim(t *testing.T) {
	t.Parallel()
	l := newAlertLab(t)
	l.claimsAtOnce(2, claim.LineDown)
	l.clock.wait(30 * time.Minute)
	l.work()
	l.does("take")
	l.rings(false)
	l.wantRung("night_phone: C-2603-0002 line_down 30m0s")
}

// TestAlarmThatDoesNotRing is tried again, and in the end the room is told, once.
func TestAlarmThatDoesNotRing(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		no   error
		last bool
	}{"for now": {errFailing, true}, "never": {bot.ErrRefused, false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l := newAlertLab(t)
			l.alarms.no = v.no
			l.claimsAtOnce(1, claim.LineDown)
			l.clock.wait(30 * time.Minute)
			l.work()
			l.chat.take()
			if v.last {
				if errs := l.rings(false); !errors.Is(errs[0], errFailing) {
					t.Errorf("is not tried again: %v", errs)
				}
				l.hears()
			}
			for range 2 {
				if errs := l.rings(v.last); errs[0] != nil {
					t.Errorf("is tried again: %v", errs)
				}
			}
			l.hears("desk: news unrung ")
		})
	}
}
