package bot

import (
	"context"
	"errors"
	"fmt"
)

// original returns the message that the turn is about: an edit is about what it edits.
func (t *turn) original() MessageID {
	if ev, ok := t.in.Event.(Edited); ok {
		return ev.Of
	}
	return t.in.Message
}

// quoted brings a customer to the claim that she means: what she wrote answers, on the platform, a message about
// it. A draft that is open waits meanwhile, as when she had pressed that claim's button.
func (t *turn) quoted(ctx context.Context) error {
	flow := t.e.house.Quoted
	if t.inRoom() || flow == "" || t.staff.ID != "" && t.talksToDesk() {
		return nil
	}
	m, err := t.e.traced(ctx, t.in)
	if err != nil || m.Claim == "" {
		return err
	}
	if t.staff.ID != "" { // what is told him of others' claims is no question to him
		c, err := t.e.store.Claim(ctx, m.Claim)
		switch {
		case errors.Is(err, ErrNotFound), err == nil && !sees(t.s.Person, t.in.To, c):
			return nil
		case err != nil:
			return fmt.Errorf("look for claim of what is answered: %w", err)
		}
	}
	for _, f := range t.s.Frames {
		if f.Flow == flow && f.Args.Claim == m.Claim {
			t.s.raise(f.ID)
			return nil
		}
	}
	return t.start(ctx, flow, Args{Claim: m.Claim, Quoted: true}, t.in.Event)
}
