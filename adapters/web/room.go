package web

import (
	"strconv"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// message is one message of a chat in its present state.
type message struct {
	N       int64          `json:"n"`             // the number of the record that made it: its id
	Rev     int64          `json:"rev"`           // the number of the record that changed it last
	By      claim.PersonID `json:"by,omitempty"`  // empty = the bot
	Name    string         `json:"who,omitempty"` // of By; untrusted
	Lang    string         `json:"lang,omitempty"`
	Key     string         `json:"key,omitempty"`   // what the sender called it: the page's id, or Outgoing.ID
	Order   int64          `json:"order,omitempty"` // the page's count
	Sent    time.Time      `json:"sent"`
	Text    string         `json:"text,omitempty"` // of the bot: with marks; of a person: as typed
	Choices []bot.Choice   `json:"choices,omitempty"`
	Choice  bot.ChoiceID   `json:"choice,omitempty"` // a pressed button; Text is its label
	Files   []bot.File     `json:"files,omitempty"`
	Odd     string         `json:"odd,omitempty"`
	Of      int64          `json:"of,omitempty"` // an edit of this message
	ReplyTo int64          `json:"reply_to,omitempty"`
	Edited  bool           `json:"edited,omitempty"`
	Waiting bool           `json:"waiting,omitempty"` // not yet accepted by the handler

	first string // Text as it was before the first edit
}

func (m message) id() bot.MessageID { return bot.MessageID(strconv.FormatInt(m.N, 10)) }

func parseID(id bot.MessageID) int64 {
	n, err := strconv.ParseInt(string(id), 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// room is one chat: all that stands in it, and who is looking. Its file has every change.
type room struct {
	chat string
	all  *rooms
	refs int // guarded by all.mu

	mu     sync.Mutex
	file   journal
	epoch  string // another one when the file is another one
	last   int64  // number of the newest record
	order  int64  // highest count of any page
	list   []*message
	byN    map[int64]*message
	byKey  map[string]*message // person or bot + key; also edits, which do not stand in list
	change chan struct{}       // closed and replaced at every change
}

func keyOf(by claim.PersonID, key string) string { return string(by) + "/" + key }

// say adds a message of the bot, or changes one.
func (r *room) say(o bot.Outgoing, now time.Time) (bot.MessageID, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	rec := record{Kind: recSay, message: message{
		Key: o.ID, Sent: now, Text: o.Text, Choices: o.Choices, Files: o.Files, ReplyTo: parseID(o.ReplyTo),
	}}
	if o.Replace != "" {
		if old := r.byN[parseID(o.Replace)]; old != nil && old.By == "" {
			rec.Kind, rec.Of = recPut, old.N
			return old.id(), r.append(&rec)
		}
	}
	if o.ID != "" {
		if m := r.byKey[keyOf("", o.ID)]; m != nil {
			return m.id(), nil
		}
	}
	err := r.append(&rec)
	return rec.id(), err
}

// hear adds what a person did and returns it as it was first heard: the same at every retry.
func (r *room) hear(m message) (message, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.byKey[keyOf(m.By, m.Key)]; old != nil {
		return *old, nil
	}
	rec := record{Kind: recHear, message: m}
	if rec.Order == 0 {
		rec.Order = r.order + 1
	}
	if m.Of != 0 {
		if old := r.byN[m.Of]; old == nil || old.By != m.By || old.Choice != "" || old.Odd != "" {
			return message{}, errNotYours
		}
		rec.Kind = recEdit
	}
	if err := r.append(&rec); err != nil {
		return message{}, err
	}
	return *r.byKey[keyOf(m.By, m.Key)], nil
}

// accept notes that the handler has worked what a person did.
func (r *room) accept(m message) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if old := r.byKey[keyOf(m.By, m.Key)]; old == nil || !old.Waiting {
		return nil
	}
	return r.append(&record{Kind: recDone, message: message{By: m.By, Key: m.Key}})
}

// label finds what stood on a button, looking at one message first.
func (r *room) label(n int64, id bot.ChoiceID) (string, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	find := func(m *message) (string, bool) {
		for _, c := range m.Choices {
			if c.ID == id {
				return c.Label, true
			}
		}
		return "", false
	}
	if m := r.byN[n]; m != nil {
		if l, ok := find(m); ok {
			return l, true
		}
	}
	for i := len(r.list) - 1; i >= 0; i-- {
		if l, ok := find(r.list[i]); ok {
			return l, true
		}
	}
	return "", false
}

// since returns the messages that changed after the record, oldest first, the newest record, the
// highest count and a channel that closes at the next change. It returns at most limit messages.
func (r *room) since(rev int64, limit int) view {
	r.mu.Lock()
	defer r.mu.Unlock()
	v := view{last: r.last, order: r.order, change: r.change}
	for i := len(r.list) - 1; i >= 0 && len(v.list) < limit; i-- {
		if r.list[i].Rev > rev {
			v.list = append(v.list, *r.list[i])
		}
	}
	reverse(v.list)
	return v
}

type view struct {
	list        []message
	last, order int64
	change      <-chan struct{}
}

func reverse(l []message) {
	for i, j := 0, len(l)-1; i < j; i, j = i+1, j-1 {
		l[i], l[j] = l[j], l[i]
	}
}

// append writes a record and, when that worked, does what it says.
func (r *room) append(rec *record) error {
	rec.N = r.last + 1
	if err := r.file.append(r.epoch, *rec); err != nil {
		return err
	}
	r.apply(rec)
	close(r.change)
	r.change = make(chan struct{})
	return nil
}

// apply does what a record says; it is all that reading a file does.
func (r *room) apply(rec *record) {
	r.last = rec.N
	r.order = max(r.order, rec.Order)
	m := rec.message
	m.Rev = rec.N
	switch rec.Kind {
	case recSay, recHear:
		m.Waiting = rec.Kind == recHear
		r.list = append(r.list, &m)
		r.byN[m.N] = &m
		if m.Key != "" {
			r.byKey[keyOf(m.By, m.Key)] = &m
		}
	case recPut:
		if old := r.byN[rec.Of]; old != nil {
			old.Text, old.Choices, old.Files, old.Edited, old.Rev = m.Text, m.Choices, m.Files, true, rec.N
		}
	case recEdit:
		m.Waiting = true
		r.byKey[keyOf(m.By, m.Key)] = &m
		if old := r.byN[rec.Of]; old != nil {
			if !old.Edited {
				old.first = old.Text
			}
			old.Text, old.Edited, old.Rev = m.Text, true, rec.N
		}
	case recDone:
		if old := r.byKey[keyOf(m.By, m.Key)]; old != nil {
			old.Waiting, old.Rev = false, rec.N
		}
	}
}
