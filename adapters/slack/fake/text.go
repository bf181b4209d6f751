package fake

import (
	"regexp"
	"slices"
	"strings"
)

// Link is a link as a person sees it. With a label that looks like another address it is a trap.
type Link struct{ URL, Label string }

// words are what a person reads, and what reading them sets off.
type words struct {
	text   string
	pinged []string // "@channel", "@here", ids of users and user groups
	links  []Link
}

func (w *words) add(o words, between string) {
	if w.text != "" && o.text != "" {
		w.text += between
	}
	w.text += o.text
	w.pinged = append(w.pinged, o.pinged...)
	w.links = append(w.links, o.links...)
}

// reader reads texts as Slack shows them.
type reader struct {
	s         *Server
	bare      bool // no marks: mrkdwn is false
	verbatim  bool // bare addresses are no links
	linkNames bool // bare @here and @name ping as well (platform-facts.md 87)
}

var (
	bareURL      = regexp.MustCompile(`https?://[^\s<>|"` + "`" + `]*[^\s<>|"` + "`" + `.,;:!?)\]']`)
	special      = regexp.MustCompile(`<[^<>\n]+>|` + bareURL.String())
	markdownLink = regexp.MustCompile(`\[([^\]\n]+)\]\((https?://[^)\s]+)\)`)
	emojiName    = regexp.MustCompile(`^[a-z0-9_+-]+(::skin-tone-[2-6])?$`)
	bareName     = regexp.MustCompile(`(^|[^\w@])@([a-z0-9][a-z0-9._-]*)`)
	fence        = regexp.MustCompile("(?s)```\\n?(.+?)\\n?```")
	code         = regexp.MustCompile("`([^`\n]+)`")
	quoted       = regexp.MustCompile(`(?m)^&gt; ?`)
	styles       = []*regexp.Regexp{style(`\*`), style(`_`), style(`~`)}
)

// style finds a pair of marks: at the edges of a word, with no gap inside.
func style(mark string) *regexp.Regexp {
	return regexp.MustCompile(`(^|[^\pL\pN` + mark + `])` + mark + `([^\s` + mark + `](?:[^` + mark + `\n]*[^\s` + mark + `])?)` + mark + `($|[^\pL\pN` + mark + `])`)
}

// kept stands for a piece that is not looked at again.
const kept = "\uE000"

// mrkdwn reads a text with marks (platform-facts.md 87): what stands in < > pings or links, what stands
// between marks is shown without them, and the three entities are decoded.
func (r reader) mrkdwn(text string) words {
	var w words
	var pieces []string
	keep := func(piece string) string {
		pieces = append(pieces, piece)
		return kept
	}
	text = strings.ReplaceAll(text, kept, "")
	text = special.ReplaceAllStringFunc(text, func(m string) string {
		if m[0] == '<' {
			return keep(r.angle(m[1:len(m)-1], &w))
		}
		address := unescape(m)
		if r.verbatim {
			return keep(address)
		}
		w.links = append(w.links, Link{address, address})
		return keep(address)
	})
	if r.bare {
		return r.restore(unescape(text), pieces, w)
	}
	for _, re := range []*regexp.Regexp{fence, code} {
		text = re.ReplaceAllStringFunc(text, func(m string) string { return "\uE001" + strings.Trim(m, "`\n") + "\uE002" })
	}
	text = outside(text, func(part string) string {
		part = quoted.ReplaceAllString(part, "")
		for _, re := range styles {
			for before := ""; before != part; {
				before, part = part, re.ReplaceAllString(part, "$1$2$3")
			}
		}
		return part
	})
	return r.restore(unescape(text), pieces, w)
}

// restore puts the kept pieces back.
func (r reader) restore(text string, pieces []string, w words) words {
	if r.linkNames {
		r.names(text, &w)
	}
	for _, p := range pieces {
		text = strings.Replace(text, kept, p, 1)
	}
	w.text = text
	return w
}

// outside applies f to what is not code.
func outside(text string, f func(string) string) string {
	var b strings.Builder
	for text != "" {
		plain, rest, found := strings.Cut(text, "\uE001")
		b.WriteString(f(plain))
		if !found {
			break
		}
		inside, after, _ := strings.Cut(rest, "\uE002")
		b.WriteString(inside)
		text = after
	}
	return b.String()
}

// unescape decodes the three entities, and nothing else (platform-facts.md 74).
func unescape(text string) string {
	return strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(text)
}

// Escape encodes the three characters as Slack hands them over (platform-facts.md 74).
func Escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

// angle reads what stands in < >.
func (r reader) angle(in string, w *words) string {
	target, label, labelled := strings.Cut(in, "|")
	switch {
	case strings.HasPrefix(target, "!date^"):
		return unescape(label)
	case strings.HasPrefix(target, "!subteam^"):
		w.pinged = append(w.pinged, strings.TrimPrefix(target, "!subteam^"))
		return "@group"
	case slices.Contains([]string{"!channel", "!here", "!everyone"}, target):
		w.pinged = append(w.pinged, "@"+target[1:])
		return "@" + target[1:]
	case strings.HasPrefix(target, "@"):
		w.pinged = append(w.pinged, target[1:])
		if p := r.s.people[target[1:]]; p != nil {
			return "@" + p.shown()
		}
		return target
	case strings.HasPrefix(target, "#"):
		if c := r.s.chats[target[1:]]; c != nil {
			label = c.name
		}
		w.links = append(w.links, Link{target, "#" + label})
		return "#" + label
	case strings.HasPrefix(target, "!"):
		return unescape(label)
	}
	address := unescape(target)
	shown := address
	if labelled {
		shown = unescape(label)
	}
	w.links = append(w.links, Link{address, shown})
	return shown
}

// names finds bare names that ping.
func (r reader) names(text string, w *words) {
	for _, m := range bareName.FindAllStringSubmatch(text, -1) {
		if slices.Contains([]string{"channel", "here", "everyone"}, m[2]) {
			w.pinged = append(w.pinged, "@"+m[2])
		}
		for _, p := range r.s.people {
			if p.profile.Name == m[2] {
				w.pinged = append(w.pinged, p.id)
			}
		}
	}
}

// Typed encodes what a person types as the person's program does: escaped, with addresses made links
// (platform-facts.md 74), and emoji as their names.
func Typed(text string) string {
	text = codes.Replace(text)
	var b strings.Builder
	for {
		at := bareURL.FindStringIndex(text)
		if at == nil {
			b.WriteString(Escape(text))
			return b.String()
		}
		b.WriteString(Escape(text[:at[0]]))
		b.WriteString("<" + Escape(text[at[0]:at[1]]) + ">")
		text = text[at[1]:]
	}
}
