package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// Ring rings an alert's alarm, unless nothing of it waits any more; see [Jobs]. When it does not ring and is not tried
// again, the desk is told.
func (e *Engine) Ring(ctx context.Context, id string, last bool) error {
	if e.alarms == nil || e.duty == nil {
		return nil
	}
	a, err := e.store.Alert(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ring alarm: %w", err)
	}
	claims, err := e.callers(ctx, a)
	if err != nil {
		return fmt.Errorf("ring alarm: %w", err)
	}
	claims = slices.DeleteFunc(claims, func(c Caller) bool { return c.Over != "" })
	if len(claims) == 0 {
		return nil
	}
	which := a.Notices[0].Alarm
	err = e.ring(ctx, id, which, claims)
	switch {
	case err == nil:
		e.log.InfoContext(ctx, "alarm rung", "alarm", which, "claims", len(claims))
		return nil
	case !last && !errors.Is(err, ErrRefused):
		return fmt.Errorf("ring alarm: %w", err)
	}
	e.log.ErrorContext(ctx, "alarm does not ring, the engineers' room is told", "alarm", which, "err", err)
	told := Told{News: NewsUnrung, Claim: claims[0].Claim, About: which}
	key := EffectKey{Inbound: id, Kind: "unrung"}
	if err := e.store.Post(ctx, e.forDesk(key, told, Inbound{Sent: e.now()})...); err != nil {
		return fmt.Errorf("tell of an alarm that does not ring: %w", err)
	}
	return nil
}

func (e *Engine) ring(ctx context.Context, id, which string, claims []Caller) error {
	desk := e.duty()
	i := slices.IndexFunc(desk.Alarms, func(o duty.Outside) bool { return o.ID == which })
	if i < 0 {
		return fmt.Errorf("%w: the desk file has no alarm %s any more", ErrRefused, which)
	}
	say := func(key string, pairs ...any) string { return Plain(e.texts.Render(deskLang, Say(key, pairs...))) }
	r := Ring{ID: id, Alarm: desk.Alarms[i], At: e.now(), Title: say("ring.title", "Claim", claims[0].Claim, "More", len(claims)-1)}
	var lines Lines
	for _, c := range claims {
		r.Claims = append(r.Claims, Caller{Claim: c.Claim, Severity: c.Severity, Waits: c.Waits})
		since := r.At.Add(-c.Waits).In(claim.Shantou).Format("2006-01-02 15:04")
		lines = append(lines, Say("ring.line", "Claim", c.Claim, "Severity", Say("severity."+string(c.Severity)), "Since", since))
	}
	r.Text = say("ring.text", "List", lines)
	return e.alarms.Ring(ctx, r)
}
