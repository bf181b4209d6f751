package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// messenger is the fake Telegram with the persons of a transcript, and a gate before the webhook.
type messenger struct {
	host
	polling bool // it is asked for updates
	forum   bool // the desk's room has topics, one for each claim

	server *fake.Server
	folk   folk
	eyes   eyes
}

const hookSecret = "shown-with-every-update"

func (m *messenger) name() string { return telegram.Name }

func (m *messenger) begin(s script.Scene, now func() time.Time, handler func() http.Handler) {
	m.on, m.tick = s.On, now
	m.gate = newGate(handler, updateID)
	m.server = fake.New(fake.Config{
		Now: m.now, SeeAll: true, AnyPhoto: true, Pace: 1e-6, Client: &http.Client{Transport: m.gate},
	})
	m.server.Start()
	m.folk.settle(m.server, s, m.forum)
	m.eyes.look(m.server, &m.folk, m.on)
}

func (m *messenger) id(p script.Person) claim.PersonID { return m.folk.id(p) }

func (m *messenger) room() string { return strconv.FormatInt(m.folk.desk.ID(), 10) }

func (m *messenger) adapter(media bot.Media, log *slog.Logger) bot.Adapter {
	return telegram.New(telegram.Config{
		Token: m.server.Token(), APIURL: m.server.URL(), Secret: hookSecret, PublicURL: hookURL, Desk: m.room(),
		Media: media, Log: log, Now: m.tick,
	})
}

func (m *messenger) settings(desk bool) []string {
	env := []string{"TELEGRAM_TOKEN=" + m.server.Token(), "TELEGRAM_API_URL=" + m.server.URL(), "TELEGRAM_RATE=0"}
	if !m.polling {
		env = append(env, "TELEGRAM_WEBHOOK_SECRET="+hookSecret)
	}
	if desk {
		env = append(env, "TELEGRAM_DESK_CHAT="+m.room())
	}
	return env
}

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

func (m *messenger) threads() (within, beside int) {
	for _, said := range m.folk.desk.Said() {
		if said.Thread != 0 {
			within++
		} else {
			beside++
		}
	}
	return within, beside
}

func (m *messenger) harm() (list []string) {
	chats := []*fake.Chat{m.folk.desk, m.folk.group}
	for _, p := range m.folk.people {
		chats = append(chats, p.Chat())
	}
	for _, c := range chats {
		for _, said := range c.Said() {
			for _, e := range said.Entities {
				switch {
				case e.Type == "text_mention" && c == m.folk.desk && m.folk.serves(e.User): // called by the engine
				case e.Type == "text_mention", e.Type == "mention" && c.ID() < 0: // in private nobody else is there
					list = append(list, fmt.Sprintf("Telegram: %q pings at %d", said.Text, e.Offset))
				case e.Type == "text_link":
					list = append(list, fmt.Sprintf("Telegram: %q leads to %s", said.Text, e.URL))
				}
			}
		}
	}
	return list
}

func updateID(body []byte) string {
	var u struct {
		ID int64 `json:"update_id"`
	}
	_ = json.Unmarshal(body, &u) // the fake has written it
	return strconv.FormatInt(u.ID, 10)
}

func (m *messenger) say(ctx context.Context, in script.Input, start string) (bool, error) {
	var d *deed
	var err error
	m.at(in, func() { d, err = m.folk.act(in, start) })
	if err != nil {
		return false, err
	}
	if m.polling {
		return taken(ctx, d.updates)
	}
	for _, one := range append(m.folk.waiting(d), d) {
		if ok, err := m.drive(ctx, one); err != nil || !ok {
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

func (m *messenger) again(ctx context.Context) error {
	m.relent()
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

func (m *messenger) noWindows() {} // there are none

func (m *messenger) lose(script.Input, string) error { return script.ErrCannot }

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

func (m *messenger) noFiles() {
	m.lift = append(m.lift, m.server.Inject(fake.Fault{Method: "getFile", Refuse: fake.ServerError()}))
}

func (m *messenger) seen() []script.Heard {
	var out []script.Heard
	for _, d := range m.folk.order {
		out = append(out, d.notes()...)
	}
	return append(out, m.eyes.news()...)
}
