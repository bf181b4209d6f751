package fake

import (
	"errors"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits on words (platform-facts.md 27).
const (
	maxText    = 4096
	maxCaption = 1024
	maxRaw     = 1 << 15 // bytes before anything is parsed
)

// words reads a text or caption of a call: parsed, cleaned, trimmed.
func (s *Server) words(c *call, name string) (formatted, error) {
	return s.format(c.params[name], c.params["parse_mode"], func(into any) error {
		entities := "entities"
		if name == "caption" {
			entities = "caption_entities"
		}
		return c.json(entities, into)
	})
}

// format parses a text. given decodes the entities that came beside it, which count without a parse
// mode only.
func (s *Server) format(text, mode string, given func(any) error) (formatted, error) {
	if len(text) > maxRaw {
		return formatted{}, bad("text is too long")
	}
	f := formatted{text: text}
	var err error
	if err := s.onlyOne(mode, given); err != nil {
		return formatted{}, err
	}
	switch mode := strings.ToLower(mode); {
	case text == "" || mode == "none":
	case mode == "":
		err = s.givenEntities(&f, given)
	case mode == "html":
		f, err = parseHTML(text)
	case mode == "markdownv2":
		f, err = parseMarkdown(text)
	case mode == "markdown":
		s.mistaken("parse_mode Markdown is the old one, which this fake does not have")
		return formatted{}, bad("unsupported parse_mode")
	default:
		return formatted{}, bad("unsupported parse_mode")
	}
	var syntax *syntaxError
	if errors.As(err, &syntax) {
		return formatted{}, bad("can't parse entities: %s", syntax.text)
	}
	if err != nil {
		return formatted{}, err
	}
	return clean(f), nil
}

// syntaxError is markup that cannot be parsed.
type syntaxError struct{ text string }

func (e *syntaxError) Error() string { return e.text }

// onlyOne refuses entities beside a parse mode, which the real server ignores in silence.
func (s *Server) onlyOne(mode string, given func(any) error) error {
	var list []any
	if mode == "" {
		return nil
	}
	if err := given(&list); err != nil || len(list) == 0 {
		return err
	}
	s.mistaken("entities beside parse_mode %s are ignored", mode)
	return bad("entities beside parse_mode %s are ignored", mode)
}

func (s *Server) givenEntities(f *formatted, given func(any) error) error {
	var list []struct {
		Type     string `json:"type"`
		Offset   int    `json:"offset"`
		Length   int    `json:"length"`
		URL      string `json:"url"`
		Language string `json:"language"`
		User     struct {
			ID int64 `json:"id"`
		} `json:"user"`
	}
	if err := given(&list); err != nil {
		return err
	}
	size := utf16Len(f.text)
	for _, e := range list {
		// The real server cuts such an entity off in silence.
		if e.Offset < 0 || e.Length < 0 || e.Offset+e.Length > size {
			s.mistaken("entity %s at %d+%d is outside a text of %d", e.Type, e.Offset, e.Length, size)
			return bad("entity %s at %d+%d is outside a text of %d", e.Type, e.Offset, e.Length, size)
		}
		f.entities = append(f.entities, Entity{
			Type: e.Type, Offset: e.Offset, Length: e.Length, URL: e.URL, Language: e.Language, User: e.User.ID,
		})
	}
	return nil
}

// clean does what the server does with every text: control characters become spaces, carriage
// returns and lines over and under letters go, and it is trimmed. Direction marks stay here, although
// the real server takes them out, so that a test can compare what was said with what stands there.
func clean(f formatted) formatted {
	var out strings.Builder
	at := make([]int, 0, len(f.text)+1) // new offset of each old UTF-16 unit
	size := 0
	for _, r := range f.text {
		for range utf16Len(string(r)) {
			at = append(at, size)
		}
		switch {
		case r == '\r' || r == 0x030a || r == 0x0333 || r == 0x033f:
			continue
		case r < 0x20 && r != '\n':
			r = ' '
		}
		out.WriteRune(r)
		size += utf16Len(string(r))
	}
	at = append(at, size)
	moved := formatted{text: out.String()}
	for _, e := range f.entities {
		from, to := at[min(e.Offset, len(at)-1)], at[min(e.Offset+e.Length, len(at)-1)]
		e.Offset, e.Length = from, to-from
		if e.Length > 0 {
			moved.entities = append(moved.entities, e)
		}
	}
	return trim(moved)
}

// trim takes white space off the end, and off the beginning as far as nothing is marked there.
func trim(f formatted) formatted {
	end := strings.TrimRightFunc(f.text, unicode.IsSpace)
	first := utf16Len(end)
	for _, e := range f.entities {
		first = min(first, e.Offset)
	}
	from := 0
	for from < len(end) && from < first && (end[from] == ' ' || end[from] == '\n') {
		from++
	}
	out := formatted{text: end[from:]}
	size := utf16Len(out.text)
	for _, e := range f.entities {
		e.Offset -= from
		e.Length = min(e.Length, size-e.Offset)
		if e.Length > 0 {
			out.entities = append(out.entities, e)
		}
	}
	return out
}

// checkText refuses what no message can say.
func checkText(f formatted) error {
	switch n := utf8.RuneCountInString(f.text); {
	case strings.TrimFunc(f.text, isBlank) == "":
		return bad("text must be non-empty")
	case n > maxText:
		return bad("message is too long")
	}
	return nil
}

// isBlank tells whether nobody sees a character.
func isBlank(r rune) bool {
	return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || r == 0x2800 || r == 0x3164 || r == 0x1160 || r == 0x115f
}

func checkCaption(f formatted) error {
	if utf8.RuneCountInString(f.text) > maxCaption {
		return bad("message caption is too long")
	}
	return nil
}
