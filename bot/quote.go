package bot

import "context"

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
	if t.inDesk() || flow == "" {
		return nil
	}
	m, err := t.e.traced(ctx, t.in)
	if err != nil || m.Claim == "" {
		return err
	}
	for _, f := range t.s.Frames {
		if f.Flow == flow && f.Args.Claim == m.Claim {
			t.s.raise(f.ID)
			return nil
		}
	}
	return t.start(ctx, flow, Args{Claim: m.Claim, Quoted: true}, t.in.Event)
}
