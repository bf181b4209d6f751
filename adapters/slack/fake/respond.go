package fake

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"time"
)

// responseURL is good for five answers within half an hour (platform-facts.md 79).
type responseURL struct {
	chat    *Chat
	person  *Person
	message *message // that the button stands under; nil = none
	made    time.Time
	used    int
}

// response is what an app answers with, at a response_url or inline.
type response struct {
	Text     string `json:"text"`
	Blocks   []any  `json:"blocks"`
	Type     string `json:"response_type"` // "in_channel" or "ephemeral"
	Replace  bool   `json:"replace_original"`
	Delete   bool   `json:"delete_original"`
	Thread   string `json:"thread_ts"`
	Markdown *bool  `json:"mrkdwn"`
	Unfurl   *bool  `json:"unfurl_links"`
	Media    *bool  `json:"unfurl_media"`
}

func (s *Server) responseURL(c *Chat, p *Person, m *message) string {
	key := strings.TrimPrefix(s.id("R"), "R")
	s.replies[key] = &responseURL{chat: c, person: p, message: m, made: s.now()}
	return s.URL() + "/respond/" + key
}

// respond takes an answer at a response_url.
func (s *Server) respond(w http.ResponseWriter, r *http.Request, key string) {
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	var in response
	if err != nil || json.Unmarshal(body, &in) != nil {
		s.mistake("response_url: the body is no JSON object")
		http.Error(w, "invalid_payload", http.StatusBadRequest)
		return
	}
	c := &call{method: "response_url", log: &Call{Method: "response_url", Args: map[string]string{"text": in.Text, "body": string(body)}}}
	f := s.begin(c)
	if f.instead(w, r) {
		return
	}
	err = s.useResponse(c, key, in)
	s.done(c, err)
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	_, _ = w.Write([]byte("ok"))
}

func (s *Server) useResponse(c *call, key string, in response) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	u := s.replies[key]
	switch {
	case u == nil:
		return refuse("invalid_url")
	case u.used >= 5:
		return refuse("used_url")
	case s.now().Sub(u.made) > 30*time.Minute:
		return refuse("expired_url")
	}
	u.used++
	c.log.Person = u.person.id
	switch {
	case in.Delete && u.message != nil:
		u.chat.remove(u.message)
		return nil
	case in.Replace && u.message != nil:
		return s.replaceBy(u.message, in)
	}
	return s.sayResponse(u.chat, u.person, in)
}

// replaceBy changes the message that a button stands under, which may be an ephemeral one.
func (s *Server) replaceBy(m *message, in response) error {
	if err := checkBlocks(in.Blocks); err != nil {
		return err
	}
	s.nameBlocks(in.Blocks)
	before := m.wire()
	m.text, m.blocks, m.edited = in.Text, in.Blocks, s.ts()
	m.read()
	s.changed.tell()
	if m.ghost == nil {
		s.own(m, before)
	}
	return nil
}

// sayResponse says an answer in a chat.
func (s *Server) sayResponse(c *Chat, p *Person, in response) error {
	if in.Text == "" && len(in.Blocks) == 0 {
		return refuse("no_text")
	}
	if err := checkBlocks(in.Blocks); err != nil {
		return err
	}
	s.nameBlocks(in.Blocks)
	m := &message{chat: c, from: s.bot, text: in.Text, blocks: in.Blocks, thread: in.Thread}
	if in.Type != "in_channel" {
		m.ghost = p
	}
	c.add(m)
	if m.ghost == nil {
		s.own(m, nil)
	}
	return nil
}
