package rules

import (
	_ "embed"
	"slices"
	"sync"
	"time"
	"unicode"

	"github.com/optoste/supportbot/bot/claim"
)

// Policy is the whole policy file: its editions, and what holds whatever the day. It is read
// only and safe for concurrent use.
type Policy struct {
	Version  string    `yaml:"version"`
	Intake   Intake    `yaml:"intake"`
	Contacts []Contact `yaml:"contacts"`
	Editions []Edition `yaml:"editions"` // ascending by From
}

//go:embed policy.yaml
var defaultYAML []byte

var defaultPolicy = sync.OnceValue(func() *Policy {
	p, err := Load("policy.yaml", defaultYAML)
	if err != nil {
		panic(err) // the embedded file is part of the program; a test loads it
	}
	return p
})

// Default returns the embedded policy: the published page of 2021-08-07 with our reading of it.
func Default() *Policy { return defaultPolicy() }

// DefaultYAML returns a copy of the embedded policy file, to start one's own from.
func DefaultYAML() []byte { return slices.Clone(defaultYAML) }

// On returns the edition that judges claims of that day: the latest one in force. A day before
// the first edition, or an unknown day, is judged by the first.
func (p *Policy) On(d claim.Date) Edition {
	found := p.Editions[0]
	for _, e := range p.Editions[1:] {
		if !d.IsZero() && !d.Before(e.From) {
			found = e
		}
	}
	return found
}

// Edition returns the edition of that name, for a claim that keeps the one it was judged by, and
// whether the policy still has it.
func (p *Policy) Edition(id string) (Edition, bool) {
	i := slices.IndexFunc(p.Editions, func(e Edition) bool { return e.ID == id })
	if i < 0 {
		return Edition{}, false
	}
	return p.Editions[i], true
}

// Intake bounds what the chat takes in; it is about conversation, not about coverage.
type Intake struct {
	// NudgeAfter is the quiet time after which a draft is brought back to mind, once.
	NudgeAfter time.Duration `yaml:"nudge_after"`
	// MinDescription is the length in characters below which more words are asked for; see
	// [Intake.Enough].
	MinDescription int `yaml:"min_description"`
	// MaxFiles is how many files one claim takes.
	MaxFiles int `yaml:"max_files"`
	// MaxFileBytes is how large one file may be, in bytes.
	MaxFileBytes int64 `yaml:"max_file_bytes"`
}

// Enough tells whether a description says enough to be worth an engineer's reading. Letters and
// digits count; a Chinese character counts as three, because it says about as much.
func (i Intake) Enough(description string) bool {
	n := 0
	for _, r := range description {
		switch {
		case unicode.Is(unicode.Han, r):
			n += 3
		case unicode.IsLetter(r), unicode.IsDigit(r):
			n++
		}
	}
	return n >= i.MinDescription
}
