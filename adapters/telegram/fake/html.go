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

func (p *htmlParser) startTag() error {
	begin := p.pos
	p.pos++
	for p.pos < len(p.in) && !isSpace(p.at(p.pos)) && p.at(p.pos) != '>' {
		p.pos++
	}
	if p.at(p.pos) == 0 {
		return syntax("Unclosed start tag at byte offset %d", begin)
	}
	tag := htmlTag{name: strings.ToLower(p.in[begin+1 : p.pos]), offset: p.size, begin: p.out.Len()}
	if _, ok := p.tags[tag.name]; !ok {
		return syntax("Unsupported start tag \"%s\" at byte offset %d", tag.name, begin)
	}
	for p.at(p.pos) != '>' {
		p.skipSpace()
		if p.at(p.pos) == '>' {
			break
		}
		name, value, err := p.attribute(tag.name, begin)
		if err != nil {
			return err
		}
		tag.take(name, value)
	}
	p.pos++
	if tag.name == "span" && tag.attribute != "spoiler" {
		return syntax("Tag \"span\" must have class \"tg-spoiler\" at byte offset %d", begin)
	}
	p.open = append(p.open, tag)
	return nil
}

// attribute reads one attribute of a start tag.
func (p *htmlParser) attribute(tag string, begin int) (name, value string, err error) {
	from := p.pos
	for p.pos < len(p.in) && !isSpace(p.at(p.pos)) && !strings.ContainsRune(`=>/"'`, rune(p.at(p.pos))) {
		p.pos++
	}
	name = p.in[from:p.pos]
	if name == "" {
		return "", "", syntax("Empty attribute name in the tag \"%s\" at byte offset %d", tag, begin)
	}
	p.skipSpace()
	if p.at(p.pos) != '=' {
		if p.at(p.pos) == 0 {
			return "", "", syntax("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
		}
		return name, "", nil
	}
	p.pos++
	p.skipSpace()
	if p.at(p.pos) == 0 {
		return "", "", syntax("Unclosed start tag \"%s\" at byte offset %d", tag, begin)
	}
	if c := p.at(p.pos); c == '"' || c == '\'' {
		value = p.quoted(c)
	} else if value, err = p.token(); err != nil {
		return "", "", err
	}
	if p.at(p.pos) == 0 {
		return "", "", syntax("Unclosed start tag at byte offset %d", begin)
	}
	return name, value, nil
}

// token reads a value without quotes.
func (p *htmlParser) token() (string, error) {
	from := p.pos
	for c := p.at(p.pos); isLetter(c) || isDigit(c, 10) || c == '.' || c == '-'; c = p.at(p.pos) {
		p.pos++
	}
	if c := p.at(p.pos); !isSpace(c) && c != '>' {
		return "", syntax("Unexpected end of name token at byte offset %d", from)
	}
	return strings.ToLower(p.in[from:p.pos]), nil
}

func (p *htmlParser) quoted(quote byte) string {
	var value strings.Builder
	p.pos++
	for p.pos < len(p.in) && p.at(p.pos) != quote {
		if r, n := htmlEntity(p.in[p.pos:]); n > 0 {
			value.WriteRune(r)
			p.pos += n
			continue
		}
		value.WriteByte(p.at(p.pos))
		p.pos++
	}
	if p.pos < len(p.in) {
		p.pos++
	}
	return value.String()
}

// take keeps the attributes that mean something.
func (t *htmlTag) take(name, value string) {
	switch {
	case t.name == "a" && name == "href", t.name == "tg-emoji" && name == "emoji-id":
		t.attribute = value
	case t.name == "code" && name == "class" && strings.HasPrefix(value, "language-"):
		t.attribute = value[len("language-"):]
	case t.name == "span" && name == "class" && strings.HasPrefix(value, "tg-"):
		t.attribute = value[len("tg-"):]
	case t.name == "blockquote" && name == "expandable":
		t.attribute = "1"
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

// linkTo makes an entity a link, to a person or an address. It returns false when it is neither.
func linkTo(e *Entity, url string) bool {
	if id, ok := strings.CutPrefix(url, "tg://user?id="); ok {
		n, err := strconv.ParseInt(id, 10, 64)
		e.Type, e.User = "text_mention", n
		return err == nil && n > 0
	}
	e.URL = checkedLink(url)
	return e.URL != ""
}

// checkedLink completes an address as the server does; empty when it is none.
func checkedLink(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		scheme, rest = "http", url
	}
	scheme = strings.ToLower(scheme)
	if !slices.Contains([]string{"http", "https", "tg", "ton", "tonsite"}, scheme) || rest == "" || strings.ContainsAny(rest, " \n<>\"") {
		return ""
	}
	host, path, hasPath := strings.Cut(rest, "/")
	if scheme == "tg" {
		return scheme + "://" + rest
	}
	if !strings.Contains(host, ".") && !strings.HasPrefix(host, "localhost") {
		return ""
	}
	if !hasPath && !strings.ContainsAny(host, "?#") {
		return scheme + "://" + host + "/"
	}
	if !hasPath {
		return scheme + "://" + rest
	}
	return scheme + "://" + host + "/" + path
}
