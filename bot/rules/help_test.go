package rules_test

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// must reads a day, or an instant as the day it is in Shantou; "" is the day not known.
func must(s string) claim.Date {
	if s == "" {
		return claim.Date{}
	}
	if at, err := time.Parse(time.RFC3339, s); err == nil {
		return claim.DateOf(at)
	}
	d, err := claim.ParseDate(s)
	if err != nil {
		panic(err)
	}
	return d
}

// The machine of most stories: delivered 2025-01-15, so covered until 2026-01-15.
const (
	serial   = "OS-2025-0417"
	board    = "PCB-0001"
	inTime   = "2025-06-01"
	tooLate  = "2026-03-02"
	borderly = "2026-01-20"
)

func machine(parts ...claim.Part) claim.Machine {
	return claim.Machine{Serial: serial, Delivered: must("2025-01-15"), Parts: parts}
}

func part(delivered string) claim.Part {
	return claim.Part{Serial: board, Machine: serial, Delivered: must(delivered)}
}

var (
	proven   = claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired by others", Evidence: []string{"ab12"}}
	shipped  = claim.Exclusion{State: claim.ExclusionConfirmed, Reason: "rewired by others", Evidence: []string{"ab12"}, AfterShipping: true}
	unproven = claim.Exclusion{State: claim.ExclusionSuspected}
)

func judge(f rules.Facts) claim.Verdict { return edition().Judge(f) }

func edition() rules.Edition { return rules.Default().On(must("2026-01-01")) }

// at returns the facts of a claim on the usual machine.
func at(day string, f claim.Findings, parts ...claim.Part) rules.Facts {
	return rules.Facts{Claimed: must(day), Machine: machine(parts...), Findings: f}
}

// names writes rules as "D3 W1".
func names(ids []claim.RuleID) string {
	list := make([]string, len(ids))
	for i, id := range ids {
		list[i] = string(id)
	}
	return strings.Join(list, " ")
}

func read(t *testing.T, file string) string {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
