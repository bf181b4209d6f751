package bot_test

import (
	"fmt"
	"html"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/rivo/uniseg"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
)

// measures are ways in which channels count.
var measures = map[string]func(string) int{
	"runes":  nil,
	"UTF-16": func(s string) int { return len(utf16.Encode([]rune(s))) },
	"HTML":   func(s string) int { return utf8.RuneCountInString(html.EscapeString(s)) },
	"bytes":  func(s string) int { return len(s) },
	// as a channel counts that carries formatting beside the text
	"plain": func(s string) int { return utf8.RuneCountInString(bot.Plain(s)) },
}

// scraps are what texts that are hard to cut are made of.
var scraps = []string{
	"a", "word ", "end. ", "\n", "\n\n", "。", "传感器没有反应", "，", "!", "? ", `\`, `\\`, `\*`, "*bold*", "`x`", "*", "&", "<",
	"👩‍👩‍👧‍👦", "🇨🇳", "🏽", "e\u0301", "\u0301", "\u200d", "नि", "각", "\r\n", "“", " \u0308", "👍🏽",
	"a" + strings.Repeat("\u0300", 30), // one grapheme, longer than small limits
}

func drawText(t *rapid.T, name string) string {
	return rapid.Map(rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(scraps), rapid.String()), 0, 60),
		func(list []string) string { return strings.Join(list, "") }).Draw(t, name)
}

func drawCapabilities(t *rapid.T) (bot.Capabilities, func(string) int) {
	name := rapid.SampledFrom([]string{"runes", "UTF-16", "HTML", "bytes", "plain"}).Draw(t, "measure")
	c := bot.Capabilities{
		MaxText:    rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(12, 300)).Draw(t, "max text"),
		MaxChoices: rapid.IntRange(0, 6).Draw(t, "max choices"),
		MaxLabel:   rapid.IntRange(0, 30).Draw(t, "max label"),
		MaxFiles:   rapid.IntRange(0, 4).Draw(t, "max files"),
		MaxCaption: rapid.IntRange(0, 20).Draw(t, "max caption"),
		FilesBare:  rapid.Bool().Draw(t, "files bare"),
		Measure:    measures[name],
	}
	if rapid.Bool().Draw(t, "albums") {
		c.Album = func(f bot.File) string { return f.Mime }
	}
	if c.Measure == nil {
		return c, utf8.RuneCountInString
	}
	return c, c.Measure
}

func drawMessage(t *rapid.T) bot.Message {
	m := bot.Message{Text: drawText(t, "text")}
	for i := range rapid.IntRange(0, 8).Draw(t, "choices") {
		label := rapid.StringMatching(`[a-zA-Z一-鿿*\\]{1,20}`).Draw(t, "label")
		m.Choices = append(m.Choices, bot.Choice{ID: bot.ChoiceID(fmt.Sprintf("f1.1.o%d", i)), Label: label})
	}
	for i := range rapid.IntRange(0, 9).Draw(t, "files") {
		m.Files = append(m.Files, bot.File{
			Hash: strconv.Itoa(i), Name: fmt.Sprintf("*%d*.jpg", i), Mime: rapid.SampledFrom([]string{"image/png", "text/plain"}).Draw(t, "mime"),
		})
	}
	return m
}

// TestFit states what holds for every message on every channel.
func TestFit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := drawMessage(t)
		c, measure := drawCapabilities(t)
		checkFit(t, m, c, measure)
	})
}

func FuzzFit(f *testing.F) {
	for _, s := range scraps {
		f.Add(strings.Repeat(s, 20), 7, 2, 1)
	}
	f.Fuzz(func(t *testing.T, text string, most, choices, files int) {
		c := bot.Capabilities{MaxText: 1 + abs(most)%5000, MaxChoices: 1, MaxFiles: 2}
		m := bot.Message{Text: text}
		for i := range abs(choices) % 4 {
			m.Choices = append(m.Choices, bot.Choice{ID: bot.ChoiceID(strconv.Itoa(i)), Label: fmt.Sprint("label ", i)})
		}
		m.Files = make([]bot.File, abs(files)%5)
		checkFit(t, m, c, utf8.RuneCountInString)
	})
}

func abs(n int) int { return max(n, -(n + 1)) }

type failer interface {
	Helper()
	Errorf(format string, args ...any)
	Fatalf(format string, args ...any)
}

func checkFit(t failer, m bot.Message, c bot.Capabilities, measure func(string) int) {
	t.Helper()
	parts := bot.Fit(m, c)
	if len(parts) == 0 {
		t.Fatalf("nothing is left of %+v", m)
	}
	var whole strings.Builder
	var files []bot.File
	for i, p := range parts {
		whole.WriteString(p.Text)
		files = append(files, p.Files...)
		if len(p.Choices) > 0 && slices.ContainsFunc(parts[i+1:], func(m bot.Message) bool { return !c.FilesBare || m.Text != "" || len(m.Choices) > 0 }) {
			t.Errorf("part %d of %d has buttons", i+1, len(parts))
		}
		checkFiles(t, p, c, measure)
		if len(parts) > 1 && p.Text == "" && len(p.Files) == 0 {
			t.Errorf("part %d of %d is empty", i+1, len(parts))
		}
		checkPart(t, p.Text, c, measure)
		if utf8.ValidString(m.Text) && !utf8.ValidString(p.Text) {
			t.Errorf("part %q is cut within a character", p.Text)
		}
	}
	if c.MaxFiles > 0 {
		if diff := cmp.Diff(m.Files, files); len(m.Files) > 0 && diff != "" {
			t.Errorf("files (-want +got):\n%s", diff)
		}
	}
	checkWhole(t, m, c, parts, whole.String())
	checkMarks(t, parts)
}

// checkFiles wants files that can go in one message, and with its text and buttons.
func checkFiles(t failer, p bot.Message, c bot.Capabilities, measure func(string) int) {
	t.Helper()
	if len(p.Files) == 0 {
		return
	}
	if len(p.Files) > c.MaxFiles {
		t.Errorf("a part has %d files, at most %d fit", len(p.Files), c.MaxFiles)
	}
	if c.MaxCaption > 0 && measure(p.Text) > c.MaxCaption {
		t.Errorf("caption %q measures %d, at most %d fit", p.Text, measure(p.Text), c.MaxCaption)
	}
	if c.FilesBare && len(p.Choices) > 0 {
		t.Errorf("files and buttons %v in one part", p.Choices)
	}
	for _, f := range p.Files {
		if c.Album != nil && c.Album(f) != c.Album(p.Files[0]) {
			t.Errorf("a part has files of the kinds %q and %q", c.Album(p.Files[0]), c.Album(f))
		}
	}
}

// checkPart wants a part that fits, unless it is a single thing that cannot be cut: a character,
// with the backslash before it.
func checkPart(t failer, text string, c bot.Capabilities, measure func(string) int) {
	t.Helper()
	unit := utf8.RuneCountInString(text) == 1 || strings.HasPrefix(text, `\`) && utf8.RuneCountInString(text) == 2
	if measure(text) > c.MaxText && !unit {
		t.Errorf("part %q measures %d, at most %d fit", text, measure(text), c.MaxText)
	}
}

// checkWhole wants the parts to say everything: the text, then the names of files that cannot be
// carried, then the choices, as buttons or as a list that a typed number finds its way back from.
func checkWhole(t failer, m bot.Message, c bot.Capabilities, parts []bot.Message, whole string) {
	t.Helper()
	rest, ok := strings.CutPrefix(whole, m.Text)
	if !ok {
		t.Errorf("the parts together are %q, want %q", whole, m.Text)
		return
	}
	if c.MaxFiles <= 0 {
		for _, f := range m.Files {
			_, after, ok := strings.Cut(bot.Plain(rest), f.Name)
			if !ok {
				t.Errorf("file %q is not named in %q", f.Name, rest)
			}
			rest = bot.Escape(after)
		}
	}
	var shown []bot.Choice
	for _, p := range parts {
		shown = append(shown, p.Choices...)
	}
	bareless := c.FilesBare && c.MaxFiles > 0 && len(m.Files) > 0 && m.Text == "" && len(m.Choices) > 0 // no text to stand under
	buttons := !bareless && len(m.Choices) <= c.MaxChoices && (c.MaxLabel <= 0 || !slices.ContainsFunc(m.Choices, func(ch bot.Choice) bool {
		return utf8.RuneCountInString(ch.Label) > c.MaxLabel
	}))
	switch {
	case buttons && cmp.Diff(m.Choices, shown) != "" && len(m.Choices) > 0:
		t.Errorf("buttons are %v, want %v", shown, m.Choices)
	case buttons && rest != "":
		t.Errorf("the parts say %q more than the text", rest)
	case buttons:
		return
	case len(shown) > 0:
		t.Errorf("buttons %v, though the channel has none like that", shown)
	}
	lines := strings.Split(strings.TrimPrefix(bot.Plain(rest), "\n"), "\n")
	if len(lines) != len(m.Choices) {
		t.Fatalf("list of %d choices is %q", len(m.Choices), lines)
	}
	for i, line := range lines {
		number, label, _ := strings.Cut(line, " ")
		got, ok := bot.Pick(m.Choices, number)
		if label != m.Choices[i].Label || !ok || got != m.Choices[i] {
			t.Errorf("line %q: typing %q picks %v, %t; want %v", line, number, got, ok, m.Choices[i])
		}
	}
}

// checkMarks wants no part to end in a backslash that belongs to what follows.
func checkMarks(t failer, parts []bot.Message) {
	t.Helper()
	for i, p := range parts[:len(parts)-1] {
		run := len(p.Text) - len(strings.TrimRight(p.Text, `\`))
		next := parts[i+1].Text
		if run%2 == 1 && next != "" && strings.ContainsAny(next[:1], "\\*`") {
			t.Errorf("part %q ends in a backslash, and %q follows", p.Text, next)
		}
	}
}

// TestFitKeepsGraphemes cuts between what people see as characters, as long as one fits.
func TestFitKeepsGraphemes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := drawText(t, "text")
		most := rapid.IntRange(40, 80).Draw(t, "most")
		at, boundary := 0, map[int]bool{}
		for g := uniseg.NewGraphemes(text); g.Next(); {
			if utf8.RuneCountInString(g.Str()) > most {
				t.Skip("a grapheme that must be cut")
			}
			_, to := g.Positions()
			boundary[to] = true
		}
		parts := bot.Fit(bot.Message{Text: text}, bot.Capabilities{MaxText: most})
		for _, p := range parts[:len(parts)-1] {
			at += len(p.Text)
			if !boundary[at] {
				t.Errorf("cut within a grapheme: %q | %q", text[:at], text[at:])
			}
		}
	})
}

func TestFitCuts(t *testing.T) {
	t.Parallel()
	family := "👩‍👩‍👧‍👦" // seven characters, seen as one
	for name, c := range map[string]struct {
		text string
		most int
		want []string
	}{
		"at a paragraph":         {"one two\n\nthree four", 12, []string{"one two\n\n", "three four"}},
		"at a line":              {"one two\nthree four", 12, []string{"one two\n", "three four"}},
		"at a sentence":          {"One two. Three four", 12, []string{"One two. ", "Three four"}},
		"at a Chinese sentence":  {"传感器没有反应。请检查", 9, []string{"传感器没有反应。", "请检查"}},
		"at a word":              {"one two three", 9, []string{"one two ", "three"}},
		"not in the first half":  {"a bcdefghijklmno", 10, []string{"a bcdefghi", "jklmno"}},
		"between joined emoji":   {family + family + family, 15, []string{family + family, family}},
		"within a large emoji":   {family, 4, []string{"👩‍👩‍", "👧‍👦"}},
		"behind an escaped mark": {`abc\*def`, 4, []string{`abc`, `\*de`, "f"}},
		"backslashes alone":      {strings.Repeat(`\\`, 5), 4, []string{`\\\\`, `\\\\`, `\\`}},
		"a mark larger than all": {`\*\*`, 1, []string{`\*`, `\*`}},
		"a flag":                 {"ab🇨🇳", 3, []string{"ab", "🇨🇳"}},
		"a line end of two":      {"abc\r\ndef", 4, []string{"abc", "\r\nde", "f"}},
		"nothing":                {"", 4, []string{""}},
		"just fits":              {"abcd", 4, []string{"abcd"}},
		"no limit":               {"abcd", 0, []string{"abcd"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, p := range bot.Fit(bot.Message{Text: c.text}, bot.Capabilities{MaxText: c.most}) {
				got = append(got, p.Text)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

// TestFitCountsLostFormatting does not cut where a mark would lose its partner, become a character
// and make the part too long.
func TestFitCountsLostFormatting(t *testing.T) {
	t.Parallel()
	parts := bot.Fit(bot.Message{Text: "*a *bc"}, bot.Capabilities{MaxText: 2, Measure: measures["plain"]})
	if len(parts) != 2 || parts[0].Text != "*a *" {
		t.Errorf("parts %+v", parts)
	}
}

// TestFitLong splits the largest text that is stored.
func TestFitLong(t *testing.T) {
	t.Parallel()
	for name, scrap := range map[string]string{
		"words": "the belt stops again ", "Chinese": "传感器没有反应", "emoji": "👩‍👩‍👧‍👦", "letters": "a",
		"backslashes": `\\`, "one grapheme": "\u0300",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := strings.Repeat(scrap, 64<<10/len(scrap))
			checkFit(t, bot.Message{Text: text}, bot.Capabilities{MaxText: 4096}, utf8.RuneCountInString)
			most := 2*utf8.RuneCountInString(text)/4096 + 1
			if n := len(bot.Fit(bot.Message{Text: text}, bot.Capabilities{MaxText: 4096})); n > most {
				t.Errorf("%d parts, want at most %d", n, most)
			}
		})
	}
}

func TestFitFiles(t *testing.T) {
	t.Parallel()
	three := []bot.File{{Name: "a"}, {Name: "b"}, {Name: "c"}}
	mixed := []bot.File{{Name: "a", Mime: "i"}, {Name: "b", Mime: "i"}, {Name: "c", Mime: "t"}, {Name: "d", Mime: "i"}}
	mime := func(f bot.File) string { return f.Mime }
	button := []bot.Choice{{ID: "f1.1.x", Label: "X"}}
	for name, c := range map[string]struct {
		m    bot.Message
		c    bot.Capabilities
		want []bot.Message
	}{
		"under the text": {bot.Message{Text: "t", Files: three, Choices: button}, bot.Capabilities{MaxFiles: 3, MaxChoices: 1}, []bot.Message{{Text: "t", Files: three, Choices: button}}},
		"in several":     {bot.Message{Text: "t", Files: three, Choices: button}, bot.Capabilities{MaxFiles: 2, MaxChoices: 1}, []bot.Message{{Text: "t", Files: three[:2]}, {Files: three[2:], Choices: button}}},
		"alone":          {bot.Message{Files: three[:1]}, bot.Capabilities{MaxFiles: 2}, []bot.Message{{Files: three[:1]}}},
		"named":          {bot.Message{Text: "t", Files: []bot.File{{Name: "*a*"}}}, bot.Capabilities{}, []bot.Message{{Text: "t\n📎 \\*a\\*"}}},
		"named alone":    {bot.Message{Files: three[:2]}, bot.Capabilities{}, []bot.Message{{Text: "📎 a\n📎 b"}}},
		"nothing to say": {bot.Message{}, bot.Capabilities{MaxFiles: 2}, []bot.Message{{}}},
		"of one kind": {
			bot.Message{Text: "t", Files: mixed, Choices: button},
			bot.Capabilities{MaxFiles: 3, MaxChoices: 1, Album: mime},
			[]bot.Message{{Text: "t", Files: mixed[:2]}, {Files: mixed[2:3]}, {Files: mixed[3:], Choices: button}},
		},
		"buttons stay with the text": {
			bot.Message{Text: "t", Files: three, Choices: button},
			bot.Capabilities{MaxFiles: 2, MaxChoices: 1, FilesBare: true},
			[]bot.Message{{Text: "t", Choices: button}, {Files: three[:2]}, {Files: three[2:]}},
		},
		"buttons without a text": {
			bot.Message{Files: three[:1], Choices: button},
			bot.Capabilities{MaxFiles: 2, MaxChoices: 1, FilesBare: true},
			[]bot.Message{{Text: "1. X", Files: three[:1]}},
		},
		"no buttons": {
			bot.Message{Text: "t", Files: three[:1]},
			bot.Capabilities{MaxFiles: 2, MaxChoices: 1, FilesBare: true},
			[]bot.Message{{Text: "t", Files: three[:1]}},
		},
		"a caption at its limit": {
			bot.Message{Text: "aaaa", Files: three[:1]},
			bot.Capabilities{MaxFiles: 2, MaxCaption: 4},
			[]bot.Message{{Text: "aaaa", Files: three[:1]}},
		},
		"a caption over its limit": {
			bot.Message{Text: "aaaaa", Files: three, Choices: button},
			bot.Capabilities{MaxFiles: 2, MaxCaption: 4, MaxChoices: 1},
			[]bot.Message{{Text: "aaaaa"}, {Files: three[:2]}, {Files: three[2:], Choices: button}},
		},
		"behind long texts": {bot.Message{Text: "aaaabbbb", Files: three[:1], Choices: button}, bot.Capabilities{MaxText: 4, MaxFiles: 2, MaxChoices: 1}, []bot.Message{{Text: "aaaa"}, {Text: "bbbb", Files: three[:1], Choices: button}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(c.want, bot.Fit(c.m, c.c)); diff != "" {
				t.Errorf("parts (-want +got):\n%s", diff)
			}
		})
	}
}

func BenchmarkFit(b *testing.B) {
	text := strings.Repeat("The belt stops again. 传感器没有反应。\n", 64<<10/52)
	for b.Loop() {
		bot.Fit(bot.Message{Text: text}, bot.Capabilities{MaxText: 4096})
	}
}

// TestFitJoinedBackslash does not cut behind a backslash that belongs to the grapheme before it.
func TestFitJoinedBackslash(t *testing.T) {
	t.Parallel()
	for _, part := range bot.Fit(bot.Message{Text: "\u0600" + `\\`}, bot.Capabilities{MaxText: 2}) {
		if strings.HasSuffix(part.Text, `\`) && !strings.HasSuffix(part.Text, `\\`) {
			t.Errorf("part %q ends in a backslash whose partner stands in the next", part.Text)
		}
	}
}
