package stage_test

import (
	"slices"
	"testing"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
)

// TestChannelNames wants a name for people for each channel, in every language.
func TestChannelNames(t *testing.T) {
	t.Parallel()
	catalogue, err := text.New(flows.Texts)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range catalogue.Languages() {
		for _, name := range []string{telegram.Name, slack.Name, web.Name} {
			if !slices.Contains(catalogue.Keys(lang), "channel."+name) {
				t.Errorf("%s has no text channel.%s", lang, name)
			}
		}
	}
}
