package flows_test

import (
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
)

// TestHouse finds every name in the house that leads nowhere.
func TestHouse(t *testing.T) {
	t.Parallel()
	if err := flows.House().Check(); err != nil {
		t.Error(err)
	}
}

// TestEveryStateHasWords: what a claim can be is said in every language.
func TestEveryStateHasWords(t *testing.T) {
	t.Parallel()
	texts, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]bool{"severity.line_down": true, "severity.degraded": true, "severity.question": true}
	for _, tr := range claim.Transitions {
		keys["status."+string(tr.From)], keys["status."+string(tr.To)] = true, true
	}
	for _, c := range []claim.Coverage{claim.In, claim.Out, claim.Excluded, claim.Undetermined} {
		keys[rules.CoverageKey(c)], keys["cover.short."+string(c)] = true, true
	}
	for key := range keys {
		for _, lang := range texts.Languages() {
			if got := texts.Render(lang, bot.Say(key)); got == "" || got == "["+key+"]" {
				t.Errorf("%s has no words in %s", key, lang)
			}
		}
	}
}
