package bot

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// Fit makes a message small enough for a channel. It is the only code that degrades: too many
// buttons, or a label too long, become a numbered list that [Pick] understands, a long text is
// split - at a paragraph, else a line, a sentence, a word, a grapheme - and files are spread over
// messages, as many and of such kinds as go together; where a channel carries none, their names are
// said. The texts of the parts, put together, are the whole text. The buttons stand under the last
// part, or under the last text when files have none.
func Fit(m Message, c Capabilities) []Message {
	if c.MaxFiles <= 0 {
		m.Text, m.Files = named(m.Text, m.Files), nil
	}
	choices := m.Choices
	bare := c.FilesBare && len(m.Files) > 0
	if !fits(choices, c) || bare && m.Text == "" && len(choices) > 0 {
		m.Text, choices = numbered(m.Text, m.Choices), nil
	}
	var out []Message
	for _, part := range split(m.Text, c) {
		out = append(out, Message{Text: part, Mentions: m.Mentions})
	}
	if len(out) == 0 && len(m.Files) == 0 {
		out = []Message{{}}
	}
	if bare && len(choices) > 0 {
		out[len(out)-1].Choices = choices
		return append(out, albums(m.Files, c)...)
	}
	out = spread(out, m.Files, c)
	out[len(out)-1].Choices = choices
	return out
}

// spread hangs files under the last text, when that is short enough for a caption, and the rest into
// messages of their own.
func spread(out []Message, files []File, c Capabilities) []Message {
	list := albums(files, c)
	if len(list) > 0 && len(out) > 0 && (c.MaxCaption <= 0 || c.measure(out[len(out)-1].Text) <= c.MaxCaption) {
		out[len(out)-1].Files = list[0].Files
		list = list[1:]
	}
	return append(out, list...)
}

// albums puts files into messages: neighbours of one kind, as many as go together.
func albums(files []File, c Capabilities) []Message {
	kind := c.Album
	if kind == nil {
		kind = func(File) string { return "" }
	}
	var out []Message
	for len(files) > 0 {
		n := 1
		for n < min(c.MaxFiles, len(files)) && kind(files[n]) == kind(files[0]) {
			n++
		}
		out = append(out, Message{Files: files[:n]})
		files = files[n:]
	}
	return out
}

// measure counts a text as the channel does.
func (c Capabilities) measure(text string) int {
	if c.Measure == nil {
		return utf8.RuneCountInString(text)
	}
	return c.Measure(text)
}

func fits(choices []Choice, c Capabilities) bool {
	if len(choices) > c.MaxChoices {
		return false
	}
	for _, ch := range choices {
		if c.MaxLabel > 0 && utf8.RuneCountInString(ch.Label) > c.MaxLabel {
			return false
		}
	}
	return true
}

// named says which files there would be.
func named(text string, files []File) string {
	lines := make([]string, 0, 1+len(files))
	if text != "" {
		lines = append(lines, text)
	}
	for _, f := range files {
		lines = append(lines, "📎 "+Escape(f.Name))
	}
	return strings.Join(lines, "\n")
}

func numbered(text string, choices []Choice) string {
	var b strings.Builder
	b.WriteString(text)
	for i, c := range choices {
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "%d. %s", i+1, Escape(c.Label))
	}
	return b.String()
}

// split cuts a text into parts that the channel can carry.
func split(text string, c Capabilities) []string {
	var parts []string
	for text != "" {
		if c.MaxText <= 0 || c.measure(text) <= c.MaxText {
			return append(parts, text)
		}
		fits := func(n int) bool { return c.measure(text[:n]) <= c.MaxText }
		n := cut(text, c.MaxText, fits)
		parts = append(parts, text[:n])
		text = text[n:]
	}
	return parts
}

// cut returns how many bytes of a text that does not fit go into its first part: up to the best
// place in the last half of what fits. A grapheme larger than a whole part is cut between runes,
// and what cannot be cut at all goes as it is.
func cut(text string, most int, fits func(int) bool) int {
	ends := endsOf(text, most, nextGrapheme)
	n := sort.Search(len(ends), func(i int) bool { return !fits(ends[i]) })
	if n == 0 {
		ends = endsOf(text[:ends[0]], most, nextRune)
		n = max(1, sort.Search(len(ends), func(i int) bool { return !fits(ends[i]) }))
		return ends[n-1]
	}
	ends = ends[:n]
	whole := ends[n-1]
	for _, sep := range []string{"\n\n", "\n", "。", ". ", "！", "？", "! ", "? ", "，", " "} {
		for rest := whole; ; {
			i := strings.LastIndex(text[:rest], sep)
			if i < whole/2 {
				break
			}
			// A mark that loses its partner to the next part is one character more.
			if _, ok := slices.BinarySearch(ends, i+len(sep)); ok && fits(i+len(sep)) {
				return i + len(sep)
			}
			rest = i + len(sep) - 1
		}
	}
	return whole
}

// endsOf returns where a text may be cut, as far as a part can reach: behind each unit, but never
// between a backslash and the mark whose meaning it takes away. There is at least one such place.
func endsOf(text string, most int, next func(string) int) []int {
	var ends []int
	escaped := false
	for at := 0; at < len(text); {
		n := next(text[at:])
		for _, b := range []byte(text[at : at+n]) { // a backslash may be joined to what stands before it
			escaped = !escaped && b == '\\'
		}
		at += n
		if !escaped || at == len(text) {
			ends = append(ends, at)
		}
		if at > most*utf8.UTFMax+64 && len(ends) > most { // no channel counts a rune as less than a quarter
			break
		}
	}
	return ends
}

func nextGrapheme(s string) int {
	g, _, _, _ := uniseg.FirstGraphemeClusterInString(s, -1)
	return len(g)
}

func nextRune(s string) int {
	_, n := utf8.DecodeRuneInString(s)
	return n
}
