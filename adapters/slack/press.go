package slack

import (
	"context"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

const (
	noteTime = 5 * time.Second // showing a note may take
	maxNote  = 1000            // characters of a note
)

// Acknowledge shows the note on a press to the person alone. The press itself was acknowledged when it
// came. The address for that lasts half an hour (platform-facts.md 79). A message that was worked later than
// it came loses its sign, which another replica may have shown.
func (a *Adapter) Acknowledge(ctx context.Context, in bot.Inbound, ack bot.Ack) {
	a.sign(in, false)
	press, ok := in.Event.(bot.Chose)
	if !ok || press.Query == "" || ack.Note == "" || !a.api.ours(press.Query) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, noteTime)
	defer cancel()
	err := slackgo.PostWebhookCustomHTTPContext(ctx, press.Query, a.api.http, &slackgo.WebhookMessage{
		Text:         escape(wording.Clip(ack.Note, maxNote)),
		Blocks:       &slackgo.Blocks{BlockSet: []slackgo.Block{words(bot.Escape(wording.Clip(ack.Note, maxNote)))}},
		ResponseType: slackgo.ResponseTypeEphemeral, ReplaceOriginal: false, Parse: "none", ThreadTimestamp: in.To.Thread,
	})
	if err := a.api.mind("response_url", err); err != nil {
		a.cfg.Log.WarnContext(ctx, "note on a press not shown", "chat", in.To.Chat, "err", err)
	}
}
