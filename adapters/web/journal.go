package web

import (
	"bufio"
	"bytes"
	"container/list"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
)

// record is one change of a chat: a line of its file.
type record struct {
	Kind string `json:"kind"`
	message
}

// The kinds of records. A file begins with a recFile, whose Key is the file's epoch.
const (
	recFile = "file"
	recSay  = "say"  // the bot said something
	recPut  = "put"  // the bot changed Of
	recHear = "hear" // a person did something
	recEdit = "edit" // a person changed Of
	recDone = "done" // the handler has worked what By called Key
)

// journal is the file of a chat: JSON lines, only ever appended to. An empty dir keeps nothing.
// The name comes from a request, so it is opened in a way that cannot leave dir.
type journal struct {
	dir, name string
	file      *os.File // nil until the first append
}

// append writes one record with one write. The first one makes the file.
func (l *journal) append(epoch string, rec record) error {
	if l.dir == "" {
		return nil
	}
	line, err := json.Marshal(rec)
	if err != nil {
		return fmt.Errorf("encode chat record: %w", err)
	}
	line = append(line, '\n')
	if l.file == nil {
		if line, err = l.open(epoch, line); err != nil {
			return fmt.Errorf("open chat file: %w", err)
		}
	}
	end, err := l.file.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("write chat file: %w", err)
	}
	if _, err := l.file.Write(line); err != nil {
		// Half a line must not stay: the next record would be lost with it.
		return fmt.Errorf("write chat file: %w", errors.Join(err, l.file.Truncate(end)))
	}
	return nil
}

func (l *journal) open(epoch string, line []byte) ([]byte, error) {
	if err := os.MkdirAll(l.dir, 0o700); err != nil { //nolint:gosec // a folder of the settings
		return nil, err
	}
	f, err := l.in(os.O_RDWR | os.O_CREATE)
	if err != nil {
		return nil, err
	}
	l.file = f
	if info, err := f.Stat(); err != nil || info.Size() > 0 {
		return line, err
	}
	first, err := json.Marshal(record{Kind: recFile, message: message{Key: epoch}})
	return append(append(first, '\n'), line...), err
}

func (l *journal) in(flag int) (*os.File, error) {
	root, err := os.OpenRoot(l.dir)
	if err != nil {
		return nil, err
	}
	f, err := root.OpenFile(l.name, flag, 0o600)
	return f, errors.Join(err, root.Close())
}

// read calls each record. A last line that a crash cut short is removed; any other damage is an
// error, for a person has touched the file.
func (l *journal) read(each func(record)) error {
	if l.dir == "" {
		return nil
	}
	f, err := l.in(os.O_RDWR)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read chat file: %w", err)
	}
	defer func() { _ = f.Close() }() // what counts was read or truncated
	in := bufio.NewReaderSize(f, 64<<10)
	for at, n := int64(0), 1; ; n++ {
		line, err := in.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			if len(line) > 0 {
				err = f.Truncate(at)
			} else {
				err = nil
			}
			if err != nil {
				return fmt.Errorf("cut half a record off chat file: %w", err)
			}
			return nil
		}
		if err != nil {
			return fmt.Errorf("read chat file: %w", err)
		}
		at += int64(len(line))
		var rec record
		if err := json.Unmarshal(bytes.TrimSpace(line), &rec); err != nil {
			return fmt.Errorf("read chat file %s, line %d: %w", l.name, n, err)
		}
		each(rec)
	}
}

func (l *journal) close() {
	if l.file != nil {
		_ = l.file.Close()
		l.file = nil
	}
}

// keepRooms is how many chats that nobody looks at stay in memory.
const keepRooms = 256

// rooms holds the chats that are in use, and some that were.
type rooms struct {
	dir string

	mu   sync.Mutex
	open map[string]*room
	idle list.List // of *room without refs, the longest idle first
	at   map[*room]*list.Element
}

func newRooms(dir string) *rooms {
	return &rooms{dir: dir, open: make(map[string]*room), at: make(map[*room]*list.Element)}
}

// enter returns the chat, read from its file when need be; leave must be called.
func (a *rooms) enter(chat string) (*room, error) {
	a.mu.Lock()
	r := a.open[chat]
	if r == nil {
		r = &room{chat: chat, all: a}
		a.open[chat] = r
	}
	r.refs++
	if e := a.at[r]; e != nil {
		a.idle.Remove(e)
		delete(a.at, r)
	}
	a.mu.Unlock()

	r.mu.Lock()
	err := r.load()
	r.mu.Unlock()
	if err != nil {
		r.leave()
		return nil, err
	}
	return r, nil
}

// leave gives the chat back. A chat that is pushed out of memory closes its file.
func (r *room) leave() {
	r.all.mu.Lock()
	defer r.all.mu.Unlock()
	if r.refs--; r.refs > 0 {
		return
	}
	r.all.at[r] = r.all.idle.PushBack(r)
	for r.all.idle.Len() > keepRooms {
		old := r.all.idle.Remove(r.all.idle.Front()).(*room)
		delete(r.all.at, old)
		delete(r.all.open, old.chat)
		old.file.close()
	}
}

// load reads the chat's file once. It is called with the room's lock held.
func (r *room) load() error {
	if r.change != nil {
		return nil
	}
	r.file.dir, r.file.name = r.all.dir, r.chat+".jsonl"
	r.epoch, r.last, r.order, r.list = rand.Text()[:8], 0, 0, nil
	r.byN, r.byKey = make(map[int64]*message), make(map[string]*message)
	err := r.file.read(func(rec record) {
		if rec.Kind == recFile {
			r.epoch = rec.Key
			return
		}
		r.apply(&rec)
	})
	if err == nil {
		r.change = make(chan struct{})
	}
	return err
}
