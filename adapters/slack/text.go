package slack

import (
	"context"
	"strings"

	"github.com/optoste/supportbot/adapters/internal/wording"
)

var (
	markup   = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")
	unmarkup = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// escape writes a text so that Slack reads nothing into it (platform-facts.md 87).
func escape(s string) string { return markup.Replace(s) }

// reader makes the words that a person typed of what Slack makes of them (platform-facts.md 74).
type reader struct {
	name func(user string) string // of a person who is mentioned
	us   string                   // mentions of this user are left out; empty = none are
}

// read returns the words, and whether a mention of us was left out.
func (r reader) read(text string) (words string, called bool) {
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(text, "<")
		b.WriteString(unmarkup.Replace(before))
		if !ok {
			return b.String(), false
		}
		token, after, ok := strings.Cut(rest, ">")
		if !ok {
			b.WriteString("<" + unmarkup.Replace(rest))
			return b.String(), false
		}
		if r.us != "" && mentions(token, r.us) {
			others, _ := r.read(after)
			return joined(b.String(), others), true
		}
		b.WriteString(r.token(token))
		text = after
	}
}

func mentions(token, user string) bool {
	return token == "@"+user || strings.HasPrefix(token, "@"+user+"|")
}

// token returns what stands between < and > as a person sees it.
func (r reader) token(token string) string {
	target, label, _ := strings.Cut(token, "|")
	label = unmarkup.Replace(label)
	switch {
	case strings.HasPrefix(target, "@"):
		if label == "" {
			label = r.name(target[1:])
		}
		return "@" + strings.TrimPrefix(label, "@")
	case strings.HasPrefix(target, "#"):
		if label == "" {
			label = target[1:]
		}
		return "#" + label
	case strings.HasPrefix(target, "!date^") && label != "":
		return label
	case strings.HasPrefix(target, "!"):
		if label == "" {
			label, _, _ = strings.Cut(target[1:], "^")
		}
		return "@" + strings.TrimPrefix(label, "@")
	}
	return link(unmarkup.Replace(target), label)
}

// link returns a link as words: its label, and the address when that says more.
func link(address, label string) string {
	switch {
	case label == "":
		return strings.TrimPrefix(strings.TrimPrefix(address, "mailto:"), "tel:")
	case bare(label) == bare(address):
		return label
	}
	return label + " (" + address + ")"
}

func bare(address string) string {
	for _, scheme := range []string{"https://", "http://", "mailto:", "tel:"} {
		address = strings.TrimPrefix(address, scheme)
	}
	return strings.TrimSuffix(address, "/")
}

// joined puts together what stood around a mention: "@bot, hello" is "hello".
func joined(before, after string) string {
	before = strings.TrimRight(before, " ")
	if before == "" {
		return strings.TrimLeft(after, " ,:;.!?\n\u3000，：；。！？")
	}
	if after == "" || strings.ContainsRune(" ,:;.!?\n", rune(after[0])) {
		return before + strings.TrimRight(after, " ")
	}
	return before + " " + after
}

// words returns what a person typed in a message, without what only says that it is for us. Nothing but
// a mention is "/start".
func (a *Adapter) words(ctx context.Context, m *message) string {
	r := reader{us: a.self().user, name: func(user string) string {
		if who := a.person(ctx, user); who.Name != "" {
			return who.Name
		}
		return user
	}}
	words, called := r.read(withEmoji(wording.Clean(m.Text), m.Blocks))
	if called && words == "" && len(m.Files) == 0 {
		return "/start"
	}
	return words
}
