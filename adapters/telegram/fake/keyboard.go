package fake

import (
	"encoding/json"
	"strings"
)

// Button is a button as a person sees it.
type Button struct {
	Label string
	Data  string // what a press sends; empty for a link
	URL   string
}

// markup is what hangs under a message.
type markup struct {
	inline bool
	raw    json.RawMessage
	rows   [][]Button // of an inline keyboard
	keys   [][]string // of a reply keyboard
}

// Practice, not documented (platform-facts.md 28).
const (
	maxButtons = 100
	maxInRow   = 8
	maxData    = 64 // bytes
)

// keyboard reads reply_markup; nil when there is none.
func (s *Server) keyboard(c *call, chat *Chat) (*markup, error) {
	text := c.params["reply_markup"]
	if text == "" || text == "null" {
		return nil, nil //nolint:nilnil // no keyboard is no error
	}
	var in struct {
		Inline *[][]inlineButton `json:"inline_keyboard"`
		Reply  [][]any           `json:"keyboard"`
	}
	if err := json.Unmarshal([]byte(text), &in); err != nil {
		return nil, bad("can't parse reply keyboard markup JSON object")
	}
	m := &markup{raw: canonical(text), inline: in.Inline != nil}
	for _, row := range in.Reply {
		keys, err := replyKeys(row, chat)
		if err != nil {
			return nil, err
		}
		m.keys = append(m.keys, keys)
	}
	if !m.inline {
		return m, nil
	}
	return m, s.inlineRows(m, *in.Inline)
}

// canonical writes JSON so that what means the same is the same.
func canonical(text string) json.RawMessage {
	v, err := decode([]byte(text))
	if err != nil {
		return nil // checked before
	}
	out, _ := json.Marshal(v) //nolint:errchkjson // it came from JSON
	return out
}

// inlineButton is a button of the Bot API, with all that it can do.
type inlineButton struct {
	Text string          `json:"text"`
	URL  *string         `json:"url"`
	Data *string         `json:"callback_data"`
	Web  json.RawMessage `json:"web_app"`
	Log  json.RawMessage `json:"login_url"`
	Sw1  *string         `json:"switch_inline_query"`
	Sw2  *string         `json:"switch_inline_query_current_chat"`
	Sw3  json.RawMessage `json:"switch_inline_query_chosen_chat"`
	Copy json.RawMessage `json:"copy_text"`
	Game json.RawMessage `json:"callback_game"`
	Pay  *bool           `json:"pay"`
}

// actions counts what a press would do. The real server takes the first of several in silence.
func (b inlineButton) actions() int {
	n := 0
	for _, set := range []bool{
		b.URL != nil && *b.URL != "", b.Data != nil && *b.Data != "", b.Web != nil, b.Log != nil, b.Sw1 != nil, b.Sw2 != nil,
		b.Sw3 != nil, b.Copy != nil, b.Game != nil, b.Pay != nil,
	} {
		if set {
			n++
		}
	}
	return n
}

func (s *Server) inlineRows(m *markup, rows [][]inlineButton) error {
	total := 0
	for _, row := range rows {
		var shown []Button
		for _, b := range row {
			button, err := s.inlineButton(b)
			if err != nil {
				return err
			}
			shown = append(shown, button)
		}
		if total += len(row); total > maxButtons || len(row) > maxInRow {
			return bad("reply markup is too long")
		}
		if len(shown) > 0 {
			m.rows = append(m.rows, shown)
		}
	}
	return nil
}

// inlineButton checks one button (platform-facts.md 28).
func (s *Server) inlineButton(b inlineButton) (Button, error) {
	switch n := b.actions(); {
	case n == 0:
		return Button{}, bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
	case n > 1:
		s.mistaken("the button %q does %d things, want exactly one", b.Text, n)
		return Button{}, bad("the button %q does %d things, want exactly one", b.Text, n)
	case strings.TrimSpace(b.Text) == "":
		return Button{}, bad("inline keyboard button text must be non-empty")
	}
	shown := Button{Label: b.Text}
	if b.Data != nil {
		if shown.Data = *b.Data; len(shown.Data) > maxData {
			return Button{}, bad("BUTTON_DATA_INVALID")
		}
	}
	if b.URL != nil && *b.URL != "" {
		if shown.URL = checkedLink(*b.URL); shown.URL == "" {
			return Button{}, bad("inline keyboard button URL '%s' is invalid: Wrong HTTP URL", *b.URL)
		}
	}
	return shown, nil
}

// replyKeys checks a row of a reply keyboard: a telephone number and a place can be asked for in
// private chats only (platform-facts.md 45).
func replyKeys(row []any, chat *Chat) ([]string, error) {
	var keys []string
	for _, k := range row {
		if label, ok := k.(string); ok {
			keys = append(keys, label)
			continue
		}
		o, _ := k.(map[string]any) // checked before
		label, _ := o["text"].(string)
		if label == "" {
			return nil, bad("keyboard button text must be non-empty")
		}
		if o["request_contact"] == true && chat.kind != Private {
			return nil, bad("phone number can be requested in private chats only")
		}
		if o["request_location"] == true && chat.kind != Private {
			return nil, bad("location can be requested in private chats only")
		}
		keys = append(keys, label)
	}
	return keys, nil
}

// same tells whether two keyboards are the same to a person.
func (m *markup) same(o *markup) bool {
	if m == nil || o == nil || len(m.rows) == 0 || len(o.rows) == 0 {
		return (m == nil || len(m.rows) == 0) && (o == nil || len(o.rows) == 0)
	}
	return string(m.raw) == string(o.raw)
}
