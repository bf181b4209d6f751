package script

import (
	"fmt"
	"sort"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// Edge is a way from one step of a flow to another.
type Edge struct {
	Flow     string
	From, To bot.StepID
}

// Coverage counts how often parts of the product were used. The zero value is ready to be used;
// it is not safe for concurrent use.
type Coverage struct {
	Edges map[Edge]int
	Rules map[claim.RuleID]int
	Texts map[string]int // keys of the catalogue
}

// Walk counts an edge.
func (c *Coverage) Walk(e Edge) { c.Edges = count(c.Edges, e, 1) }

// Rule counts a rule that decided.
func (c *Coverage) Rule(id claim.RuleID) { c.Rules = count(c.Rules, id, 1) }

// Text counts a text that was rendered.
func (c *Coverage) Text(key string) { c.Texts = count(c.Texts, key, 1) }

// Merge adds what another play has used.
func (c *Coverage) Merge(o Coverage) {
	for k, n := range o.Edges {
		c.Edges = count(c.Edges, k, n)
	}
	for k, n := range o.Rules {
		c.Rules = count(c.Rules, k, n)
	}
	for k, n := range o.Texts {
		c.Texts = count(c.Texts, k, n)
	}
}

// Unused lists what is in all and was never used, sorted, in words for people. The numbers in all
// do not matter.
func (c *Coverage) Unused(all Coverage) []string {
	var list []string
	for e := range all.Edges {
		if c.Edges[e] == 0 {
			list = append(list, fmt.Sprintf("edge %s: %s -> %s", e.Flow, e.From, e.To))
		}
	}
	for id := range all.Rules {
		if c.Rules[id] == 0 {
			list = append(list, "rule "+string(id))
		}
	}
	for key := range all.Texts {
		if c.Texts[key] == 0 {
			list = append(list, "text "+key)
		}
	}
	sort.Strings(list)
	return list
}

func count[K comparable](m map[K]int, k K, n int) map[K]int {
	if m == nil {
		m = make(map[K]int)
	}
	m[k] += n
	return m
}
