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

// onServers lets transcripts play on the page with Postgres and Redis behind it.
const onServers = true

// samples takes the scene of the file that SCENE_FILE names.
func samples(ctx context.Context, s settings) (people *web.Demo, mixed bool, err error) {
	b, err := os.ReadFile(os.Getenv("SCENE_FILE"))
	if err != nil {
		return nil, false, fmt.Errorf("read scene: %w", err)
	}
	var scene stage.SceneFile
	if err := json.Unmarshal(b, &scene); err != nil {
		return nil, false, fmt.Errorf("read scene: %w", err)
	}
	clock.Store(scene.Now.UnixMicro())
	store, err := openStore(ctx, s)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	if _, err := store.Import(ctx, scene.Registry, nil); err != nil {
		return nil, false, err
	}
	for _, p := range scene.People {
		_, err := store.Person(ctx, web.Name, p.ID)
		if errors.Is(err, bot.ErrNotFound) {
			err = store.PutPerson(ctx, web.Name, p)
		}
		if err != nil {
			return nil, false, err
		}
	}
	return &scene.Page, false, nil
}

// stageRoutes adds the paths by which a test sets the clock and signs deep links.
func stageRoutes(h http.Handler, st *stores, p parts) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.HandleFunc("POST /stage/clock", func(w http.ResponseWriter, r *http.Request) {
		t, err := time.Parse(time.RFC3339Nano, r.URL.Query().Get("now"))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		clock.Store(t.UnixMicro())
		if err := p.engine.Work(r.Context()); err != nil {
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
