package storetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

func alertCases() []storeCase {
	return []storeCase{
		{"notices are stored with the change that makes them, once", noticesOnce},
		{"a change that is refused leaves no notice", noticesRefused},
		{"alerts stand in the place of notices", alertsOfNotices},
		{"two replicas make one alert of a notice", alertsRace},
		{"an alert is found by its claims, and shows where it stands", alertsOfClaims},
		{"alerts wait until they are handed on", alertsWait},
		{"alerts that were handed on are forgotten after a while", alertsPurged},
	}
}

// aNotice calls for Wang by a direct message, or else for whoever is in the room.
func aNotice(id string, c claim.ID, direct bool) bot.Notice {
	n := bot.Notice{ID: id, Notice: duty.Notice{Claim: c, Severity: claim.LineDown, Since: day(2), Way: duty.Mention}}
	n.Called = []duty.Called{{Level: "first_line", People: []duty.PersonID{"wang", "chen"}}}
	if direct {
		n.Called, n.Way, n.Person, n.Again = nil, duty.Direct, "wang", true
	}
	return n
}

// calls changes a claim so that it calls by notices.
func calls(t *testing.T, s bot.Store, id claim.ID, list ...bot.Notice) claim.Claim {
	t.Helper()
	return got(s.CallFor(t.Context(), key("call", "a"), id, func(c claim.Claim) (bot.ClaimChange, []bot.Notice, error) {
		c.Calls.Done++
		c.Calls.Last = day(3)
		return bot.ClaimChange{Claim: c}, list, nil
	}))(t)
}

func wantNotices(t *testing.T, s bot.Store, want ...bot.Notice) {
	t.Helper()
	same(t, "notices", got(s.Notices(t.Context(), 100))(t), want)
}

func noticesOnce(t *testing.T, s bot.Store) {
	t.Helper()
	c := got(s.OpenClaim(t.Context(), key("open", ""), aClaim(), nil))(t)
	n, direct := aNotice("1", c.ID, false), aNotice("2", c.ID, true)
	first := calls(t, s, c.ID, n, direct)
	same(t, "done", first.Calls.Done, c.Calls.Done+1)
	again := calls(t, s, c.ID, n, direct)
	same(t, "the same call again", again, first)
	wantNotices(t, s, n, direct)
	same(t, "one notice", got(s.Notices(t.Context(), 1))(t), []bot.Notice{n})
}

func noticesRefused(t *testing.T, s bot.Store) {
	t.Helper()
	c := got(s.OpenClaim(t.Context(), key("open", ""), aClaim(), nil))(t)
	refused := errors.New("refused")
	_, err := s.CallFor(t.Context(), key("call", "a"), c.ID, func(c claim.Claim) (bot.ClaimChange, []bot.Notice, error) {
		return bot.ClaimChange{Claim: c}, []bot.Notice{aNotice("1", c.ID, false)}, refused
	})
	wantErr(t, err, refused)
	_, err = s.CallFor(t.Context(), key("call", "a"), "C-2603-0099", func(c claim.Claim) (bot.ClaimChange, []bot.Notice, error) {
		return bot.ClaimChange{Claim: c}, []bot.Notice{aNotice("1", c.ID, false)}, nil
	})
	wantErr(t, err, bot.ErrNotFound)
	wantNotices(t, s)
}

// anAlert is made of notices.
func anAlert(id string, of ...bot.Notice) bot.Alert {
	a := bot.Alert{ID: id, To: bot.Address{Channel: "chat", Chat: "room"}}
	for _, n := range of {
		a.Notices = append(a.Notices, n.Notice)
	}
	return a
}

func alertsOfNotices(t *testing.T, s bot.Store) {
	t.Helper()
	c := got(s.OpenClaim(t.Context(), key("open", ""), aClaim(), nil))(t)
	n, direct := aNotice("1", c.ID, false), aNotice("2", c.ID, true)
	calls(t, s, c.ID, n, direct)
	must(t, s.MakeAlerts(t.Context(), day(4), []bot.Alert{anAlert("a", n), anAlert("b", n)}, []bot.Notice{n}))
	wantNotices(t, s, direct)
	wantErr(t, s.MakeAlerts(t.Context(), day(5), []bot.Alert{anAlert("c", n, direct)}, []bot.Notice{direct, n}), bot.ErrConflict)
	wantNotices(t, s, direct)
	_, err := s.Alert(t.Context(), "c")
	wantErr(t, err, bot.ErrNotFound)
	must(t, s.MakeAlerts(t.Context(), day(5), []bot.Alert{anAlert("d", direct)}, []bot.Notice{direct}))
	wantNotices(t, s)
	same(t, "times", got(s.Alerted(t.Context(), day(4)))(t), map[string][]time.Time{"room": {day(4)}, "direct/wang": {day(5)}})
	same(t, "times since", got(s.Alerted(t.Context(), day(4).Add(time.Microsecond)))(t), map[string][]time.Time{"direct/wang": {day(5)}})
	must(t, s.MakeAlerts(t.Context(), day(6), []bot.Alert{anAlert("a", direct)}, nil))
	same(t, "an alert that is there", got(s.Alert(t.Context(), "a"))(t), anAlert("a", n))
}

func alertsRace(t *testing.T, s bot.Store) {
	t.Helper()
	c := got(s.OpenClaim(t.Context(), key("open", ""), aClaim(), nil))(t)
	var list []bot.Notice
	for i := range 20 {
		list = append(list, aNotice(name("n", i), c.ID, false))
	}
	calls(t, s, c.ID, list...)
	made := 0
	for i, err := range atOnce(func(i int) error {
		mine := slices.Clone(list)
		if i%2 == 0 {
			slices.Reverse(mine)
		}
		return s.MakeAlerts(t.Context(), day(4), []bot.Alert{anAlert(name("a", i), mine...)}, mine)
	}) {
		switch {
		case err == nil:
			made++
		case !errors.Is(err, bot.ErrConflict):
			t.Errorf("writer %d: %v", i, err)
		}
	}
	if left := got(s.WaitingAlerts(t.Context(), 100))(t); made != 1 || len(left) != 1 {
		t.Errorf("%d were made, %d wait", made, len(left))
	}
	wantNotices(t, s)
}

func alertsOfClaims(t *testing.T, s bot.Store) {
	t.Helper()
	one := got(s.OpenClaim(t.Context(), key("one", ""), aClaim(), nil))(t)
	two := got(s.OpenClaim(t.Context(), key("two", ""), aClaim(), nil))(t)
	a := anAlert("a", aNotice("1", one.ID, false), aNotice("2", two.ID, false))
	b := anAlert("b", aNotice("3", two.ID, true))
	must(t, s.MakeAlerts(t.Context(), day(4), []bot.Alert{b}, nil))
	must(t, s.MakeAlerts(t.Context(), day(5), []bot.Alert{a}, nil))
	same(t, "alerts of the first", got(s.AlertsOf(t.Context(), one.ID, 10))(t), []bot.Alert{a})
	same(t, "alerts of the second", got(s.AlertsOf(t.Context(), two.ID, 10))(t), []bot.Alert{a, b})
	same(t, "alerts of another", got(s.AlertsOf(t.Context(), "C-2603-0099", 10))(t), []bot.Alert{})
	same(t, "the newest of the second", got(s.AlertsOf(t.Context(), two.ID, 1))(t), []bot.Alert{a})
	a.To.Thread, a.Message = "7", "17"
	must(t, s.PutAlert(t.Context(), a))
	same(t, "the alert", got(s.Alert(t.Context(), "a"))(t), a)
	same(t, "alerts of the first", got(s.AlertsOf(t.Context(), one.ID, 10))(t), []bot.Alert{a})
	must(t, s.PutAlert(t.Context(), anAlert("c", aNotice("1", one.ID, false))))
	_, err := s.Alert(t.Context(), "c")
	wantErr(t, err, bot.ErrNotFound)
}

func alertsWait(t *testing.T, s bot.Store) {
	t.Helper()
	n := aNotice("1", "C-2603-0001", false)
	must(t, s.MakeAlerts(t.Context(), day(5), []bot.Alert{anAlert("c", n)}, nil))
	must(t, s.MakeAlerts(t.Context(), day(4), []bot.Alert{anAlert("b", n), anAlert("a", n)}, nil))
	same(t, "waiting", got(s.WaitingAlerts(t.Context(), 10))(t), []bot.Alert{anAlert("a", n), anAlert("b", n), anAlert("c", n)})
	same(t, "waiting, two of them", got(s.WaitingAlerts(t.Context(), 2))(t), []bot.Alert{anAlert("a", n), anAlert("b", n)})
	must(t, s.HandOn(t.Context(), "a"))
	must(t, s.HandOn(t.Context(), "a"))
	must(t, s.HandOn(t.Context(), "none"))
	same(t, "waiting", got(s.WaitingAlerts(t.Context(), 10))(t), []bot.Alert{anAlert("b", n), anAlert("c", n)})
	must(t, s.MakeAlerts(t.Context(), day(6), []bot.Alert{anAlert("a", n)}, nil))
	same(t, "waiting", got(s.WaitingAlerts(t.Context(), 10))(t), []bot.Alert{anAlert("b", n), anAlert("c", n)})
}

func alertsPurged(t *testing.T, s bot.Store) {
	t.Helper()
	n := aNotice("1", "C-2603-0001", false)
	must(t, s.MakeAlerts(t.Context(), day(4), []bot.Alert{anAlert("handed on", n), anAlert("waits", n)}, nil))
	must(t, s.MakeAlerts(t.Context(), day(5), []bot.Alert{anAlert("newer", n)}, nil))
	must(t, s.HandOn(t.Context(), "handed on"))
	must(t, s.HandOn(t.Context(), "newer"))
	must(t, s.Purge(t.Context(), day(5)))
	same(t, "alerts", got(s.AlertsOf(t.Context(), n.Claim, 10))(t), []bot.Alert{anAlert("newer", n), anAlert("waits", n)})
}
