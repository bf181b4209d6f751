package slack

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// heard is what an update comes to.
type heard struct {
	in  bot.Inbound // its Event is nil when there is nothing to work
	why string      // why there is nothing to work, for the log
	odd string      // a kind of update that nobody expected, logged once; empty = it was expected

	trigger string // opens a window, for a moment; empty = none can be opened
	view    view   // the window that was sent, or the page that is looked at
}

func ignored(why string) heard { return heard{why: why} }

// hear decodes an update. Errors: errLater when it can be read later only; any other means that it is
// never read.
func (a *Adapter) hear(ctx context.Context, env envelope) (heard, error) {
	if a.me.Load() == nil {
		return heard{}, fmt.Errorf("%w: the bot does not know its name yet", errLater)
	}
	switch env.Kind {
	case kindEvent:
		var d delivered
		if err := decode(env.Body, &d); err != nil {
			return heard{}, fmt.Errorf("decode event: %w", err)
		}
		if d.Type == "event_callback" && d.Event.Type == "app_home_opened" {
			return a.hearVisit(ctx, d, env.At)
		}
		return a.hearEvent(ctx, d)
	case kindPress:
		var i interaction
		if err := decode(env.Body, &i); err != nil {
			return heard{}, fmt.Errorf("decode interaction: %w", err)
		}
		return a.hearInteraction(ctx, i, env.At)
	case kindCommand:
		var c command
		if err := decode(env.Body, &c); err != nil {
			return heard{}, fmt.Errorf("decode command: %w", err)
		}
		return a.hearCommand(ctx, c, env.At)
	}
	return heard{why: "unknown kind", odd: env.Kind}, nil
}

// decode leaves out what is not as expected, so that news of Slack's break nothing.
func decode(raw []byte, into any) error {
	err := json.Unmarshal(raw, into)
	if kind := (*json.UnmarshalTypeError)(nil); errors.As(err, &kind) && kind.Field != "" {
		return nil
	}
	return err
}

func (a *Adapter) hearEvent(ctx context.Context, d delivered) (heard, error) {
	e := &d.Event
	switch {
	case d.Type != "event_callback":
		return heard{why: "no event", odd: d.Type}, nil
	case e.Type == "message" && e.Subtype == "message_changed" && e.Message != nil:
		return a.hearEdit(ctx, e)
	case e.Type == "message" || e.Type == "app_mention":
		return a.hearMessage(ctx, e)
	}
	return heard{why: "no event that is read", odd: e.Type}, nil
}

// spoken are the subtypes of messages that a person writes (platform-facts.md 71).
var spoken = map[string]bool{"": true, "file_share": true, "thread_broadcast": true, "me_message": true}

// unread are the subtypes that are passed over without a word.
var unread = map[string]bool{
	"bot_message": true, "message_changed": true, "message_deleted": true, "message_replied": true, "channel_join": true, "channel_leave": true,
	"channel_topic": true, "channel_purpose": true, "channel_name": true, "group_join": true, "group_leave": true, "bot_add": true, "bot_remove": true,
	"tombstone": true, "pinned_item": true, "channel_convert_to_private": true, "assistant_app_thread": true,
}

func (a *Adapter) hearMessage(ctx context.Context, m *message) (heard, error) {
	if !spoken[m.Subtype] {
		h := ignored("a message that nobody wrote: " + m.Subtype)
		if !unread[m.Subtype] {
			h.odd = "message/" + m.Subtype
		}
		return h, nil
	}
	if why := a.nobody(m); why != "" {
		return ignored(why), nil
	}
	if ours, err := a.forUs(ctx, m); err != nil || !ours {
		return ignored("not addressed to the bot"), err
	}
	at, order, ok := moment(m.TS)
	if !ok {
		return heard{}, fmt.Errorf("decode message: its ts is %q", wording.Clip(m.TS, 40))
	}
	a.noteHeard(m, order)
	return heard{in: bot.Inbound{
		ID: Name + "/" + m.Channel + "/" + m.TS, Order: order, Sent: at, From: a.sender(ctx, m.User, m.team()),
		To: m.address(), Message: bot.MessageID(m.TS), ReplyTo: m.answers(), Public: m.public(), Event: a.event(ctx, m),
	}}, nil
}

// hearEdit hears a new wording. Other changes - an unfurled link, a reply's number - are none
// (platform-facts.md 72).
func (a *Adapter) hearEdit(ctx context.Context, e *message) (heard, error) {
	m := e.Message
	m.Channel, m.ChannelType = e.Channel, e.ChannelType
	switch {
	case !spoken[m.Subtype]:
		return ignored("change of a message that nobody wrote"), nil
	case m.Edited == nil || e.Previous != nil && e.Previous.Text == m.Text:
		return ignored("change without new words"), nil
	case m.Text == "":
		return ignored("edit of something that is no text"), nil
	}
	if why := a.nobody(m); why != "" {
		return ignored(why), nil
	}
	if ours, err := a.forUs(ctx, m); err != nil || !ours {
		return ignored("not addressed to the bot"), err
	}
	at, order, ok := moment(m.Edited.TS)
	if !ok || m.TS == "" {
		return heard{}, fmt.Errorf("decode edit: its ts is %q", wording.Clip(m.Edited.TS, 40))
	}
	return heard{in: bot.Inbound{
		ID: Name + "/" + m.Channel + "/" + m.TS + "/" + m.Edited.TS, Order: order, Sent: at, From: a.sender(ctx, m.User, m.team()),
		To: m.address(), Message: bot.MessageID(m.TS), ReplyTo: m.answers(), Public: m.public(),
		Event: bot.Edited{Of: bot.MessageID(m.TS), Text: a.words(ctx, m)},
	}}, nil
}

// nobody returns why nobody wrote a message whom we answer. Another bot would answer us for ever
// (platform-facts.md 72).
func (a *Adapter) nobody(m *message) string {
	switch {
	case m.Channel == "":
		return "said nowhere"
	case m.User == a.self().user:
		return "our own message"
	case m.Bot != "":
		return "written by a bot"
	case m.User == "" || m.User == "USLACKBOT":
		return "nobody wrote it"
	}
	return ""
}

// forUs tells whether a message is worked: in a private chat and in the desk's channel all, elsewhere
// what mentions the bot or stands in a thread that the bot is in.
func (a *Adapter) forUs(ctx context.Context, m *message) (bool, error) {
	me := a.self().user
	switch {
	case !m.public() || a.isDesk(m.Channel):
		return true, nil
	case m.Type == "app_mention" || a.called(m.Text):
		a.join(m.Channel, m.address().Thread)
		return true, nil
	case m.Thread == "" || m.Thread == m.TS:
		return false, nil
	case m.Parent == me:
		return true, nil
	}
	return a.inThread(ctx, m.Channel, m.Thread)
}

// public tells whether others read along. A private chat has had other types than "im".
func (m *message) public() bool {
	return m.ChannelType != "im" && !strings.HasPrefix(m.Channel, "D")
}

// team returns the team of who wrote.
func (m *message) team() string {
	for _, team := range []string{m.UserTeam, m.SourceTeam} {
		if team != "" {
			return team
		}
	}
	return m.Team
}

// address returns where the answer to a message goes: in a channel into the thread of the message, which
// it begins when it is in none. So what a press on a claim's card asks or tells stands under the card.
func (m *message) address() bot.Address {
	to := bot.Address{Channel: Name, Chat: m.Channel}
	if m.public() {
		to.Thread = first(m.Thread, m.TS)
	}
	return to
}

// answers returns the message under which the thread of this one hangs; empty = it is in none, or begins it.
func (m *message) answers() bot.MessageID {
	if m.Thread == m.TS {
		return ""
	}
	return bot.MessageID(m.Thread)
}

// event returns what a message says.
func (a *Adapter) event(ctx context.Context, m *message) bot.Event {
	words := a.words(ctx, m)
	switch {
	case len(m.Files) > 0:
		files := make([]bot.File, len(m.Files))
		for i := range m.Files {
			files[i] = m.Files[i].file()
		}
		return bot.Attached{Files: files, Caption: words}
	case strings.TrimSpace(words) != "":
		return bot.Said{Text: words}
	case len(m.Attachments) == 0:
		return bot.Odd{Kind: "unknown"}
	case m.Attachments[0].Shared:
		return bot.Odd{Kind: "shared message"}
	case m.Attachments[0].Image != "":
		return bot.Odd{Kind: "sticker"}
	}
	return bot.Odd{Kind: "attachment"}
}

// file returns a file as it is fetched later. What a stub does not tell is asked for then.
func (f file) file() bot.File {
	mime, _, _ := strings.Cut(wording.Clean(f.Mime), ";")
	out := bot.File{Name: wording.FileName(f.Name), Mime: strings.ReplaceAll(mime, " ", ""), Size: max(f.Size, 0)}
	switch {
	case f.Size > maxFetch:
		out.Refused = bot.FileTooBig
	case f.ID == "" || f.Mode == "tombstone" || f.Mode == "hidden_by_limit" || f.Mode == "external":
		out.Refused = bot.FileLost
	default:
		out.Ref = ref{id: f.ID, mime: out.Mime, url: f.address()}.String()
	}
	return out
}

// address returns where the content is; empty = it has to be asked for.
func (f file) address() string {
	if f.Access == "check_file_info" {
		return ""
	}
	if f.Download != "" {
		return f.Download
	}
	return f.URL
}

// lastMoment is the end of the year 9999, in microseconds: later times cannot be stored.
const lastMoment = 253402300800_000000

// moment reads a timestamp, which is no number: a float has no room for it (platform-facts.md 67).
func moment(ts string) (at time.Time, order int64, ok bool) {
	seconds, rest, _ := strings.Cut(ts, ".")
	micros := (rest + "000000")[:6]
	order, err := strconv.ParseInt(seconds+micros, 10, 64)
	if err != nil || order <= 0 || order >= lastMoment || seconds == "" || len(rest) > 6 || strings.Trim(ts, "0123456789.") != "" {
		return time.Time{}, 0, false
	}
	return time.UnixMicro(order).UTC(), order, true
}

// arrived returns the moment at which an update came that has no time of its own.
func arrived(at time.Time) (time.Time, int64, bool) {
	at = at.UTC().Truncate(time.Microsecond)
	return at, at.UnixMicro(), at.UnixMicro() > 0
}

func first(list ...string) string {
	for _, s := range list {
		if s != "" {
			return s
		}
	}
	return ""
}
