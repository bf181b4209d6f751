package flows

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
)

// TestSwapOfNobodysTurn tells one of the desk's people who takes no turns that there is nothing to swap.
func TestSwapOfNobodysTurn(t *testing.T) {
	t.Parallel()
	_, n := beginSwap(stint{}, bot.Turn{Event: bot.Found{}, Staff: duty.Person{ID: "zhao", Name: "Zhao"}, Roster: duty.Default()})
	if diff := cmp.Diff([]bot.Text{bot.Say("desk.swap.no_level", "Name", "Zhao")}, n.Say); diff != "" || !n.End || len(n.Do) > 0 {
		t.Errorf("%+v %s", n, diff)
	}
}

// TestSwapByAStranger tells somebody in the room of a desk without a file of its own that he is not known.
func TestSwapByAStranger(t *testing.T) {
	t.Parallel()
	_, n := beginSwap(stint{}, bot.Turn{Event: bot.Found{}, Roster: duty.Default()})
	if diff := cmp.Diff([]bot.Text{bot.Say("desk.swap.stranger")}, n.Say); diff != "" || !n.End || len(n.Do) > 0 {
		t.Errorf("%+v %s", n, diff)
	}
}

// TestDaysOfATurn keeps a day within the turn that was chosen: an override may begin and end at any hour.
func TestDaysOfATurn(t *testing.T) {
	t.Parallel()
	from := time.Date(2026, 3, 4, 4, 0, 0, 0, time.UTC) // noon in Shantou
	roster := duty.Default().With([]duty.Override{{Level: "first_line", Person: "chen", From: from, To: from.Add(3 * time.Hour)}})
	turn := bot.Turn{Sent: from.Add(time.Hour), Roster: roster}
	var s stint
	level, _ := roster.Level("first_line")
	s.offer([]duty.Level{level}, turn)
	s.Chosen, s.Person = 1, "wang"
	turn.Option = "d1"
	_, n := answerDays(s, turn)
	want := bot.SwapTurn{
		Override: duty.Override{Level: "first_line", Person: "wang", From: from.Add(time.Hour), To: from.Add(3 * time.Hour)},
		Instead:  []duty.PersonID{"chen"},
	}
	if diff := cmp.Diff([]bot.Effect{want}, n.Do); diff != "" {
		t.Error(diff)
	}
}
