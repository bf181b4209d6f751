package bot

import "strings"

// Span is a run of text in one style.
type Span struct {
	Text string `json:"text"`
	Bold bool   `json:"bold,omitempty"`
	Code bool   `json:"code,omitempty"`
}

var escaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "`", "\\`")

// Escape makes somebody's own words safe inside [Message.Text]: nothing in them formats
// (promise P6). It is applied once, by the catalogue, to every argument of a text.
func Escape(s string) string {
	if !strings.ContainsAny(s, "\\*`") {
		return s
	}
	return escaper.Replace(s)
}

// Spans reads the marks of a [Message.Text]: *bold*, `code`, and a backslash that takes a mark's
// meaning away. A mark without its partner is just a character.
func Spans(text string) []Span {
	var spans []Span
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			spans = append(spans, Span{Text: plain.String()})
			plain.Reset()
		}
	}
	for i := 0; i < len(text); i++ {
		c := text[i]
		switch {
		case c == '\\' && i+1 < len(text) && strings.IndexByte("\\*`", text[i+1]) >= 0:
			i++
			plain.WriteByte(text[i])
		case c == '*' || c == '`':
			inner, end := marked(text, i)
			if end < 0 {
				plain.WriteByte(c)
				continue
			}
			flush()
			spans = append(spans, Span{Text: inner, Bold: c == '*', Code: c == '`'})
			i = end
		default:
			plain.WriteByte(c)
		}
	}
	flush()
	return spans
}

// marked returns what stands between the mark at i and its partner, and where the partner is; -1
// when there is none on the same line.
func marked(text string, i int) (string, int) {
	var inner strings.Builder
	for j := i + 1; j < len(text); j++ {
		switch c := text[j]; {
		case c == '\n':
			return "", -1
		case c == '\\' && j+1 < len(text) && strings.IndexByte("\\*`", text[j+1]) >= 0:
			j++
			inner.WriteByte(text[j])
		case c == text[i]:
			if inner.Len() == 0 {
				return "", -1
			}
			return inner.String(), j
		default:
			inner.WriteByte(c)
		}
	}
	return "", -1
}

// Plain returns the text without its marks, for channels and logs that have no formatting.
func Plain(text string) string {
	if !strings.ContainsAny(text, "\\*`") {
		return text
	}
	var b strings.Builder
	for _, s := range Spans(text) {
		b.WriteString(s.Text)
	}
	return b.String()
}
