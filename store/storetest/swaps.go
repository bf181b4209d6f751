package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

func swapCases() []storeCase {
	return []storeCase{
		{"a swap is kept until it ends", swapRoundTrip},
		{"a swap is added once", swapOnce},
		{"a swap is undone once", swapUndone},
		{"many undo a swap and one has", swapUndoneAtOnce},
		{"many add swaps and each has its number", swapsAtOnce},
		{"a mark goes on and posts once", markAdvances},
		{"many advance a mark and one has", markAtOnce},
	}
}

// aSwap is a swap with every field filled but its number.
func aSwap(person duty.PersonID, from, to time.Time) bot.Swap {
	return bot.Swap{
		Override: duty.Override{Level: "first_line", Person: person, From: from, To: to, Reason: emoji, By: "王工"},
		Instead:  []duty.PersonID{"chen", "li"},
		Made:     bot.Stamp{By: claim.Actor{Role: claim.Staff, ID: "wang", Name: "王工"}, At: day(1)},
	}
}

// nobody posts nothing.
func nobody(bot.Swap) []bot.Inbound { return nil }

// undo undoes a swap as somebody and posts a note of that name.
func undo(by claim.PersonID) func(bot.Swap) (bot.Swap, []bot.Inbound) {
	return func(s bot.Swap) (bot.Swap, []bot.Inbound) {
		s.Undone = bot.Stamp{By: claim.Actor{Role: claim.Staff, ID: by}, At: day(2)}
		return s, []bot.Inbound{told("undone-" + string(by))}
	}
}

func swapRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	same(t, "swaps", got(s.Swaps(t.Context(), day(1)))(t), []bot.Swap{})
	first, second := aSwap("wang", day(7), day(9)), aSwap("chen", day(3), day(5))
	first.Override.From = first.Override.From.In(claim.Shantou)
	for i, swap := range []*bot.Swap{&first, &second} {
		have := got(s.AddSwap(t.Context(), key(name("swap", i), "a"), *swap, func(stored bot.Swap) []bot.Inbound {
			return []bot.Inbound{told(name("told", stored.Number))}
		}))(t)
		swap.Number, swap.Override.From = i+1, swap.Override.From.UTC()
		same(t, "added swap", have, *swap)
	}
	for after, want := range map[int][]bot.Swap{1: {first, second}, 4: {first, second}, 5: {first}, 8: {first}, 9: {}} {
		same(t, "swaps", got(s.Swaps(t.Context(), day(after)))(t), want)
	}
	same(t, "inbox", inbox(t, s), []bot.Inbound{told(name("told", 1)), told(name("told", 2))})
	bad := aSwap("wang", day(7), day(9))
	bad.Override.Reason = nul
	if _, err := s.AddSwap(t.Context(), key("bad", "a"), bad, nobody); err == nil {
		t.Error("a NUL in a reason was taken")
	}
}

func swapOnce(t *testing.T, s bot.Store) {
	t.Helper()
	first := got(s.AddSwap(t.Context(), key("in-1", "a"), aSwap("wang", day(7), day(9)), func(bot.Swap) []bot.Inbound { return []bot.Inbound{told("once")} }))(t)
	again := got(s.AddSwap(t.Context(), key("in-1", "a"), aSwap("wang", day(7), day(9)), func(bot.Swap) []bot.Inbound { return []bot.Inbound{told("twice")} }))(t)
	same(t, "swap of the same key", again, first)
	_, err := s.AddSwap(t.Context(), key("in-1", "b"), aSwap("wang", day(7), day(9)), nobody)
	wantErr(t, err, bot.ErrMismatch)
	same(t, "swaps", got(s.Swaps(t.Context(), day(1)))(t), []bot.Swap{first})
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("once")})
}

func swapUndone(t *testing.T, s bot.Store) {
	t.Helper()
	_, err := s.UndoSwap(t.Context(), key("in-0", "a"), 1, undo("li"))
	wantErr(t, err, bot.ErrNotFound)
	first := got(s.AddSwap(t.Context(), key("in-1", "a"), aSwap("wang", day(7), day(9)), nobody))(t)
	second := got(s.AddSwap(t.Context(), key("in-2", "a"), aSwap("wang", day(7), day(9)), nobody))(t)
	want, _ := undo("li")(first)
	for range 2 { // the second time it was done
		same(t, "undone swap", got(s.UndoSwap(t.Context(), key("in-3", "a"), first.Number, undo("li")))(t), want)
	}
	_, err = s.UndoSwap(t.Context(), key("in-4", "a"), first.Number, undo("wang"))
	wantErr(t, err, bot.ErrConflict)
	same(t, "swaps", got(s.Swaps(t.Context(), day(1)))(t), []bot.Swap{second})
	same(t, "inbox", inbox(t, s), []bot.Inbound{told("undone-li")})
}

func swapUndoneAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	swap := got(s.AddSwap(t.Context(), key("in-1", "a"), aSwap("wang", day(7), day(9)), nobody))(t)
	undone := 0
	for _, err := range atOnce(func(i int) error {
		_, err := s.UndoSwap(t.Context(), key(name("undo", i), "a"), swap.Number, undo(claim.PersonID(name("p", i))))
		return err
	}) {
		if err == nil {
			undone++
			continue
		}
		wantErr(t, err, bot.ErrConflict)
	}
	same(t, "how often it was undone", undone, 1)
	same(t, "notes", len(inbox(t, s)), 1)
}

func swapsAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	for _, err := range atOnce(func(i int) error {
		_, err := s.AddSwap(t.Context(), key(name("in", i/2), "a"), aSwap("wang", day(7), day(9)), nobody) // two of each key
		return err
	}) {
		must(t, err)
	}
	list := got(s.Swaps(t.Context(), day(1)))(t)
	same(t, "number of swaps", len(list), writers/2)
	for i := range list[1:] {
		if list[i].Number >= list[i+1].Number {
			t.Errorf("%d comes before %d", list[i].Number, list[i+1].Number)
		}
	}
}

func markAdvances(t *testing.T, s bot.Store) {
	t.Helper()
	advance := func(at time.Time, note string) bool {
		t.Helper()
		return got(s.Advance(t.Context(), "weekly", at, told(note)))(t)
	}
	_, err := s.Mark(t.Context(), "weekly")
	wantErr(t, err, bot.ErrNotFound)
	if advance(day(2), "first") {
		t.Error("a mark that was not there has gone on")
	}
	for _, step := range []struct {
		to   int
		want bool
	}{{2, false}, {1, false}, {3, true}, {3, false}} {
		if have := advance(day(step.to), name("day", step.to)); have != step.want {
			t.Errorf("it goes on to day %d: %t", step.to, have)
		}
	}
	same(t, "mark", got(s.Mark(t.Context(), "weekly"))(t), day(3))
	same(t, "inbox", inbox(t, s), []bot.Inbound{told(name("day", 3))})
	_, err = s.Mark(t.Context(), "other")
	wantErr(t, err, bot.ErrNotFound)
}

func markAtOnce(t *testing.T, s bot.Store) {
	t.Helper()
	got(s.Advance(t.Context(), "weekly", day(1)))(t)
	advanced := make([]bool, writers)
	for _, err := range atOnce(func(i int) (err error) {
		advanced[i], err = s.Advance(t.Context(), "weekly", day(2), told(name("note", i)))
		return err
	}) {
		must(t, err)
	}
	n := 0
	for _, is := range advanced {
		if is {
			n++
		}
	}
	same(t, "how many have moved it", n, 1)
	same(t, "notes", len(inbox(t, s)), 1)
}

// swapCalls are calls of every method of [bot.Swaps] and [bot.Marks].
func swapCalls(s bot.Store) []call {
	return []call{
		{"AddSwap", func(ctx context.Context) error {
			_, err := s.AddSwap(ctx, key("in-7", "a"), aSwap("wang", day(7), day(9)), nobody)
			return err
		}},
		{"UndoSwap", func(ctx context.Context) error {
			_, err := s.UndoSwap(ctx, key("in-6", "a"), 1, undo("li"))
			return err
		}},
		{"Swaps", func(ctx context.Context) error { _, err := s.Swaps(ctx, day(1)); return err }},
		{"Advance", func(ctx context.Context) error {
			_, err := s.Advance(ctx, "weekly", day(1), told("advanced"))
			return err
		}},
		{"Mark", func(ctx context.Context) error { _, err := s.Mark(ctx, "weekly"); return err }},
	}
}
