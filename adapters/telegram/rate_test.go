package telegram_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
)

// limits answers as a test wants, and notes what it was asked.
type limits struct {
	mu    sync.Mutex
	wait  map[string][]time.Duration // by bucket: the answers, one after the other
	rates map[string]bot.Rate
	taken []string
	away  error
}

func (l *limits) Take(_ context.Context, bucket string, r bot.Rate) (time.Duration, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.rates == nil {
		l.rates = map[string]bot.Rate{}
	}
	l.rates[bucket] = r
	if l.away != nil {
		return 0, l.away
	}
	if list := l.wait[bucket]; len(list) > 0 {
		l.wait[bucket] = list[1:]
		if list[0] > 0 {
			return list[0], nil
		}
	}
	l.taken = append(l.taken, bucket)
	return 0, nil
}

// whole is the bucket of the whole bot.
const whole = "telegram/1000000001"

func TestRates(t *testing.T) {
	t.Parallel()
	rates := &limits{}
	l := newLab(t, func(c *telegram.Config) { c.Limits, c.Rate = rates, 30 }, fake.Config{})
	l.say(t, bot.Outgoing{Message: bot.Message{Text: "now"}})
	mine := whole + "/" + l.to().Chat
	want := map[string]bot.Rate{mine: {Burst: 3, Every: time.Second}, whole: {Burst: 30, Every: time.Second / 30}}
	if diff := cmp.Diff(want, rates.rates); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	l.say(t, bot.Outgoing{Later: true, Message: bot.Message{Text: "later"}})
	if got := rates.rates[whole].Leave; got != 10 {
		t.Errorf("what nobody waits for leaves %d, want 10", got)
	}
	group := l.server.NewGroup("Nuts Ltd", l.mei)
	l.say(t, bot.Outgoing{To: address(group), Message: bot.Message{Text: "all"}})
	if r := rates.rates[whole+"/"+address(group).Chat]; r.Burst+int(time.Minute/r.Every) > 20 { // platform-facts.md 33
		t.Errorf("a group gets %+v, more than 20 a minute", r)
	}
}

// TestRateWaits waits a little in its place, and leaves a longer wait to the lane.
func TestRateWaits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		wait []time.Duration
		want time.Duration // of the error; 0 = sent
	}{
		"at once":           {nil, 0},
		"a moment":          {[]time.Duration{5 * time.Millisecond, 5 * time.Millisecond}, 0},
		"long":              {[]time.Duration{2*time.Second + 1}, 2*time.Second + 1},
		"long after a wait": {[]time.Duration{5 * time.Millisecond, 1999 * time.Millisecond}, 1999 * time.Millisecond},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rates := &limits{wait: map[string][]time.Duration{whole: c.wait}}
			l := newLab(t, func(c *telegram.Config) { c.Limits, c.Rate = rates, 30 }, fake.Config{})
			_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x"}})
			if c.want == 0 && err != nil {
				t.Errorf("Send = %v", err)
			}
			if c.want > 0 && wantError[*bot.RetryAfterError](t, err).After != c.want {
				t.Errorf("Send = %v, want after %v", err, c.want)
			}
			if n := len(l.server.Calls("sendMessage")); (n == 1) != (c.want == 0) {
				t.Errorf("%d calls", n)
			}
		})
	}
	rates := &limits{wait: map[string][]time.Duration{whole: {time.Second}}}
	l := newLab(t, func(c *telegram.Config) { c.Limits, c.Rate = rates, 30 }, fake.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := l.Send(ctx, bot.Outgoing{To: l.to(), Message: bot.Message{Text: "x"}}); !errors.Is(err, context.Canceled) {
		t.Errorf("Send = %v after its context ended", err)
	}
}

// TestNoRates sends without limits when there are none, or when they do not answer.
func TestNoRates(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rates *limits
		rate  int
	}{"off": {&limits{}, 0}, "away": {&limits{away: errors.New("redis is away")}, 30}} {
		l := newLab(t, func(cfg *telegram.Config) { cfg.Limits, cfg.Rate = c.rates, c.rate }, fake.Config{})
		l.say(t, bot.Outgoing{Message: bot.Message{Text: "x"}})
		if len(c.rates.taken) > 0 {
			t.Errorf("%s: took from %v", name, c.rates.taken)
		}
	}
}

// TestSpentMakesWay leaves buttons where they are when there is much to send.
func TestSpentMakesWay(t *testing.T) {
	t.Parallel()
	rates := &limits{wait: map[string][]time.Duration{}}
	l := newLab(t, func(c *telegram.Config) { c.Limits, c.Rate = rates, 30 }, fake.Config{})
	id := l.say(t, bot.Outgoing{Message: bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}}})
	rates.wait[whole] = []time.Duration{0, time.Millisecond}
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: id}, Message: bot.Message{Text: "x"}})
	if n := len(l.server.Calls("editMessageReplyMarkup")); n > 0 {
		t.Error("buttons were taken away at a full rate")
	}
	l.say(t, bot.Outgoing{Spent: bot.Spent{Message: id}, Message: bot.Message{Text: "x"}})
	if n := len(l.server.Calls("editMessageReplyMarkup")); n != 1 {
		t.Error("buttons were not taken away")
	}
}

// bucket is a limit in memory, by the real clock.
type bucket struct {
	mu   sync.Mutex
	left map[string]float64
	at   map[string]time.Time
}

func (b *bucket) Take(_ context.Context, name string, r bot.Rate) (time.Duration, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := time.Now()
	if b.left == nil {
		b.left, b.at = map[string]float64{}, map[string]time.Time{}
	}
	if _, ok := b.left[name]; !ok {
		b.left[name], b.at[name] = float64(r.Burst), now
	}
	b.left[name] = min(b.left[name]+float64(now.Sub(b.at[name]))/float64(r.Every), float64(r.Burst))
	b.at[name] = now
	if missing := 1 + float64(r.Leave) - b.left[name]; missing > 0 {
		return time.Duration(missing*float64(r.Every)) + time.Millisecond, nil
	}
	b.left[name]--
	return 0, nil
}

// TestAnswersGoFirst lets an answer overtake news that wait for the limits.
func TestAnswersGoFirst(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *telegram.Config) { c.Limits, c.Rate = &bucket{}, 3 }, fake.Config{})
	li := l.server.NewPerson(fake.Profile{First: "Li"})
	li.Start("")
	for range 2 {
		l.say(t, bot.Outgoing{Later: true, Message: bot.Message{Text: "news"}})
	}
	done := make(chan error, 1)
	go func() {
		_, err := l.Send(t.Context(), bot.Outgoing{To: l.to(), Later: true, Message: bot.Message{Text: "news"}})
		done <- err
	}()
	l.say(t, bot.Outgoing{To: address(li.Chat()), Message: bot.Message{Text: "answer"}})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	var order []string
	for _, c := range l.server.Calls("sendMessage") {
		order = append(order, c.Params["text"])
	}
	if diff := cmp.Diff([]string{"news", "news", "answer", "news"}, order); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestRatesFitThePlatform sends more at once than the platform takes, and is never refused.
func TestRatesFitThePlatform(t *testing.T) {
	t.Parallel()
	l := newLab(t, func(c *telegram.Config) { c.Limits, c.Rate = &bucket{}, 25 }, fake.Config{Limits: fake.RealLimits()})
	var group sync.WaitGroup
	for range 40 {
		p := l.server.NewPerson(fake.Profile{First: "Li"})
		p.Start("")
		group.Go(func() {
			if _, err := l.Send(t.Context(), bot.Outgoing{To: address(p.Chat()), Message: bot.Message{Text: "x"}}); err != nil {
				t.Errorf("Send = %v", err)
			}
		})
	}
	group.Wait()
	if n := l.Counts().Limited; n > 0 {
		t.Errorf("%d calls were refused", n)
	}
}
