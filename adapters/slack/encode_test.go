package slack_test

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/bot"
)

func TestBlocks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, notice string
		elements     string // of the rich text, as JSON
	}{
		"plain":      {"a b", "a b", `[{"type":"text","text":"a b"}]`},
		"styles":     {"*a* `b` c", "a b c", `[{"type":"text","text":"a","style":{"bold":true}},{"type":"text","text":" "},{"type":"text","text":"b","style":{"code":true}},{"type":"text","text":" c"}]`},
		"marks":      {bot.Escape("<!channel> & *b*"), "&lt;!channel&gt; &amp; *b*", `[{"type":"text","text":"<!channel> & *b*"}]`},
		"address":    {"see https://a.example/b?c=1.", "see https://a.example/b?c=1.", `[{"type":"text","text":"see "},{"type":"link","url":"https://a.example/b?c=1"},{"type":"text","text":"."}]`},
		"in code":    {"`https://a.example`", "https://a.example", `[{"type":"text","text":"https://a.example","style":{"code":true}}]`},
		"no address": {"https:// ftp://a.example", "https:// ftp://a.example", `[{"type":"text","text":"https:// ftp://a.example"}]`},
		"nothing":    {"", "", `[{"type":"text","text":"…"}]`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			notice, raw, err := slack.Blocks(c.text, nil)
			if err != nil {
				t.Fatal(err)
			}
			if notice != c.notice {
				t.Errorf("notice %q, want %q", notice, c.notice)
			}
			var got, want any
			full := `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":` + c.elements + `}]}]`
			if err := json.Unmarshal([]byte(full), &want); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(strings.ReplaceAll(raw, `,"text":""`, "")), &got); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestMentions calls exactly the account of whom the engine means, and only where the name stands in bold.
func TestMentions(t *testing.T) {
	t.Parallel()
	list := []bot.Mention{{Name: "Wang <Lei>", Account: "U024BE7LH"}, {Name: "Chen", Account: "U1|x> <!channel"}}
	for text, want := range map[string]string{
		"*Wang <Lei>*":                          `[{"type":"user","user_id":"U024BE7LH","style":{"bold":true}}]`,
		"Wang <Lei>":                            `[{"type":"text","text":"Wang <Lei>"}]`,
		bot.Escape("*Wang <Lei>* <@U024BE7LH>"): `[{"type":"text","text":"*Wang <Lei>* <@U024BE7LH>"}]`,
		"*Chen*":                                `[{"type":"text","text":"Chen","style":{"bold":true}}]`,
	} {
		_, raw, err := slack.Blocks(text, nil, list...)
		if err != nil {
			t.Fatal(err)
		}
		var got, have any
		if err := json.Unmarshal([]byte(`[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":`+want+`}]}]`), &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(strings.ReplaceAll(raw, `,"text":""`, "")), &have); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(got, have); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
}

func TestButtons(t *testing.T) {
	t.Parallel()
	_, raw, err := slack.Blocks("Which?", []bot.Choice{{ID: "f1.1.a", Label: strings.Repeat("喷", 80)}, {ID: "f1.1.a", Label: " "}, {Label: "Open", URL: "https://a.example"}})
	if err != nil {
		t.Fatal(err)
	}
	var list []struct {
		Elements []map[string]any `json:"elements"`
	}
	if err := json.Unmarshal([]byte(raw), &list); err != nil {
		t.Fatal(err)
	}
	label := func(s string) any { return map[string]any{"type": "plain_text", "text": s, "emoji": false} }
	want := []map[string]any{
		{"type": "button", "action_id": "choice.0", "value": "f1.1.a", "text": label(strings.Repeat("喷", 75))},
		{"type": "button", "action_id": "choice.1", "value": "f1.1.a", "text": label("…")},
		{"type": "button", "action_id": "link.2", "url": "https://a.example", "text": label("Open")},
	}
	if diff := cmp.Diff(want, list[1].Elements); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestMeasure counts no less than Slack, which counts characters, after escaping (platform-facts.md 83, 87).
func TestMeasure(t *testing.T) {
	t.Parallel()
	measure := slack.New(slack.Config{Token: token}).Capabilities().Measure
	for text, want := range map[string]int{"": 0, "abc": 3, "喷阀": 2, "👩‍🔧": 5, "*a* `b`": 3, `\*`: 1, "<&>": 13} {
		if got := measure(text); got != want {
			t.Errorf("%q measures %d, want %d", text, got, want)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		if got, least := measure(text), utf8.RuneCountInString(bot.Plain(text)); got < least {
			t.Errorf("%q measures %d, but it has %d characters", text, got, least)
		}
		notice, _, err := slack.Blocks(strings.Repeat(text, 200), nil)
		if err != nil || len(notice) > 4000 || strings.ContainsAny(notice, "<>") || utf8.ValidString(text) && !utf8.ValidString(notice) {
			t.Errorf("the notice of %q is %q, %v", text, notice, err)
		}
	})
}
