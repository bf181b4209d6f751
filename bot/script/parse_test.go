package script_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

func TestScene(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/every-cue.txt")
	if err != nil {
		t.Fatal(err)
	}
	f, err := script.Parse("every-cue.txt", text)
	if err != nil {
		t.Fatal(err)
	}
	want := script.Scene{
		On: "web", Lang: "en", At: time.Date(2026, 3, 2, 15, 0, 30, 0, time.UTC),
		Registry: bot.Registration{
			Companies: []claim.Company{{ID: "nuts-ltd", Name: "Nuts Ltd"}},
			Machines: []claim.Machine{
				{
					Serial: "OS-2025-0417", Model: "VS-600", Delivered: claim.Date{Year: 2025, Month: 6, Day: 30},
					Company: "nuts-ltd", Country: "PE", Zone: "America/Lima", ContractNote: "18 months",
				},
				{Serial: "OS-1", Model: "VS-600"},
			},
			Parts: []claim.Part{{Serial: "P-100", Name: "LED driver board", Machine: "OS-2025-0417", Delivered: claim.Date{Year: 2026, Month: 1, Day: 10}}},
		},
		Persons: []script.Person{
			{Name: "mei", Shown: "mei", Company: "nuts-ltd", Zone: "America/Lima", Lang: "zh"},
			{Name: "ivan", Shown: "ivan", Lang: "en"},
			{Name: "wang", Shown: "wang", Lang: "en", Engineer: true},
		},
		Policy: []string{"strict"},
		Stages: []int{1, 2},
	}
	if diff := cmp.Diff(want, f.Scene); diff != "" {
		t.Error(diff)
	}
	if !f.Scene.OnStage(1) || f.Scene.OnStage(3) || !(script.Scene{}).OnStage(3) {
		t.Error("OnStage does not follow the header")
	}
}

func TestMoments(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"2026-03-02 10:00":                     "2026-03-02T02:00:00Z",
		"2026-03-02 10:00:07":                  "2026-03-02T02:00:07Z",
		"2026-03-02 10:00 America/Lima":        "2026-03-02T15:00:00Z",
		"2026-07-02 10:00:59 +05:30":           "2026-07-02T04:30:59Z",
		"2026-03-02 10:00 Z":                   "2026-03-02T10:00:00Z",
		"2026-07-02   10:00    Europe/Berlin ": "2026-07-02T08:00:00Z",
	} {
		f, err := script.Parse("t.txt", []byte("on: web\nperson: mei\nat: "+text+"\n"))
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got := f.Scene.At.Format(time.RFC3339Nano); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
}

// TestMistakes holds a mistake a line, and words that its message must have. The line after the
// header is 6.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{header + "boot: hello", `t.txt:6: "boot" is neither a cue nor a person; persons are mei, ivan and wang; cues are again, away,`},
		{header + "bot to may: hello", `t.txt:6: "may" is neither`},
		{header + "bot (loud): hello", `(loud) is not understood`},
		{header + "bot (sent 5s ago): hello", `(sent) has no meaning behind "bot"`},
		{header + "mei (note): hello", `(note) has no meaning behind "mei"`},
		{header + "mei (group) (group): hello", `"group" stands twice`},
		{header + "mei@desk: hello", `mei does not belong to the desk: "person: mei, engineer"`},
		{header + "wang@desk (group): hello", `at the desk and in the group at once`},
		{header + "wang@desk (thread): hello", `at the desk and in the group at once`},
		{header + "mei (group, thread): hello", `in the group and in a thread of it at once`},
		{header + "mei (reply 0): hello", `(reply 0) is not understood`},
		{header + "mei@: hello", `"mei@" is not a cue`},
		{header + "mei\nivan: hi", `t.txt:6: a line begins with a cue and a colon`},
		{header + "mei:", `t.txt:6: nothing stands behind the colon`},
		{header + "mei: <script>", `<script> cannot be sent like this; files are photo, video, voice, audio or document, and alone on a line sticker, location, contact or poll`},
		{header + "mei: <sticker> hello", `<sticker> cannot be sent like this`},
		{header + "mei: <photo", `no closing ">"`},
		{header + "mei: edit 2:", `the new text is missing`},
		{header + "mei: /start <link os1>", `"os1" is not a serial number`},
		{header + "mei: /start <link os-2025>", `write the serial number "os-2025" as the registry does: "OS-2025"`},
		{header + "wait: soon", `"soon" is not a length of time`},
		{header + "wait:", `say how long`},
		{header + "wait: 99999h", `is not a length of time`},
		{header + "wait: 3000d 3000d", `is not a length of time`},
		{header + "refuse: 429 5s 6s", `"6s" is neither a cue nor a person`},
		{"person: mei, zone Local", `"Local" is not a time zone`},
		{header + "wait: -2h", `is not a length of time`},
		{header + "again: please", `nothing stands behind again:, but here is "please"`},
		{header + "late: hello", `nobody has done anything yet`},
		{header + "mei: hello\nlate (group): hello", `t.txt:7: (group) has no meaning behind "late"`},
		{header + "away: redis", `away: takes database, sessions or files away, not "redis"`},
		{header + "crash: now", `after-effect, after-save or after-send, not "now"`},
		{header + "refuse:", `refuse: is followed by`},
		{header + "refuse: 200", `"200" is not a status with which a platform refuses`},
		{header + "refuse: 429 mei ivan", `"ivan" is neither a time nor a person`},
		{header + "refuse: 429 5s may", `"may" is neither a cue nor a person`},
		{header + "mei: hello\non: web", `t.txt:7: on: belongs to the header`},
		{header + "\n# note\n   hello", `t.txt:8: an indented line continues a cue`},
		{"   hello\n" + header, `t.txt:1: an indented line continues a cue`},
		{header + "on: slack", `on: is set already`},
		{"mei: hello", `t.txt:1: the header does not say on which channel people write: "on: telegram"`},
		{"on: web", `when the play begins: "at: 2026-03-02 10:00"`},
		{"", `the header names no person: "person: mei, Nuts Ltd"`},
		{"on: two words", `"two words" is not the name of a channel`},
		{"at: tomorrow", `"tomorrow" is not a moment`},
		{"at: 2026-02-30 10:00", `is not a moment`},
		{"at: 2026-03-02 10:00 Moon/Base", `"Moon/Base" is not a time zone`},
		{"lang: 中文", `"中文" is not the tag of a language`},
		{"stages: all", `"all" is not the number of a stage`},
		{"stages:", `stages: names the stages`},
		{"policy:", `nothing stands behind the colon`},
		{"person: wait", `no person can be called "wait"`},
		{"person: bot", `no person can be called "bot"`},
		{"person: Mei Li, Nuts Ltd", `"Mei Li" cannot be a person's name here`},
		{header + "person: mei", `mei is there already`},
		{"person: mei, Nuts Ltd, tall", `"tall" is not understood`},
		{"person: mei, ***", `"***" is no name of a company`},
		{"person: mei, Nuts Ltd\nperson: ivan, nuts ltd", `t.txt:2: the company is "nuts ltd" here and "Nuts Ltd" above`},
		{"person: mei, zone Lima", `"Lima" is not a time zone`},
		{"machine: OS-1, VS-600", `machine OS-1: say when it was delivered`},
		{"machine: OS-1, VS-600, delivered 2025-02-29", `"2025-02-29": not a date`},
		{"machine: OS-1", `machine OS-1 has no model`},
		{"machine: OS-1, VS-600, delivered unknown, delivered unknown", `"delivered unknown" is not understood`},
		{"machine: OS-1, VS-600, delivered unknown\n  OS-1, VS-600, delivered unknown", `machine OS-1 is there already`},
		{"part: P-100, board, in OS-1, delivered unknown", `part P-100: there is no machine OS-1 above`},
		{"part: P-100, board, delivered unknown", `part P-100: "in OS-2025-0417" says in which machine it is`},
		{"on: web\nmei: \xff", `t.txt:2: this is not UTF-8 text`},
	} {
		_, err := script.Parse("t.txt", []byte(c.text))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
		var place *script.Error
		if !errors.As(err, &place) || place.File != "t.txt" || place.Line < 1 {
			t.Errorf("%q: the error has no place: %v", c.text, err)
		}
	}
}

// TestMistakesTogether checks that all mistakes are told at once, but not what only follows from
// a broken header.
func TestMistakesTogether(t *testing.T) {
	t.Parallel()
	_, err := script.Parse("t.txt", []byte(header+"mei: <x>\nwho: hi\n"))
	if got := strings.Count(err.Error(), "t.txt:"); got != 2 {
		t.Errorf("%d mistakes are told, want 2:\n%v", got, err)
	}
	_, err = script.Parse("t.txt", []byte("on: web\nat: now\nperson: mei!\nmei: hi\nmei: hi\n"))
	if want := 3; strings.Count(err.Error(), "t.txt:") != want { // at, person, nobody named
		t.Errorf("want %d mistakes, all of the header:\n%v", want, err)
	}
}

func TestFormatKeepsBytes(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"plain":         header + "mei: hi\n",
		"no end":        header + "mei: hi",
		"blank end":     header + "mei: hi\n\n\n# end\n\n",
		"windows":       strings.ReplaceAll(header+"mei: hi\n  there\n\n", "\n", "\r\n"),
		"mixed ends":    header + "mei: hi\r\n  there\r\n\nivan: x\r",
		"byte order":    "\ufeff" + header + "mei: hi\n",
		"tabs":          header + "mei:\thi\n\tthere \n\n\tand here\n# x\n",
		"wide spaces":   header + "mei：　hi\n　there\n",
		"old outputs":   header + "mei: hi\nbot:Hello\n      crooked\n\nbot to ivan   (reply bot 2): x\ndesk (edits 7, note):\n",
		"spaces at end": header + "mei: hi   \n   \nivan: x\n",
	} {
		f, err := script.Parse("t.txt", []byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := string(f.Format()); got != text {
			t.Errorf("%s:\n got %q\nwant %q", name, got, text)
		}
	}
}

// TestExampleInDoc keeps the documentation's transcript one that plays.
func TestExampleInDoc(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("doc.go")
	if err != nil {
		t.Fatal(err)
	}
	example, err := os.ReadFile(filepath.Join("testdata", "example.txt"))
	if err != nil {
		t.Fatal(err)
	}
	var lines []string
	for line := range strings.Lines(string(doc)) {
		line = strings.TrimSuffix(strings.TrimPrefix(line, "//"), "\n")
		lines = append(lines, strings.TrimPrefix(line, "\t"))
	}
	if !strings.Contains(strings.Join(lines, "\n"), "\n"+string(example)) {
		t.Error("doc.go does not hold testdata/example.txt")
	}
}
