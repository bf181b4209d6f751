package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// A claim that nobody has calls for engineers by the chain of its severity (bot/duty); one that
// somebody has asks its owner how it goes when nothing happens, and then is nobody's again. How far
// that has come stands in the claim itself ([claim.Claim].Calls) and changes in one commit with it
// and with the news for the desk: of two replicas one calls, and what came due while none was there
// is called for once, when one is.

// callingStore is a [Store] that says with every change of a claim how its calls go on.
type callingStore struct {
	Store
	engine *Engine
}

func (s callingStore) OpenClaim(ctx context.Context, key EffectKey, c claim.Claim, then func(claim.Claim) []Inbound) (claim.Claim, error) {
	c.Calls = s.engine.calls(claim.Claim{}, ClaimChange{Claim: c}, s.engine.now())
	return s.Store.OpenClaim(ctx, key, c, then)
}

func (s callingStore) ChangeClaim(ctx context.Context, key EffectKey, id claim.ID, f func(claim.Claim) (ClaimChange, error)) (claim.Claim, error) {
	now := s.engine.now()
	return s.Store.ChangeClaim(ctx, key, id, func(was claim.Claim) (ClaimChange, error) {
		was = s.engine.owned(was)
		change, err := f(was)
		if err == nil {
			change.Claim.Calls = s.engine.calls(was, change, now)
		}
		return change, err
	})
}

// Claim implements [Claims].
func (s callingStore) Claim(ctx context.Context, id claim.ID) (claim.Claim, error) {
	c, err := s.Store.Claim(ctx, id)
	return s.engine.owned(c), err
}

// FindClaims implements [Claims].
func (s callingStore) FindClaims(ctx context.Context, f ClaimFilter) ([]claim.Claim, error) {
	list, err := s.Store.FindClaims(ctx, f)
	for i, c := range list {
		list[i] = s.engine.owned(c)
	}
	return list, err
}

// unowned tells whether claims of a status wait for somebody to take them.
func unowned(s claim.Status) bool { return s == claim.Open || s == claim.Reopened }

// calls returns how the calls for a claim go on after a change. What begins to wait begins its chain;
// whatever an engineer does with a claim that is taken is progress, and what is refused is none. While the customer is asked, nobody
// is called; it goes on from the beginning when he has answered, because asking him was progress.
func (e *Engine) calls(was claim.Claim, change ClaimChange, now time.Time) claim.Calls {
	c := change.Claim
	if e.duty == nil {
		return c.Calls
	}
	fresh := c.Status != was.Status || c.Calls.Since.IsZero()
	progress := slices.IndexFunc(change.Events, func(ev claim.Event) bool { return ev.By.Role == claim.Staff && ev.Kind != claim.EventRefused })
	switch {
	case unowned(c.Status) && fresh, c.Status == claim.Taken && fresh:
		c.Calls = began(c.Changed, now)
	case c.Status == claim.Taken && progress >= 0: // a note changes nothing in the claim itself
		c.Calls = began(change.Events[progress].At, now)
	case unowned(c.Status) && c.Severity != was.Severity:
		c.Calls = e.graded(was, c, now)
	case unowned(c.Status), c.Status == claim.Taken:
		return c.Calls
	default:
		return claim.Calls{}
	}
	c.Calls.Next = e.nextCall(c, now)
	return c.Calls
}

// began starts the clock when something was sent, or now if that seems to be later.
func began(sent, now time.Time) claim.Calls {
	if sent.After(now) {
		return claim.Calls{Since: now}
	}
	return claim.Calls{Since: sent}
}

// graded goes over to the chain of another severity. What is worse than was thought begins anew:
// whoever was told that it is mild must hear that it is not. What is milder goes on where its own
// chain would be by now, so that nobody hears the same again.
func (e *Engine) graded(was, c claim.Claim, now time.Time) claim.Calls {
	if urgency(c) > urgency(was) {
		return began(c.Changed, now)
	}
	calls := c.Calls
	calls.Done = 0
	for p, ok := e.duty().Next(watch(c), 0, now); ok && !p.Due.After(now); p, ok = e.duty().Next(watch(c), calls.Done, now) {
		calls.Done++
	}
	return calls
}

// urgency is higher for what is worse.
func urgency(c claim.Claim) int {
	return slices.Index([]claim.Severity{claim.Question, claim.Degraded, claim.LineDown}, severity(c))
}

// severity is what the claim counts as, as in [duty.Watch].
func severity(c claim.Claim) claim.Severity {
	if c.Severity == "" {
		return claim.Degraded
	}
	return c.Severity
}

func watch(c claim.Claim) duty.Watch { return duty.Watch{Severity: c.Severity, Since: c.Calls.Since} }

// nextCall returns when the next call for a claim is due; zero = never.
func (e *Engine) nextCall(c claim.Claim, now time.Time) time.Time {
	if unowned(c.Status) {
		p, _ := e.duty().Next(watch(c), c.Calls.Done, now)
		return p.At
	}
	w := watch(c)
	expiry := e.duty().Expiry(w)
	if c.Calls.Done == 0 {
		return expiry.Ping
	}
	// An owner who was asked late has as long to answer as any other.
	w.Pauses = []duty.Span{{From: expiry.Ping, To: c.Calls.Last}}
	return e.duty().Expiry(w).Release
}

// workCalls calls engineers for the claims for which it is time.
func (e *Engine) workCalls(ctx context.Context) (int, error) {
	if e.duty == nil {
		return 0, nil
	}
	now := e.now()
	list, err := e.store.Calling(ctx, now, workBatch)
	if err != nil {
		return 0, fmt.Errorf("read calls: %w", err)
	}
	var errs []error // one that fails does not hold up the others
	for _, c := range list {
		errs = append(errs, e.call(ctx, c, now))
	}
	if len(list) > 0 {
		e.Poke() // the news are in the inbox
	}
	return len(list), errors.Join(errs...)
}

// call does what is due for a claim. All that is overdue is said at once.
func (e *Engine) call(ctx context.Context, c claim.Claim, now time.Time) error {
	key := EffectKey{Inbound: fmt.Sprintf("call/%s/%d", c.ID, c.Version), Kind: "call"}
	_, err := e.store.ChangeClaim(ctx, key, c.ID, func(c claim.Claim) (ClaimChange, error) {
		if c.Calls.Since.IsZero() { // as an older program has left it
			c.Calls.Since = now
		}
		next := e.nextCall(c, now)
		c.Calls.Next = next
		switch {
		case next.IsZero() || next.After(now): // another replica was quicker, or the desk file has changed
			return ClaimChange{Claim: c}, nil
		case unowned(c.Status):
			return e.ping(key, c, now), nil
		case c.Status == claim.Taken && c.Calls.Done == 0:
			return e.askOwner(key, c, now), nil
		case c.Status == claim.Taken:
			return e.expire(key, c, now)
		}
		return ClaimChange{Claim: c}, nil
	})
	return err
}

// ping calls for somebody who takes the claim.
func (e *Engine) ping(key EffectKey, c claim.Claim, now time.Time) ClaimChange {
	desk := e.duty()
	var due []duty.Ping
	for {
		p, ok := desk.Next(watch(c), c.Calls.Done+len(due), now)
		if !ok || p.At.After(now) {
			break
		}
		due = append(due, p)
	}
	c.Calls.Done, c.Calls.Last = c.Calls.Done+len(due), now
	c.Calls.Next = e.nextCall(c, now)
	told := Told{News: NewsPing, Claim: c.ID, Call: &Call{Severity: severity(c), Waits: now.Sub(c.Calls.Since), Whom: whom(desk, due)}}
	return ClaimChange{Claim: c, Then: e.forDesk(key, told, Inbound{Sent: now})}
}

// whom lists who is meant by pings that go out together, each level once. Where everybody is, nobody else
// needs to be named.
func whom(desk *duty.Desk, due []duty.Ping) []Called {
	var list []Called
	for _, p := range due {
		called := Called{}
		if !desk.Sample { // who is none of ours is not called by name
			for _, person := range p.People {
				called.People = append(called.People, person.Name)
			}
		}
		level, ok := p.Whom.Level()
		switch {
		case p.Whom == duty.Everybody:
			return []Called{called}
		case !ok: // the room reads it anyway
			continue
		}
		called.Level = levelName(desk, level)
		if !slices.ContainsFunc(list, func(have Called) bool { return have.Level == called.Level }) {
			list = append(list, called)
		}
	}
	return list
}

func levelName(desk *duty.Desk, id duty.LevelID) string {
	for _, l := range desk.Levels {
		if l.ID == id {
			return l.Name
		}
	}
	return string(id)
}

// askOwner asks who has the claim how it goes.
func (e *Engine) askOwner(key EffectKey, c claim.Claim, now time.Time) ClaimChange {
	c.Calls.Done, c.Calls.Last = 1, now
	c.Calls.Next = e.nextCall(c, now)
	told := Told{News: NewsStalled, Claim: c.ID, By: c.Owner, Call: &Call{Severity: severity(c), Waits: now.Sub(c.Calls.Since)}}
	return ClaimChange{Claim: c, Then: e.forDesk(key, told, Inbound{Sent: now})}
}

// expired is what [Told].About tells the desk of a claim that is its owner's no more.
const expired = "expired"

// expire makes a claim nobody's again. The desk and the customer are told, as when its owner gives it back.
func (e *Engine) expire(key EffectKey, c claim.Claim, now time.Time) (ClaimChange, error) {
	owner, in := c.Owner, Inbound{Sent: now}
	c, event, err := c.Do(claim.Action{Kind: claim.GiveBack}, claim.Actor{Role: claim.System}, now)
	if err != nil {
		return ClaimChange{}, fmt.Errorf("release %s: %w", c.ID, err)
	}
	told := Told{News: NewsActed, Claim: c.ID, By: owner, About: expired}
	then := e.forDesk(key, told, in)
	told.About = string(claim.GiveBack)
	return ClaimChange{c, []claim.Event{event}, append(then, toCustomer(key, c, told, in))}, nil
}
