package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

const (
	snapshot = 1000             // messages that a page gets when it opens
	beat     = 15 * time.Second // how often a silent stream shows that it is alive
)

// shown is a message as a page draws it. A page draws what it gets over what has the same id.
type shown struct {
	ID      bot.MessageID  `json:"id"`
	By      claim.PersonID `json:"by,omitempty"` // empty = the bot
	Name    string         `json:"name,omitempty"`
	Key     string         `json:"key,omitempty"` // of a person's message: the id of its update
	At      int64          `json:"at"`            // ms
	Spans   []bot.Span     `json:"spans,omitempty"`
	Choices []bot.Choice   `json:"choices,omitempty"`
	Press   bool           `json:"press,omitempty"` // a pressed button; its label is the text
	Files   []shownFile    `json:"files,omitempty"`
	Odd     string         `json:"odd,omitempty"`
	ReplyTo bot.MessageID  `json:"reply_to,omitempty"`
	Edited  bool           `json:"edited,omitempty"`
	Waiting bool           `json:"waiting,omitempty"` // not yet accepted
}

type shownFile struct {
	Name    string          `json:"name,omitempty"`
	Mime    string          `json:"mime,omitempty"`
	Kind    bot.FileKind    `json:"kind,omitempty"`
	Size    int64           `json:"size,omitempty"`
	URL     string          `json:"url,omitempty"`
	Thumb   string          `json:"thumb,omitempty"`  // the same small, of a picture
	Inline  bool            `json:"inline,omitempty"` // the browser may draw or play it
	Unsafe  bool            `json:"unsafe,omitempty"` // kept, and not offered here
	Refused bot.FileProblem `json:"refused,omitempty"`
}

func (a *Adapter) show(chat string, m message) shown {
	s := shown{
		ID: m.id(), By: m.By, Name: m.Name, At: m.Sent.UnixMilli(), Choices: m.Choices,
		Press: m.Choice != "", Odd: m.Odd, Edited: m.Edited, Waiting: m.Waiting,
	}
	if m.ReplyTo != 0 {
		s.ReplyTo = message{N: m.ReplyTo}.id()
	}
	switch {
	case m.By == "":
		s.Spans = bot.Spans(m.Text)
	case m.Text != "":
		s.Spans = []bot.Span{{Text: m.Text}}
	}
	if m.By != "" {
		s.Key = m.Key
	}
	for _, f := range m.Files {
		s.Files = append(s.Files, a.showFile(mediaPath(chat), f))
	}
	return s
}

// hello opens a stream: what the page needs to number its updates.
type hello struct {
	Order int64 `json:"order"` // the highest count so far
	Reset bool  `json:"reset"` // what follows is the whole chat: forget what you have
}

// events streams a chat: one "hello", then every message in its present state, then each again
// whenever it changes. A "ready" ends each batch; only it has an id, "epoch-record", so a batch
// is seen whole or again. With the id as Last-Event-ID (or as query "after") only what changed
// since is sent.
func (a *Adapter) events(w http.ResponseWriter, r *http.Request) {
	_, _, ok := a.enter(w, r)
	if !ok {
		return
	}
	select {
	case <-a.ended:
		later(w)
		return
	default:
	}
	rm, err := a.rooms.enter(r.PathValue("chat"))
	if err != nil {
		a.cfg.Log.Error("open web chat", "chat", r.PathValue("chat"), "err", err)
		later(w)
		return
	}
	defer rm.leave()

	h := w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Accel-Buffering", "no") // nginx must not collect the stream
	s := stream{out: http.NewResponseController(w), w: w}
	from := after(r, rm.epoch)
	v := rm.since(from, snapshot)
	if from > v.last || from > 0 && len(v.list) == snapshot { // the file lost its end, or too much is new
		from = 0
		v = rm.since(from, snapshot)
	}
	s.event("hello", "", hello{Order: v.order, Reset: from == 0})
	alive := time.NewTicker(beat)
	defer alive.Stop()
	for {
		for _, m := range v.list {
			s.event("message", "", a.show(rm.chat, m))
		}
		s.event("ready", rm.epoch+"-"+strconv.FormatInt(v.last, 10), struct{}{})
		if !s.flush() {
			return
		}
		from = v.last
		select {
		case <-v.change:
		case <-alive.C:
			if rm.chat == Desk && !a.still(r) {
				return
			}
			s.event("beat", "", struct{}{})
		case <-r.Context().Done():
			return
		case <-a.ended:
			return
		}
		v = rm.since(from, snapshot)
	}
}

// still tells whether who listens to the room may go on. A fault of the store ends nothing.
func (a *Adapter) still(r *http.Request) bool {
	_, err := a.guest(r)
	return !errors.Is(err, errNoLogin)
}

// after returns the record that the page has seen last, 0 for none of this file.
func after(r *http.Request, epoch string) int64 {
	id := r.Header.Get("Last-Event-ID")
	if id == "" {
		id = r.URL.Query().Get("after")
	}
	e, num, _ := strings.Cut(id, "-")
	n, err := strconv.ParseInt(num, 10, 64)
	if err != nil || e != epoch || n < 0 {
		return 0
	}
	return n
}

// stream collects events and writes them together.
type stream struct {
	w   http.ResponseWriter
	out *http.ResponseController
	buf bytes.Buffer
}

func (s *stream) event(name, id string, data any) {
	b, err := json.Marshal(data)
	if err != nil {
		b = []byte("{}") // cannot happen: plain values
	}
	if id != "" {
		fmt.Fprintf(&s.buf, "id: %s\n", id)
	}
	fmt.Fprintf(&s.buf, "event: %s\ndata: %s\n\n", name, b)
}

// flush writes what was collected. A page that takes nothing for a while is let go.
func (s *stream) flush() bool {
	_ = s.out.SetWriteDeadline(time.Now().Add(2 * beat)) // not every server can
	_, err := s.w.Write(s.buf.Bytes())
	s.buf.Reset()
	return err == nil && s.out.Flush() == nil
}
