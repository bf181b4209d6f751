package telegram

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// maxFetch is the largest file that the platform hands over, in bytes (platform-facts.md 41).
const maxFetch = 20 << 20

// heard is what an update comes to.
type heard struct {
	in    bot.Inbound // its Event is nil when there is nothing to work
	query string      // a press that is acknowledged and no more
	why   string      // why there is nothing to work, for the log
}

func ignored(why string) heard { return heard{why: why} }

// hear decodes an update. What is not as expected within it is left out, so that news of Telegram's
// break nothing; an error means that not even its number could be read.
func (a *Adapter) hear(raw []byte) (heard, error) {
	var u update
	if err := json.Unmarshal(raw, &u); err != nil {
		if kind := (*json.UnmarshalTypeError)(nil); !errors.As(err, &kind) || u.ID <= 0 {
			return heard{}, fmt.Errorf("decode update: %w", err)
		}
	}
	if u.ID <= 0 {
		return heard{}, errors.New("decode update: it has no update_id")
	}
	if a.me.Load() == nil && u.public() {
		return heard{}, errStarting
	}
	var h heard
	switch {
	case u.Message != nil:
		h = a.hearMessage(u.Message, raw)
	case u.Edited != nil:
		h = a.hearEdit(u.Edited)
	case u.Callback != nil:
		h = a.hearPress(u)
	case u.Member != nil:
		h = a.hearMember(*u.Member)
	default:
		h = ignored("no kind of update that is read")
	}
	h.in.ID, h.in.Order = Name+"/"+strconv.FormatInt(u.ID, 10), u.ID
	return h, nil
}

// errStarting means that the bot does not know its own name yet, by which it is addressed in groups.
var errStarting = errors.New("decode update: the bot does not know its name yet")

func (u update) public() bool {
	for _, m := range []*message{u.Message, u.Edited} {
		if m != nil && m.Chat.public() {
			return true
		}
	}
	return false
}

func (a *Adapter) hearMessage(m *message, raw []byte) heard {
	in := m.inbound(m.Date)
	if m.MigrateTo != 0 {
		a.deskMoved(m.Chat.ID, m.MigrateTo)
		in.From, _ = a.sender(m)
		in.Event = bot.Moved{Chat: strconv.FormatInt(m.MigrateTo, 10)}
		return heard{in: in}
	}
	if m.MigrateFrom != 0 {
		a.deskMoved(m.MigrateFrom, m.Chat.ID)
		return ignored("service message")
	}
	var why string
	if in.From, why = a.sender(m); why != "" {
		return ignored(why)
	}
	if !a.forUs(m) {
		return ignored("not addressed to the bot")
	}
	event, ok := m.event(a.self())
	if !ok {
		var parts struct {
			Message json.RawMessage `json:"message"`
		}
		_ = json.Unmarshal(raw, &parts) // it was read before
		kind, ok := kindOf(parts.Message)
		if !ok {
			return ignored("service message")
		}
		event = bot.Odd{Kind: kind}
	}
	in.Event = event
	return heard{in: in}
}

// hearEdit hears a new wording. Other edits - a live location moves - are none.
func (a *Adapter) hearEdit(m *message) heard {
	in := m.inbound(max(m.EditDate, m.Date))
	var why string
	if in.From, why = a.sender(m); why != "" {
		return ignored(why)
	}
	if text, _ := m.words(); text == "" {
		return ignored("edit of something that is no text")
	}
	if !a.forUs(m) {
		return ignored("not addressed to the bot")
	}
	in.Event = bot.Edited{Of: in.Message, Text: wording.Clean(m.said(a.self()))}
	return heard{in: in}
}

// hearPress hears a button. Its data is untrusted: it may belong to no button that stands there
// (platform-facts.md 26).
func (a *Adapter) hearPress(u update) heard {
	c := u.Callback
	if c.Message == nil || c.Message.Chat.ID == 0 || c.Data == "" || len(c.Data) > maxData || wording.Clean(c.Data) != c.Data {
		return heard{query: c.ID, why: "press of a button that is not ours"}
	}
	in := c.Message.inbound(0)
	in.From, in.Sent = c.From.sender(), a.received(u.ID)
	in.Event = bot.Chose{Choice: bot.ChoiceID(c.Data), On: in.Message, Query: c.ID}
	in.Message, in.ReplyTo = "", "" // it answers nothing, whatever the message with the button does
	return heard{in: in}
}

func (a *Adapter) hearMember(c memberChanged) heard {
	gone := c.New.Status == "kicked" || c.New.Status == "left"
	if c.Chat.public() {
		if gone {
			a.cfg.Log.Warn("the bot was removed from a group", "chat", c.Chat.ID, "desk", a.isDesk(c.Chat.ID))
		} else { // nobody sees the number of a group elsewhere
			a.cfg.Log.Info("the bot is in a group: TELEGRAM_DESK_CHAT takes its number", "chat", c.Chat.ID, "desk", a.isDesk(c.Chat.ID))
		}
		return ignored("membership in a group")
	}
	m := message{Chat: c.Chat}
	in := m.inbound(c.Date)
	in.From, in.Message, in.Event = c.From.sender(), "", bot.Presence{Gone: gone}
	return heard{in: in}
}

// inbound returns what every message comes to; date is in seconds since 1970.
func (m *message) inbound(date int64) bot.Inbound {
	return bot.Inbound{
		Sent: time.Unix(date, 0).UTC(), To: m.address(), Public: m.Chat.public(),
		Message: bot.MessageID(strconv.FormatInt(m.ID, 10)), ReplyTo: m.quoted(),
	}
}

// quoted returns the message that this one answers; empty = none. What is written in a topic answers its
// beginning, which nobody has quoted.
func (m *message) quoted() bot.MessageID {
	if m.ReplyTo == nil || m.ReplyTo.ID <= 0 || m.ReplyTo.Topic != nil {
		return ""
	}
	return bot.MessageID(strconv.FormatInt(m.ReplyTo.ID, 10))
}

// sender returns who wrote a message, or why nobody did whom we answer. In the desk's room an
// administrator may hide behind the room (platform-facts.md 25).
func (a *Adapter) sender(m *message) (s bot.Sender, why string) {
	switch {
	case m.SenderChat != nil && m.SenderChat.ID == m.Chat.ID && a.isDesk(m.Chat.ID):
		name := m.Signature
		if name == "" {
			name = m.Chat.Title
		}
		return bot.Sender{ID: claim.PersonID(strconv.FormatInt(m.Chat.ID, 10)), Name: wording.Clean(name)}, ""
	case m.SenderChat != nil:
		return bot.Sender{}, "written in the name of a chat"
	case m.From == nil || m.From.ID == 0:
		return bot.Sender{}, "nobody wrote it"
	case m.From.IsBot:
		return bot.Sender{}, "written by a bot"
	}
	return m.From.sender(), ""
}

func (u user) sender() bot.Sender {
	return bot.Sender{ID: claim.PersonID(strconv.FormatInt(u.ID, 10)), Name: wording.Clean(strings.TrimSpace(u.First + " " + u.Last)), Lang: wording.Clean(u.Lang)}
}

// forUs tells whether a message is worked: in a private chat all, in the desk's room all but commands
// of other bots, elsewhere what is addressed to the bot. An album is addressed by one of its items.
func (a *Adapter) forUs(m *message) bool {
	to := m.addressee(a.self())
	album := m.album()
	if to == anybody && album != "" && a.albums.Has(album) {
		to = us
	}
	if to == us && album != "" {
		a.albums.First(album, true)
	}
	return to == us || to == anybody && a.isDesk(m.Chat.ID)
}

// event returns what a message says; ok is false when it is of no kind that we know.
func (m *message) event(me user) (ev bot.Event, ok bool) {
	if m.Text != "" {
		return bot.Said{Text: wording.Clean(m.said(me))}, true
	}
	if f, ok := m.file(); ok {
		return bot.Attached{Files: []bot.File{f}, Caption: wording.Clean(m.said(me)), Album: m.album()}, true
	}
	for _, odd := range []struct {
		there *present
		kind  string
	}{
		{m.Sticker, "sticker"},
		{m.Venue, "venue"},
		{m.Location, "location"},
		{m.Contact, "contact"},
		{m.Poll, "poll"},
		{m.Dice, "dice"},
		{m.Story, "story"},
		{m.Game, "game"},
	} {
		if odd.there != nil {
			return bot.Odd{Kind: odd.kind}, true
		}
	}
	return nil, false
}

// album names the album that a message belongs to; empty = none.
func (m *message) album() string {
	if m.Album == "" {
		return ""
	}
	return Name + "/" + strconv.FormatInt(m.Chat.ID, 10) + "/" + m.Album
}

// file returns the file of a message. An animation comes as a document too (platform-facts.md 22).
func (m *message) file() (bot.File, bool) {
	var photo *media
	for i := range m.Photo { // ascending, as a rule
		if photo == nil || m.Photo[i].Size >= photo.Size {
			photo = &m.Photo[i]
		}
	}
	for _, k := range []struct {
		media *media
		mime  string
	}{
		{photo, "image/jpeg"},
		{m.LivePhoto, "video/mp4"},
		{m.Animation, "video/mp4"},
		{m.Video, "video/mp4"},
		{m.VideoNote, "video/mp4"},
		{m.Voice, "audio/ogg"},
		{m.Audio, "audio/mpeg"},
		{m.Document, ""},
	} {
		if k.media != nil {
			return k.media.file(k.mime), true
		}
	}
	return bot.File{}, false
}

func (d *media) file(mime string) bot.File {
	f := bot.File{Ref: d.ID, Name: wording.FileName(d.Name), Mime: wording.Clean(d.Mime), Size: max(d.Size, 0)}
	if f.Mime == "" {
		f.Mime = mime
	}
	switch {
	case f.Size > maxFetch:
		f.Ref, f.Refused = "", bot.FileTooBig
	case f.Ref == "":
		f.Refused = bot.FileLost
	}
	return f
}
