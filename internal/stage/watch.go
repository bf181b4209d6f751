package stage

import (
	"context"
	"fmt"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// watch tells from the database itself which effects were done: a repeated call that did nothing
// is not told.
type watch struct {
	seen map[claim.ID]int
}

// news returns what has happened to claims since the last call.
func (w *watch) news(ctx context.Context, store bot.Store) ([]script.Heard, error) {
	list, err := store.FindClaims(ctx, bot.ClaimFilter{Limit: 1000})
	if err != nil {
		return nil, fmt.Errorf("look at claims: %w", err)
	}
	var out []script.Heard
	for i := len(list) - 1; i >= 0; i-- {
		events, err := store.Events(ctx, list[i].ID)
		if err != nil {
			return nil, fmt.Errorf("look at events: %w", err)
		}
		for _, e := range events[w.seen[list[i].ID]:] {
			out = append(out, script.Done{What: line(list[i], e)})
		}
		w.seen[list[i].ID] = len(events)
	}
	return out, nil
}

func line(c claim.Claim, e claim.Event) string {
	text := fmt.Sprintf("%s %s", e.Kind, c.ID)
	switch e.Kind {
	case claim.EventOpened:
		v := c.Lines[0].Verdict
		text += fmt.Sprintf(", %s, %s, %s %s, files %d", c.Lines[0].Serial, c.Severity, v.Coverage, v.Terms.Row, len(c.Evidence))
		if len(c.Earlier) > 0 {
			text += fmt.Sprintf(", replaced %q", c.Earlier)
		}
		if c.Duplicate != "" {
			text += ", duplicate of " + string(c.Duplicate)
		}
	case claim.EventNote:
		text += fmt.Sprintf(", %q", e.Note)
	case claim.EventHeld, claim.EventReminded, claim.EventGone, claim.EventBack:
	case claim.EventRefused:
		text += ", " + e.To
	case claim.EventDated, claim.EventCompany, claim.EventHanded:
		text += fmt.Sprintf(", from %q to %q", e.From, e.To)
		if e.Note != "" {
			text += fmt.Sprintf(", %q", e.Note)
		}
	case claim.EventSerial:
		text += fmt.Sprintf(", from %q to %q, %s to %s", e.From, e.To, e.Was.Short(), e.Now.Short())
	case claim.EventJoined, claim.EventParted:
		text += ", " + string(e.Other)
	case claim.EventRated:
		text += ", " + e.To + " of 5"
		if e.Note != "" {
			text += fmt.Sprintf(", %q", e.Note)
		}
	case claim.EventDecided, claim.EventFound:
		text += fmt.Sprintf(", %s, %s, from %q to %q", e.Serial, e.Choice, e.From, e.To)
	case claim.EventStatus, claim.EventRevised, claim.EventSeverity, claim.EventOwner, claim.EventCorrected:
		text += fmt.Sprintf(", from %q to %q", e.From, e.To)
	case claim.EventAdded, claim.EventAnswered:
		text += fmt.Sprintf(", %q, files %d", e.Note, len(e.Files))
	}
	return text
}
