package bot

import (
	"context"
	"time"

	"github.com/optoste/supportbot/bot/claim"
)

// What the tests outside need from inside.

// Target is a decoded ChoiceID.
type Target struct {
	Frame   FrameID
	Version int
	Claim   claim.ID
	Option  string
}

// Parse decodes a ChoiceID.
func (c ChoiceID) Parse() (Target, bool) {
	t, ok := c.parse()
	return Target{t.frame, t.version, t.claim, t.option}, ok
}

// FrameChoice names a button of a frame's question.
func FrameChoice(f FrameID, version int, option string) ChoiceID {
	return frameChoice(f, version, option)
}

// ClaimChoice names a button of a claim.
func ClaimChoice(id claim.ID, option string) ChoiceID { return claimChoice(id, option) }

// Sizes that tests need to know.
const (
	CommandFrame = commandFrame
	LeaseTime    = leaseTime
	OverdueAfter = overdueAfter
	BusyPatient  = busyPatient
	MaxSeen      = maxSeen
	MaxStarts    = maxStarts
)

// Batcher writes snapshots in batches.
type Batcher struct{ b batcher }

// NewBatcher returns a batcher that writes with put.
func NewBatcher(put func(context.Context, []Snapshot) ([]Chat, error)) *Batcher {
	return &Batcher{batcher{put: put}}
}

// Add stores one snapshot.
func (b *Batcher) Add(ctx context.Context, s Snapshot) (map[Chat]bool, error) {
	return b.b.add(ctx, s)
}

// Waiting returns how many snapshots wait for the next batch.
func (b *Batcher) Waiting() int {
	b.b.mu.Lock()
	defer b.b.mu.Unlock()
	if b.b.next == nil {
		return 0
	}
	return len(b.b.next.list)
}

// Locks is a mutex for each key.
type Locks struct{ k keyed[string] }

// Lock waits for a key.
func (l *Locks) Lock(ctx context.Context, key string) (unlock func(), err error) {
	return l.k.lock(ctx, key)
}

// Held returns how many keys take memory.
func (l *Locks) Held() int {
	l.k.mu.Lock()
	defer l.k.mu.Unlock()
	return len(l.k.held)
}

// Wanted returns how many hold or wait for a key.
func (l *Locks) Wanted(key string) int {
	l.k.mu.Lock()
	defer l.k.mu.Unlock()
	if h, ok := l.k.held[key]; ok {
		return h.want
	}
	return 0
}

// Recent remembers names for a while.
type Recent struct{ r recent }

// First tells whether a name is new.
func (r *Recent) First(name string, now time.Time) bool { return r.r.first(name, now) }

// Len returns how many names are remembered.
func (r *Recent) Len() int { return len(r.r.seen) }

// LaneRest is how long a lane rests after a message was not sent, SendTimeout how long one may take.
const (
	LaneRest    = laneRest
	SendTimeout = sendTimeout
)

// Calls is how the calls for a claim go on after a change.
func (e *Engine) Calls(was claim.Claim, change ClaimChange, now time.Time) claim.Calls {
	return e.calls(was, change, now)
}

// Rejudge is [rejudge] for tests.
var Rejudge = rejudge
