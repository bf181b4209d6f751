//go:build stage

// This file is in the program only when it is built with the tag "stage", for tests: a clock that
// a transcript sets, and machines and people of its own in place of the samples.

package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/internal/stage"
)

var clock atomic.Int64 // microseconds since 1970; 0 = the real clock

func now() time.Time {
	if t := clock.Load(); t != 0 {
		return time.UnixMicro(t).UTC()
	}
	return time.Now()
}

// paced leaves due work to the stage's clock, which waits until it is done.
func paced() bool { return clock.Load() != 0 }

// jobClock is the stage's, where it has one.
func jobClock() func() time.Time {
	if paced() {
		return now
	}
	return nil
}

// fetchers is one where a transcript compares in which order files arrive.
func fetchers() int {
	if paced() {
		return 1
	}
	return 0
}

// work does what is due, and waits for the jobs.
func (p parts) work(ctx context.Context) error {
	for {
		if err := p.engine.Work(ctx); err != nil {
			return err
		}
		idle, err := p.jobs.Idle(ctx)
		if err != nil || idle {
			return errors.Join(err, p.engine.Work(ctx))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// onServers lets transcripts play on the page with Postgres and Redis behind it.
const onServers = true

// samples takes the scene of the file that SCENE_FILE names.
func samples(ctx context.Context, s settings) (people *web.Demo, mixed bool, err error) {
	play, err := setScene(ctx, s)
	return &play.Page, false, err
}

// scene sets the scene for serve, where SCENE_FILE names one; else the clock is the real one.
func scene(ctx context.Context, s settings) error {
	if os.Getenv("SCENE_FILE") == "" {
		return nil
	}
	_, err := setScene(ctx, s)
	return err
}

func setScene(ctx context.Context, s settings) (play stage.SceneFile, err error) {
	b, err := os.ReadFile(os.Getenv("SCENE_FILE"))
	if err != nil {
		return play, fmt.Errorf("read scene: %w", err)
	}
	if err := json.Unmarshal(b, &play); err != nil {
		return play, fmt.Errorf("read scene: %w", err)
	}
	clock.Store(play.Now.UnixMicro())
	store, err := openStore(ctx, s)
	if err != nil {
		return play, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if _, err := store.Import(ctx, play.Registry, nil); err != nil {
		return play, err
	}
	for _, p := range play.People {
		_, err := store.Person(ctx, play.Channel, p.ID)
		if errors.Is(err, bot.ErrNotFound) {
			err = store.PutPerson(ctx, play.Channel, p)
		}
		if err != nil {
			return play, err
		}
	}
	for _, a := range play.Staff {
		if err := store.PutAccount(ctx, a); err != nil {
			return play, err
		}
	}
	return play, nil
}

// stageRoutes adds the paths by which a test sets the clock and signs deep links, and lets the program
// die before it acknowledges.
func stageRoutes(h http.Handler, st *stores, p parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.Handle("POST /hook/", dying(h))
	mux.HandleFunc("POST /stage/clock", func(w http.ResponseWriter, r *http.Request) {
		t, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("now"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		clock.Store(t.UnixMicro())
		if err := p.work(r.Context()); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /stage/link", func(w http.ResponseWriter, r *http.Request) {
		key, err := st.database.Secret(r.Context(), linkSecret)
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		payload, _ := bot.NewLinks(key).Payload(claim.Serial(r.URL.Query().Get("serial")))
		fmt.Fprint(w, payload)
	})
	return mux
}
