package slack_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
)

// TestEmoji hears emoji as the characters that the person has seen, though Slack hands over names, and
// everything that only looks like one as it was typed.
func TestEmoji(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	for typed, want := range map[string]string{
		"it fails 😄 #️⃣ 👩‍🔧 🇨🇳 ⚠️ 👋 👋🏽":  "",
		":smile: and :+1::skin-tone-2:":  "😄 and 👍🏻",
		"`:smile:` is 😄, 😄 is `:smile:`": "",
		"at 10:30:45 :nosuch: :optoste:": "",
		"a < b & c > d 😄 <@U1>":          "",
		"https://example.org/?a&b ⚠️":    "",
	} {
		if want == "" {
			want = typed
		}
		d := l.mei.DM().Say(l.mei, typed)
		acked(t, d)
		if diff := cmp.Diff(bot.Said{Text: want}, next(t, heard).Event); diff != "" {
			t.Errorf("%q (-want +got):\n%s", typed, diff)
		}
		acked(t, l.mei.DM().Edit(l.mei, d.TS, "now "+typed))
		if diff := cmp.Diff(bot.Edited{Of: bot.MessageID(d.TS), Text: "now " + want}, next(t, heard).Event); diff != "" {
			t.Errorf("edit of %q (-want +got):\n%s", typed, diff)
		}
	}
	c := l.server.NewChannel("line-3", l.mei)
	acked(t, c.Mention(l.mei, "😄 the belt stops"))
	if got := next(t, heard).Event; got != (bot.Said{Text: "😄 the belt stops"}) {
		t.Errorf("heard %+v", got)
	}
}
