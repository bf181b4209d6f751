package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"

	"github.com/optoste/supportbot/adapters/alarm"
	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/adapters/plate"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/postgres"
	"github.com/optoste/supportbot/store/redis"
	"github.com/optoste/supportbot/store/sqlite"
)

// This file plugs the program together: which stores there are, which adapters, what they share.
// Another technology is one more line here.

// stores are what remembers. They are closed together, the last opened first.
type stores struct {
	database bot.Store
	sessions sessionStore
	media    *media.Bucket
	close    func() error
}

func openStores(ctx context.Context, s settings) (_ *stores, err error) {
	var opened []io.Closer
	closeAll := func() (err error) {
		for i := len(opened) - 1; i >= 0; i-- {
			err = errors.Join(err, opened[i].Close())
		}
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, closeAll())
		}
	}()
	database, err := openStore(ctx, s)
	if err != nil {
		return nil, err
	}
	opened = append(opened, database)
	sessions, err := openSessions(ctx, s)
	if err != nil {
		return nil, err
	}
	opened = append(opened, sessions)
	files, err := openMedia(ctx, s)
	if err != nil {
		return nil, err
	}
	opened = append(opened, files)
	return &stores{database, sessions, files.WithLedger(database), closeAll}, nil
}

func openMedia(ctx context.Context, s settings) (*media.Bucket, error) {
	bucket, err := s.bucket()
	if err != nil {
		return nil, err
	}
	return media.Open(ctx, bucket)
}

// bucket is the URL of the media.
func (s settings) bucket() (string, error) {
	if s.MediaURL != "" {
		return string(s.MediaURL), nil
	}
	return media.FileURL(filepath.Join(s.DataDir, "media"))
}

// sessionStore is a store of sessions that can be closed.
type sessionStore interface {
	bot.Sessions
	bot.Leases
	bot.Limits
	io.Closer
}

func openSessions(ctx context.Context, s settings) (sessionStore, error) {
	if s.RedisURL != "" {
		return redis.Open(ctx, string(s.RedisURL))
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return nil, fmt.Errorf("make data directory: %w", err)
	}
	return sqlite.OpenSessions(ctx, filepath.Join(s.DataDir, sqlite.SessionsFile), now)
}

// openStore opens the database alone, to write.
func openStore(ctx context.Context, s settings) (bot.Store, error) {
	if s.Database != "" {
		return openPostgres(ctx, s)
	}
	database, err := sqlite.Open(ctx, s.DataDir)
	if err != nil {
		return nil, err
	}
	return database, nil
}

// openStoreReadOnly opens the database alone, to read, also beside a program that runs. The error
// is [bot.ErrNotFound] when there is none yet.
func openStoreReadOnly(ctx context.Context, s settings) (bot.Store, error) {
	if s.Database != "" {
		return openPostgres(ctx, s)
	}
	database, err := sqlite.OpenReadOnly(ctx, s.DataDir)
	if err != nil {
		return nil, err
	}
	return database, nil
}

// openStoreBeside opens the database alone, for a short write, also beside a program that runs. The error is
// [bot.ErrNotFound] when there is none yet.
func openStoreBeside(ctx context.Context, s settings) (bot.Store, error) {
	if s.Database != "" {
		return openPostgres(ctx, s)
	}
	database, err := sqlite.OpenBeside(ctx, s.DataDir)
	if err != nil {
		return nil, err
	}
	return database, nil
}

func openPostgres(ctx context.Context, s settings) (bot.Store, error) {
	database, err := postgres.Open(ctx, string(s.Database))
	if err != nil {
		return nil, err
	}
	return database, nil
}

func hasDatabase(s settings) bool {
	_, err := os.Stat(filepath.Join(s.DataDir, sqlite.File))
	return err == nil
}

// webAdapter is the page. people is nil in serve.
func webAdapter(ctx context.Context, s settings, st *stores, people *web.Demo, o web.Office) (*web.Adapter, error) {
	secret, err := st.database.Secret(ctx, "web")
	if err != nil {
		return nil, err
	}
	return web.New(web.Config{
		Log: s.logger(os.Stderr), Media: st.media, Dir: filepath.Join(s.DataDir, "web"), Secret: secret,
		Customer: s.WebChat == on, Desk: s.WebDesk == on, Office: o, Demo: people,
		Logins: st.database, PublicURL: string(s.PublicURL),
		MaxUpload: s.Policy.active().Intake.MaxFileBytes, Secure: s.PublicURL.secure(), Now: now,
	}), nil
}

// newEngine puts the engine together.
func newEngine(ctx context.Context, s settings, st *stores, p parts) (*bot.Engine, error) {
	texts, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		return nil, err
	}
	key, err := st.database.Secret(ctx, linkSecret)
	if err != nil {
		return nil, err
	}
	var files bot.Linker
	if p.uploads != nil {
		files = p.uploads
	}
	var doors bot.Doors
	if s.WebDesk == on {
		doors = p.page
	}
	return bot.New(bot.Config{
		House: flows.House(), Policy: s.Policy.active, Duty: s.Desk.active, Texts: texts,
		Store: st.database, Sessions: st.sessions, Media: st.media,
		Plates: plate.Reader{}, Printer: printer{}, Charts: paper.Charts{},
		Uploads: files, Doors: doors, Jobs: p.jobs, Alarms: s.alarms(), Adapters: p.adapters, Desk: s.rooms(),
		Links: bot.NewLinks(key), Now: now, Log: s.logger(os.Stderr), At: deaths(),
	})
}

// alarms rings outside of the chat. Those of the sample desk ring nowhere.
func (s settings) alarms() bot.Alarms {
	if s.Desk.loaded == nil {
		return nil
	}
	return alarm.New(alarm.Config{Mail: alarm.Server(s.SMTP)})
}

// linkSecret is the name of the key that signs deep links.
const linkSecret = "links"

// logger writes records in the form and from the level that the settings say.
func (s settings) logger(w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: slog.Level(s.LogLevel)}
	if s.LogFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}

// mounted collects the routes of the adapters that have some.
func mounted(adapters []bot.Adapter, handle bot.Handler) map[string]http.Handler {
	routes := map[string]http.Handler{}
	for _, a := range adapters {
		m, ok := a.(bot.Mounted)
		if !ok {
			continue
		}
		for pattern, h := range m.Routes(handle) {
			routes[pattern] = h
		}
	}
	return routes
}

// printer implements [bot.Printer].
type printer struct{}

func (printer) PDF(doc desk.Document) ([]byte, error) { return paper.PDF(doc) }
