package fake

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// htmlTags are all tags that there are, and what they mark (platform-facts.md 30).
func htmlTags() map[string]string {
	return map[string]string{
		"b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
		"s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
		"span": "spoiler", "tg-spoiler": "spoiler", "tg-emoji": "custom_emoji", "tg-time": "date_time",
		"a": "text_link", "code": "code", "pre": "pre", "blockquote": "blockquote",
	}
}

// htmlParser reads a text as the real server does, byte by byte and with its errors.
type htmlParser struct {
	in       string
	pos      int
	out      strings.Builder
	size     int // of out, in UTF-16 units
	open     []htmlTag
	entities []Entity
	tags     map[string]string
}

type htmlTag struct {
	name      string
	attribute string // href, class or expandable
	offset    int
	begin     int // in out
}

func parseHTML(text string) (formatted, error) {
	p := &htmlParser{in: text, tags: htmlTags()}
	for p.pos < len(p.in) {
		if err := p.next(); err != nil {
			return formatted{}, err
		}
	}
	if len(p.open) > 0 {
		return formatted{}, syntax("Can't find end tag corresponding to start tag \"%s\"", p.open[len(p.open)-1].name)
	}
	sortEntities(p.entities)
	return formatted{text: p.out.String(), entities: p.entities}, nil
}

func syntax(format string, args ...any) error {
	return &syntaxError{text: fmt.Sprintf(format, args...)}
}

func (p *htmlParser) next() error {
	switch {
	case strings.HasPrefix(p.in[p.pos:], "</"):
		return p.endTag()
	case p.in[p.pos] == '<':
		return p.startTag()
	}
	if r, n := htmlEntity(p.in[p.pos:]); n > 0 {
		p.write(r)
		p.pos += n
		return nil
	}
	r, n := utf8.DecodeRuneInString(p.in[p.pos:])
	p.write(r)
	p.pos += n
	return nil
}

func (p *htmlParser) write(r rune) {
	p.out.WriteRune(r)
	p.size += utf16Len(string(r))
}

// htmlEntity reads &lt; &gt; &amp; &quot; or a number, with or without the semicolon; everything else
// stays as it is.
func htmlEntity(in string) (rune, int) {
	if !strings.HasPrefix(in, "&") {
		return 0, 0
	}
	end := 1
	var r rune
	if strings.HasPrefix(in, "&#") {
		end, base := 2, 10
		if strings.HasPrefix(in, "&#x") {
			end, base = 3, 16
		}
		from := end
		for end < len(in) && isDigit(in[end], base) {
			end++
		}
		n, err := strconv.ParseInt(in[from:end], base, 32)
		if err != nil || n == 0 || n >= 0x10ffff || end >= 10 {
			return 0, 0
		}
		return rune(n), end + semicolon(in[end:])
	}
	for end < len(in) && isLetter(in[end]) {
		end++
	}
	switch in[1:end] {
	case "lt":
		r = '<'
	case "gt":
		r = '>'
	case "amp":
		r = '&'
	case "quot":
		r = '"'
	default:
		return 0, 0
	}
	return r, end + semicolon(in[end:])
}

func semicolon(rest string) int {
	if strings.HasPrefix(rest, ";") {
		return 1
	}
	return 0
}

func isDigit(c byte, base int) bool {
	return c >= '0' && c <= '9' || base == 16 && (c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F')
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func isSpace(c byte) bool { return slices.Contains([]byte(" \t\r\n\x00\v"), c) }

// at returns a byte of the text; behind the end it is 0, as in the real server.
func (p *htmlParser) at(i int) byte {
	if i < len(p.in) {
		return p.in[i]
	}
	return 0
}

func (p *htmlParser) skipSpace() {
	for p.at(p.pos) != 0 && isSpace(p.at(p.pos)) {
		p.pos++
	}
}

func (p *htmlParser) endTag() error {
	begin := p.pos
	if len(p.open) == 0 {
		return syntax("Unexpected end tag at byte offset %d", begin)
	}
	for p.pos < len(p.in) && !isSpace(p.at(p.pos)) && p.at(p.pos) != '>' {
		p.pos++
	}
	name := strings.ToLower(p.in[begin+2 : p.pos])
	p.skipSpace()
	if p.at(p.pos) != '>' {
		return syntax("Unclosed end tag at byte offset %d", begin)
	}
	p.pos++
	tag := p.open[len(p.open)-1]
	if name != "" && name != tag.name {
		return syntax("Unmatched end tag at byte offset %d, expected \"</%s>\", found \"</%s>\"", begin, tag.name, name)
	}
	p.open = p.open[:len(p.open)-1]
	if p.size > tag.offset {
		return p.mark(tag)
	}
	return nil
}

// mark adds what a closed tag marks.
func (p *htmlParser) mark(tag htmlTag) error {
	e := Entity{Type: p.tags[tag.name], Offset: tag.offset, Length: p.size - tag.offset}
	switch tag.name {
	case "tg-emoji":
		if n, err := strconv.ParseInt(tag.attribute, 10, 64); err != nil || n == 0 {
			return syntax("Invalid custom emoji identifier specified")
		}
	case "blockquote":
		if tag.attribute != "" {
			e.Type = "expandable_blockquote"
		}
	case "a":
		url := tag.attribute
		if url == "" {
			url = p.out.String()[tag.begin:]
		}
		if !linkTo(&e, url) {
			return nil // what is no address is left out in silence
		}
	case "code":
		e.Language = tag.attribute
	case "pre":
		if last := len(p.entities) - 1; last >= 0 && p.entities[last].Type == "code" && p.entities[last].Language != "" &&
			p.entities[last].Offset == e.Offset && p.entities[last].Length == e.Length {
			p.entities[last].Type = "pre"
			return nil
		}
	}
	p.entities = append(p.entities, e)
	if tag.name == "code" && !slices.ContainsFunc(p.open, func(t htmlTag) bool { return t.name == "pre" }) {
		p.entities[len(p.entities)-1].Language = ""
	}
	return nil
}
