package fake

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// Shown is a message as a person sees it.
type Shown struct {
	ID       int64
	Bot      bool  // the bot said it
	From     int64 // who said it; 0 = nobody that is told
	Date     time.Time
	Service  bool   // it says what happened in the chat
	Text     string // as it is read: nothing left of the marks
	Entities []Entity
	Buttons  [][]Button
	Keys     [][]string // of the keyboard that it puts in the place of the person's own
	Files    []ShownFile
	ReplyTo  int64
	Thread   int64
	Album    string
	Edited   bool
}

// ShownFile is a file in a message.
type ShownFile struct {
	Kind Kind
	Name string
	Size int64
	Hash string // SHA-256 of its content, in hexadecimal
	ID   string // its file_id
}

// Labels returns what stands on the buttons, row by row.
func (m Shown) Labels() []string {
	var labels []string
	for _, row := range m.Buttons {
		for _, b := range row {
			labels = append(labels, b.Label)
		}
	}
	return labels
}

// Visible returns what stands in the chat, oldest first.
func (c *Chat) Visible() []Shown {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var list []Shown
	for _, id := range c.order {
		if m := c.find(id); m != nil {
			list = append(list, m.shown())
		}
	}
	return list
}

// WaitFor waits until what stands in the chat is as it should be, and returns it. ok is called with it
// at once and after every change. The error is that ctx has ended first.
func (c *Chat) WaitFor(ctx context.Context, ok func([]Shown) bool) ([]Shown, error) {
	for {
		c.s.mu.Lock()
		changed := c.changed
		c.s.mu.Unlock()
		list := c.Visible()
		if ok(list) {
			return list, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return list, fmt.Errorf("wait for the chat %d: %w", c.id, ctx.Err())
		}
	}
}

// Said returns what stands in the chat and was said by the bot, oldest first.
func (c *Chat) Said() []Shown {
	return slices.DeleteFunc(c.Visible(), func(m Shown) bool { return !m.Bot || m.Service })
}

func (m *message) shown() Shown {
	s := Shown{
		ID: m.id, Bot: m.byBot, Date: time.Unix(m.date, 0), Service: m.service, Text: m.words.text,
		Entities: slices.Clone(m.words.entities), ReplyTo: m.replyTo, Thread: m.thread, Album: m.group, Edited: m.edited != 0,
	}
	if m.from != nil {
		s.From = m.from.profile.ID
	}
	if m.markup != nil {
		s.Buttons, s.Keys = m.markup.rows, m.markup.keys
	}
	for _, f := range m.files {
		s.Files = append(s.Files, ShownFile{Kind: f.kind, Name: f.name, Size: f.size, Hash: f.hash(), ID: f.id})
	}
	return s
}

// Call is one call of the bot's.
type Call struct {
	At       time.Time
	Method   string // "download" for a file
	Chat     int64  // of chat_id; 0 = none
	Params   map[string]string
	Files    int  // that came with it
	InAnswer bool // it came in the answer to a webhook
	Status   int  // 0 = not answered yet, or the connection was cut
	Error    string
}

// WaitCalls waits until there have been n calls of a method, or of any when none is named, answered or
// not, and returns them. The error is that ctx has ended first.
func (s *Server) WaitCalls(ctx context.Context, n int, methods ...string) ([]Call, error) {
	for {
		s.mu.Lock()
		more := s.called
		s.mu.Unlock()
		if list := s.Calls(methods...); len(list) >= n {
			return list, nil
		}
		select {
		case <-more:
		case <-ctx.Done():
			return nil, fmt.Errorf("wait for %d calls of %q: %w", n, methods, ctx.Err())
		}
	}
}

// Calls returns the calls of a method, or all when none is named, in the order in which they came.
func (s *Server) Calls(methods ...string) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []Call
	for _, c := range s.calls {
		if len(methods) == 0 || slices.Contains(methods, c.Method) {
			list = append(list, *c)
		}
	}
	return list
}
