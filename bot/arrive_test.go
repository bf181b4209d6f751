package bot_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	_ "gocloud.dev/blob/memblob" // a bucket in memory

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/media"
)

// queue keeps what is to be fetched until a test does it.
type queue struct {
	mu   sync.Mutex
	list []bot.Inbound
	ids  map[string]bool
	bell []string // alerts whose alarms are to be rung
}

func (q *queue) Ring(_ context.Context, alert string) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ids == nil {
		q.ids = map[string]bool{}
	}
	if !q.ids[alert] {
		q.ids[alert] = true
		q.bell = append(q.bell, alert)
	}
	return nil
}

func (q *queue) Fetch(_ context.Context, list ...bot.Inbound) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.ids == nil {
		q.ids = map[string]bool{}
	}
	for _, in := range list {
		if !q.ids[in.ID] {
			q.ids[in.ID] = true
			q.list = append(q.list, in)
		}
	}
	return nil
}

// take returns what is to be fetched, and forgets it.
func (q *queue) take() []bot.Inbound {
	q.mu.Lock()
	defer q.mu.Unlock()
	list := q.list
	q.list = nil
	return list
}

// fetching is a channel that hands files over by reference.
type fetching struct {
	*recorder
	mu   sync.Mutex
	fail error
}

func (f *fetching) fails(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}

func (f *fetching) Fetch(_ context.Context, ref string) (io.ReadCloser, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return io.NopCloser(strings.NewReader("content of " + ref)), f.fail
}

// newFetching is a lab on such a channel.
func newFetching(t *testing.T) (*lab, *fetching) {
	t.Helper()
	l := newLab(t)
	bucket, err := media.Open(t.Context(), "mem://")
	if err != nil {
		t.Fatal(err)
	}
	f := &fetching{recorder: l.chat}
	l.over, l.media = f, bucket
	l.engine = l.start()
	return l, f
}

// sends makes an inbound of files that can be fetched.
func (l *lab) sends(album string, names ...string) bot.Inbound {
	ev := bot.Attached{Album: album}
	for _, name := range names {
		ev.Files = append(ev.Files, bot.File{Ref: "ref-" + name, Name: name})
	}
	return l.event("mei", ev)
}

// fetch fetches everything that is to be fetched, and works what follows.
func (l *lab) fetch(last bool) (failed int) {
	l.t.Helper()
	for _, in := range l.jobs.take() {
		if l.engine.Fetch(l.t.Context(), in, last) != nil {
			failed++
		}
	}
	l.work()
	return failed
}

// TestFileIsFetched hears of a file when it is there, and once, however often its message comes.
func TestFileIsFetched(t *testing.T) {
	t.Parallel()
	l, _ := newFetching(t)
	l.say("mei", "/order")
	in := l.sends("", "a.txt")
	l.handle(in)
	l.handle(in)
	l.hears("mei: name?")
	l.fetch(false)
	l.hears("mei: got  a.txt ")
	l.handle(in)
	l.fetch(false)
	l.hears()
}

// TestRefusedAmongOthers fetches nothing for a file that was refused when it came with others, and says so.
func TestRefusedAmongOthers(t *testing.T) {
	t.Parallel()
	l, f := newFetching(t)
	l.say("mei", "/order")
	l.chat.take()
	in := l.sends("", "a.txt")
	in.Event = bot.Attached{Files: append(in.Event.(bot.Attached).Files, bot.File{Name: "b.txt", Size: 9 << 20, Refused: bot.FileTooBig})}
	f.fails(errors.New("not now"))
	l.handle(in)
	if failed := l.fetch(false); failed != 1 {
		t.Errorf("%d fetches failed, want that of a.txt alone", failed)
	}
	if heard := l.chat.take(); len(heard) != 1 || !strings.Contains(heard[0], "b.txt") {
		t.Errorf("heard %q, want b.txt alone, and nothing on its way", heard)
	}
}

// TestFileIsQuick has the file fetched before the turn that asked for it could be saved.
func TestFileIsQuick(t *testing.T) {
	t.Parallel()
	l, _ := newFetching(t)
	l.say("mei", "/order")
	in := l.sends("", "a.txt")
	l.crash("after-effect", in)
	l.clock.wait(time.Minute) // its lease ends
	l.engine = l.start()
	l.fetch(false)
	l.handle(in)
	l.fetch(false)
	l.hears("mei: name?", "mei: got  a.txt ")
}

// TestFileIsLost is told to the person and to the desk, but not before the last try.
func TestFileIsLost(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		last  bool
		tries int
		heard []string
	}{
		"for now":       {errors.New("bad gateway"), false, 1, nil},
		"at last":       {errors.New("bad gateway"), true, 0, []string{"mei: got  a.txt lost", "desk: news file_lost a.txt"}},
		"for ever":      {fmt.Errorf("get file: %w", bot.ErrGone), false, 0, []string{"mei: got  a.txt lost", "desk: news file_lost a.txt"}},
		"for its size":  {fmt.Errorf("get file: %w", bot.ErrTooBig), false, 0, []string{"mei: got  a.txt too_big"}},
		"not any more":  {nil, false, 0, []string{"mei: got  a.txt "}},
		"in time still": {nil, true, 0, []string{"mei: got  a.txt "}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, f := newFetching(t)
			l.say("mei", "/order")
			l.chat.take()
			l.handle(l.sends("", "a.txt"))
			f.fails(c.err)
			if failed := l.fetch(c.last); failed != c.tries {
				t.Errorf("%d fetches are to be tried again, want %d", failed, c.tries)
			}
			l.hears(c.heard...)
		})
	}
}

// TestFileWithoutItsFrame finds the claim that the draft has become.
func TestFileWithoutItsFrame(t *testing.T) {
	t.Parallel()
	l, f := newFetching(t)
	l.say("mei", "/order")
	l.handle(l.sends("", "a.txt"))
	l.handle(l.sends("", "lost.txt"))
	l.say("mei", "belt", "l", "send")
	l.work()
	l.chat.take()
	jobs := l.jobs.take()
	l.again(jobs[:1])
	l.fetch(false)
	l.hears("mei: late.file C-2603-0001 a.txt", "desk: news added ")
	l.again(jobs[1:])
	f.fails(bot.ErrGone)
	l.fetch(false)
	l.hears("mei: file.lost 50  lost.txt", "desk: news file_lost lost.txt")
}

// again puts jobs back.
func (l *lab) again(list []bot.Inbound) {
	l.jobs.mu.Lock()
	defer l.jobs.mu.Unlock()
	l.jobs.list = list
}

// TestTimerWaitsForAlbum holds a frame's timer while an item of an album is on its way, but not for
// ever.
func TestTimerWaitsForAlbum(t *testing.T) {
	t.Parallel()
	for name, arrives := range map[string]bool{"which arrives": true, "which never arrives": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			l, _ := newFetching(t)
			l.say("mei", "/order")
			l.handle(l.sends("album", "a.txt"))
			l.say("mei", "remind") // in a minute
			l.chat.take()
			l.clock.wait(30 * time.Second)
			l.handle(l.sends("album", "b.txt"))
			l.clock.wait(45 * time.Second)
			l.work()
			l.hears()
			if arrives {
				l.fetch(false)
				l.clock.wait(2 * time.Second)
				l.work()
				l.hears("mei: got album a.txt ", "mei: got album b.txt ", "mei: tick 1 / name?")
				return
			}
			l.clock.wait(time.Minute)
			l.work()
			l.hears("mei: tick 1 / name?")
		})
	}
}

// TestLargeFileIsAcknowledged says at once that a large file is on its way.
func TestLargeFileIsAcknowledged(t *testing.T) {
	t.Parallel()
	l, _ := newFetching(t)
	l.say("mei", "/order")
	l.chat.take()
	for _, size := range []int64{4<<20 - 1, 4 << 20, 4<<20 + 1} {
		l.handle(l.event("mei", bot.Attached{Files: []bot.File{{Ref: "r", Name: "a.mp4", Size: size}}}))
	}
	l.hears("mei: media.coming 4", "mei: media.coming 5")
}

// TestRefusedIsHandedOn hands a file that is refused on to the draft as refused, from a question that takes
// none itself.
func TestRefusedIsHandedOn(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.say("mei", "/order")
	many := bot.Attached{}
	for i := range 120 { // as many as the policy allows in a day
		many.Files = append(many.Files, bot.File{Hash: strconv.Itoa(i), Name: "many"})
	}
	l.handle(l.event("mei", many))
	l.clock.wait(20 * time.Hour)
	l.work() // "still there?" hands on what is no answer to it
	l.chat.take()
	l.handle(l.event("mei", bot.Attached{Files: []bot.File{{Hash: "x", Name: "a.txt"}}}))
	l.hears("mei: got  a.txt quota")
}
