package rules

import (
	"cmp"
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
	// MaxUploadBytes is how large a file may be that comes by the upload page, in bytes.
	MaxUploadBytes int64 `yaml:"max_upload_bytes"`
	// HourlyMessages, HourlyLookups and DailyFiles bound what one person may write, have looked up in
	// the registry, and send in one chat.
	HourlyMessages int `yaml:"hourly_messages"`
	HourlyLookups  int `yaml:"hourly_lookups"`
	DailyFiles     int `yaml:"daily_files"`
}

// complete fills in what a policy file from before these numbers does not say.
func (i *Intake) complete() {
	i.MaxUploadBytes = cmp.Or(i.MaxUploadBytes, 500<<20)
	i.HourlyMessages = cmp.Or(i.HourlyMessages, 300)
	i.HourlyLookups = cmp.Or(i.HourlyLookups, 40)
	i.DailyFiles = cmp.Or(i.DailyFiles, 120)
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
