package slack

import (
	"context"
	"strconv"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

// maxPage is how many blocks a person's page holds (platform-facts.md 80).
const maxPage = 100

// hearVisit hears that a person looks at her page, the app's tab Home. It comes often, and for the other tab,
// too (platform-facts.md 80).
func (a *Adapter) hearVisit(ctx context.Context, d delivered, came time.Time) (heard, error) {
	e := &d.Event
	at, order, ok := arrived(came)
	if e.Tab != "home" || e.User == "" || e.Channel == "" || e.public() || !ok {
		return ignored("no visit to the page"), nil
	}
	return heard{view: e.View, in: bot.Inbound{
		ID: Name + "/home/" + e.User + "/" + first(d.ID, strconv.FormatInt(order, 10)), Order: order, Sent: at, From: a.sender(ctx, e.User, e.team()),
		To: bot.Address{Channel: Name, Chat: e.Channel}, Event: bot.Visited{},
	}}, nil
}

// publish shows a person's page, unless it has changed since she looked: a visit that was worked faster has
// shown a newer one.
func (a *Adapter) publish(ctx context.Context, h heard, page []bot.Message) {
	req := slackgo.PublishViewContextRequest{
		UserID: userOf(h.in.From.ID),
		View:   slackgo.HomeTabViewRequest{Type: slackgo.VTHomeTab, Blocks: slackgo.Blocks{BlockSet: a.page(page)}},
	}
	if h.view.Hash != "" {
		req.Hash = &h.view.Hash
	}
	_, err := a.api.slack.PublishViewContext(ctx, req)
	switch err = a.api.mind("views.publish", err); {
	case says(err, "hash_conflict"):
		a.cfg.Log.DebugContext(ctx, "a newer page stands there", "chat", h.in.To.Chat)
	case err != nil:
		a.cfg.Log.WarnContext(ctx, "page not shown, the one before stands there", "chat", h.in.To.Chat, "err", err)
	}
}

// page returns messages as a page. What has no room there is left out, whole messages of it.
func (a *Adapter) page(list []bot.Message) []slackgo.Block {
	var all []slackgo.Block
	for _, m := range list {
		var shown []slackgo.Block
		for _, part := range bot.Fit(m, a.Capabilities()) {
			b := blocks(part.Text, part.Choices)
			if strings.TrimSpace(bot.Plain(part.Text)) == "" {
				b = b[1:] // buttons alone
			}
			shown = append(shown, b...)
		}
		if len(all)+len(shown) > maxPage {
			break
		}
		all = append(all, shown...)
	}
	return all
}
