// Package memo remembers a bounded number of things: what an adapter has learned and may forget.
package memo

import (
	"maps"
	"sync"
)

// Memo remembers the newest things under their keys; the one that came first makes way. It is safe for
// concurrent use.
type Memo[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	kept  map[K]V
	order []K // oldest first
}

// New returns a memo of so many things at most.
func New[K comparable, V any](most int) *Memo[K, V] {
	return &Memo[K, V]{most: most, kept: map[K]V{}}
}

// First returns what was put under the key before, else puts v there.
func (m *Memo[K, V]) First(k K, v V) V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if old, ok := m.kept[k]; ok {
		return old
	}
	m.add(k, v)
	return v
}

// Put replaces what is under the key, which keeps its age.
func (m *Memo[K, V]) Put(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.kept[k]; ok {
		m.kept[k] = v
		return
	}
	m.add(k, v)
}

// Get returns what is under the key, and whether anything is.
func (m *Memo[K, V]) Get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[k]
	return v, ok
}

// Has tells whether anything is under the key.
func (m *Memo[K, V]) Has(k K) bool {
	_, ok := m.Get(k)
	return ok
}

// All returns a copy of what is remembered.
func (m *Memo[K, V]) All() map[K]V {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.kept)
}

func (m *Memo[K, V]) add(k K, v V) {
	if len(m.order) >= m.most {
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
	m.kept[k] = v
	m.order = append(m.order, k)
}
