package wording_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

func TestFileName(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("喷", 200)
	for name, want := range map[string]string{
		"a.png":               "a.png",
		"../../etc/passwd":    "passwd",
		`C:\temp\plate.jpg`:   "plate.jpg",
		"a\r\nb\x00\".pdf":    `ab".pdf`,
		"":                    "",
		"dir/":                "",
		long + ".mp4":         long[:116*3] + ".mp4",
		long + ".喷":           long[:118*3] + ".喷",
		long:                  long[:120*3],
		"\xff.txt":            "\uFFFD.txt",
		"a\u0085b.txt":        "ab.txt",
		"plate\u202egpj.exe":  "plategpj.exe",
		"plate\u2067gpj.exe":  "plategpj.exe",
		"👩🏽\u200d🔧 valve.jpg": "👩🏽\u200d🔧 valve.jpg",
	} {
		if got := wording.FileName(name); got != want {
			t.Errorf("%.40q becomes %q, want %q", name, got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add(strings.Repeat("喷", 119) + ".喷喷喷")
	f.Add("a/b\\c\u202e.exe")
	f.Fuzz(func(t *testing.T, name string) {
		got := wording.FileName(name)
		if utf8.RuneCountInString(got) > 120 || !utf8.ValidString(got) || strings.ContainsAny(got, "/\\\r\n\x00") {
			t.Errorf("%q becomes %q", name, got)
		}
		if again := wording.FileName(got); again != got {
			t.Errorf("%q becomes %q, and then %q", name, got, again)
		}
	})
}

func TestUnits(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int{"": 0, "abc": 3, "喷": 1, "😀": 2, "\xff": 1} {
		if got := wording.Units(text); got != want {
			t.Errorf("%q has %d units, want %d", text, got, want)
		}
	}
}

func TestClip(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"": "", "ab": "ab", "abc": "ab", "喷喷喷": "喷喷"} {
		if got := wording.Clip(text, 2); got != want {
			t.Errorf("%q is cut to %q, want %q", text, got, want)
		}
	}
}

func TestWithLinks(t *testing.T) {
	t.Parallel()
	text, rest := wording.WithLinks("Go on:", []bot.Choice{{ID: "a", Label: "A"}, {ID: "b", Label: "*B*", URL: "https://x.example/u_1"}})
	if want := "Go on:\n" + bot.Escape("*B*") + ": " + bot.Escape("https://x.example/u_1"); text != want {
		t.Errorf("text %q, want %q", text, want)
	}
	if diff := cmp.Diff([]bot.Choice{{ID: "a", Label: "A"}}, rest); diff != "" {
		t.Error(diff)
	}
}

func TestWithNames(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		file bot.File
		want string
	}{
		"name alone":  {"", bot.File{Name: "dir/a.txt"}, "📎 a.txt"},
		"size":        {"See:", bot.File{Name: "a.txt", Size: 1}, "See:\n📎 a.txt (1 KB)"},
		"large":       {"", bot.File{Name: "a.mp4", Size: 60 << 20}, "📎 a.mp4 (60 MB)"},
		"where it is": {"", bot.File{Name: "*a*", Link: "https://x.example/d"}, "📎 " + bot.Escape("*a*") + " https://x.example/d"},
		"long":        {"", bot.File{Name: strings.Repeat("x", 100)}, "📎 " + strings.Repeat("x", 80)},
	} {
		if got := wording.WithNames(c.text, []bot.File{c.file}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
