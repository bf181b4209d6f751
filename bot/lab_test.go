package bot_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/store/sqlite"
)

// deskRoom is the engineers' room of the lab.
var deskRoom = bot.Address{Channel: "chat", Chat: "desk"}

// lab is an engine on real stores in memory with a tiny house (labhouse_test.go), a channel that
// records, a clock that stands still and faults on demand.
type lab struct {
	t          testing.TB
	clock      *clock
	store      *shakyStore
	memory     *shakySessions
	chat       *recorder
	over       bot.Adapter // what stands before chat; nil = nothing
	house      bot.House
	rooms      []bot.Address // of the desk
	duty       func() *duty.Desk
	doors      bot.Doors
	media      bot.Media
	charts     bot.Charts
	translator bot.Translator
	jobs       *queue
	alarms     *bells // nil = nothing rings
	engine     *bot.Engine
	wipe       func(context.Context) error

	crashAt atomic.Pointer[string] // the named point at which the next turn dies
	number  atomic.Int64           // of inbounds made
}

// newLab opens a lab on SQLite in memory.
func newLab(tb testing.TB) *lab {
	tb.Helper()
	c := newClock()
	db, err := sqlite.OpenMemory(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	memory, err := sqlite.OpenSessionsMemory(tb.Context(), c.now)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := errors.Join(db.Close(), memory.Close()); err != nil {
			tb.Error(err)
		}
	})
	l := labOn(tb, c, db, memory)
	l.wipe = memory.Wipe
	return l
}

// labOn puts a lab on stores.
func labOn(tb testing.TB, c *clock, store bot.Store, memory bot.Sessions) *lab {
	tb.Helper()
	l := &lab{
		t: tb, clock: c, house: labHouse(), rooms: []bot.Address{deskRoom},
		store: &shakyStore{Store: store}, memory: &shakySessions{Sessions: memory}, chat: &recorder{}, jobs: &queue{},
	}
	l.engine = l.start()
	return l
}

// start makes another engine on the same stores: a restart, or a second replica.
func (l *lab) start() *bot.Engine {
	l.t.Helper()
	policy := rules.Default()
	var chat bot.Adapter = l.chat
	if l.over != nil {
		chat = l.over
	}
	var alarms bot.Alarms
	if l.alarms != nil {
		alarms = l.alarms
	}
	e, err := bot.New(bot.Config{
		Alarms: alarms,
		House:  l.house, Policy: func() *rules.Policy { return policy }, Duty: l.duty, Texts: speech{},
		Store: l.store, Sessions: l.memory, Media: l.media, Charts: l.charts, Translator: l.translator, Jobs: l.jobs, Doors: l.doors, Adapters: []bot.Adapter{chat}, Desk: l.rooms,
		Links: ours, Now: l.clock.now, Log: slog.New(slog.DiscardHandler),
		At: func(point string) error {
			if want := l.crashAt.Load(); want != nil && *want == point && l.crashAt.CompareAndSwap(want, nil) {
				return bot.Crash(point)
			}
			return nil
		},
	})
	if err != nil {
		l.t.Fatal(err)
	}
	return e
}

// event makes an inbound of a person in a chat of her own, sent now.
func (l *lab) event(who string, ev bot.Event) bot.Inbound {
	n := l.number.Add(1)
	return bot.Inbound{
		ID: "in-" + strconv.FormatInt(n, 10), Order: n, Sent: l.clock.now(), Message: bot.MessageID(strconv.FormatInt(n, 10)),
		From: bot.Sender{ID: claim.PersonID(who), Name: who}, To: bot.Address{Channel: "chat", Chat: who}, Event: ev,
	}
}

// handle works an inbound that must be acknowledged, and returns the note beside it.
func (l *lab) handle(in bot.Inbound) string {
	l.t.Helper()
	ack, err := l.engine.Handle(l.t.Context(), in)
	if err != nil {
		l.t.Fatalf("%v: %v", in.Event, err)
	}
	return ack.Note
}

// fail works an inbound that must not be acknowledged.
func (l *lab) fail(in bot.Inbound) {
	l.t.Helper()
	_ = l.failure(in)
}

// failure returns why an inbound was not acknowledged.
func (l *lab) failure(in bot.Inbound) error {
	l.t.Helper()
	_, err := l.engine.Handle(l.t.Context(), in)
	if err == nil {
		l.t.Fatalf("%v was acknowledged", in.Event)
	}
	return err
}

// say has a person type texts, one after the other.
func (l *lab) say(who string, texts ...string) {
	l.t.Helper()
	for _, text := range texts {
		l.handle(l.event(who, bot.Said{Text: text}))
	}
}

// button finds the newest button with this label in a chat.
func (l *lab) button(chat, label string) bot.ChoiceID {
	l.t.Helper()
	sent := l.chat.all()
	for i := len(sent) - 1; i >= 0; i-- {
		for _, c := range sent[i].Choices {
			if sent[i].To.Chat == chat && c.Label == label {
				return c.ID
			}
		}
	}
	l.t.Fatalf("no button %q in chat %s", label, chat)
	return ""
}

// press has Mei press her newest button with this label.
func (l *lab) press(label string) {
	l.t.Helper()
	l.handle(l.event("mei", bot.Chose{Choice: l.button("mei", label)}))
}

// work does what is due.
func (l *lab) work() {
	l.t.Helper()
	if err := l.engine.Work(l.t.Context()); err != nil {
		l.t.Fatal(err)
	}
}

// hears wants exactly these messages since the last call, as "chat: text [button]".
func (l *lab) hears(want ...string) {
	l.t.Helper()
	if diff := cmp.Diff(want, l.chat.take(), equateEmpty); diff != "" {
		l.t.Fatalf("heard (-want +got):\n%s", diff)
	}
}

var equateEmpty = cmp.FilterValues(func(a, b []string) bool { return len(a)+len(b) == 0 }, cmp.Ignore())

// claims wants claims with these descriptions, oldest first.
func (l *lab) claims(want ...string) {
	l.t.Helper()
	list, err := l.store.FindClaims(l.t.Context(), bot.ClaimFilter{})
	if err != nil {
		l.t.Fatal(err)
	}
	var got []string
	for _, c := range slices.Backward(list) {
		got = append(got, c.Description)
	}
	if diff := cmp.Diff(want, got, equateEmpty); diff != "" {
		l.t.Fatalf("claims (-want +got):\n%s", diff)
	}
}

// clock stands still until it is moved.
type clock struct{ micros atomic.Int64 }

func newClock() *clock {
	c := &clock{}
	c.micros.Store(time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC).UnixMicro())
	return c
}

func (c *clock) now() time.Time       { return time.UnixMicro(c.micros.Load()).UTC() }
func (c *clock) wait(d time.Duration) { c.micros.Add(d.Microseconds()) }

// recorder is a channel that keeps what is sent, or refuses it.
type recorder struct {
	mu     sync.Mutex
	sent   []bot.Outgoing
	taken  int
	refuse func(bot.Outgoing) error
}

func (*recorder) Name() string { return "chat" }

func (*recorder) Capabilities() bot.Capabilities {
	return bot.Capabilities{MaxText: 4000, MaxChoices: 9, MaxLabel: 60, MaxFiles: 9, Edit: true, Quotes: true}
}

func (*recorder) Run(ctx context.Context, _ bot.Handler) error {
	<-ctx.Done()
	return nil
}

func (r *recorder) Send(_ context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.refuse != nil {
		if err := r.refuse(o); err != nil {
			return nil, err
		}
	}
	r.sent = append(r.sent, o)
	return []bot.MessageID{r.stands(o)}, nil
}

// stands returns what stands in the chat now: what was sent last, or what was edited.
func (r *recorder) stands(o bot.Outgoing) bot.MessageID {
	if o.Replace != "" {
		return o.Replace
	}
	return bot.MessageID("b" + strconv.Itoa(len(r.sent)))
}

// refuses makes sends fail, from now on; nil lets them pass.
func (r *recorder) refuses(f func(bot.Outgoing) error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refuse = f
}

func (r *recorder) all() []bot.Outgoing {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.sent)
}

func (r *recorder) take() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var list []string
	for _, o := range r.sent[r.taken:] {
		words := []string{o.To.Chat + ": " + strings.ReplaceAll(o.Text, "\n\n", " / ")}
		for _, c := range o.Choices {
			words = append(words, "["+c.Label+"]")
		}
		list = append(list, strings.Join(words, " "))
	}
	r.taken = len(r.sent)
	return list
}

// speech is a catalogue that says the key and the arguments.
type speech struct{}

func (speech) Languages() []string { return []string{"en", "zh"} }

func (speech) Words(key string) []string {
	return map[string][]string{
		"words.order": {"order", "订货"}, "words.back": {"back", "返回"}, "words.send": {"yes", "ok"}, "words.no": {"no"},
	}[key]
}

func (s speech) Render(lang string, t bot.Text) string {
	words := []string{t.Key}
	if lang != "en" {
		words[0] = lang + ":" + t.Key
	}
	names := make([]string, 0, len(t.Args))
	for name := range t.Args {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		arg := t.Args[name]
		if nested, ok := arg.(bot.Text); ok {
			arg = "(" + s.Render(lang, nested) + ")"
		}
		words = append(words, bot.Escape(fmt.Sprint(arg)))
	}
	return strings.Join(words, " ")
}
