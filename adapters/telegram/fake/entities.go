package fake

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// Entity is a stretch of a text that means or looks like something. Offset and Length count UTF-16
// units, as Telegram does.
type Entity struct {
	Type     string
	Offset   int
	Length   int
	URL      string // of a text_link
	Language string // of a pre
	User     int64  // of a text_mention
}

// formatted is a text and what is marked in it.
type formatted struct {
	text     string
	entities []Entity
}

// cut returns the words that an entity marks.
func (f formatted) cut(e Entity) string {
	units := utf16.Encode([]rune(f.text))
	from, to := min(max(e.Offset, 0), len(units)), min(max(e.Offset+e.Length, 0), len(units))
	return string(utf16.Decode(units[from:to]))
}

func utf16Len(text string) int {
	n := 0
	for _, r := range text {
		n += utf16.RuneLen(r)
	}
	return n
}

func (s *Server) wireEntities(list []Entity) []any {
	var out []any
	for _, e := range list {
		o := obj{"type": e.Type, "offset": e.Offset, "length": e.Length}
		put(o, "url", e.URL)
		put(o, "language", e.Language)
		if p := s.people[e.User]; p != nil {
			o["user"] = p.wire()
		}
		out = append(out, o)
	}
	return out
}

// patterns are what the server finds in every text. Each has one group, which is the entity.
var patterns = map[string]*regexp.Regexp{
	"bot_command": regexp.MustCompile(`(?:^|[^\pL\pN_/<>])(/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?)`),
	"mention":     regexp.MustCompile(`(?:^|[^\pL\pN_])(@[A-Za-z0-9_]{2,32})`),
	"hashtag":     regexp.MustCompile(`(?:^|[^\pL\pN_#&])(#[\pL\pN_]*\pL[\pL\pN_]*)`),
	"email":       regexp.MustCompile(`(?:^|[^\pL\pN_.+-])([A-Za-z0-9_.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})`),
	"url":         regexp.MustCompile(`(?:^|[^\pL\pN_@./-])((?:https?://[^\s<>"]+|(?:[a-z0-9-]+\.)+(?:com|org|net|example|me|ru|cn|io)(?:/[^\s<>"]*)?))`),
}

// detect finds what the server marks by itself: commands, mentions, addresses.
func detect(text string) []Entity {
	var found []Entity
	for kind, re := range patterns {
		for _, m := range re.FindAllStringSubmatchIndex(text, -1) {
			start, end := m[2], m[3]
			if !ends(kind, text[end:]) {
				continue
			}
			if kind == "url" {
				end = start + len(strings.TrimRight(text[start:end], ".,:;!?'\")]"))
			}
			found = append(found, Entity{Type: kind, Offset: utf16Len(text[:start]), Length: utf16Len(text[start:end])})
		}
	}
	sortEntities(found)
	return slices.DeleteFunc(found, func(e Entity) bool {
		return slices.ContainsFunc(found, func(o Entity) bool { return o != e && covers(o, e) })
	})
}

// ends tells whether what follows lets an entity end: a command is no command in "/a/b" or "/a<b".
func ends(kind, rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	switch {
	case rest == "":
		return true
	case kind == "bot_command":
		return !strings.ContainsRune("/<>", r) && !isWord(r)
	case kind == "mention":
		return !isWord(r)
	}
	return true
}

func isWord(r rune) bool { return r == '_' || unicode.IsLetter(r) || unicode.IsNumber(r) }

// covers tells whether o lies over e and is the longer, or the first of two.
func covers(o, e Entity) bool {
	return o.Offset <= e.Offset && o.Offset+o.Length >= e.Offset+e.Length && o.Length > e.Length
}

func sortEntities(list []Entity) {
	slices.SortStableFunc(list, func(a, b Entity) int {
		if a.Offset != b.Offset {
			return a.Offset - b.Offset
		}
		return b.Length - a.Length
	})
}

// withDetected adds what the server finds to what was marked, outside code and links.
func withDetected(f formatted) formatted {
	marked := slices.Clone(f.entities)
	for _, e := range detect(f.text) {
		if !slices.ContainsFunc(f.entities, func(o Entity) bool {
			return slices.Contains([]string{"code", "pre", "text_link", "text_mention"}, o.Type) &&
				o.Offset < e.Offset+e.Length && e.Offset < o.Offset+o.Length
		}) {
			marked = append(marked, e)
		}
	}
	sortEntities(marked)
	return formatted{text: f.text, entities: marked}
}

// commandIsOurs tells whether "/command" or "/command@name" is meant for the bot (platform-facts.md 24).
func (s *Server) commandIsOurs(command string) bool {
	_, name, named := strings.Cut(command, "@")
	return !named || strings.EqualFold(name, s.cfg.Username)
}
