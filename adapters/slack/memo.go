package slack

import (
	"maps"
	"sync"
)

// memo remembers the newest things under their keys. It is safe for concurrent use.
type memo[K comparable, V any] struct {
	mu    sync.Mutex
	most  int
	kept  map[K]V
	order []K // oldest first
}

func newMemo[K comparable, V any](most int) *memo[K, V] {
	return &memo[K, V]{most: most, kept: map[K]V{}}
}

// put replaces what is under the key.
func (m *memo[K, V]) put(k K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, ok := m.kept[k]; ok {
		m.kept[k] = v
		return
	}
	m.add(k, v)
}

func (m *memo[K, V]) get(k K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	v, ok := m.kept[k]
	return v, ok
}

// all returns a copy of what is kept.
func (m *memo[K, V]) all() map[K]V {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.kept)
}

func (m *memo[K, V]) has(k K) bool {
	_, ok := m.get(k)
	return ok
}

func (m *memo[K, V]) add(k K, v V) {
	if len(m.order) >= m.most {
		delete(m.kept, m.order[0])
		m.order = m.order[1:]
	}
	m.kept[k] = v
	m.order = append(m.order, k)
}
