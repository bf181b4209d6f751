package bot_test

import (
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	_ "gocloud.dev/blob/memblob" // media in memory
	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/measure"
	"github.com/optoste/supportbot/store/media"
)

// newWeeklyLab opens a lab whose desk is told each Monday at 10:30 in Shantou how the service was; it begins on a
// Monday at 10:00.
func newWeeklyLab(t *testing.T) *lab {
	t.Helper()
	desk, _, err := duty.Load("desk.yaml", append(duty.DefaultYAML(), []byte("weekly: {weekday: Mon, at: '10:30'}\n")...))
	if err != nil {
		t.Fatal(err)
	}
	desk.Sample = true // whoever is in the room is an engineer
	bucket, err := media.Open(t.Context(), "mem://")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := bucket.Close(); err != nil {
			t.Error(err)
		}
	})
	l := newCallLab(t)
	l.duty, l.media, l.charts = func() *duty.Desk { return desk }, bucket, paper.Charts{}
	l.house.Flows = append(l.house.Flows, bot.Script[remark]{Name: "week", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		d := t.Args.Told.Digest
		return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("week of " + d.Week.From.String() + " opened " + strconv.Itoa(d.All.Opened) + " charts " + strconv.Itoa(len(t.Args.Told.Files)))}}
	}})
	l.house.News[bot.NewsWeekly] = "week"
	l.engine = l.start()
	return l
}

const week = 7 * 24 * time.Hour

// TestWeekly tells once a week, the first time when the first week is over, and after an outage the newest alone.
func TestWeekly(t *testing.T) {
	t.Parallel()
	l := newWeeklyLab(t)
	l.calls()
	l.files()
	l.does("take")
	l.does("resolve")
	l.chat.take()
	l.clock.wait(30 * time.Minute)
	l.calls("week of 2026-02-23 opened 0 charts 1")
	l.engine = l.start()
	l.calls()
	l.clock.wait(week - time.Minute)
	l.calls()
	l.clock.wait(time.Minute)
	l.calls("week of 2026-03-02 opened 1 charts 3")
	l.clock.wait(3*week + 2*24*time.Hour)
	l.engine = l.start()
	l.work()
	l.chat.take()
	l.calls()
	mark, err := l.store.Mark(t.Context(), "weekly")
	if want := time.Date(2026, 3, 30, 2, 30, 0, 0, time.UTC); err != nil || !mark.Equal(want) {
		t.Errorf("told until %s, want %s: %v", mark, want, err)
	}
}

// drawTogether are charts that two engines have to want at the same time.
type drawTogether struct {
	paper.Charts
	wanted atomic.Int32
	both   chan struct{}
}

// Weeks waits until both are here.
func (c *drawTogether) Weeks(r measure.Report) ([]byte, error) {
	switch n := c.wanted.Add(1); {
	case n == 2:
		close(c.both)
	case n < 2:
		<-c.both
	}
	return c.Charts.Weeks(r)
}

// TestWeeklyOfTwoReplicas is told once, though both have measured.
func TestWeeklyOfTwoReplicas(t *testing.T) {
	t.Parallel()
	l := newWeeklyLab(t)
	l.calls()
	l.clock.wait(30 * time.Minute)
	both := &drawTogether{both: make(chan struct{})}
	l.charts = both
	var group errgroup.Group
	for _, e := range []*bot.Engine{l.start(), l.start()} {
		group.Go(func() error { return e.Work(t.Context()) })
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	l.calls("week of 2026-02-23 opened 0 charts 1")
	if both.wanted.Load() != 2 {
		t.Errorf("%d have measured", both.wanted.Load())
	}
}
