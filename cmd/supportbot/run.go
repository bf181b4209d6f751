package main

import (
	"context"
	"log/slog"
	"net"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
)

// parts are what runs.
type parts struct {
	engine   *bot.Engine
	adapters []bot.Adapter
	handler  http.Handler
}

// assemble plugs the adapters that are on to an engine. people are those of the demo; nil in serve.
func assemble(ctx context.Context, s settings, st *stores, people *web.Demo) (parts, error) {
	page, err := webAdapter(ctx, s, st, people)
	if err != nil {
		return parts{}, err
	}
	var rooms []bot.Address
	if s.WebDesk == on {
		rooms = append(rooms, bot.Address{Channel: web.Name, Chat: web.Desk})
	}
	p := parts{adapters: []bot.Adapter{page}}
	if p.engine, err = newEngine(ctx, s, st, p.adapters, rooms...); err != nil {
		return parts{}, err
	}
	p.handler = stageRoutes(routes(st, p.engine, mounted(p.adapters, p.engine.Handle)), st, p.engine)
	return p, nil
}

// run works until ctx ends or something fails; then everything ends.
func (p parts) run(ctx context.Context, l net.Listener, log *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return serveHTTP(ctx, l, p.handler, log) })
	group.Go(func() error { return p.engine.Run(ctx) })
	for _, a := range p.adapters {
		group.Go(func() error { return a.Run(ctx, p.engine.Handle) })
	}
	return group.Wait()
}
