package memo_test

import (
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/internal/memo"
)

func TestMemo(t *testing.T) {
	t.Parallel()
	m := memo.New[string, int](3)
	if v, ok := m.Get("a"); v != 0 || ok || m.Has("a") {
		t.Errorf("an empty memo has %d, %t", v, ok)
	}
	if first, second := m.First("a", 1), m.First("a", 2); first != 1 || second != 1 {
		t.Errorf("first is %d, then %d; want what came first", first, second)
	}
	m.Put("b", 2)
	m.Put("a", 10)
	m.Put("c", 3)
	all := m.All()
	all["x"] = 4
	if diff := cmp.Diff(map[string]int{"a": 10, "b": 2, "c": 3}, m.All()); diff != "" {
		t.Errorf("remembered (-want +got):\n%s", diff)
	}
	m.Put("d", 4)
	if first := m.First("a", 11); first != 11 {
		t.Errorf("the oldest is still there: %d", first)
	}
	if diff := cmp.Diff(map[string]int{"a": 11, "c": 3, "d": 4}, m.All()); diff != "" {
		t.Errorf("remembered (-want +got):\n%s", diff)
	}
}

func TestMemoAtOnce(t *testing.T) {
	t.Parallel()
	m := memo.New[int, int](10)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			for k := range 100 {
				m.Put(k, i)
				m.First(k, i)
				m.Has(k)
				m.All()
			}
		})
	}
	all.Wait()
	if n := len(m.All()); n != 10 {
		t.Errorf("%d are remembered, want 10", n)
	}
}
