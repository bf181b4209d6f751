package bot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/rules"
)

// Config is what an [Engine] is made of. All fields but those marked optional are needed.
type Config struct {
	House      House
	Policy     func() *rules.Policy // the active policy
	Duty       func() *duty.Desk    // who is on call, and whom claims call; optional: nil = nobody is called, and the built-in one is shown
	Texts      Texts
	Store      Store
	Sessions   Sessions
	Media      Media
	Plates     Plates
	Printer    Printer
	Translator Translator // optional: without it nothing is translated
	Charts     Charts     // optional: without it the desk is not told every week how the service was
	Jobs       Jobs       // needed when an adapter is a [Fetcher], and for Alarms
	Alarms     Alarms     // optional: nil = nothing rings outside of the chat
	Uploads    Linker     // optional: what a channel does not hand over is then simply too large
	Doors      Doors      // optional: who may enter the desk's pages; nil = there are none
	Adapters   []Adapter
	Desk       []Address // the engineers' rooms
	Links      Links
	Now        func() time.Time
	Codes      func() string // makes codes that link accounts; optional: nil = [NewCode]
	Log        *slog.Logger
	Workers    int // conversations worked at once by Work; 0 = 4
	// At is called at the named points of a turn ("after-effect", "after-save", "after-send"); an
	// error ends the turn there, as a crash would. Optional, for tests.
	At func(point string) error
	// Walk is told each way from one step to another. Optional, for tests.
	Walk func(flow string, from, to StepID)
}

// Engine works inbounds. It is safe for concurrent use and keeps nothing in memory that it could
// not lose.
type Engine struct {
	house      House
	policy     func() *rules.Policy
	file       func() *duty.Desk // the desk file, without swaps
	duty       func() *duty.Desk // nil = nobody is called
	texts      Texts
	commands   map[string]string // by the words for them
	guarded    map[string]bool   // the flows of the desk: see admit
	store      Store
	sessions   Sessions
	media      Media
	plates     Plates
	printer    Printer
	charts     Charts
	translator Translator
	jobs       Jobs
	alarms     Alarms
	uploads    Linker
	doors      Doors
	adapters   map[string]Adapter
	desk       atomic.Pointer[[]Address] // see rooms
	crew       atomic.Pointer[[]Account] // see findCrew; nil = not read yet
	links      Links
	now        func() time.Time
	codes      func() string
	log        *slog.Logger
	workers    int
	hook       func(string) error
	walk       func(flow string, from, to StepID)

	turns   keyed[Key]  // one turn at a time in each conversation
	lanes   keyed[Chat] // one send at a time in each chat
	batch   batcher
	warned  recent               // inbounds answered with S-STOP without a store
	present present              // people of the desk who were seen to be in its rooms
	away    recent               // chats told that the house cannot answer now
	pokes   []chan struct{}      // one for each loop of Run
	looked  time.Time            // when rooms and swaps were looked up; of Run alone
	rota    atomic.Pointer[rota] // see swaps; nil = none were read yet
	mute    atomic.Int64         // nothing is translated until then, in Unix seconds
	weekly  atomic.Int64         // see workWeekly: until when the desk was told, in Unix seconds
	metrics Metrics
}

const (
	leaseTime   = 20 * time.Second // longer than any call made under it
	busyFirst   = 10 * time.Millisecond
	busyLongest = 500 * time.Millisecond
	busyPatient = 10 * time.Second // when the channel gives no deadline
	alarmTime   = 3 * time.Second  // a turn with emergency words may take; then S-STOP goes without it
	maxStarts   = 3                // starts of one inbound without a finish
)

// New returns an engine, or every mistake in its house.
func New(c Config) (*Engine, error) {
	if err := c.House.Check(); err != nil {
		return nil, fmt.Errorf("check flows: %w", err)
	}
	e := &Engine{
		house: c.House, policy: c.Policy, file: duty.Default, texts: c.Texts, sessions: c.Sessions,
		media: c.Media, plates: c.Plates, printer: c.Printer, charts: c.Charts, translator: c.Translator, jobs: c.Jobs, alarms: c.Alarms, uploads: c.Uploads, doors: c.Doors, adapters: map[string]Adapter{},
		links: c.Links, now: c.Now, codes: c.Codes, log: c.Log, workers: c.Workers, hook: c.At, walk: c.Walk,
	}
	e.store = callingStore{c.Store, e}
	if c.Duty != nil {
		e.file, e.duty = c.Duty, e.swapped(c.Duty)
	}
	e.desk.Store(&c.Desk)
	for range 6 + 2*sideBySide {
		e.pokes = append(e.pokes, make(chan struct{}, 1))
	}
	e.commands, e.guarded = c.House.words(c.Texts), c.House.guarded()
	if e.codes == nil {
		e.codes = NewCode
	}
	if e.workers == 0 {
		e.workers = 4
	}
	for _, a := range c.Adapters {
		e.adapters[a.Name()] = a
	}
	e.batch.put = c.Store.PutSnapshots
	return e, nil
}

// roster is the desk as flows see it.
func (e *Engine) roster() *duty.Desk {
	return e.swapped(e.file)()
}

// Handle works one inbound as one turn; it is the [Handler] that adapters call. When it returns
// no error the update may be acknowledged: its effects are stored and its replies are sent or
// queued (promise P2). The same inbound again does nothing (promise P1).
func (e *Engine) Handle(ctx context.Context, in Inbound) (ack Ack, err error) {
	began := e.now()
	if e.emergency(in) {
		var cancel context.CancelFunc // a store that hangs must not keep S-STOP from leaving
		ctx, cancel = context.WithTimeout(ctx, alarmTime)
		defer cancel()
	}
	unlock, err := e.turns.lock(ctx, in.Key())
	if err == nil {
		defer unlock()
		ack, err = e.work(ctx, in)
	}
	e.metrics.turn(e.now().Sub(began), err)
	if err == nil || errors.Is(err, errCrash) {
		return ack, err
	}
	e.log.WarnContext(ctx, "turn not finished, the channel will deliver it again",
		"channel", in.To.Channel, "chat", in.To.Chat, "in", in.ID, "event", in.Event.event(), "err", err)
	e.standIn(in, err)
	return ack, err
}

// work opens, decides, does, saves, sends and releases.
func (e *Engine) work(ctx context.Context, in Inbound) (ack Ack, err error) {
	for ctx.Err() == nil {
		s, err := e.open(ctx, in)
		if err != nil {
			return Ack{}, err
		}
		ack, err = e.turn(ctx, in, s)
		if !errors.Is(err, ErrConflict) {
			return ack, err
		}
	}
	return Ack{}, ctx.Err()
}

// turn works an inbound with the session in hand. What would fail again - a panic, a broken flow, an
// effect with other arguments - counts as a start without a finish.
func (e *Engine) turn(ctx context.Context, in Inbound, s Session) (ack Ack, err error) {
	end := Finish{Forgive: true}
	defer func() {
		if p := recover(); p != nil {
			end.Forgive = false
			err = fmt.Errorf("work turn: panic: %v", p)
			e.log.ErrorContext(ctx, "panic in a turn", "in", in.ID, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
		}
		if !errors.Is(err, errCrash) { // a dead process gives nothing back
			e.release(ctx, s, end)
		}
	}()
	if in.ID == wakeID(in.Key()) { // the same until the session moves on: a second start repeats no effect
		in.ID += "/" + strconv.FormatInt(s.Version, 10)
	}
	if s.saw(in.ID) {
		if n := len(s.Said); n > 0 && strings.HasPrefix(s.Said[n-1].ID, in.ID+"/") { // else it was overtaken
			s.repeat("") // with what went out before it
		}
		end.Board, err = e.finish(ctx, s)
		end.Sent, end.Wake = err == nil, s.Wake(time.Time{})
		return Ack{}, err
	}
	if e.now().Sub(s.Active) > doubtTime {
		s.Said = nil
	}
	switch _, waited := in.Event.(Waited); {
	case waited:
		s.repeat(wakePrefix)
		s.repeat(nudgePrefix)
	case s.unread(in, e.now()):
		s.repeatLast()
	}
	t := &turn{e: e, in: in, was: s, s: s.clone(), board: s.Board, shown: s.Shown}
	if err := t.decide(ctx); err != nil {
		end.Forgive = !errors.Is(err, errBroken) && !errors.Is(err, ErrMismatch)
		return Ack{}, err
	}
	queued, err := e.save(ctx, &t.s)
	if err != nil {
		return Ack{}, err
	}
	s = t.s
	if err := e.at("after-save"); err != nil {
		return Ack{}, err
	}
	if end.Board, err = e.sendAll(ctx, s, queued); err != nil {
		return Ack{}, err
	}
	if err := e.at("after-send"); err != nil {
		return Ack{}, err
	}
	s.Unsent = nil
	end.Sent, end.Wake = true, s.Wake(time.Time{})
	e.logTurn(ctx, t)
	return t.ack(), nil
}

// finish does what an earlier start of the same inbound may have left undone after it was saved:
// the snapshot, and the replies.
func (e *Engine) finish(ctx context.Context, s Session) (board MessageID, err error) {
	queued, err := e.batch.add(ctx, e.snapshot(s))
	if err != nil {
		return "", fmt.Errorf("save snapshot: %w", err)
	}
	return e.sendAll(ctx, s, queued)
}

// open takes the conversation's lease, waiting with growing pauses while another replica has it,
// and brings the memory up to date.
func (e *Engine) open(ctx context.Context, in Inbound) (Session, error) {
	patience, cancel := context.WithTimeout(ctx, busyPatient)
	defer cancel()
	for pause := busyFirst; ; pause = min(2*pause, busyLongest) {
		s, err := e.sessions.Open(ctx, in.Key(), in.ID, leaseTime)
		if err == nil {
			return e.recall(ctx, in, s)
		}
		if !errors.Is(err, ErrBusy) {
			return Session{}, fmt.Errorf("open session: %w", err)
		}
		select {
		case <-patience.Done():
			return Session{}, fmt.Errorf("open session: %w", err)
		case <-time.After(pause):
		}
	}
}

// recall compares the session store's memory with the database's when the store is not the one
// that the session was last saved in, or has nothing: the newer version wins (promise P3).
func (e *Engine) recall(ctx context.Context, in Inbound, s Session) (Session, error) {
	if s.Version == 0 || s.Epoch != s.Current {
		kept, err := e.store.Snapshot(ctx, in.Key())
		switch {
		case err == nil && kept.Version > s.Version:
			kept.Lease, kept.Attempts, kept.Current = s.Lease, s.Attempts, s.Current
			s = kept
		case err != nil && !errors.Is(err, ErrNotFound):
			e.release(ctx, s, Finish{Forgive: true})
			return Session{}, fmt.Errorf("load snapshot: %w", err)
		}
	}
	s.Key = in.Key()
	if s.Version == 0 && in.From.ID != "" {
		p, err := e.store.Person(ctx, in.To.Channel, in.From.ID)
		if err != nil && !errors.Is(err, ErrNotFound) {
			e.release(ctx, s, Finish{Forgive: true})
			return Session{}, fmt.Errorf("load person: %w", err)
		}
		s.Person = p
	}
	known := s.Frames[:0:0]
	for _, f := range s.Frames {
		if e.house.flow(f.Flow) != nil { // a release may have removed it
			known = append(known, f)
		}
	}
	s.Frames = known
	return s, nil
}

func (e *Engine) release(ctx context.Context, s Session, f Finish) {
	if err := e.sessions.Release(context.WithoutCancel(ctx), s, f); err != nil {
		e.log.WarnContext(ctx, "lease not released, it will run out", "err", err)
	}
}

// decide works the inbound, or sets it aside when it has failed too often.
func (t *turn) decide(ctx context.Context) error {
	if t.s.Attempts > maxStarts {
		return t.setAside(ctx)
	}
	return t.run(ctx)
}

func (t *turn) ack() Ack {
	note := t.raw
	if t.note.Key != "" {
		note = t.e.texts.Render(t.lang(), t.note)
	}
	switch _, filled := t.in.Event.(Filled); {
	case !filled && t.note.Key != "", filled && t.raw != "":
		t.answered.Note = note
	case filled && note != "" && t.in.Modal: // what was filled in stays
		t.answered.Errors = map[string]string{"": Plain(note)}
	}
	return t.answered
}

// language returns the catalogue's language for a platform's tag.
func (e *Engine) language(tag string) string {
	t := turn{e: e, in: Inbound{From: Sender{Lang: tag}}}
	return t.lang()
}

// errCrash marks a turn that a test ended as a crash would.
var errCrash = errors.New("crash")

// Crash wraps an error for [Config.At]: the turn ends there as if the process had died.
func Crash(point string) error { return fmt.Errorf("%w at %s", errCrash, point) }

func (e *Engine) at(point string) error {
	if e.hook == nil {
		return nil
	}
	return e.hook(point)
}

func (e *Engine) logTurn(ctx context.Context, t *turn) {
	flow, step := "", StepID("")
	if f := t.s.top(); f != nil {
		flow, step = f.Flow, f.Step
	}
	e.log.InfoContext(ctx, "turn", "channel", t.in.To.Channel, "chat", t.in.To.Chat, "event", t.in.Event.event(),
		"flow", flow, "step", string(step), "in", t.in.ID, "did", t.did, "said", len(t.outs))
}

var _ Handler = (*Engine)(nil).Handle
