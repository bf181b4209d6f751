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
// somebody has asks its owner how it goes when nothing happens, and then is nobody's again; while the customer
// was asked, he is reminded (waiting.go). How far
// that has come stands in the claim itself ([claim.Claim].Calls) and changes in one commit with it
// and with the news for the desk: of two replicas one calls, and what came due while none was there
// is called for once, when one is.

// callingStore is a [Store] that says with every change of a claim how its calls go on, and that posts nothing to customers
// who have called and have no chat.
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
			change = s.changed(key, was, change, now)
			change.Then = slices.DeleteFunc(change.Then, func(in Inbound) bool { return in.To.Channel == "" })
		}
		return change, err
	})
}

func (s callingStore) CallFor(ctx context.Context, key EffectKey, id claim.ID, f func(claim.Claim) (ClaimChange, []Notice, error)) (claim.Claim, error) {
	now := s.engine.now()
	return s.Store.CallFor(ctx, key, id, func(was claim.Claim) (ClaimChange, []Notice, error) {
		was = s.engine.owned(was)
		change, notices, err := f(was)
		if err == nil {
			change = s.changed(key, was, change, now)
		}
		return change, notices, err
	})
}

// changed completes a change. When its claim waits for nobody any more, whatever called for it shows that.
func (s callingStore) changed(key EffectKey, was claim.Claim, change ClaimChange, now time.Time) ClaimChange {
	change.Claim.Calls = s.engine.calls(was, change, now)
	if s.engine.duty != nil && unowned(was.Status) && !unowned(change.Claim.Status) {
		change.Then = append(slices.Clone(change.Then), Inbound{
			ID: key.String() + "/call_over", Sent: now, To: houseRoom, Event: Told{News: NewsCallOver, Claim: was.ID},
		})
	}
	return change
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

// working tells whether somebody at Optoste works on claims of a status, and goes on being asked how it goes.
func working(s claim.Status) bool { return s == claim.Taken || s == claim.RemoteFix }

// unowned tells whether claims of a status wait for somebody to take them.
func unowned(s claim.Status) bool { return s == claim.Open || s == claim.Reopened }

// calls returns how the calls for a claim go on after a change. What begins to wait begins its chain;
// whatever an engineer does with a claim that is taken is progress, and what is refused is none. While the customer is
// asked, he is the one who is reminded; it goes on from the beginning when he has answered, because asking him was
// progress.
func (e *Engine) calls(was claim.Claim, change ClaimChange, now time.Time) claim.Calls {
	c := change.Claim
	if e.duty == nil {
		return c.Calls
	}
	fresh := c.Status != was.Status || c.Calls.Since.IsZero()
	progress := slices.IndexFunc(change.Events, func(ev claim.Event) bool { return ev.By.Role == claim.Staff && ev.Kind != claim.EventRefused })
	switch {
	case unowned(c.Status) && fresh, working(c.Status) && fresh:
		c.Calls = began(c.Changed, now)
	case working(c.Status) && progress >= 0: // a note changes nothing in the claim itself
		c.Calls = began(change.Events[progress].At, now)
	case unowned(c.Status) && c.Severity != was.Severity:
		c.Calls = e.graded(was, c, now)
	case c.Status == claim.WaitingCustomer && fresh:
		c.Calls = began(askedAt(c), now)
	case unowned(c.Status), working(c.Status), c.Status == claim.WaitingCustomer:
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
	if c.Status == claim.WaitingCustomer {
		at, _, _ := e.awaiting(c)
		return at
	}
	w := watch(c)
	if c.Status == claim.RemoteFix && c.Calls.Done > 0 { // the customer is in the middle of something: nobody takes it away
		w.Since = c.Calls.Last
		return e.duty().Expiry(w).Ping
	}
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
	var people accounts
	if len(list) > 0 {
		if people, err = e.accounts(ctx); err != nil {
			return 0, err
		}
		if _, err := e.findSwaps(ctx); err != nil { // whoever stands in since a moment ago is called
			return 0, err
		}
	}
	var errs []error // one that fails does not hold up the others
	for _, c := range list {
		errs = append(errs, e.call(ctx, c, now, people))
	}
	if len(list) > 0 {
		e.Poke() // the news are in the inbox
	}
	if len(list) == workBatch { // others are due, too, and may call the same people
		return len(list), errors.Join(errs...)
	}
	n, err := e.workNotices(ctx, now)
	return len(list) + n, errors.Join(append(errs, err)...)
}

// call does what is due for a claim. All that is overdue is said at once.
func (e *Engine) call(ctx context.Context, c claim.Claim, now time.Time, people accounts) error {
	key := EffectKey{Inbound: fmt.Sprintf("call/%s/%d", c.ID, c.Version), Kind: "call"}
	_, err := e.store.CallFor(ctx, key, c.ID, func(c claim.Claim) (ClaimChange, []Notice, error) {
		if c.Calls.Since.IsZero() { // as an older program has left it
			c.Calls.Since = now
		}
		next := e.nextCall(c, now)
		c.Calls.Next = next
		if next.IsZero() || next.After(now) { // another replica was quicker, or the desk file has changed
			return ClaimChange{Claim: c}, nil, nil
		}
		if unowned(c.Status) {
			change, notices := e.ping(key, c, now, people)
			return change, notices, nil
		}
		change, err := e.remind(key, c, now)
		return change, nil, err
	})
	return err
}

// remind does what is due for a claim that somebody has.
func (e *Engine) remind(key EffectKey, c claim.Claim, now time.Time) (ClaimChange, error) {
	switch {
	case c.Status == claim.Taken && c.Calls.Done == 0, c.Status == claim.RemoteFix:
		return e.askOwner(key, c, now), nil
	case c.Status == claim.Taken:
		return e.expire(key, c, now)
	case c.Status == claim.WaitingCustomer:
		return e.remindCustomer(key, c, now), nil
	}
	return ClaimChange{Claim: c}, nil
}

// ping calls for somebody who takes the claim.
func (e *Engine) ping(key EffectKey, c claim.Claim, now time.Time, people accounts) (ClaimChange, []Notice) {
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
	var notices []Notice
	for _, n := range desk.Notices(duty.Notice{Claim: c.ID, Severity: severity(c), Since: c.Calls.Since}, due, people.reached) {
		notices = append(notices, Notice{ID: key.String() + "/" + n.Audience(), Notice: n})
	}
	return ClaimChange{Claim: c}, notices
}

// askOwner asks who has the claim how it goes.
func (e *Engine) askOwner(key EffectKey, c claim.Claim, now time.Time) ClaimChange {
	c.Calls.Done, c.Calls.Last = 1, now
	c.Calls.Next = e.nextCall(c, now)
	told := Told{News: NewsStalled, Claim: c.ID, By: c.Owner, About: string(c.Status), Call: &Call{Severity: severity(c), Waits: now.Sub(c.Calls.Since)}}
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
