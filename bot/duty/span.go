package duty

import (
	"iter"
	"slices"
	"time"
)

// Span is a piece of time, with its beginning and without its end.
type Span struct {
	From time.Time
	To   time.Time // zero = it still goes on
}

// always is all time from an instant on. Two centuries are longer than the longest chain.
func always(from time.Time) iter.Seq[Span] {
	return func(yield func(Span) bool) { yield(Span{from, from.AddDate(200, 0, 0)}) }
}

// without takes the pauses, in any order, out of spans that ascend. A pause that ends before it
// begins is none.
func without(open iter.Seq[Span], pauses []Span) iter.Seq[Span] {
	pauses = slices.DeleteFunc(slices.Clone(pauses), func(p Span) bool { return !p.To.IsZero() && !p.From.Before(p.To) })
	slices.SortStableFunc(pauses, func(a, b Span) int { return a.From.Compare(b.From) })
	return func(yield func(Span) bool) {
		for s := range open {
			for _, p := range pauses {
				if !p.From.Before(s.To) {
					break
				}
				if s.From.Before(p.From) && !yield(Span{s.From, p.From}) || p.To.IsZero() {
					return
				}
				s.From = later(s.From, p.To)
			}
			if s.From.Before(s.To) && !yield(s) {
				return
			}
		}
	}
}

// advance returns the first instant within the spans before which they have taken d; false when
// they end sooner.
func advance(open iter.Seq[Span], d time.Duration) (time.Time, bool) {
	d = max(d, 0)
	for s := range open {
		n := s.To.Sub(s.From)
		if d < n {
			return s.From.Add(d).UTC(), true
		}
		d -= n
	}
	return time.Time{}, false
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
