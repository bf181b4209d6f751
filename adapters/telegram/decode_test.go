package telegram_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/bot"
)

var rewrite = flag.Bool("rewrite", false, "write testdata/heard anew; the review is the diff")

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

const (
	botID    = 1000000001
	botName  = "optoste_bot"
	deskChat = "-1001900000007"
	token    = "1000000001:AAsecret-of-the-bot_0123456789abcdef"
)

// ears returns an adapter that knows who it is, and has no network.
func ears(tb testing.TB) *telegram.Adapter {
	tb.Helper()
	a := telegram.New(telegram.Config{Token: token, Desk: deskChat, Now: func() time.Time { return noon }, APIURL: "http://127.0.0.1:1"})
	a.Meet(botID, botName)
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
func heard(tb testing.TB, a *telegram.Adapter, raw []byte) string {
	tb.Helper()
	in, query, why, err := a.Hear(raw)
	if err != nil {
		tb.Fatal(err)
	}
	var what any = in
	if in.Event == nil {
		what = map[string]string{"id": in.ID, "ignored": why, "acknowledged": query}
	}
	b, err := json.MarshalIndent(what, "", " ")
	if err != nil {
		tb.Fatal(err)
	}
	return string(b) + "\n"
}

func TestHearUnreadable(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", "null", "[]", "{", `{"update_id":"x"}`, `{"message":{}}`, `{"update_id":0}`, `{"update_id":-3}`, "\xff"} {
		if in, _, _, err := ears(t).Hear([]byte(raw)); err == nil {
			t.Errorf("%q is heard as %+v", raw, in)
		}
	}
}

// TestHearBeforeName hears people, and no group, before the bot knows its own name.
func TestHearBeforeName(t *testing.T) {
	t.Parallel()
	a := telegram.New(telegram.Config{Token: token})
	if in, _, _, err := a.Hear(updateFile(t, "text")); err != nil || in.Event == nil {
		t.Errorf("a person is heard as %+v, %v", in, err)
	}
	if in, _, _, err := a.Hear(updateFile(t, "group_mention")); err == nil {
		t.Errorf("a group is heard as %+v", in)
	}
}

// TestPressKeepsItsTime hears one press twice: the platform tells no time, and effects depend on it.
func TestPressKeepsItsTime(t *testing.T) {
	t.Parallel()
	now := noon
	a := telegram.New(telegram.Config{Token: token, Now: func() time.Time { return now }})
	a.Meet(botID, botName)
	first, _, _, _ := a.Hear(updateFile(t, "press"))
	now = now.Add(time.Hour)
	second, _, _, _ := a.Hear(updateFile(t, "press"))
	if diff := cmp.Diff(first, second); diff != "" || !first.Sent.Equal(noon) {
		t.Errorf("sent at %v; again (-first +second):\n%s", first.Sent, diff)
	}
}

// TestAlbumAddressedOnce mentions the bot in the caption of one item; the others belong to it.
func TestAlbumAddressedOnce(t *testing.T) {
	t.Parallel()
	a := ears(t)
	raw := updateFile(t, "group_photo_mention")
	bare := []byte(strings.ReplaceAll(strings.ReplaceAll(string(raw), `"caption_entities"`, `"x"`), `"caption"`, `"y"`))
	if in, _, _, _ := a.Hear(bare); in.Event != nil {
		t.Errorf("heard without being addressed: %+v", in)
	}
	if in, _, _, _ := a.Hear(raw); in.Event == nil {
		t.Error("not heard though addressed")
	}
	if in, _, _, _ := a.Hear(bare); in.Event == nil {
		t.Error("the rest of the album is not heard")
	}
}

// TestDeskMoves hears the engineers also after their group has become a supergroup (platform-facts.md 20).
func TestDeskMoves(t *testing.T) {
	t.Parallel()
	for name, updates := range map[string][]string{"said in the old": {"migrate_to"}, "said in the new": {"migrate_from"}} {
		a := telegram.New(telegram.Config{Token: token, Desk: "-400000001"})
		a.Meet(botID, botName)
		if in, _, _, _ := a.Hear(updateFile(t, "group_unaddressed")); in.Event != nil {
			t.Errorf("%s: another group is taken for the desk", name)
		}
		for _, u := range updates {
			if _, _, _, err := a.Hear(updateFile(t, u)); err != nil {
				t.Fatal(err)
			}
		}
		if in, _, _, _ := a.Hear(updateFile(t, "group_unaddressed")); in.Event == nil {
			t.Errorf("%s: the engineers are not heard any more", name)
		}
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
		in, _, why, err := a.Hear(raw)
		if err != nil {
			return
		}
		if in.ID == "" || in.Order <= 0 || (in.Event == nil) != (why != "") {
			t.Errorf("heard %+v, ignored because %q", in, why)
		}
		if in.Event == nil {
			return
		}
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
