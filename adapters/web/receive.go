package web

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// update is what the page posts: one thing that a person did.
type update struct {
	ID    string `json:"id"`    // made by the page, random, the same at every retry
	Order int64  `json:"order"` // the page's count, growing; 0 = the next one
	Sent  int64  `json:"sent"`  // when the person did it, ms by the page's clock
	Now   int64  `json:"now"`   // when it is posted, ms by the same clock; 0 = that clock is right
	Lang  string `json:"lang"`  // what the page was switched to

	Text  *string    `json:"text"`
	Press *pressed   `json:"press"`
	Edit  *edit      `json:"edit"`
	Album *albumPost `json:"album"`
	Odd   string     `json:"odd"` // sticker, location, contact ...
}

type pressed struct {
	Message bot.MessageID `json:"message"`
	Choice  bot.ChoiceID  `json:"choice"`
	Label   string        `json:"label"` // used when the message has lost its button meanwhile
}

type edit struct {
	Of   bot.MessageID `json:"of"`
	Text string        `json:"text"`
}

type albumPost struct {
	Files   []fileItem `json:"files"`
	Caption string     `json:"caption"`
}

// fileItem is an uploaded file, or one that the page did not even try to upload.
type fileItem struct {
	Ref    string `json:"ref"`
	TooBig bool   `json:"too_big"`
	Name   string `json:"name"` // with TooBig
	Size   int64  `json:"size"` // with TooBig
}

// receipt is the answer to an accepted update.
type receipt struct {
	Message bot.MessageID `json:"message"`        // what stands in the chat for it
	Note    string        `json:"note,omitempty"` // a short remark, see bot.Ack
}

var (
	errBad      = errors.New("malformed update")
	errNotYours = errors.New("not a message of this person")

	updateID = regexp.MustCompile(`^[A-Za-z0-9_-]{8,64}$`)
	oddKind  = regexp.MustCompile(`^[a-z_]{1,32}$`)
)

// maxAge is how long an update may have waited in a page. The page's word on when a message was
// written decides policy dates, so it is believed within the time a platform would redeliver.
const maxAge = 7 * 24 * time.Hour

func (a *Adapter) send(w http.ResponseWriter, r *http.Request, handle bot.Handler) {
	p, visitor, ok := a.enter(w, r)
	if !ok {
		return
	}
	select {
	case <-a.ended:
		later(w)
		return
	default:
	}
	if t, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || t != "application/json" {
		problem(w, http.StatusUnsupportedMediaType, "not_json")
		return
	}
	var u update
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(&u); err != nil {
		var tooBig *http.MaxBytesError
		if errors.As(err, &tooBig) {
			problem(w, http.StatusRequestEntityTooLarge, "too_long")
			return
		}
		problem(w, http.StatusBadRequest, "malformed")
		return
	}
	chat := r.PathValue("chat")
	rm, err := a.rooms.enter(chat)
	if err != nil {
		a.cfg.Log.Error("open web chat", "chat", chat, "err", err)
		later(w)
		return
	}
	defer rm.leave()

	m, err := a.decode(rm, u, visitor)
	if err == nil {
		m.By, m.Name, m.Lang = p.ID, p.Name, lang(r, u.Lang, p)
		m, err = rm.hear(m)
	}
	switch {
	case errors.Is(err, errBad):
		problem(w, http.StatusBadRequest, "malformed")
		return
	case errors.Is(err, errNotYours):
		problem(w, http.StatusNotFound, "no_message")
		return
	case err != nil:
		a.cfg.Log.Error("keep web message", "chat", chat, "err", err)
		later(w)
		return
	}
	a.work(w, r, turn{room: rm, heard: m, handle: handle})
}

// turn is an update on its way through the handler.
type turn struct {
	room   *room
	heard  message
	handle bot.Handler
}

// work calls the handler and acknowledges. A page that goes away does not stop the turn.
func (a *Adapter) work(w http.ResponseWriter, r *http.Request, t turn) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), turnTime)
	defer cancel()
	in := t.heard.inbound(t.room.chat)
	ack, err := t.handle(ctx, in)
	if err == nil {
		err = t.room.accept(t.heard)
	}
	if err != nil {
		// The engine has logged why; here it is one of many tries.
		a.cfg.Log.Info("web update not accepted", slog.String("chat", t.room.chat), slog.String("in", in.ID), slog.Any("err", err))
		later(w)
		return
	}
	answer(w, http.StatusOK, receipt{Message: in.Message, Note: ack.Note})
}

// decode makes a message of an update. It does not trust anything in it.
func (a *Adapter) decode(rm *room, u update, visitor claim.PersonID) (message, error) {
	if !updateID.MatchString(u.ID) || u.Order < 0 || u.Order > 1<<53 {
		return message{}, errBad
	}
	m := message{Key: u.ID, Order: u.Order, Sent: a.sent(u)}
	said := 0
	if u.Text != nil {
		said++
		m.Text = clean(*u.Text)
	}
	if u.Odd != "" {
		said++
		m.Odd = u.Odd
	}
	if u.Edit != nil {
		said++
		m.Text, m.Of = clean(u.Edit.Text), parseID(u.Edit.Of)
	}
	if u.Press != nil {
		said++
		m.Choice = u.Press.Choice
		label, ok := rm.label(parseID(u.Press.Message), m.Choice)
		if m.Text = label; !ok {
			m.Text = clean(u.Press.Label)
		}
	}
	if u.Album != nil {
		said++
		m.Text = clean(u.Album.Caption)
		for _, item := range u.Album.Files {
			f, ok := a.attached(item, visitor)
			if !ok {
				return message{}, errBad
			}
			m.Files = append(m.Files, f)
		}
	}
	bad := said != 1 ||
		u.Text != nil && m.Text == "" ||
		u.Odd != "" && !oddKind.MatchString(u.Odd) ||
		u.Edit != nil && m.Of == 0 ||
		u.Press != nil && (m.Choice == "" || len(m.Choice) > 64) ||
		u.Album != nil && (len(m.Files) == 0 || len(m.Files) > maxFiles)
	if bad {
		return message{}, errBad
	}
	return m, nil
}

func (a *Adapter) attached(item fileItem, visitor claim.PersonID) (bot.File, bool) {
	if item.TooBig {
		return bot.File{Name: wording.FileName(item.Name), Size: max(item.Size, 0), Refused: bot.FileTooBig}, true
	}
	return a.deref(item.Ref, visitor)
}

// sent corrects the page's clock: how long ago it was is taken from the page, now is ours.
func (a *Adapter) sent(u update) time.Time {
	now := a.cfg.Now()
	mine := u.Now
	if mine <= 0 {
		mine = now.UnixMilli()
	}
	age := int64(0)
	if u.Sent > 0 {
		age = min(max(mine-u.Sent, 0), maxAge.Milliseconds())
	}
	return now.Add(-time.Duration(age) * time.Millisecond).UTC().Truncate(time.Millisecond)
}

// clean makes text that every store takes; it takes no meaning away.
func clean(s string) string {
	s = strings.ReplaceAll(s, "\r\n", "\n")
	return strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD")
}

// inbound is what the handler gets: made of what was heard first, so it never differs.
func (m message) inbound(chat string) bot.Inbound {
	in := bot.Inbound{
		ID:    Name + "/" + chat + "/" + string(m.By) + "/" + m.Key,
		Order: m.Order, Sent: m.Sent,
		From: bot.Sender{ID: m.By, Name: m.Name, Lang: m.Lang},
		To:   bot.Address{Channel: Name, Chat: chat},
	}
	if chat == Desk {
		in.From.Staff = m.By // has logged in; in the demo whoever it says
	}
	text := m.Text
	if m.Edited {
		text = m.first
	}
	switch {
	case m.Of != 0:
		in.Message = message{N: m.Of}.id()
		in.Event = bot.Edited{Of: in.Message, Text: m.Text}
	case m.Choice != "":
		in.Event = bot.Chose{Choice: m.Choice}
	case len(m.Files) > 0:
		in.Message = m.id()
		in.Event = bot.Attached{Files: m.Files, Caption: text}
	case m.Odd != "":
		in.Message = m.id()
		in.Event = bot.Odd{Kind: m.Odd}
	default:
		in.Message = m.id()
		in.Event = bot.Said{Text: text}
	}
	return in
}
