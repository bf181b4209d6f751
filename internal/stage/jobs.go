package stage

import (
	"context"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// jobs is the queue of stage 1: it fetches when the stage works, by the stage's clock, and tries again
// as the real one does. The real one is at work on the stages behind it.
type jobs struct {
	now  func() time.Time
	mu   sync.Mutex
	seen map[string]bool
	list []job
}

type job struct {
	in    bot.Inbound
	alert string // whose alarm is to be rung; empty = a file is fetched
	due   time.Time
	tries int
}

const (
	fetchTries = 12
	ringTries  = 8
	fetchPause = 10 * time.Minute
)

// Fetch implements [bot.Jobs].
func (j *jobs) Fetch(_ context.Context, list ...bot.Inbound) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, in := range list {
		if !j.seen[in.ID] {
			j.seen[in.ID] = true
			j.list = append(j.list, job{in: in, due: j.now()})
		}
	}
	return nil
}

// Ring implements [bot.Jobs].
func (j *jobs) Ring(_ context.Context, alert string) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if !j.seen[alert] {
		j.seen[alert] = true
		j.list = append(j.list, job{alert: alert, due: j.now()})
	}
	return nil
}

// do does one job.
func (one job) do(ctx context.Context, e *bot.Engine) error {
	if one.alert != "" {
		return e.Ring(ctx, one.alert, one.tries >= ringTries)
	}
	return e.Fetch(ctx, one.in, one.tries >= fetchTries)
}

// take returns the jobs that are due.
func (j *jobs) take() (due []job) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var later []job
	for _, one := range j.list {
		if one.due.After(j.now()) {
			later = append(later, one)
		} else {
			due = append(due, one)
		}
	}
	j.list = later
	return due
}

// work does what is due and tells whether there was anything.
func (j *jobs) work(ctx context.Context, e *bot.Engine) bool {
	due := j.take()
	for _, one := range due {
		one.tries++
		if err := one.do(ctx, e); err != nil {
			one.due = j.now().Add(fetchPause)
			j.mu.Lock()
			j.list = append(j.list, one)
			j.mu.Unlock()
		}
	}
	return len(due) > 0
}

// refer has the recorder hand a file over when it is fetched.
func (c *recorder) refer(a script.Attachment) (bot.File, error) {
	f := bot.File{Name: a.Name, Size: a.Size}
	if c.name == onTelegram && (a.Kind == "photo" || a.Kind == "voice") { // they have no names there (platform-facts.md 22)
		f.Name = ""
	}
	switch {
	case a.Sized && a.Size > c.Capabilities().MaxFile:
		f.Refused = bot.FileTooBig
		return f, nil
	case a.Sized && a.Size == 0:
		f.Refused = bot.FileEmpty
		return f, nil
	}
	b, err := Content(a)
	if err != nil {
		return f, err
	}
	if !a.Sized {
		f.Size = int64(len(b))
	}
	f.Ref = a.Name
	c.mu.Lock()
	defer c.mu.Unlock()
	c.files[f.Ref] = string(b)
	return f, nil
}

// Fetch implements [bot.Fetcher].
func (c *recorder) Fetch(_ context.Context, ref string) (io.ReadCloser, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.noFiles {
		return nil, errServer
	}
	return io.NopCloser(strings.NewReader(c.files[ref])), nil
}
