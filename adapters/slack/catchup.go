package slack

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/bot"
)

// Slack does not hand over for ever what it could not deliver, and sometimes not at all
// (platform-facts.md 68). After a gap private chats are read from where they were last heard.

const (
	gapMargin = time.Minute    // a gap may have begun before the last message that was heard
	gapMost   = 24 * time.Hour // chats that were silent for longer are not read
	pageMost  = 200            // messages that are asked for at once
	pagesMost = 10
)

// noteHeard remembers the newest message of a private chat.
func (a *Adapter) noteHeard(m *message, order int64) {
	if m.public() {
		return
	}
	if last, ok := a.last.Get(m.Channel); !ok || order > last {
		a.last.Put(m.Channel, order)
	}
}

// heardTime is how long the store is waited for before anything is heard.
const heardTime = 2 * time.Second

// heardBefore returns what was heard in earlier lives of the program; nil = it is not known yet. That is asked
// before anything is heard: what is said now would stand in front of what was missed.
func (a *Adapter) heardBefore(ctx context.Context) map[string]int64 {
	if a.cfg.Heard == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, heardTime)
	defer cancel()
	chats, err := a.cfg.Heard(ctx)
	if err != nil {
		a.cfg.Log.DebugContext(ctx, "what was heard last is not known yet", "err", err)
		return nil
	}
	return chats
}

// resume reads at the start what was said since the last life of the program: over HTTP as well, for Slack
// does not come again for ever.
func (a *Adapter) resume(ctx context.Context, chats map[string]int64, handle bot.Handler) {
	if a.cfg.Heard == nil {
		return
	}
	ok := chats != nil || a.insist(ctx, "load what was heard last", func(ctx context.Context) (err error) {
		if chats, err = a.cfg.Heard(ctx); err != nil {
			return fmt.Errorf("load what was heard last: %w", err)
		}
		return nil
	})
	if !ok {
		return
	}
	private := map[string]int64{}
	for chat, order := range chats {
		if m := (&message{Channel: chat}); !m.public() {
			private[chat] = order
			a.noteHeard(m, order)
		}
	}
	a.catchUp(ctx, private, true, handle)
}

// catchUp stores what was said in private chats since the given messages and not heard. What was heard is
// stored or worked under the same ID, and done once; the given messages themselves are left out when they are
// known to have been worked.
func (a *Adapter) catchUp(ctx context.Context, chats map[string]int64, worked bool, handle bot.Handler) {
	read := 0
	newest := func(a, b string) int { return cmp.Compare(chats[b], chats[a]) } // who wrote lately is most likely to wait
	for _, chat := range slices.SortedFunc(maps.Keys(chats), newest) {
		since := time.UnixMicro(chats[chat])
		if a.cfg.Now().Sub(since) > gapMost {
			continue
		}
		ok := a.insist(ctx, "read what was said in a gap", func(ctx context.Context) error {
			list, err := a.readGap(ctx, chat, since.Add(-gapMargin))
			if err != nil {
				return err
			}
			for _, in := range list {
				if worked && in.Order == chats[chat] {
					continue
				}
				if err := a.missed(ctx, in, handle); err != nil {
					return err
				}
			}
			return nil
		})
		if !ok {
			return
		}
		read++
	}
	a.cfg.Log.InfoContext(ctx, "Slack chats read for what was said while nothing was heard", "chats", read)
}

// readGap reads what was said in one private chat from a time on, as if it had been delivered.
func (a *Adapter) readGap(ctx context.Context, chat string, since time.Time) ([]bot.Inbound, error) {
	var said []slackgo.Message
	p := &slackgo.GetConversationHistoryParameters{ChannelID: chat, Limit: pageMost, Oldest: fmt.Sprintf("%d.%06d", since.Unix(), since.Nanosecond()/1000)}
	for range pagesMost {
		page, err := a.history(ctx, p)
		if err != nil || page == nil {
			return nil, err
		}
		said = append(said, page.Messages...)
		if p.Cursor = page.ResponseMetaData.NextCursor; p.Cursor == "" {
			break
		}
	}
	var list []bot.Inbound
	for _, m := range slices.Backward(said) { // the newest came first
		in, err := a.inHistory(ctx, chat, m)
		if err != nil {
			return nil, err
		}
		if in.Event != nil {
			list = append(list, in)
		}
	}
	return list, nil
}

// history reads a page; nil = the chat is not read any more.
func (a *Adapter) history(ctx context.Context, p *slackgo.GetConversationHistoryParameters) (*slackgo.GetConversationHistoryResponse, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	page, err := a.api.slack.GetConversationHistoryContext(ctx, p)
	err = a.api.mind("conversations.history", err)
	if says(err, gone...) || says(err, "missing_scope") {
		a.cfg.Log.DebugContext(ctx, "a private chat cannot be read", "chat", p.ChannelID, "err", err)
		return nil, nil //nolint:nilnil // nothing is a valid answer here
	}
	return page, err
}

// inHistory reads one message of a chat's history; without an event there is nothing to work.
func (a *Adapter) inHistory(ctx context.Context, chat string, m slackgo.Message) (bot.Inbound, error) {
	raw, err := json.Marshal(m.Msg)
	if err != nil {
		return bot.Inbound{}, fmt.Errorf("encode message: %w", err)
	}
	d := delivered{Type: "event_callback"}
	if err := decode(raw, &d.Event); err != nil {
		return bot.Inbound{}, fmt.Errorf("decode message: %w", err)
	}
	d.Event.Type, d.Event.Channel, d.Event.ChannelType = "message", chat, "im"
	h, err := a.hearEvent(ctx, d)
	return h.in, err
}

// missed stores what nobody has heard.
func (a *Adapter) missed(ctx context.Context, in bot.Inbound, handle bot.Handler) error {
	if a.cfg.Post != nil {
		return a.store(ctx, in)
	}
	_, err := handle(ctx, in)
	return err
}
