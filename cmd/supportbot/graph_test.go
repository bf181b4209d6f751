package main_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/flows"
)

func TestGraphDrawsEverything(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	all := p.must(t, "graph")
	if again := p.must(t, "graph"); again != all {
		t.Error("two drawings differ")
	}
	life := p.must(t, "graph", "--flow", "status")
	contains(t, all, "## The life of a claim\n\n```mermaid\n"+life+"```\n")
	for _, tr := range claim.Transitions {
		contains(t, life, fmt.Sprintf("    %s --> %s: ", tr.From, tr.To))
		if tr.Guard != "" {
			contains(t, life, "if "+string(tr.Guard))
		}
	}
	contains(t, life, "[*] --> open\n", "taken --> open: staff or program\n", "waiting_customer --> taken: anybody\n")
	node := regexp.MustCompile(`(?m)^    (s\d+)\["(.*)"\]$`)
	for _, f := range flows.House().Flows {
		g := f.Graph()
		drawn := p.must(t, "graph", "--flow", g.Flow)
		contains(t, all, "## Flow "+g.Flow+"\n\n```mermaid\n"+drawn+"```\n")
		step := map[string]string{}
		for _, m := range node.FindAllStringSubmatch(drawn, -1) {
			step[m[2]] = m[1]
		}
		for _, s := range g.Steps {
			if step[string(s)] == "" {
				t.Errorf("flow %s: step %s is not drawn", g.Flow, s)
			}
		}
		for _, e := range g.Edges {
			contains(t, drawn, fmt.Sprintf("    %s --> %s\n", step[string(e.From)], step[string(e.To)]))
		}
		if want := len(g.Steps) + len(g.Edges) + 2; strings.Count(drawn, "\n") != want {
			t.Errorf("flow %s: %d lines, want %d\n%s", g.Flow, strings.Count(drawn, "\n"), want, drawn)
		}
	}
}
