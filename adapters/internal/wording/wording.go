// Package wording holds what adapters do with plain text alike: names of files, lengths, and what is written as
// words where a platform has nothing else for it.
package wording

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/optoste/supportbot/bot"
)

const (
	maxName   = 120 // characters of a file's name
	maxEnding = 10  // bytes of its ending, which is kept
	maxListed = 80  // characters of a file's name that are said
)

// Clean makes text that every store takes; it takes no meaning away.
func Clean(s string) string {
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// FileName keeps the last part of a file's name, without what could break a header or a line, or show it the
// other way round ("exe.gpj").
func FileName(s string) string {
	s = Clean(s)
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return -1
		}
		return r
	}, s))
	if utf8.RuneCountInString(s) <= maxName {
		return s
	}
	end := ""
	if dot := strings.LastIndexByte(s, '.'); dot > 0 && len(s)-dot <= maxEnding {
		end = s[dot:]
	}
	return strings.TrimSpace(Clip(s, maxName-utf8.RuneCountInString(end)) + end)
}

// Clip keeps the first characters of a text.
func Clip(s string, most int) string {
	n := 0
	for i := range s {
		if n++; n > most {
			return s[:i]
		}
	}
	return s
}

// Units counts a text in UTF-16 units, which no limit of a platform counts more strictly.
func Units(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// WithLinks writes choices that lead elsewhere as words, a line each, for a platform that does not take their
// addresses, and returns the others.
func WithLinks(text string, choices []bot.Choice) (string, []bot.Choice) {
	lines := []string{text}
	var rest []bot.Choice
	for _, c := range choices {
		if c.URL == "" {
			rest = append(rest, c)
			continue
		}
		lines = append(lines, bot.Escape(c.Label)+": "+bot.Escape(c.URL))
	}
	return strings.Join(lines, "\n"), rest
}

// WithNames adds files that cannot be sent to a text, a line each: name, size and where to find it.
func WithNames(text string, files []bot.File) string {
	var lines []string
	if text != "" {
		lines = append(lines, text)
	}
	for _, f := range files {
		line := "📎 " + bot.Escape(Clip(FileName(f.Name), maxListed))
		if f.Size > 0 {
			line += " (" + size(f.Size) + ")"
		}
		if f.Link != "" {
			line += " " + bot.Escape(f.Link)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}

func size(n int64) string {
	if n < 1<<20 {
		return strconv.FormatInt(max(n>>10, 1), 10) + " KB"
	}
	return strconv.FormatInt(n>>20, 10) + " MB"
}
