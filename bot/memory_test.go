package bot_test

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// memorySessions is a session store in a plain map. Unlike the real ones it can be rolled back.
type memorySessions struct {
	now   func() time.Time
	mu    sync.Mutex
	rows  map[bot.Key]memoryRow
	epoch int // its identity
	lease int // leases given
}

type memoryRow struct {
	session bot.Session // Version 0 = no memory yet
	unsent  []bot.Outgoing
	lease   string
	until   time.Time
	inbound string
	starts  int
	wake    time.Time
}

func newMemorySessions(now func() time.Time) *memorySessions {
	return &memorySessions{now: now, rows: map[bot.Key]memoryRow{}}
}

// picture returns the rows as they now are, and back puts them there again in a store of another
// identity: what restoring a server from its last dump does.
func (m *memorySessions) picture() map[bot.Key]memoryRow {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.rows)
}

func (m *memorySessions) back(to map[bot.Key]memoryRow) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rows = maps.Clone(to)
	m.epoch++
}

func (m *memorySessions) Open(_ context.Context, k bot.Key, inbound string, lease time.Duration) (bot.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[k]
	if r.lease != "" && r.until.After(m.now()) {
		return bot.Session{}, bot.ErrBusy
	}
	if r.inbound != inbound {
		r.inbound, r.starts = inbound, 0
	}
	r.starts++
	m.lease++
	r.lease, r.until = strconv.Itoa(m.lease), m.now().Add(lease)
	m.rows[k] = r
	s := r.session
	s.Key, s.Unsent, s.Lease, s.Attempts, s.Current = k, r.unsent, r.lease, r.starts, strconv.Itoa(m.epoch)
	return s, nil
}

func (m *memorySessions) Save(_ context.Context, s bot.Session, wake time.Time, lease time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[s.Key]
	if r.lease != s.Lease || r.lease == "" || r.session.Version > s.Version {
		return bot.ErrConflict
	}
	s.Version++
	s.Epoch = s.Current
	r.session, r.unsent, r.wake, r.until = s, s.Unsent, wake, m.now().Add(lease)
	r.session.Unsent = nil
	m.rows[s.Key] = r
	return nil
}

func (m *memorySessions) Release(_ context.Context, s bot.Session, f bot.Finish) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	r := m.rows[s.Key]
	if r.lease != s.Lease || r.lease == "" {
		return nil
	}
	r.lease = ""
	if f.Forgive {
		r.starts = 0
	}
	if f.Sent {
		r.unsent, r.wake = nil, f.Wake
	}
	m.rows[s.Key] = r
	return nil
}

func (m *memorySessions) Due(_ context.Context, now time.Time, limit int) ([]bot.Key, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var due []bot.Key
	for k, r := range m.rows {
		if !r.wake.IsZero() && !r.wake.After(now) {
			due = append(due, k)
		}
	}
	slices.SortFunc(due, func(a, b bot.Key) int {
		return cmp.Or(m.rows[a].wake.Compare(m.rows[b].wake), cmp.Compare(a.String(), b.String()))
	})
	return due[:min(limit, len(due))], nil
}

// memoryStore is as much of a database in plain maps as a turn without a claim needs.
type memoryStore struct {
	bot.Store // nil: nothing else may be called

	mu        sync.Mutex
	snapshots map[bot.Key]bot.Snapshot
}

func newMemoryStore() *memoryStore { return &memoryStore{snapshots: map[bot.Key]bot.Snapshot{}} }

func (m *memoryStore) PutSnapshots(_ context.Context, list []bot.Snapshot) ([]bot.Chat, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range list {
		if m.snapshots[s.Session.Key].Session.Version < s.Session.Version {
			m.snapshots[s.Session.Key] = s
		}
	}
	return nil, nil
}

func (m *memoryStore) Snapshot(_ context.Context, k bot.Key) (bot.Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, ok := m.snapshots[k]
	if !ok {
		return bot.Session{}, bot.ErrNotFound
	}
	return s.Session, nil
}

func (m *memoryStore) Person(context.Context, string, claim.PersonID) (claim.Person, error) {
	return claim.Person{}, bot.ErrNotFound
}

func (m *memoryStore) Take(context.Context, time.Time, time.Time, int) ([]bot.Inbound, error) {
	return nil, nil
}

func (m *memoryStore) Moved(_ context.Context, _, chat string) (string, error) { return chat, nil }

func (m *memoryStore) Quiet(context.Context, time.Time, int) ([]bot.Session, error) { return nil, nil }

func (m *memoryStore) Unconfirmed(context.Context, time.Time, int) ([]claim.Claim, error) {
	return nil, nil
}

func (m *memoryStore) Overdue(context.Context, time.Time, int) ([]bot.Key, error) { return nil, nil }

func (m *memoryStore) Drain(context.Context, time.Time, time.Time, int) (bot.Lane, []bot.Outgoing, error) {
	return bot.Lane{}, nil, bot.ErrNotFound
}

func (m *memoryStore) Swaps(context.Context, time.Time) ([]bot.Swap, error) { return nil, nil }

func (m *memoryStore) Mark(context.Context, string) (time.Time, error) {
	return time.Time{}, bot.ErrNotFound
}
