package slack

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
)

// behindMost is how long the updates of a chat are kept behind an earlier one: what cannot be stored for so long
// may be the update's own fault, and its chat goes on.
const behindMost = 10 * time.Minute

// errBehind is why an update is kept that might be worked.
var errBehind = errors.New("an earlier update of its chat waits in the spool")

// queues are the chats of which something waits in the spool of this replica. They are safe for concurrent use.
type queues struct {
	mu    sync.Mutex
	files map[string]string // the chat of each file
	chats map[string]queue
}

// queue is what waits of one chat.
type queue struct {
	waiting int
	since   time.Time // when the chat began to wait
}

func newQueues() *queues { return &queues{files: map[string]string{}, chats: map[string]queue{}} }

// join notes that a file waits. A file without a chat holds up nobody.
func (q *queues) join(file, chat string, at time.Time) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if _, known := q.files[file]; known || chat == "" {
		return
	}
	q.files[file] = chat
	c := q.chats[chat]
	if c.waiting == 0 || at.Before(c.since) {
		c.since = at
	}
	c.waiting++
	q.chats[chat] = c
}

// leave notes that a file waits no more.
func (q *queues) leave(file string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	chat, known := q.files[file]
	if !known {
		return
	}
	delete(q.files, file)
	c := q.chats[chat]
	if c.waiting--; c.waiting == 0 {
		delete(q.chats, chat)
		return
	}
	q.chats[chat] = c
}

// holdsUp tells whether something of a chat waits, and not for too long.
func (q *queues) holdsUp(chat string, now time.Time) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	c := q.chats[chat]
	return c.waiting > 0 && now.Sub(c.since) < behindMost
}

// behind keeps an update in the spool while an earlier one of its chat waits there, so that it is not worked before;
// false = it is worked now. When the spool takes no more, late is better than never.
func (a *Adapter) behind(ctx context.Context, env envelope, h heard, handle bot.Handler) bool {
	if !a.queues.holdsUp(h.in.To.Chat, a.cfg.Now()) {
		return false
	}
	h = h.later()
	if h.in.Event == nil || a.keep(ctx, env, errBehind) != nil { // a visit to the page has no turn to wait for
		return false
	}
	over, end := context.WithCancel(ctx)
	end()
	_, _ = handle(over, h.in) // works nothing: only an emergency is answered
	return true
}

// recallSpool finds out what waits since an earlier life of the program, before anything is worked.
func (a *Adapter) recallSpool(ctx context.Context) {
	list, err := os.ReadDir(a.cfg.Spool)
	if err != nil {
		return // it is not there, or working it will complain
	}
	for _, entry := range list {
		if !strings.HasSuffix(entry.Name(), spoolFile) {
			continue
		}
		raw, err := os.ReadFile(filepath.Join(a.cfg.Spool, entry.Name()))
		var env envelope
		if err != nil || json.Unmarshal(raw, &env) != nil {
			a.cfg.Log.DebugContext(ctx, "update in the spool not read yet", "file", entry.Name(), "err", err)
			continue
		}
		a.queues.join(entry.Name(), env.chat(), env.At)
	}
}

// chat returns the chat whose later updates wait for this one.
func (e envelope) chat() string { return first(e.Chat, chatOf(e)) }
