package fake

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Message is what stands in a chat.
type Message struct {
	ID      string     `json:"id"`
	By      string     `json:"by"` // empty = the bot
	Name    string     `json:"name"`
	Key     string     `json:"key"` // the id of the update that said it
	At      int64      `json:"at"`  // ms
	Spans   []Span     `json:"spans"`
	Choices []Choice   `json:"choices"`
	Press   bool       `json:"press"`
	Files   []SeenFile `json:"files"`
	Odd     string     `json:"odd"`
	ReplyTo string     `json:"reply_to"`
	Edited  bool       `json:"edited"`
	Waiting bool       `json:"waiting"`
}

// Text returns the words as they are drawn, without styles.
func (m Message) Text() string {
	var b strings.Builder
	for _, s := range m.Spans {
		b.WriteString(s.Text)
	}
	return b.String()
}

// Span is a run of text in one style.
type Span struct {
	Text string `json:"text"`
	Bold bool   `json:"bold"`
	Code bool   `json:"code"`
}

// Choice is a button.
type Choice struct {
	ID    string `json:"id"`
	Label string `json:"label"`
}

// SeenFile is a file as a page shows it.
type SeenFile struct {
	Name    string `json:"name"`
	Mime    string `json:"mime"`
	Kind    string `json:"kind"`
	Size    int64  `json:"size"`
	URL     string `json:"url"`   // on the page's server, for [Browser.Fetch]
	Thumb   string `json:"thumb"` // the same small, of a picture
	Inline  bool   `json:"inline"`
	Unsafe  bool   `json:"unsafe"` // kept, and not offered
	Refused string `json:"refused"`
}

// Screen is an open page: it shows a chat and keeps up with it until it is closed or its
// connection ends. It is safe for concurrent use.
type Screen struct {
	Order int64 // the highest count when it was opened
	Reset bool  // the whole chat was sent, not only what was new

	cancel  context.CancelFunc
	done    chan struct{}
	mu      sync.Mutex
	list    []Message
	last    string
	changed chan struct{}
}

// Watch opens a page on the chat and returns once it shows what stands there. after is the
// [Screen.Last] of an earlier page, to get only what is new; empty = everything.
func (c *Chat) Watch(ctx context.Context, after string) (*Screen, error) {
	ctx, cancel := context.WithCancel(ctx)
	header := http.Header{"Accept": {"text/event-stream"}}
	if after != "" {
		header.Set("Last-Event-ID", after)
	}
	resp, err := c.b.Do(ctx, http.MethodGet, c.path("events", nil), nil, header) //nolint:bodyclose // by the goroutine that reads it
	if err != nil {
		cancel()
		return nil, fmt.Errorf("watch: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		_ = resp.Body.Close()
		cancel()
		return nil, fmt.Errorf("watch: %w", &RefusedError{Status: resp.StatusCode})
	}
	s := &Screen{cancel: cancel, done: make(chan struct{}), changed: make(chan struct{})}
	opened := make(chan struct{})
	go func() {
		defer close(s.done)
		defer resp.Body.Close()
		s.read(bufio.NewReader(resp.Body), opened)
	}()
	select {
	case <-opened:
		return s, nil
	case <-s.done:
		cancel()
		return nil, fmt.Errorf("watch: %w", context.Cause(ctx))
	}
}

// read takes events until the stream ends. opened is closed once everything is there.
func (s *Screen) read(in *bufio.Reader, opened chan struct{}) {
	var name, id, data string
	for {
		line, err := in.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimRight(line, "\r\n")
		field, value, _ := strings.Cut(line, ": ")
		switch field {
		case "event":
			name = value
		case "id":
			id = value
		case "data":
			data = value
		case "":
			s.take(name, id, data)
			if name == "ready" && opened != nil {
				close(opened)
				opened = nil
			}
			name, id, data = "", "", ""
		}
	}
}

func (s *Screen) take(name, id, data string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if id != "" {
		s.last = id
	}
	switch name {
	case "hello":
		var r struct {
			Order int64 `json:"order"`
			Reset bool  `json:"reset"`
		}
		if json.Unmarshal([]byte(data), &r) == nil {
			s.Order, s.Reset = r.Order, r.Reset
		}
	case "message":
		var m Message
		if json.Unmarshal([]byte(data), &m) == nil {
			s.put(m)
		}
	default:
		return
	}
	close(s.changed)
	s.changed = make(chan struct{})
}

// put adds a message in its place, or replaces it.
func (s *Screen) put(m Message) {
	i, found := slices.BinarySearchFunc(s.list, m, func(a, b Message) int { return number(a.ID) - number(b.ID) })
	if found {
		s.list[i] = m
		return
	}
	s.list = slices.Insert(s.list, i, m)
}

func number(id string) int {
	n, err := strconv.Atoi(id)
	if err != nil {
		return 0
	}
	return n
}

// Messages returns what stands there, oldest first.
func (s *Screen) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

// Last returns the id of the newest event, for [Chat.Watch].
func (s *Screen) Last() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.last
}

// Wait returns what stands there as soon as ok says so. It gives up when ctx or the stream ends.
func (s *Screen) Wait(ctx context.Context, ok func([]Message) bool) ([]Message, error) {
	for {
		s.mu.Lock()
		list, changed := slices.Clone(s.list), s.changed
		s.mu.Unlock()
		if ok(list) {
			return list, nil
		}
		select {
		case <-changed:
		case <-s.done:
			return list, fmt.Errorf("wait for messages: the stream ended with %d there", len(list))
		case <-ctx.Done():
			return list, fmt.Errorf("wait for messages: %w with %d there", ctx.Err(), len(list))
		}
	}
}

// Done is closed when the stream has ended.
func (s *Screen) Done() <-chan struct{} { return s.done }

// Close closes the page.
func (s *Screen) Close() {
	s.cancel()
	<-s.done
}
