package duty_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// anyTime is some time around 2026, often on a round minute.
func anyTime() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		at := time.Date(2025, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(rapid.IntRange(0, 450*24*60).Draw(t, "minute")) * time.Minute)
		if rapid.Bool().Draw(t, "round") {
			return at
		}
		return at.Add(time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(t, "more")))
	})
}

func anyDuration() *rapid.Generator[time.Duration] {
	return rapid.Custom(func(t *rapid.T) time.Duration {
		if rapid.Bool().Draw(t, "round") {
			return time.Duration(rapid.IntRange(0, 100*60).Draw(t, "minutes")) * time.Minute
		}
		return time.Duration(rapid.Int64Range(-int64(time.Hour), int64(200*time.Hour)).Draw(t, "d"))
	})
}

// desks are calendars and rotations of all kinds: the clocks of some are changed.
func desks(t *testing.T) []*duty.Desk {
	t.Helper()
	list := []*duty.Desk{duty.Default()}
	for _, zone := range []string{"Europe/Berlin", "Australia/Lord_Howe", "America/New_York"} {
		list = append(list, loaded(t, "zone: Asia/Shanghai ", "zone: "+zone+" ", "Sun: []", `Sun: ["00:00-02:30", "02:30-04:00", "23:00-24:00"]`,
			"zone: Asia/Shanghai\n    weekday: Mon\n    at: \"09:00\"\n    first: 2026-01-05", "zone: "+zone+"\n    weekday: Sun\n    at: \"02:30\"\n    first: 2026-03-29"))
	}
	return list
}

func TestAddingWorkingTime(t *testing.T) {
	t.Parallel()
	all := desks(t)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(all).Draw(t, "desk").Calendar
		a, d := anyTime().Draw(t, "a"), anyDuration().Draw(t, "d")
		got := c.Add(a, d)
		if !c.Working(got) || got.Before(a) {
			t.Fatalf("%s and %s of work is %s", a, d, got)
		}
		if b := anyTime().Draw(t, "b"); a.Before(b) && c.Add(b, d).Before(got) {
			t.Fatalf("%s of work from %s ends later than from %s", d, a, b)
		}
		e := anyDuration().Draw(t, "e")
		if d < e && c.Add(a, e).Before(got) {
			t.Fatalf("from %s, %s ends later than %s", a, d, e)
		}
		if e >= 0 && d >= 0 && !c.Add(got, e).Equal(c.Add(a, d+e)) {
			t.Fatalf("from %s, %s and then %s is not %s", a, d, e, d+e)
		}
	})
}

// Working, minute by minute, agrees with what adding counts.
func TestWorkingTimeIsCounted(t *testing.T) {
	t.Parallel()
	all := desks(t)
	rapid.Check(t, func(t *rapid.T) {
		c := rapid.SampledFrom(all).Draw(t, "desk").Calendar
		at := anyTime().Draw(t, "at").Truncate(time.Minute)
		minutes := rapid.IntRange(0, 600).Draw(t, "minutes")
		end := c.Add(at, time.Duration(minutes)*time.Minute)
		counted := 0
		for m := at; m.Before(end); m = m.Add(time.Minute) {
			if c.Working(m) {
				counted++
			}
		}
		if counted != minutes {
			t.Fatalf("from %s to %s there are %d minutes of work, want %d", at, end, counted, minutes)
		}
	})
}

// A shift holds until its end, and then another begins.
func TestShiftsFollowEachOther(t *testing.T) {
	t.Parallel()
	all := append(desks(t), withOverrides(t, "first_line li: 2026-03-01 00:00 - 2026-03-20 00:00", "first_line chen: 2026-03-05 12:00 - 2026-03-25 00:00", "first_line wang: 2026-03-10 00:00 - 2026-03-10 00:01"))
	rapid.Check(t, func(t *rapid.T) {
		d, at := rapid.SampledFrom(all).Draw(t, "desk"), anyTime().Draw(t, "at")
		shift, ok := d.OnCall("first_line", at)
		if !ok || !shift.Until.After(at) || shift.Until.Sub(at) > 24*24*time.Hour {
			t.Fatalf("at %s: %+v", at, shift)
		}
		part := time.Duration(rapid.Int64Range(0, int64(shift.Until.Sub(at))-1).Draw(t, "part"))
		if same, _ := d.OnCall("first_line", at.Add(part)); cmp.Diff(shift, same) != "" {
			t.Fatalf("at %s %+v, but at %s %+v", at, shift, at.Add(part), same)
		}
		if next, _ := d.OnCall("first_line", shift.Until); !next.Until.After(shift.Until) {
			t.Fatalf("after %+v comes %+v", shift, next)
		}
	})
}

func anyWatch() *rapid.Generator[duty.Watch] {
	return rapid.Custom(func(t *rapid.T) duty.Watch {
		w := duty.Watch{
			Severity: rapid.SampledFrom([]claim.Severity{claim.LineDown, claim.Degraded, claim.Question, ""}).Draw(t, "severity"),
			Since:    anyTime().Draw(t, "since"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "pauses") {
			from := w.Since.Add(time.Duration(rapid.IntRange(-600, 6000).Draw(t, "from")) * time.Minute)
			p := duty.Span{From: from, To: from.Add(anyDuration().Draw(t, "long"))}
			if rapid.IntRange(0, 9).Draw(t, "goes on") == 0 {
				p.To = time.Time{}
			}
			w.Pauses = append(w.Pauses, p)
		}
		return w
	})
}

// anyChain is a desk whose chain for a line that is down was made at random.
func anyChain(t *testing.T) *rapid.Generator[*duty.Desk] {
	t.Helper()
	text := string(duty.DefaultYAML())
	i := strings.Index(text, "    hours: any\n    steps:\n")
	j := i + strings.Index(text[i:], "    progress:")
	return rapid.Custom(func(t *rapid.T) *duty.Desk {
		steps := []string{"    hours: " + rapid.SampledFrom([]string{"any", "working"}).Draw(t, "hours"), "    steps:"}
		after := 0
		for range rapid.IntRange(1, 5).Draw(t, "steps") {
			after += rapid.IntRange(0, 30).Draw(t, "after")
			s := fmt.Sprintf("      - {after: %dm, whom: %s, way: mention", after, rapid.SampledFrom([]string{"first_line", "second_line", "everybody", "room"}).Draw(t, "whom"))
			if rapid.Bool().Draw(t, "again") {
				s += fmt.Sprintf(", repeat_every: %dm, repeat_times: %d", rapid.IntRange(1, 20).Draw(t, "every"), rapid.IntRange(1, 6).Draw(t, "times"))
			}
			steps = append(steps, s+"}")
		}
		alarms := "\n      - {after: 900m, whom: room, way: alarm, alarm: night_phone}\n      - {after: 900m, whom: room, way: alarm, alarm: service_mail}\n"
		d, _, err := duty.Load("any.yaml", []byte(text[:i]+strings.Join(steps, "\n")+alarms+text[j:]))
		if err != nil {
			t.Fatal(err)
		}
		return d
	})
}

// The chain's times never decrease, none comes twice, and all repetitions come in their order.
func TestTheChainGoesOn(t *testing.T) {
	t.Parallel()
	chains := anyChain(t)
	rapid.Check(t, func(t *rapid.T) {
		d, w := chains.Draw(t, "desk"), anyWatch().Draw(t, "watch")
		type place struct{ step, repetition int }
		seen := map[place]bool{}
		last := w.Since
		for done := 0; ; done++ {
			p, ok := d.Next(w, done, time.Time{})
			if !ok {
				if again, ok := d.Next(w, done+1, time.Time{}); ok {
					t.Fatalf("ping %d is none, but then comes %+v", done, again)
				}
				break
			}
			here := place{p.Step, p.Repetition}
			if p.Index != done || !p.At.Equal(p.Due) || p.Due.Before(last) || seen[here] || p.Repetition > 0 && !seen[place{p.Step, p.Repetition - 1}] {
				t.Fatalf("ping %d, after %s: %+v", done, last, p)
			}
			for _, pause := range w.Pauses {
				if !p.Due.Before(pause.From) && p.Due.Before(pause.To) {
					t.Fatalf("ping %d at %s is in the pause %v", done, p.Due, pause)
				}
			}
			seen[here], last = true, p.Due
		}
	})
}

// However the clock jumps and however often the program begins anew: every ping is done once, in
// order, because only their number is remembered.
func TestNoPingIsLostOrRepeated(t *testing.T) {
	t.Parallel()
	chains := anyChain(t)
	rapid.Check(t, func(t *rapid.T) {
		d := chains.Draw(t, "desk")
		w := duty.Watch{Severity: claim.LineDown, Since: anyTime().Draw(t, "since")}
		var dues []time.Time
		for p, ok := d.Next(w, 0, time.Time{}); ok; p, ok = d.Next(w, len(dues), time.Time{}) {
			dues = append(dues, p.Due)
		}
		var done []time.Time
		now := w.Since
		for len(done) < len(dues) {
			now = now.Add(time.Duration(rapid.IntRange(-60, 600).Draw(t, "jump")) * time.Minute)
			for p, ok := d.Next(w, len(done), now); ok && !p.At.After(now); p, ok = d.Next(w, len(done), now) {
				done = append(done, p.Due)
			}
		}
		if !slices.EqualFunc(done, dues, time.Time.Equal) {
			t.Fatalf("done %v, want %v", done, dues)
		}
	})
}

// A pause never makes a ping come sooner, nor a claim expire.
func TestPausesDelay(t *testing.T) {
	t.Parallel()
	d := duty.Default()
	rapid.Check(t, func(t *rapid.T) {
		w := anyWatch().Draw(t, "watch")
		free := duty.Watch{Severity: w.Severity, Since: w.Since}
		done := rapid.IntRange(0, 12).Draw(t, "done")
		p, ok := d.Next(w, done, time.Time{})
		sooner, _ := d.Next(free, done, time.Time{})
		if ok && p.Due.Before(sooner.Due) {
			t.Fatalf("at %s, without a pause at %s", p.Due, sooner.Due)
		}
		e, f := d.Expiry(w), d.Expiry(free)
		if !e.Ping.IsZero() && e.Ping.Before(f.Ping) || !e.Release.IsZero() && (e.Release.Before(f.Release) || e.Release.Before(e.Ping) || e.Ping.IsZero()) {
			t.Fatalf("expires %+v, without a pause %+v", e, f)
		}
	})
}

// Every notice goes out, once to its audience, and at most a window later.
func TestBundlesLoseNothing(t *testing.T) {
	t.Parallel()
	d := duty.Default()
	rapid.Check(t, func(t *rapid.T) {
		now := anyTime().Draw(t, "now")
		var list []duty.Notice
		want := map[string]int{}
		for range rapid.IntRange(0, 12).Draw(t, "notices") {
			n := duty.Notice{
				Claim:    claim.ID(fmt.Sprint("C-", rapid.IntRange(0, 5).Draw(t, "claim"))),
				Severity: rapid.SampledFrom([]claim.Severity{claim.LineDown, claim.Degraded, claim.Question, ""}).Draw(t, "severity"),
				Way:      rapid.SampledFrom([]duty.Way{duty.Direct, duty.Mention, duty.Alarm}).Draw(t, "way"),
				Again:    rapid.Bool().Draw(t, "again"),
			}
			if n.Way == duty.Direct {
				n.Person = rapid.SampledFrom(d.People).Draw(t, "person").ID
			}
			list = append(list, n)
			want[fmt.Sprint(n.Claim, n.Audience())] = 1
		}
		sent := map[string][]time.Time{}
		for range rapid.IntRange(0, 6).Draw(t, "sent") {
			at := now.Add(-time.Duration(rapid.IntRange(-60, 300).Draw(t, "before")) * time.Second)
			sent["room"] = append(sent["room"], at)
		}
		got := map[string]int{}
		for _, b := range d.Bundle(list, now, sent) {
			if b.At.Before(now) || b.At.Sub(now) > d.BundleWithin || len(b.Notices) == 0 {
				t.Fatalf("%+v", b)
			}
			for _, n := range b.Notices {
				if n.Audience() != b.Notices[0].Audience() || n.Severity == claim.LineDown && !n.Again && b.At.After(now) {
					t.Fatalf("%+v in %+v", n, b)
				}
				got[fmt.Sprint(n.Claim, n.Audience())]++
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
