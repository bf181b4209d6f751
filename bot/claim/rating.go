package claim

import (
	"fmt"
	"strconv"
	"time"
)

// BestScore is the best that a customer can say of the service; the worst is 1.
const BestScore = 5

// Rating is what a customer thinks of the service. The zero value is none.
type Rating struct {
	Score int    `json:"score"`           // 1 to [BestScore]
	Words string `json:"words,omitempty"` // why; may be added once
	By    Actor  `json:"by"`
}

// Unconfirmed tells whether a claim waits for nothing but its customer's word that it is solved: after
// [Fortnight] the program closes it, or leaves it to the desk.
func (c Claim) Unconfirmed() bool {
	return c.Status == Resolved && !c.Held && c.outstanding() == 0
}

// lapse is what the program does with a claim that nobody has confirmed: it closes it. Where the line was down
// it never does that alone (domain.md 11), and notes that the desk was told.
func (c Claim) lapse(by Actor, at time.Time) (Claim, Event, error) {
	if !c.Unconfirmed() {
		return c, Event{}, fmt.Errorf("lapse in %s: %w", c.Status, ErrNoTransition)
	}
	if c.Severity == LineDown && at.Sub(c.Changed) >= Fortnight {
		c.Held = true
		return c, Event{Claim: c.ID, Kind: EventHeld, By: by, At: at}, nil
	}
	return c.Move(Change{To: Closed, By: by, At: at})
}

// rate takes a customer's first rating; later ones do not replace it.
func (c Claim) rate(a Action, by Actor, at time.Time) (Claim, Event, error) {
	switch {
	case !c.Surveyed || a.Score < 1 || a.Score > BestScore:
		return c, Event{}, fmt.Errorf("rate %d: %w", a.Score, ErrNoTransition)
	case c.Rating.Score != 0:
		return c, Event{}, ErrSame
	}
	c.Rating = Rating{Score: a.Score, By: by}
	return c, Event{Claim: c.ID, Kind: EventRated, By: by, At: at, To: strconv.Itoa(a.Score), Lang: a.Lang}, nil
}

// comment adds words to a rating, once, of whoever has given it.
func (c Claim) comment(a Action, by Actor, at time.Time) (Claim, Event, error) {
	if c.Rating.Score == 0 || c.Rating.By.ID != by.ID || c.Rating.Words != "" {
		return c, Event{}, ErrSame
	}
	c.Rating.Words = a.Words
	score := strconv.Itoa(c.Rating.Score)
	return c, Event{Claim: c.ID, Kind: EventRated, By: by, At: at, From: score, To: score, Note: a.Words, Lang: a.Lang}, nil
}
