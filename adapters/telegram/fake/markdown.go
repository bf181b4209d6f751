package fake

import (
	"strings"
	"unicode/utf8"
)

// reserved are the characters of MarkdownV2 that must be escaped (platform-facts.md 29).
const reserved = "_*[]()~`>#+-=|{}.!\n"

// markdownParser reads MarkdownV2 as the real server does.
type markdownParser struct {
	in       string
	pos      int
	out      strings.Builder
	size     int
	open     []mark
	quoting  bool
	quotable bool // a > here would begin a quotation
	entities []Entity
}

// mark is an entity that is not closed yet.
type mark struct {
	kind     string
	language string
	offset   int
	at       int // in the text that came
	begin    int // in the text that goes out
}

// named is how the server's errors call an entity.
func (m mark) named() string {
	return map[string]string{
		"bold": "Bold", "italic": "Italic", "underline": "Underline", "strikethrough": "Strikethrough", "spoiler": "Spoiler",
		"code": "Code", "pre": "Pre", "text_link": "TextUrl", "custom_emoji": "CustomEmoji", "blockquote": "BlockQuote",
	}[m.kind]
}

func parseMarkdown(text string) (formatted, error) {
	p := &markdownParser{in: text, quotable: true}
	for p.pos < len(p.in) {
		if err := p.next(); err != nil {
			return formatted{}, err
		}
	}
	if last := len(p.open) - 1; p.quoting && last >= 0 && p.open[last].kind == "blockquote" {
		p.close("blockquote")
	}
	if len(p.open) > 0 {
		return formatted{}, p.unclosed()
	}
	sortEntities(p.entities)
	return formatted{text: p.out.String(), entities: p.entities}, nil
}

func (p *markdownParser) unclosed() error {
	last := p.open[len(p.open)-1]
	return syntax("Can't find end of %s entity at byte offset %d", last.named(), last.at)
}

func (p *markdownParser) has(prefix string) bool { return strings.HasPrefix(p.in[p.pos:], prefix) }

func (p *markdownParser) top() string {
	if len(p.open) == 0 {
		return ""
	}
	return p.open[len(p.open)-1].kind
}

func (p *markdownParser) next() error {
	c := p.in[p.pos]
	if c == '\\' && p.pos+1 < len(p.in) && p.in[p.pos+1] > 0 && p.in[p.pos+1] <= 126 {
		p.pos++
		p.write()
		return nil
	}
	special := reserved
	if top := p.top(); top == "code" || top == "pre" {
		special = "`"
	}
	if !strings.ContainsRune(special, rune(c)) || c >= utf8.RuneSelf {
		p.write()
		return nil
	}
	if p.ends() {
		return p.end()
	}
	return p.begin()
}

// write copies one character.
func (p *markdownParser) write() {
	r, n := utf8.DecodeRuneInString(p.in[p.pos:])
	p.out.WriteString(p.in[p.pos : p.pos+n])
	p.size += utf16Len(string(r))
	p.pos += n
	if r != '\r' {
		p.quotable = r == '\n'
	}
}

// ends tells whether the reserved character here ends what is open.
func (p *markdownParser) ends() bool {
	if len(p.open) == 0 {
		return false
	}
	if p.quoting && p.has("\n") && !p.has("\n>") {
		return true
	}
	switch p.top() {
	case "bold":
		return p.has("*")
	case "italic":
		return p.has("_") && !p.has("__")
	case "underline":
		return p.has("__")
	case "strikethrough":
		return p.has("~")
	case "spoiler":
		return p.has("||")
	case "code":
		return p.has("`")
	case "pre":
		return p.has("```")
	case "text_link", "custom_emoji":
		return p.has("]")
	}
	return false
}

func (p *markdownParser) begin() error {
	m := mark{offset: p.size, at: p.pos, begin: p.out.Len()}
	width := 1
	switch {
	case p.has("__"):
		m.kind, width = "underline", 2
	case p.has("_"):
		m.kind = "italic"
	case p.has("*"):
		m.kind = "bold"
	case p.has("~"):
		m.kind = "strikethrough"
	case p.has("||"):
		m.kind, width = "spoiler", 2
	case p.has("!["):
		m.kind, width = "custom_emoji", 2
	case p.has("["):
		m.kind = "text_link"
	case p.has("```"):
		m.kind, width = "pre", 3
	case p.has("`"):
		m.kind = "code"
	case p.has("\n"):
		p.write()
		return nil
	case p.has(">") && p.quotable:
		p.pos++
		if !p.quoting {
			p.quoting = true
			m.kind = "blockquote"
			p.open = append(p.open, m)
		}
		return nil
	default:
		return syntax("Character '%c' is reserved and must be escaped with the preceding '\\'", p.in[p.pos])
	}
	p.pos += width
	if m.kind == "pre" {
		m.language = p.language()
	}
	p.open = append(p.open, m)
	return nil
}

// language reads what stands behind ``` up to the end of its line.
func (p *markdownParser) language() string {
	end := p.pos
	for end < len(p.in) && !isSpace(p.in[end]) && p.in[end] != '`' {
		end++
	}
	language := ""
	if end < len(p.in) && p.in[end] != '`' {
		language = p.in[p.pos:end]
		p.pos = end
	}
	if p.has("\r\n") || p.has("\n\r") {
		p.pos += 2
	} else if p.has("\n") || p.has("\r") {
		p.pos++
	}
	return language
}

func (p *markdownParser) end() error {
	kind := p.top()
	if p.has("\n") {
		if kind != "blockquote" {
			return p.unclosed()
		}
		p.write()
		p.close(kind)
		return nil
	}
	switch kind {
	case "underline", "spoiler":
		p.pos += 2
	case "pre":
		p.pos += 3
	default:
		p.pos++
	}
	if kind != "text_link" && kind != "custom_emoji" {
		p.close(kind)
		return nil
	}
	return p.endLink(kind)
}

// close ends the innermost entity.
func (p *markdownParser) close(kind string) {
	m := p.open[len(p.open)-1]
	p.open = p.open[:len(p.open)-1]
	if kind == "blockquote" {
		p.quoting = false
	}
	if p.size > m.offset {
		p.entities = append(p.entities, Entity{Type: kind, Offset: m.offset, Length: p.size - m.offset, Language: m.language})
	}
}

// endLink reads the address behind a link's words.
func (p *markdownParser) endLink(kind string) error {
	m := p.open[len(p.open)-1]
	url := p.out.String()[m.begin:]
	if p.has("(") {
		p.pos++
		from := p.pos
		var address strings.Builder
		for p.pos < len(p.in) && !p.has(")") {
			if p.has(`\`) && p.pos+1 < len(p.in) {
				p.pos++
			}
			address.WriteByte(p.in[p.pos])
			p.pos++
		}
		if !p.has(")") {
			return syntax("Can't find end of a URL at byte offset %d", from)
		}
		p.pos++
		url = address.String()
	} else if kind == "custom_emoji" {
		return syntax("The entity must contain a tg://emoji or tg://time URL")
	}
	p.open = p.open[:len(p.open)-1]
	e := Entity{Type: kind, Offset: m.offset, Length: p.size - m.offset}
	if kind == "custom_emoji" && !strings.HasPrefix(url, "tg://emoji?id=") && !strings.HasPrefix(url, "tg://time?") {
		return syntax("Invalid tg://emoji or tg://time URL specified")
	}
	if e.Length > 0 && (kind == "custom_emoji" || linkTo(&e, url)) {
		p.entities = append(p.entities, e)
	}
	return nil
}
