package fake_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// TestTypedBlocks hands over what a person types as the person's program does: a text with names in place of emoji,
// and blocks whose typed elements hold plain text.
func TestTypedBlocks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	for typed, want := range map[string][2]string{
		"plain <words> & *marks*": {"plain &lt;words&gt; &amp; *marks*", `[{"text":"plain <words> & *marks*","type":"text"}]`},
		"a 😄":                     {"a :smile:", `[{"text":"a ","type":"text"},{"name":"smile","type":"emoji","unicode":"1f604"}]`},
		"👋🏽!": {
			":wave::skin-tone-4:!",
			`[{"name":"wave","skin_tone":4,"type":"emoji","unicode":"1f44b-1f3fd"},{"text":"!","type":"text"}]`,
		},
		"`:smile:` :optoste: :x: 1:2:3": {"`:smile:` :optoste: :x: 1:2:3", `[{"style":{"code":true},"text":":smile:","type":"text"},{"text":" ","type":"text"},` +
			`{"name":"optoste","type":"emoji"},{"text":" :x: 1:2:3","type":"text"}]`},
		"see https://a.example/?b&c.": {
			"see <https://a.example/?b&amp;c>.",
			`[{"text":"see ","type":"text"},{"type":"link","url":"https://a.example/?b&c"},{"text":".","type":"text"}]`,
		},
	} {
		w.chat.Say(w.mei, typed)
		m := w.ok("conversations.history", args{"channel": w.chat.ID(), "limit": "1"}).Fields["messages"].([]any)[0].(map[string]any)
		section := m["blocks"].([]any)[0].(map[string]any)["elements"].([]any)[0].(map[string]any)
		var elements []any
		if err := json.Unmarshal([]byte(want[1]), &elements); err != nil {
			t.Fatal(err)
		}
		if m["text"] != want[0] {
			t.Errorf("%q goes over the line as %q, want %q", typed, m["text"], want[0])
		}
		if diff := cmp.Diff(elements, section["elements"]); diff != "" {
			t.Errorf("%q (-want +got):\n%s", typed, diff)
		}
	}
	raw := w.chat.Post(w.mei, fake.Post{Raw: "<@U1> <#C1|line> <!here> <!subteam^S1> <https://a.example|b>"})
	if raw.Err != nil {
		t.Fatal(raw.Err)
	}
	m := w.ok("conversations.history", args{"channel": w.chat.ID(), "limit": "1"}).Fields["messages"].([]any)[0].(map[string]any)
	var kinds []string
	for _, e := range m["blocks"].([]any)[0].(map[string]any)["elements"].([]any)[0].(map[string]any)["elements"].([]any) {
		if kind := e.(map[string]any)["type"].(string); kind != "text" {
			kinds = append(kinds, kind)
		}
	}
	if diff := cmp.Diff([]string{"user", "channel", "broadcast", "usergroup", "link"}, kinds); diff != "" {
		t.Errorf("elements (-want +got):\n%s", diff)
	}
}
