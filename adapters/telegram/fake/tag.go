package fake

import "strings"

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
