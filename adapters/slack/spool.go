package slack

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot"
)

const (
	maxSpool  = 10000 // updates that wait; then Slack has to come again
	spoolFile = ".json"
	spoolBad  = ".bad"
	spoolTime = time.Minute // what is still half written then was left behind by a process that died
)

// spool writes an update to the disk: when this returns nil, it outlasts a crash.
func (a *Adapter) spool(env envelope) error {
	if a.cfg.Spool == "" {
		return errors.New("there is no spool")
	}
	raw, err := json.Marshal(env)
	if err != nil {
		return fmt.Errorf("spool update: %w", err)
	}
	sum := sha256.Sum256(env.Body)
	name := fmt.Sprintf("%020d-%s", env.At.UnixNano(), hex.EncodeToString(sum[:8]))
	a.queues.join(name+spoolFile, env.chat(), env.At)
	if err := a.writeSpool(name, raw); err != nil {
		a.queues.leave(name + spoolFile)
		return fmt.Errorf("spool update: %w", err)
	}
	return nil
}

func (a *Adapter) writeSpool(name string, raw []byte) error {
	if err := os.MkdirAll(a.cfg.Spool, 0o700); err != nil {
		return err
	}
	if list, err := os.ReadDir(a.cfg.Spool); err != nil || len(list) >= maxSpool {
		return errors.Join(err, errors.New("spool is full or cannot be read"))
	}
	f, err := os.CreateTemp(a.cfg.Spool, name+".*")
	if err != nil {
		return err
	}
	_, err = f.Write(raw)
	err = errors.Join(err, f.Sync(), f.Close())
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(a.cfg.Spool, name+spoolFile))
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return syncDir(a.cfg.Spool)
}

// syncDir makes the names in a folder outlast a crash.
func syncDir(name string) error {
	d, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// workSpool works until ctx ends what could not be stored when it came.
func (a *Adapter) workSpool(ctx context.Context, handle bot.Handler) {
	for n := 0; ; {
		worked, err := a.emptySpool(ctx, handle)
		switch {
		case err != nil && ctx.Err() == nil:
			if n%20 == 0 {
				a.cfg.Log.WarnContext(ctx, "spool not worked, it is tried again", "err", err)
			}
			n++
		case worked > 0 && ctx.Err() == nil:
			n = 0
			continue // what has come meanwhile may stand behind
		default:
			n = 0
		}
		if !wait(ctx, a.pace.spool) {
			return
		}
	}
}

// emptySpool stores what is in the spool, oldest first, and ends at the first that cannot be: it keeps
// its place. It returns how many are done with.
func (a *Adapter) emptySpool(ctx context.Context, handle bot.Handler) (worked int, err error) {
	list, err := os.ReadDir(a.cfg.Spool)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, fmt.Errorf("read spool: %w", err)
	}
	for _, entry := range list { // sorted by name, which begins with the time
		name := filepath.Join(a.cfg.Spool, entry.Name())
		if !strings.HasSuffix(name, spoolFile) {
			sweep(name, entry)
			continue
		}
		if err := a.workSpooled(ctx, name, handle); err != nil {
			return worked, err
		}
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return worked, fmt.Errorf("remove from spool: %w", err)
		}
		a.queues.leave(entry.Name())
		worked++
	}
	return worked, nil
}

// sweep removes what a process that died has left half written: it was not acknowledged.
func sweep(name string, entry fs.DirEntry) {
	if info, err := entry.Info(); err == nil && !strings.HasSuffix(name, spoolBad) && time.Since(info.ModTime()) > spoolTime {
		_ = os.Remove(name) // it is in nobody's way
	}
}

// workSpooled stores one update, or has it worked when there is no inbox. nil = it is done with.
func (a *Adapter) workSpooled(ctx context.Context, name string, handle bot.Handler) error {
	raw, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("read spool: %w", err)
	}
	var env envelope
	if err := json.Unmarshal(raw, &env); err != nil {
		a.cfg.Log.ErrorContext(ctx, "update in the spool cannot be read, it is put aside", "file", filepath.Base(name), "err", err)
		return os.Rename(name, name+spoolBad)
	}
	hearing, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	h, err := a.hear(hearing, env)
	switch {
	case errors.Is(err, errLater):
		return err
	case err != nil:
		a.cfg.Log.ErrorContext(ctx, "update from Slack cannot be read, it is passed over", "kind", env.Kind, "err", err)
		return nil
	}
	if h = h.later(); h.in.Event == nil {
		a.skipped(ctx, h)
		return nil
	}
	if a.cfg.Post != nil {
		return a.store(ctx, h.in)
	}
	ack, err := handle(ctx, h.in)
	if err == nil {
		a.Acknowledge(ctx, h.in, ack)
	}
	return err
}
