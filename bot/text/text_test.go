package text_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
)

// source makes a source of texts: en and zh.
func source(en, zh string) fstest.MapFS {
	return fstest.MapFS{"text/en.json": {Data: []byte(en)}, "text/zh.json": {Data: []byte(zh)}}
}

// small is a catalogue of a few texts.
func small(tb testing.TB) *text.Catalogue {
	tb.Helper()
	c, err := text.New(source(
		`{"format.date":"2 January 2006","format.list":", ","plain":"Hello","said":"You said “{{.Text}}”.","bold":"*{{.Text}}*",
		"files":{"one":"{{.N}} file","other":"{{.N}} files"},"day":"on {{.Day}}","label":"Go on: {{.Title}}","if":"{{if .N}}some{{end}}.","words.yes":"Yes|OK, fine!"}`,
		`{"format.date":"2006年1月2日","format.list":"、","plain":"您好","said":"您说：“{{.Text}}”","bold":"*{{.Text}}*",
		"files":{"other":"{{.N}} 个文件"},"day":"于{{.Day}}","label":"继续：{{.Title}}","if":"{{if .N}}有{{end}}。","words.yes":"是|好的。"}`))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func TestRender(t *testing.T) {
	t.Parallel()
	c := small(t)
	one, two := bot.Say("files", "N", 1), bot.Say("files", "N", 2)
	for _, r := range []struct {
		lang string
		text bot.Text
		want string
	}{
		{"en", bot.Say("plain"), "Hello"},
		{"zh", bot.Say("plain"), "您好"},
		{"de", bot.Say("plain"), "Hello"},
		{"", bot.Say("said", "Text", "hi"), "You said “hi”."},
		{"en", bot.Say("said", "Text", "*x* `y` \\ <b>&@all"), "You said “\\*x\\* \\`y\\` \\\\ <b>&@all”."},
		{"en", bot.Say("said", "Text", "{{.Text}} {{if}}"), "You said “{{.Text}} {{if}}”."},
		{"en", bot.Say("said", "Text", bot.Raw("*x*")), "You said “*x*”."},
		{"en", bot.Say("said", "Text", one), "You said “1 file”."},
		{"zh", bot.Say("said", "Text", bot.Say("said", "Text", "*")), `您说：“您说：“\*””`},
		{"en", bot.Say("said", "Text", bot.Say("said", "Text", one).In("zh")), "You said “您说：“1 个文件””."},
		{"en", bot.Say("said", "Text", []bot.Text{one, two}), "You said “1 file, 2 files”."},
		{"zh", bot.Say("said", "Text", []bot.Text{one, two}), "您说：“1 个文件、2 个文件”"},
		{"en", bot.Say("said", "Text", bot.Lines{one, two}), "You said “1 file\n2 files”."},
		{"en", bot.Say("said", "Text", bot.Lines{}), "You said “”."},
		{"en", bot.Say("said", "Text", claim.Serial("OS-1")), "You said “OS-1”."},
		{"en", bot.Say("said", "Text", claim.ID("C-2603-0001")), "You said “C-2603-0001”."},
		{"en", bot.Say("said", "Text", claim.RuleID("D3")), "You said “D3”."},
		{"en", bot.Say("said", "Text", claim.CompanyID("*nuts*")), `You said “\*nuts\*”.`},
		{"en", bot.Say("said", "Text", []string{"*a*"}), `You said “[\*a\*]”.`},
		{"en", bot.Say("said", "Text", int64(7)), "You said “7”."},
		{"en", bot.Say("day", "Day", claim.Date{Year: 2026, Month: time.October, Day: 2}), "on 2 October 2026"},
		{"zh", bot.Say("day", "Day", claim.Date{Year: 2026, Month: time.October, Day: 2}), "于2026年10月2日"},
		{"en", bot.Say("day", "Day", claim.Date{}), "on "},
		{"en", bot.Say("label", "Title", bot.Say("said", "Text", "a*b")), `Go on: You said “a\*b”.`},
		{"en", bot.Say("none"), "[none]"},
		{"zh", bot.Say("none", "N", 1), "[none]"},
	} {
		if got := c.Render(r.lang, r.text); got != r.want {
			t.Errorf("%s %v = %q, want %q", r.lang, r.text, got, r.want)
		}
	}
}

// TestRenderStored renders a text as it comes back from a session: numbers are then of another type.
func TestRenderStored(t *testing.T) {
	t.Parallel()
	c := small(t)
	for _, said := range []bot.Text{bot.Say("files", "N", 2), bot.Say("if", "N", 0), bot.Say("said", "Text", "a*b"), bot.Say("said", "Text", claim.Serial("OS-1"))} {
		b, err := json.Marshal(said)
		if err != nil {
			t.Fatal(err)
		}
		var stored bot.Text
		if err := json.Unmarshal(b, &stored); err != nil {
			t.Fatal(err)
		}
		if got, want := c.Render("en", stored), c.Render("en", said); got != want {
			t.Errorf("%s: %q, want %q", b, got, want)
		}
	}
}

// TestRenderKeepsWordsLiteral wants whatever a person wrote to come out as it was, in every style.
func TestRenderKeepsWordsLiteral(t *testing.T) {
	t.Parallel()
	c := small(t)
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.OneOf(rapid.String(), rapid.StringMatching("[*`\\\\a{}.]{0,12}")).Draw(t, "words")
		for _, arg := range []any{words, claim.CompanyID(words), bot.Say("label", "Title", words)} {
			got := c.Render("en", bot.Say("said", "Text", arg))
			for _, s := range bot.Spans(got) {
				if s.Bold || s.Code {
					t.Errorf("%q formats %q", words, s.Text)
				}
			}
			if !strings.Contains(bot.Plain(got), words) {
				t.Errorf("%q became %q", words, bot.Plain(got))
			}
		}
	})
}

func TestWords(t *testing.T) {
	t.Parallel()
	c := small(t)
	for _, typed := range []string{"yes", " YES! ", "ok, fine", "是", "好的", "好的！"} {
		if !slices.Contains(c.Words("words.yes"), bot.Fold(typed)) {
			t.Errorf("%q is none of %q", typed, c.Words("words.yes"))
		}
	}
	if got := c.Words("words.none"); len(got) != 0 {
		t.Errorf("unknown words: %q", got)
	}
}

// TestNewRefuses names the file and the key of what is wrong.
func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := source(`{"a":"A"}`, `{"a":"甲"}`)
	for name, c := range map[string]struct {
		sources []fstest.MapFS
		want    string
	}{
		"broken file":              {[]fstest.MapFS{source(`{`, `{}`)}, "text/en.json"},
		"broken template":          {[]fstest.MapFS{source(`{"a":"{{.X"}`, `{}`)}, "a"},
		"neither text nor forms":   {[]fstest.MapFS{source(`{"a":7}`, `{}`)}, "en/a"},
		"a key twice":              {[]fstest.MapFS{good, source(`{"a":"B"}`, `{}`)}, `"a"`},
		"a language here only":     {[]fstest.MapFS{good, {"text/en.json": {Data: []byte(`{"b":"B"}`)}}}, `"zh"`},
		"no language of that name": {[]fstest.MapFS{{"text/en.json": {Data: []byte(`{}`)}, "text/not a language.json": {Data: []byte(`{}`)}}}, "not a language"},
		"no English":               {[]fstest.MapFS{{"text/zh.json": {Data: []byte(`{}`)}}}, `"en"`},
		"nothing":                  {[]fstest.MapFS{{}}, `"en"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var err error
			switch len(c.sources) {
			case 1:
				_, err = text.New(c.sources[0])
			case 2:
				_, err = text.New(c.sources[0], c.sources[1])
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one that says %s", err, c.want)
			}
		})
	}
}

// TestRenderAtOnce is for the race detector.
func TestRenderAtOnce(t *testing.T) {
	t.Parallel()
	c := small(t)
	done := make(chan string)
	for range 8 {
		go func() { done <- c.Render("en", bot.Say("said", "Text", bot.Say("files", "N", 2))) }()
	}
	for range 8 {
		if got := <-done; got != "You said “2 files”." {
			t.Errorf("got %q", got)
		}
	}
}

func BenchmarkRender(b *testing.B) {
	c := product(b)
	for name, t := range map[string]bot.Text{
		"static":   bot.Say("severity.ask"),
		"argument": bot.Say("serial.noted", "Serial", claim.Serial("OS-2025-0417")),
		"plural":   bot.Say("files.picture", "N", 3),
		"nested": bot.Say("cover.named", "Serial", claim.Serial("OS-2025-0417"), "Rule", claim.RuleID("D3"),
			"Cover", bot.Say(rules.RuleKey("W1"), "LastDay", claim.Date{Year: 2026, Month: 10, Day: 2})),
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c.Render("en", t)
			}
		})
	}
}
