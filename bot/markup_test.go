package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
)

func TestSpans(t *testing.T) {
	t.Parallel()
	plain := func(s string) bot.Span { return bot.Span{Text: s} }
	bold := func(s string) bot.Span { return bot.Span{Text: s, Bold: true} }
	code := func(s string) bot.Span { return bot.Span{Text: s, Code: true} }
	for text, want := range map[string][]bot.Span{
		"":                     nil,
		"plain":                {plain("plain")},
		"a *b* c":              {plain("a "), bold("b"), plain(" c")},
		"*b*":                  {bold("b")},
		"`x` *y*":              {code("x"), plain(" "), bold("y")},
		"*a**b*":               {bold("a"), bold("b")},
		"*请核对：*":               {bold("请核对：")},
		"*no partner":          {plain("*no partner")},
		"no partner*":          {plain("no partner*")},
		"*a\nb*":               {plain("*a\nb*")},
		"`a\nb`":               {plain("`a\nb`")},
		"**":                   {plain("**")},
		"``":                   {plain("``")},
		"****":                 {plain("****")},
		"*a`b`c*":              {bold("a`b`c")},
		"`a*b*c`":              {code("a*b*c")},
		"*a`b*c`":              {bold("a`b"), plain("c`")},
		`\*a\*`:                {plain("*a*")},
		`*a\*b*`:               {bold("a*b")},
		"`a\\`b`":              {code("a`b")},
		`*a\\*`:                {bold(`a\`)},
		`\\*a*`:                {plain(`\`), bold("a")},
		`\`:                    {plain(`\`)},
		`a\b`:                  {plain(`a\b`)},
		`C:\dir\`:              {plain(`C:\dir\`)},
		`\\\*`:                 {plain(`\*`)},
		"*a* 2*3=6 and 4*5=20": {bold("a"), plain(" 2"), bold("3=6 and 4"), plain("5=20")},
	} {
		if diff := cmp.Diff(want, bot.Spans(text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

// marked draws texts full of marks.
func marked(t *rapid.T) string {
	return rapid.Map(rapid.SliceOf(rapid.OneOf(rapid.SampledFrom([]string{`\`, "*", "`", "\n", "a", "传"}), rapid.String())),
		func(list []string) string { return strings.Join(list, "") }).Draw(t, "text")
}

func TestEscapeIsUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkEscape(t, marked(t)) })
}

func FuzzEscape(f *testing.F) {
	for _, s := range []string{"", `\`, "*a*", "`", "\\*", "a\nb", "\xff\\", "😀*"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkEscape(t, s) })
}

// checkEscape wants escaped words to come out as they were, whatever stands beside them, and
// nothing in them to format.
func checkEscape(t failer, s string) {
	t.Helper()
	if got := bot.Plain(bot.Escape(s)); got != s {
		t.Errorf("%q became %q", s, got)
	}
	for _, around := range []string{"", "x", "。", " "} {
		for _, span := range bot.Spans(around + bot.Escape(s) + around) {
			if span.Bold || span.Code {
				t.Errorf("%q formats %q", s, span.Text)
			}
		}
	}
	if strings.Contains(s, "\n") || s == "" {
		return // bold ends with the line
	}
	want := []bot.Span{{Text: "a "}, {Text: s, Bold: true}, {Text: " z"}}
	if diff := cmp.Diff(want, bot.Spans("a *"+bot.Escape(s)+"* z")); diff != "" {
		t.Errorf("%q in bold (-want +got):\n%s", s, diff)
	}
}

func TestSpansLoseNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) { checkSpans(t, marked(t)) })
}

func FuzzSpans(f *testing.F) {
	for _, s := range []string{"*a*", "`a`", `\*`, "*a`b*c`", "**", "*\n*", `\\\`, "传*感*器"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) { checkSpans(t, s) })
}

// checkSpans wants the spans to be the text without some of its marks and of the backslashes
// before them: every other character is there, in order.
func checkSpans(t failer, text string) {
	t.Helper()
	rest := text
	for _, span := range bot.Spans(text) {
		if span.Text == "" {
			t.Errorf("%q has an empty span", text)
		}
		if span.Bold && span.Code {
			t.Errorf("%q: %q is bold and code", text, span.Text)
		}
		for i := range len(span.Text) {
			for rest != "" && rest[0] != span.Text[i] {
				if !strings.ContainsAny(rest[:1], "\\*`") {
					t.Fatalf("%q lost %q before %q", text, rest[0], span.Text[i:])
				}
				rest = rest[1:]
			}
			if rest == "" {
				t.Fatalf("%q gained %q", text, span.Text[i:])
			}
			rest = rest[1:]
		}
	}
	if strings.Trim(rest, "\\*`") != "" {
		t.Errorf("%q lost its end %q", text, rest)
	}
	marks := func(s string) int { return strings.Count(s, "*") + strings.Count(s, "`") }
	gone := marks(text) - marks(bot.Plain(text))
	formatted := 0
	for _, span := range bot.Spans(text) {
		if span.Bold || span.Code {
			formatted++
		}
	}
	if gone != 2*formatted {
		t.Errorf("%q lost %d marks to %d formatted spans", text, gone, formatted)
	}
}

// BenchmarkSpans reads texts that are nothing but marks: it must not take the square of their length.
func BenchmarkSpans(b *testing.B) {
	for _, s := range []string{"*", "*`", `\*`, "*a*", "a"} {
		b.Run(s, func(b *testing.B) {
			text := strings.Repeat(s, 64<<10/len(s))
			for b.Loop() {
				bot.Spans(text)
			}
		})
	}
}
