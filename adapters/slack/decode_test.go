package slack_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/bot"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/heard anew; the review is the diff")

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const (
	botUser = "U0BOT0001"
	botID   = "B0BOT0001"
	team    = "T0OPTOSTE"
	desk    = "C0DESK"
)

// ears returns an adapter that knows who it is and some people, and has no network.
func ears(tb testing.TB) *slack.Adapter {
	tb.Helper()
	a := slack.New(slack.Config{Token: "xoxb-secret", Desk: desk, Now: func() time.Time { return noon }, APIURL: "http://127.0.0.1:1/api/"})
	a.Meet(botUser, botID, team)
	a.Know("U0MEI", bot.Sender{Name: "Mei <@U1> & *Co*", Lang: "zh-CN"})
	a.Know("U0WANG", bot.Sender{Name: "Wang <!channel>", Lang: "en-US"})
	a.Know("U0FAR", bot.Sender{Name: "Far", Lang: ""})
	a.Join("C0SHARED", "1772445000.000900")
	return a
}

// TestHear compares what each update of testdata/updates comes to with testdata/heard.
func TestHear(t *testing.T) {
	t.Parallel()
	updates, err := filepath.Glob("testdata/updates/*.json")
	if err != nil || len(updates) == 0 {
		t.Fatalf("updates: %d, %v", len(updates), err)
	}
	for _, path := range updates {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".json"), func(t *testing.T) {
			t.Parallel()
			raw, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := heard(t, ears(t), raw)
			golden := filepath.Join("testdata/heard", filepath.Base(path))
			if *rewrite {
				if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// heard returns what an update comes to, as text.
func heard(tb testing.TB, a *slack.Adapter, raw []byte) string {
	tb.Helper()
	in, why, odd, err := a.Hear(raw)
	var what any = in
	switch {
	case err != nil:
		what = map[string]string{"error": err.Error()}
	case in.Event == nil:
		what = map[string]string{"ignored": why, "odd": odd}
	}
	b, err := json.MarshalIndent(what, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b) + "\n"
}

// TestHearModal hears that a window can be shown from what brings a trigger, and from a window.
func TestHearModal(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"press": true, "filled": true, "text": false, "home_visit": false} {
		if in, _, _, _ := ears(t).Hear(updateFile(t, name)); in.Event == nil || in.Modal != want {
			t.Errorf("%s: heard %+v", name, in)
		}
	}
	silent := strings.Replace(string(updateFile(t, "press")), `"trigger_id"`, `"x"`, 1)
	if in, _, _, _ := ears(t).Hear([]byte(silent)); in.Event == nil || in.Modal {
		t.Errorf("without a trigger heard %+v", in)
	}
}

// TestHearAtNoTime hears nothing that could not be put in order.
func TestHearAtNoTime(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"filled", "home_visit"} {
		if in, why, _, _ := ears(t).Hear([]byte(strings.Replace(string(updateFile(t, name)), `"at": "2026`, `"at": "0001`, 1))); in.Event != nil || why == "" {
			t.Errorf("%s: heard %+v", name, in)
		}
	}
}

// TestHearTwice hears a mention as two events that are one (platform-facts.md 66).
func TestHearTwice(t *testing.T) {
	t.Parallel()
	first, _, _, _ := ears(t).Hear(updateFile(t, "mention"))
	second, _, _, _ := ears(t).Hear(updateFile(t, "mention_message"))
	if diff := cmp.Diff(first, second); diff != "" || first.Event == nil {
		t.Errorf("heard %+v (-app_mention +message):\n%s", first, diff)
	}
}

// TestHearThreadAfterMention hears a thread from its mention on.
func TestHearThreadAfterMention(t *testing.T) {
	t.Parallel()
	a := ears(t)
	reply := []byte(strings.NewReplacer("1772445600.000100", "1772445700.000100", "1772445000.000900", "1772445600.000100").
		Replace(string(updateFile(t, "thread_joined"))))
	if in, _, _, err := a.Hear(reply); err == nil {
		t.Errorf("heard %+v, want an error: Slack cannot be asked", in)
	}
	if _, _, _, err := a.Hear(updateFile(t, "mention")); err != nil {
		t.Fatal(err)
	}
	in, _, _, err := a.Hear(reply)
	if want := (bot.Address{Channel: "slack", Chat: "C0SHARED", Thread: "1772445600.000100"}); err != nil || in.To != want {
		t.Errorf("heard %+v, %v; want it in %+v", in, err, want)
	}
}

// TestHearBeforeName hears nothing before the bot knows its own name: it would answer itself.
func TestHearBeforeName(t *testing.T) {
	t.Parallel()
	a := slack.New(slack.Config{Token: "xoxb-secret"})
	if in, _, _, err := a.Hear(updateFile(t, "own")); err == nil {
		t.Errorf("heard %+v", in)
	}
}

func updateFile(tb testing.TB, name string) []byte {
	tb.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata/updates", name+".json"))
	if err != nil {
		tb.Fatal(err)
	}
	return raw
}

// FuzzHear decodes whatever comes: it never crashes, and what it makes can be stored and read back.
func FuzzHear(f *testing.F) {
	updates, err := filepath.Glob("testdata/updates/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, path := range updates {
		f.Add(updateFile(f, strings.TrimSuffix(filepath.Base(path), ".json")))
	}
	a := ears(f)
	f.Fuzz(func(t *testing.T, raw []byte) {
		in, why, _, err := a.Hear(raw)
		if err != nil {
			return
		}
		if (in.Event == nil) != (why != "") || in.Event != nil && (in.ID == "" || in.Order <= 0) {
			t.Errorf("heard %+v, ignored because %q", in, why)
		}
		if in.Event == nil {
			return
		}
		in.Modal = false // by the time it is read back it is too late
		stored, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var back bot.Inbound
		if err := json.Unmarshal(stored, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(in, back); diff != "" {
			t.Errorf("stored and read back (-want +got):\n%s", diff)
		}
		if strings.Contains(string(stored), `\u0000`) {
			t.Errorf("a NUL, which no database takes: %s", stored)
		}
	})
}
