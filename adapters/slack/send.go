package slack

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	slackgo "github.com/slack-go/slack"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// Send puts one message into a chat with one call that can be seen, or edits one that stands there. What
// the platform refuses in its form only - a button's address, a thread that is gone - goes without it.
// Errors are those of [bot.Adapter], and [bot.ErrNotFound] when what shall be replaced is not there any
// more.
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	o, err := a.located(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("open private chat on slack: %w", port(err))
	}
	ids, err := a.send(ctx, o)
	if err != nil {
		return nil, fmt.Errorf("send to slack: %w", port(err))
	}
	if o.Spent.Message != "" && o.Spent.Message != o.Replace {
		a.spend(ctx, o)
	}
	return ids, nil
}

func (a *Adapter) send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	files, rest := sendable(o.Files)
	if o.Replace != "" { // an edit brings no files
		files, rest = nil, o.Files
	}
	o.Text = wording.WithNames(o.Text, rest)
	blank := strings.TrimSpace(bot.Plain(o.Text)) == ""
	if blank && (len(o.Choices) > 0 || o.Replace != "") {
		o.Text, blank = "…", false
	}
	if blank && len(files) == 0 {
		a.cfg.Log.WarnContext(ctx, "message without any content is not sent", "chat", o.To.Chat, "out", o.ID)
		return nil, nil
	}
	if err := a.api.holds.held(lane(o, files)); err != nil { // no file goes up, and nothing is counted, in vain
		return nil, err
	}
	if err := a.take(ctx, o.To.Chat); err != nil {
		return nil, err
	}
	if len(files) > 0 {
		return a.sendFiles(ctx, o, files)
	}
	return a.insistently(ctx, o)
}

// lane returns what the call counts for that brings a message into its chat.
func lane(o bot.Outgoing, files []bot.File) limit {
	switch {
	case o.Replace != "":
		return limit{"chat.update", o.To.Chat}
	case len(files) > 0:
		return limit{method: "files.completeUploadExternal"}
	}
	return limit{"chat.postMessage", o.To.Chat}
}

// insistently sends again without that in the message's form which the platform refuses: what fails so
// would fail for ever.
func (a *Adapter) insistently(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	for {
		ids, err := a.sendText(ctx, o)
		switch {
		case err == nil:
			return ids, nil
		case hasURL(o.Choices) && says(err, "invalid_blocks", "invalid_blocks_format"):
			o.Text, o.Choices = wording.WithLinks(o.Text, o.Choices)
		case o.Replace == "" && thread(o) != "" && noThread(err):
			if o.About+o.Card != "" { // the claim gets another place
				return nil, fmt.Errorf("%w: %w", bot.ErrNotFound, err)
			}
			o.To.Thread, o.ReplyTo = "", ""
		default:
			return nil, err
		}
		a.cfg.Log.WarnContext(ctx, "Slack refuses a message in its form, it goes without", "chat", o.To.Chat, "out", o.ID, "err", err)
	}
}

func noThread(err error) bool {
	return says(err, "thread_not_found", "message_not_found", "invalid_thread_ts", "cannot_reply_to_message", "thread_locked")
}

// thread returns under which message a message stands; empty = under none. In a private chat nothing
// does: who writes there looks at the chat.
func thread(o bot.Outgoing) string {
	switch {
	case strings.HasPrefix(o.To.Chat, "D"):
		return ""
	case o.To.Thread != "":
		return o.To.Thread
	}
	return string(o.ReplyTo)
}

// sendText posts a message, or gives one that stands in the chat other words and buttons.
func (a *Adapter) sendText(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	options := shown(notice(o.Text), blocks(o.Text, o.Choices, o.Mentions...))
	if o.Replace != "" {
		_, _, _, err := a.api.slack.UpdateMessageContext(ctx, o.To.Chat, string(o.Replace), options...)
		err = a.api.mind("chat.update", err)
		switch {
		case says(err, "message_not_found", "cant_update_message", "edit_window_closed", "update_failed"):
			return nil, fmt.Errorf("%w: %w", bot.ErrNotFound, err)
		case err != nil:
			return nil, err
		}
		a.said.Put(o.To.Chat+"/"+string(o.Replace), o.Text)
		return []bot.MessageID{o.Replace}, nil
	}
	options = append(options, slackgo.MsgOptionDisableLinkUnfurl(), slackgo.MsgOptionDisableMediaUnfurl()) // people's links show nothing
	under := thread(o)
	if under != "" {
		options = append(options, slackgo.MsgOptionTS(under))
	}
	_, ts, err := a.api.slack.PostMessageContext(ctx, o.To.Chat, options...)
	switch err := a.api.mind("chat.postMessage", err); {
	case err != nil:
		return nil, err
	case ts == "":
		return nil, errors.New("slack chat.postMessage: no ts")
	}
	if under != "" {
		a.join(o.To.Chat, under)
	}
	a.said.Put(o.To.Chat+"/"+ts, o.Text)
	return []bot.MessageID{bot.MessageID(ts)}, nil
}

// shown is what every message has: a notice, which is escaped, and blocks; no name becomes a mention
// (platform-facts.md 87).
func shown(notice string, list []slackgo.Block) []slackgo.MsgOption {
	return []slackgo.MsgOption{slackgo.MsgOptionText(notice, false), slackgo.MsgOptionBlocks(list...), slackgo.MsgOptionParse(false)}
}

// spendTime is how long taking buttons away may hold up a turn.
const spendTime = 3 * time.Second

// spend takes the buttons of an earlier message away, and leaves the one that was chosen as words. It is
// an ornament: it fails without a word, and makes way when there is much to send.
func (a *Adapter) spend(ctx context.Context, o bot.Outgoing) {
	if !a.idle(ctx, o.To.Chat) {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, spendTime)
	defer cancel()
	text, list, err := a.recall(ctx, o.To, string(o.Spent.Message))
	if err == nil {
		if s := o.Spent; s.Choice != "" && s.Label != "" {
			list = append(list, words("✓ "+bot.Escape(s.Label)))
		}
		_, _, _, err = a.api.slack.UpdateMessageContext(ctx, o.To.Chat, string(o.Spent.Message), shown(text, list)...)
		err = a.api.mind("chat.update", err)
	}
	if err != nil {
		a.cfg.Log.DebugContext(ctx, "spent buttons not removed", "chat", o.To.Chat, "err", err)
	}
}

// recall returns what a message of ours says, without its buttons: from memory, or from the chat.
func (a *Adapter) recall(ctx context.Context, to bot.Address, ts string) (notices string, list []slackgo.Block, err error) {
	if text, ok := a.said.Get(to.Chat + "/" + ts); ok {
		return notice(text), blocks(text, nil), nil
	}
	var found []slackgo.Message
	if to.Thread != "" {
		found, _, _, err = a.api.slack.GetConversationRepliesContext(ctx, &slackgo.GetConversationRepliesParameters{
			ChannelID: to.Chat, Timestamp: to.Thread, Oldest: ts, Latest: ts, Inclusive: true, Limit: 2,
		})
		err = a.api.mind("conversations.replies", err)
	} else {
		var h *slackgo.GetConversationHistoryResponse
		h, err = a.api.slack.GetConversationHistoryContext(ctx, &slackgo.GetConversationHistoryParameters{
			ChannelID: to.Chat, Oldest: ts, Latest: ts, Inclusive: true, Limit: 1,
		})
		if err = a.api.mind("conversations.history", err); err == nil {
			found = h.Messages
		}
	}
	if err != nil {
		return "", nil, err
	}
	for _, m := range found {
		if m.Timestamp == ts && m.User == a.self().user {
			return m.Text, withoutButtons(m.Blocks), nil
		}
	}
	return "", nil, fmt.Errorf("message to take buttons from: %w", bot.ErrNotFound)
}

func withoutButtons(all slackgo.Blocks) []slackgo.Block {
	var list []slackgo.Block
	for _, b := range all.BlockSet {
		if b.BlockType() != slackgo.MBTAction {
			list = append(list, b)
		}
	}
	return list
}
