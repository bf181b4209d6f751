package main

import (
	"context"
	"log/slog"
	"maps"
	"net"
	"net/http"

	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/adapters/upload"
	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
	"github.com/optoste/supportbot/store/jobs"
)

// parts are what runs.
type parts struct {
	engine   *bot.Engine
	adapters []bot.Adapter
	page     *web.Adapter // one of them
	uploads  *upload.Page // nil = none
	jobs     *jobs.Jobs
	handler  http.Handler
}

// assemble plugs the adapters that are on to an engine. people are those of the demo; nil in serve.
func assemble(ctx context.Context, s settings, st *stores, people *web.Demo) (p parts, err error) {
	poke := func() { p.engine.Poke() } // nobody calls it before there is an engine
	texts, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		return parts{}, err
	}
	p.page, err = webAdapter(ctx, s, st, people, office{st.database, texts, s.Desk.active, func() *bot.Engine { return p.engine }})
	if err != nil {
		return parts{}, err
	}
	p.adapters = []bot.Adapter{p.page}
	if s.Telegram.given {
		chat, err := telegramAdapter(s, st, poke)
		if err != nil {
			return parts{}, err
		}
		p.adapters = append(p.adapters, chat)
	}
	if s.Slack.given {
		p.adapters = append(p.adapters, slackAdapter(s, st, poke))
	}
	if p.uploads, err = uploadPage(ctx, s, st, poke); err != nil {
		return parts{}, err
	}
	if p.jobs, err = openJobs(ctx, s, st, p.uploads); err != nil {
		return parts{}, err
	}
	if p.engine, err = newEngine(ctx, s, st, p); err != nil {
		return parts{}, err
	}
	pages := mounted(p.adapters, p.engine.Handle)
	if p.uploads != nil {
		maps.Copy(pages, p.uploads.Routes())
	}
	p.handler = stageRoutes(routes(st, p, pages), st, p)
	return p, nil
}

// run works until ctx ends or something fails; then everything ends.
func (p parts) run(ctx context.Context, l net.Listener, log *slog.Logger) error {
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error { return serveHTTP(ctx, l, p.handler, log) })
	group.Go(func() error { return p.jobs.Run(ctx, bot.Workers{Fetch: p.engine.Fetch, Ring: p.engine.Ring}) })
	if !paced() {
		group.Go(func() error { return p.engine.Run(ctx) })
	}
	for _, a := range p.adapters {
		group.Go(func() error { return a.Run(ctx, worked(p.engine.Handle)) })
	}
	return group.Wait()
}
