package paper

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// clean turns any string into one that consists of line feeds and characters the fonts have.
// Composed letters take the place of letter and accent, every kind of line end becomes "\n", a
// tab four spaces, a broken byte U+FFFD. Control and format characters go, and so do marks the fonts lack on a letter
// they have; any other user-perceived character they lack becomes one substitute.
func (fs *faces) clean(s string) string {
	s = norm.NFC.String(s)
	var out strings.Builder
	out.Grow(len(s))
	state := -1
	for s != "" {
		var cluster string
		cluster, s, _, state = uniseg.FirstGraphemeClusterInString(s, state)
		fs.cleanCluster(&out, cluster)
	}
	return out.String()
}

func (fs *faces) cleanCluster(out *strings.Builder, cluster string) {
	switch cluster {
	case "\r\n", "\n", "\r", "\v", "\f", "\u0085", "\u2028", "\u2029":
		out.WriteByte('\n')
		return
	case "\t":
		out.WriteString("    ")
		return
	}
	base := true
	for _, r := range cluster {
		switch {
		case unicode.In(r, unicode.Cc, unicode.Cf, unicode.Variation_Selector):
		case fs.has(r):
			out.WriteRune(r)
			base = false
		case base || !unicode.IsMark(r):
			out.WriteRune(substitute)
			return
		}
	}
}

// lines cleans text and wraps it; none for a text without anything to see. Blank lines at its
// ends go, and of more than two in a row two are left: nobody needs an empty page.
func (fs *faces) lines(text string, st style, width float64) []string {
	var lines []string
	blank := 0
	for hard := range strings.SplitSeq(fs.clean(text), "\n") {
		if strings.TrimSpace(hard) == "" {
			blank++
			continue
		}
		if len(lines) > 0 {
			lines = append(lines, make([]string, min(blank, 2))...)
		}
		blank = 0
		lines = append(lines, fs.wrap(hard, st, width)...)
	}
	return lines
}

// wrap breaks a cleaned line into lines no wider than width mm. It breaks where Unicode's line
// breaking algorithm allows it: between words, after the slashes of a URL, between Chinese
// characters but not before their closing punctuation. A word wider than the line is cut.
func (fs *faces) wrap(s string, st style, width float64) []string {
	var lines []string
	start, end, used := 0, 0, 0.0 // the open line is s[start:end], used mm wide
	closeLine := func() {
		lines = append(lines, trimEnd(s[start:end]))
		start, used = end, 0
	}
	rest, state := s, -1
	for rest != "" {
		var word string
		word, rest, _, state = uniseg.FirstLineSegmentInString(rest, state)
		visible := trimEnd(word) // spaces may hang over the end
		inked := fs.width(visible, st)
		if used+inked > width && end > start {
			closeLine()
		}
		if inked <= width {
			end += len(word)
			used += fs.width(word, st)
			continue
		}
		for _, r := range visible {
			w := fs.advance(r, st)
			if used+w > width && end > start {
				closeLine()
			}
			end += utf8.RuneLen(r)
			used += w
		}
		end += len(word) - len(visible)
		used += fs.width(word[len(visible):], st)
	}
	closeLine()
	return lines
}

// shorten cuts a cleaned line so that it is no wider than width mm, with "…" where it was cut.
func (fs *faces) shorten(s string, st style, width float64) string {
	if fs.width(s, st) <= width {
		return s
	}
	room := width - fs.width("…", st)
	for i, r := range s {
		room -= fs.advance(r, st)
		if room < 0 {
			return trimEnd(s[:i]) + "…"
		}
	}
	return s
}

func trimEnd(s string) string { return strings.TrimRight(s, " \u3000") }
