package fake

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"
)

// Shown is a message as a person sees it.
type Shown struct {
	ID      string // its ts
	Bot     bool   // the bot said it
	From    string // user id of who said it
	Name    string // that the bot gave itself
	Subtype string
	Text    string   // as it is read: nothing left of the marks
	Notice  string   // as a notification shows it
	Pinged  []string // whom it pings: "@channel", "@here", ids of users and user groups
	Links   []Link
	Unfurls bool // what it links to is fetched and shown (platform-facts.md 87)
	Buttons []Button
	Files   []ShownFile
	Thread  string // ts of the parent; empty = not in a thread, or the parent
	Edited  bool
	Reacted []string // names of the bot's reactions
	Raw     string   // the text as it went over the line
}

// ShownFile is a file in a message.
type ShownFile struct {
	ID   string
	Name string
	Mime string
	Size int64
	Hash string // SHA-256 of its content, in hexadecimal
}

// Labels returns what stands on the buttons.
func (m Shown) Labels() []string {
	var labels []string
	for _, b := range m.Buttons {
		labels = append(labels, b.Label)
	}
	return labels
}

// Visible returns what stands in the chat for everybody, threads included, oldest first.
func (c *Chat) Visible() []Shown { return c.seenBy(nil) }

// Ephemeral returns what only this person sees, oldest first.
func (c *Chat) Ephemeral(p *Person) []Shown { return c.seenBy(p) }

func (c *Chat) seenBy(ghost *Person) []Shown {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	var list []Shown
	for _, m := range c.messages {
		if m.ghost == ghost {
			list = append(list, m.shown())
		}
	}
	return list
}

// Said returns what stands in the chat and was said by the bot, oldest first.
func (c *Chat) Said() []Shown {
	return slices.DeleteFunc(c.Visible(), func(m Shown) bool { return !m.Bot })
}

// Status returns what the bot says that it is doing in a thread.
func (c *Chat) Status(thread string) string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	return c.status[thread]
}

// WaitFor waits until what stands in the chat is as it should be, and returns it. ok is called with it
// at once and after every change. The error is that ctx has ended first.
func (c *Chat) WaitFor(ctx context.Context, ok func([]Shown) bool) ([]Shown, error) {
	var list []Shown
	err := c.s.Until(ctx, func() bool {
		list = c.Visible()
		return ok(list)
	})
	if err != nil {
		return list, fmt.Errorf("chat %s: %w", c.id, err)
	}
	return list, nil
}

// Until waits until ok, which is called at once and after every call of the bot's and every change of a
// chat or view. The error is that ctx has ended first.
func (s *Server) Until(ctx context.Context, ok func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed.c
		s.mu.Unlock()
		if ok() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("wait: %w", ctx.Err())
		}
	}
}

func (m *message) shown() Shown {
	s := Shown{
		ID: m.ts, Bot: m.from == m.chat.s.bot, From: m.from.id, Name: m.mark, Subtype: m.subtype, Text: m.said.text, Notice: m.notice,
		Pinged: slices.Clone(m.said.pinged), Links: slices.Clone(m.said.links), Buttons: slices.Clone(m.shownButtons), Thread: m.thread,
		Edited: m.edited != "", Reacted: slices.Sorted(maps.Keys(m.reacted)), Raw: m.text,
		Unfurls: m.unfurls && len(m.said.links) > 0,
	}
	for _, f := range m.files {
		s.Files = append(s.Files, ShownFile{ID: f.id, Name: f.name, Mime: f.mime, Size: f.size, Hash: f.hash()})
	}
	return s
}

// Call is one call of the bot's.
type Call struct {
	At     time.Time
	Method string // "download", "upload", "response_url" beside those of the Web API
	Chat   string // of channel or channel_id; empty = none
	Args   map[string]string
	Person string // user id of the one who sees a window, a page or an answer at a response_url; empty = nobody alone
	Status int    // 0 = not answered yet, or the connection was cut
	Error  string
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

// WaitCalls waits until there have been n calls of a method, or of any when none is named, answered or
// not, and returns them. The error is that ctx has ended first.
func (s *Server) WaitCalls(ctx context.Context, n int, methods ...string) ([]Call, error) {
	var list []Call
	err := s.Until(ctx, func() bool {
		list = s.Calls(methods...)
		return len(list) >= n
	})
	if err != nil {
		return nil, fmt.Errorf("%d calls of %q: %w", n, methods, err)
	}
	return list, nil
}
