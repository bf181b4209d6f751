package telegram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	tgbotapi "github.com/go-telegram-bot-api/telegram-bot-api/v5"
	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/bot"
)

const (
	pollGrace  = 10 * time.Second // beyond the wait for updates until a poll is given up
	holdTime   = 2 * time.Second  // asking for the lease may take
	postTime   = 5 * time.Second  // storing a batch may take
	pollLease  = 10 * time.Second // outlasts the storing of a batch; a poll renews it as long as it waits
	sideBySide = 8                // conversations worked at once while the inbox takes nothing
)

// poller is one run of the poll loop.
type poller struct {
	*Adapter
	handle bot.Handler
	offset int64 // of the next update; 0 = the oldest that Telegram still has
	held   bool  // the lease was ours when the store was last asked
	lost   int   // how often in a row the lease store did not answer
	shared bool  // it has been said that somebody else polls
	failed int   // polls in a row
}

// poll receives until ctx ends.
func (a *Adapter) poll(ctx context.Context, handle bot.Handler) {
	p := &poller{Adapter: a, handle: handle}
	defer p.leave(ctx)
	for ctx.Err() == nil {
		if !p.may(ctx) {
			wait(ctx, a.pace.ask)
			continue
		}
		err := p.once(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			p.failed = 0
			continue
		}
		a.counts.polls.Add(1)
		p.repair(ctx, err)
		wait(ctx, a.pause(p.failed, err))
		p.failed++
	}
}

func (p *poller) leaseName() string { return Name + "/poll/" + p.id }

// may tells whether this process polls. While the lease store is away whoever polled goes on; when that
// lasts longer than a lease everybody tries, and Telegram itself lets only one.
func (p *poller) may(ctx context.Context) bool {
	if p.cfg.Leases == nil {
		return true
	}
	ctx, cancel := context.WithTimeout(ctx, holdTime)
	defer cancel()
	held, err := p.cfg.Leases.Hold(ctx, p.leaseName(), p.cfg.Owner, pollLease)
	if err != nil {
		if p.lost++; p.lost == 1 {
			p.cfg.Log.WarnContext(ctx, "lease of the poller not renewed", "err", err)
		}
		return p.held || time.Duration(p.lost)*p.pace.ask > pollLease
	}
	if held != p.held {
		p.cfg.Log.InfoContext(ctx, "polling of Telegram", "here", held)
	}
	p.held, p.lost = held, 0
	return held
}

// keep renews the lease while a poll waits, so that it can be short: when this replica dies, another one
// goes on soon. The poll ends when the lease is somebody else's.
func (p *poller) keep(ctx context.Context, stop func()) {
	for p.cfg.Leases != nil && wait(ctx, p.pace.ask) {
		if !p.may(context.WithoutCancel(ctx)) {
			stop()
			return
		}
	}
}

// leave lets another replica poll at once.
func (p *poller) leave(ctx context.Context) {
	if p.cfg.Leases == nil || !p.held {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 300*time.Millisecond)
	defer cancel()
	if _, err := p.cfg.Leases.Hold(ctx, p.leaseName(), p.cfg.Owner, time.Millisecond); err != nil {
		p.cfg.Log.DebugContext(ctx, "lease of the poller not given back, it will run out", "err", err)
	}
}

// once waits for updates and stores them. The offset, which makes Telegram forget what is before it,
// moves only then (platform-facts.md 2, 58).
func (p *poller) once(ctx context.Context) error {
	list, err := p.updates(ctx)
	if err != nil && !p.ours() {
		return nil // somebody else got the lease meanwhile and polls: these updates are his
	}
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return nil
	}
	b := p.read(ctx, list)
	if err := p.store(ctx, b.ins); err != nil {
		p.workDirectly(ctx, b.ins)
		return err
	}
	if b.last == 0 {
		return errors.New("telegram getUpdates: no update can be read")
	}
	p.offset = b.last + 1
	for _, query := range b.queries {
		p.answer(ctx, query, "")
	}
	return nil
}

// ours tells whether the lease was not known to be somebody else's when it was last asked for.
func (p *poller) ours() bool { return p.cfg.Leases == nil || p.held || p.lost > 0 }

func (p *poller) updates(ctx context.Context) ([]json.RawMessage, error) {
	ctx, cancel := context.WithTimeout(ctx, p.cfg.Poll+pollGrace)
	var keeper sync.WaitGroup
	keeper.Go(func() { p.keep(ctx, cancel) })
	defer keeper.Wait()
	defer cancel()
	params := tgbotapi.Params{"timeout": strconv.Itoa(int(p.cfg.Poll / time.Second)), "limit": "100", "allowed_updates": allowed}
	params.AddNonZero64("offset", p.offset)
	var list []json.RawMessage
	err := p.api.callWithin(ctx, "getUpdates", params, &list)
	return list, err
}

// batch is what a poll brought.
type batch struct {
	ins     []bot.Inbound
	queries []string // presses that are acknowledged and no more
	last    int64    // the highest number
}

func (p *poller) read(ctx context.Context, list []json.RawMessage) batch {
	var b batch
	for _, raw := range list {
		h, err := p.hear(raw)
		if err != nil {
			p.cfg.Log.ErrorContext(ctx, "update from Telegram cannot be read, it is passed over", "err", err)
			continue
		}
		b.last = max(b.last, h.in.Order) // within the batch: a later one may begin anew (platform-facts.md 1)
		if h.in.Event != nil {
			b.ins = append(b.ins, h.in)
			p.typeFor(h.in)
			continue
		}
		p.skipped(ctx, h)
		if h.query != "" {
			b.queries = append(b.queries, h.query)
		}
	}
	return b
}

func (a *Adapter) skipped(ctx context.Context, h heard) {
	a.cfg.Log.DebugContext(ctx, "update of no interest", "in", h.in.ID, "why", h.why)
}

func (p *poller) store(ctx context.Context, ins []bot.Inbound) error {
	if len(ins) == 0 {
		return nil
	}
	if p.cfg.Post == nil {
		return errors.New("store updates: no inbox")
	}
	ctx, cancel := context.WithTimeout(ctx, postTime)
	defer cancel()
	if err := p.cfg.Post(ctx, ins...); err != nil {
		return fmt.Errorf("store updates: %w", err)
	}
	return nil
}

// workDirectly hands over updates that could not be stored, so that an emergency is answered and
// everybody is told that the house cannot answer now. They all come again: what was worked is known then.
func (p *poller) workDirectly(ctx context.Context, ins []bot.Inbound) {
	if p.handle == nil {
		return
	}
	var keys []bot.Key
	byKey := map[bot.Key][]bot.Inbound{}
	for _, in := range ins {
		if _, ok := byKey[in.Key()]; !ok {
			keys = append(keys, in.Key())
		}
		byKey[in.Key()] = append(byKey[in.Key()], in)
	}
	var group errgroup.Group
	group.SetLimit(sideBySide)
	for _, k := range keys {
		group.Go(func() error {
			for _, in := range byKey[k] {
				if err := p.work(ctx, in, p.handle); err != nil {
					p.cfg.Log.InfoContext(ctx, "telegram update not worked, it comes again", "chat", in.To.Chat, "in", in.ID, "err", err)
				}
			}
			return nil
		})
	}
	_ = group.Wait() // each has said what went wrong
}

// repair does what a failed poll asks for, and says what it means.
func (p *poller) repair(ctx context.Context, err error) {
	switch {
	case refused(err, "webhook is active"):
		p.cfg.Log.WarnContext(ctx, "a webhook is set, but TELEGRAM_WEBHOOK_SECRET is not: it is deleted, updates are kept", "err", err)
		if err := p.api.call(ctx, "deleteWebhook", nil, nil); err != nil { // never drop_pending_updates: platform-facts.md 14
			p.cfg.Log.WarnContext(ctx, "webhook not deleted", "err", err)
		}
	case refused(err, "terminated by other getupdates"):
		if !p.shared {
			p.shared = true
			p.cfg.Log.WarnContext(ctx, "somebody else polls with the same token: stop the other program, or give this one a bot of its own", "err", err)
		}
	default:
		p.complain(ctx, "poll", err, p.failed)
	}
}
