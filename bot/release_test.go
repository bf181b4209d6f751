package bot_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/sqlite"
)

// record keeps the sessions of this release for the tests of later ones: go test ./bot -run
// TestP3EarlierReleases -record 1.1. Those of earlier releases are never written again.
var record = flag.String("record", "", "write the sessions of this release to testdata/sessions/<release>")

// stories lead to the places at which people leave off.
var stories = map[string][]bot.Event{
	"menu":        {bot.Said{Text: "/start"}},
	"serial":      {bot.Said{Text: "/report"}},
	"description": {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}},
	"severity":    {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, described},
	"pictures":    {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, described, bot.Said{Text: "down"}},
	"summary":     {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, described, bot.Said{Text: "down"}, pictured},
	"change":      {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, described, bot.Said{Text: "down"}, pictured, bot.Said{Text: "change"}},
	"two-drafts":  {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, bot.Said{Text: "/report new"}, bot.Said{Text: "OS-2023-0001"}, described},
	"cancel":      {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, bot.Said{Text: "/cancel"}},
	"filed":       {bot.Said{Text: "/report"}, bot.Said{Text: "OS-2025-0417"}, described, bot.Said{Text: "down"}, pictured, bot.Said{Text: "send"}},
}

var (
	described = bot.Said{Text: "Camera two shows no image, message camera offline, since this morning"}
	pictured  = bot.Attached{Files: []bot.File{{Hash: strings.Repeat("0", 64), Name: "a.jpg", Mime: "image/jpeg", Size: 100_000}}}
)

// old is a session as it was stored, by a release that knew nothing of this one.
type old struct {
	Session bot.Session `json:"session"`
	Asked   string      `json:"asked"` // what was said last
}

// TestP3EarlierReleases goes on with sessions that earlier releases stored: the open question is
// asked again and every answer is still there.
func TestP3EarlierReleases(t *testing.T) {
	t.Parallel()
	if *record != "" {
		recordSessions(t, filepath.Join("testdata", "sessions", *record))
	}
	files, err := filepath.Glob("testdata/sessions/*/*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d sessions, %v", len(files), err)
	}
	for _, name := range files {
		t.Run(strings.TrimSuffix(strings.TrimPrefix(name, "testdata/sessions/"), ".json"), func(t *testing.T) {
			t.Parallel()
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			var before old
			if err := json.Unmarshal(b, &before); err != nil {
				t.Fatal(err)
			}
			l := productLab(t)
			if _, err := l.store.PutSnapshots(t.Context(), []bot.Snapshot{{Session: before.Session}}); err != nil {
				t.Fatal(err)
			}
			l.number.Store(1000)
			l.clock.wait(time.Hour)
			l.handle(l.event("mei", bot.Odd{Kind: "sticker"}))
			checkOld(t, l, before)
		})
	}
}

func checkOld(t *testing.T, l *lab, before old) {
	t.Helper()
	sent := l.chat.all()
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "\n\n") {
		t.Fatalf("nothing is asked: %+v", sent)
	}
	after, err := l.store.Snapshot(t.Context(), before.Session.Key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before.Session.Filed, after.Filed); diff != "" {
		t.Errorf("filed messages (-before +after):\n%s", diff)
	}
	for i, f := range before.Session.Frames {
		if i >= len(after.Frames) || after.Frames[i].ID != f.ID {
			t.Fatalf("frame %s (%s) is gone", f.ID, f.Flow)
		}
		var was, is map[string]any
		if err := json.Unmarshal(f.State, &was); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(after.Frames[i].State, &is); err != nil {
			t.Fatal(err)
		}
		for name, answer := range was {
			if diff := cmp.Diff(answer, is[name]); diff != "" {
				t.Errorf("answer %s of frame %s (-before +after):\n%s", name, f.ID, diff)
			}
		}
	}
}

// productLab is a lab with the house of the product and one machine.
func productLab(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	machines := []claim.Machine{
		{Serial: "OS-2025-0417", Model: "VS-600", Company: "nuts", Delivered: claim.Date{Year: 2025, Month: 10, Day: 2}},
		{Serial: "OS-2023-0001", Model: "VS-300", Company: "nuts", Delivered: claim.Date{Year: 2023, Month: 1, Day: 2}},
	}
	db := l.store.Store.(*sqlite.DB)
	if _, err := db.Import(t.Context(), bot.Registration{Machines: machines, Companies: []claim.Company{{ID: "nuts", Name: "Nuts Ltd"}}}, nil); err != nil {
		t.Fatal(err)
	}
	if err := db.PutPerson(t.Context(), "chat", claim.Person{ID: "mei", Name: "Mei", Lang: "en", Company: "nuts", Why: "desk"}); err != nil {
		t.Fatal(err)
	}
	l.engine = served(t, l.clock, l.store, l.memory, l.chat)
	return l
}

func recordSessions(t *testing.T, dir string) {
	t.Helper()
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, story := range stories {
		l := productLab(t)
		for _, ev := range story {
			l.handle(l.event("mei", ev))
			l.clock.wait(time.Minute)
		}
		s, err := l.store.Snapshot(t.Context(), l.event("mei", nil).Key())
		if err != nil {
			t.Fatal(err)
		}
		sent := l.chat.all()
		b, err := json.MarshalIndent(old{s, sent[len(sent)-1].Text}, "", "\t")
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name+".json"), append(b, '\n'), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
