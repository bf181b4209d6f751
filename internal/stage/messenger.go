package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// messenger is the fake platform with the persons of a transcript, and a gate before the webhook.
type messenger struct {
	server *fake.Server
	gate   *gate
	on     string // the channel as the transcript calls it
	hands
	folk folk
	eyes eyes
	lift []func() // ends what the platform refuses
}

// hands are those of a platform's clock.
type hands struct {
	sent atomic.Int64 // when the message that is delivered was sent, microseconds since 1970; 0 = now
	tick func() time.Time
}

// platformTime is the platform's clock: the transcript's, or that of the message on its way.
func (h *hands) platformTime() time.Time {
	if sent := h.sent.Load(); sent != 0 {
		return time.UnixMicro(sent).UTC()
	}
	return h.tick()
}

const (
	hookSecret = "shown-with-every-update"
	hookURL    = "http://127.0.0.1:1" // never dialled: see gate
)

// begin makes the platform for a scene, which then plays on Telegram. handler is the program's.
func (m *messenger) begin(s *script.Scene, forum bool, now func() time.Time, handler func() http.Handler) {
	m.on, s.On = s.On, telegram.Name
	m.tick = now
	m.gate = newGate(handler, updateID)
	m.server = fake.New(fake.Config{
		Now: m.platformTime, SeeAll: true, AnyPhoto: true, Pace: 1e-6, Client: &http.Client{Transport: m.gate},
	})
	m.server.Start()
	m.folk.settle(m.server, *s, forum)
	m.eyes.look(m.server, &m.folk, m.on)
}

// close ends the platform and tells what was done that the real one lets pass in silence.
func (m *messenger) close() error {
	if m.server == nil {
		return nil
	}
	m.server.Close()
	var errs []error
	for _, mistake := range m.server.Mistakes() {
		errs = append(errs, fmt.Errorf("mistake towards Telegram: %s", mistake))
	}
	return errors.Join(errs...)
}

// Topics returns how many topics the bot has made in the desk's room.
func (m *messenger) Topics() int { return len(m.folk.desk.Topics()) }

func updateID(body []byte) string {
	var u struct {
		ID int64 `json:"update_id"`
	}
	_ = json.Unmarshal(body, &u) // the fake has written it
	return strconv.FormatInt(u.ID, 10)
}

// act lets a person do something. payload makes deep links.
func (m *messenger) act(ctx context.Context, in script.Input, payload func(context.Context, claim.Serial) (string, error)) (*deed, error) {
	start := ""
	if l, ok := in.Act.(script.Linked); ok {
		var err error
		if start, err = payload(ctx, l.Serial); err != nil {
			return nil, err
		}
	}
	m.sent.Store(in.Sent.UnixMicro())
	defer m.sent.Store(0)
	return m.folk.act(in, start)
}

// deliver lets the updates of an input pass, behind those of its chat that are still to come, and tells
// whether the program has taken all.
func (m *messenger) deliver(ctx context.Context, d *deed) (taken bool, err error) {
	for _, one := range append(m.folk.waiting(d), d) {
		if taken, err = m.drive(ctx, one); err != nil || !taken {
			return false, err
		}
	}
	return true, nil
}

// drive delivers a deed's updates one after the other, as long as the program takes them.
func (m *messenger) drive(ctx context.Context, d *deed) (taken bool, err error) {
	for _, u := range d.updates {
		if !u.Seen() || !d.due(u) {
			continue
		}
		status, err := m.gate.pass(ctx, strconv.FormatInt(u.ID(), 10))
		switch {
		case err != nil:
			return false, fmt.Errorf("deliver update: %w", err)
		case status != http.StatusOK:
			return false, nil
		}
		d.passed(u)
	}
	return true, nil
}

// again ends what the platform refuses, and delivers what the program has not taken.
func (m *messenger) again(ctx context.Context) error {
	for _, lift := range m.lift {
		lift()
	}
	m.lift = nil
	for _, d := range m.folk.undelivered() {
		if _, err := m.drive(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

// sends are the methods that put something into a chat.
var sends = map[string]bool{
	"sendMessage": true, "sendPhoto": true, "sendVideo": true, "sendAudio": true, "sendVoice": true, "sendDocument": true,
	"sendMediaGroup": true, "editMessageText": true, "editMessageCaption": true, "editMessageReplyMarkup": true,
}

// refuse has the platform refuse what is sent.
func (m *messenger) refuse(r script.Refuse) {
	till := m.tick().Add(r.For)
	f := fake.Fault{When: func(c fake.Call) bool { return sends[c.Method] && (r.For == 0 || m.tick().Before(till)) }}
	if p := m.folk.people[r.Person]; p != nil {
		f.Chat = p.ID()
	}
	switch r.Status {
	case http.StatusTooManyRequests:
		f.Refuse = fake.TooMany(r.For)
	case http.StatusForbidden:
		f.Refuse = fake.Blocked()
	default:
		bad := fake.BadGateway()
		f.Body, f.Status = bad.Body, bad.Status
	}
	m.lift = append(m.lift, m.server.Inject(f))
}

// noFiles has the platform hand over no file.
func (m *messenger) noFiles() {
	m.lift = append(m.lift, m.server.Inject(fake.Fault{Method: "getFile", Refuse: fake.ServerError()}))
}

// seen returns what stands in the chats since the last call, and remarks beside presses.
func (m *messenger) seen() []script.Heard {
	var out []script.Heard
	for _, d := range m.folk.order {
		out = append(out, d.notes()...)
	}
	return append(out, m.eyes.news()...)
}
