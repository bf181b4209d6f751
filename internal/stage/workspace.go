package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// workspace is the fake Slack with the persons of a transcript, and a gate before the hook.
type workspace struct {
	host
	socket bool // events come by Socket Mode

	server *fake.Server
	crew   crew
	view   view
}

// patience is how long the platform waits for an answer: a transcript says when a delivery passes.
const patience = time.Hour

func (w *workspace) name() string { return slack.Name }

func (w *workspace) begin(s script.Scene, now func() time.Time, handler func() http.Handler) {
	w.on, w.tick = s.On, now
	w.gate = newGate(handler, eventID)
	w.server = fake.New(fake.Config{
		SigningSecret: "8f742231b10e8888abcd9900aabb85a5", Now: w.now, Quiet: true, Pace: 1e-6, Patience: patience, Client: &http.Client{Transport: w.gate},
	})
	w.gate.sign = func(body []byte) http.Header { return w.server.Sign(body, time.Now()) } // the library looks at no other clock
	w.server.Start()
	w.crew.settle(w.server, s)
	w.view.look(w.server, &w.crew, w.on)
	if !w.socket {
		w.server.Connect(hookURL + "/hook/slack")
	}
}

func (w *workspace) id(p script.Person) claim.PersonID { return w.crew.id(p) }

func (w *workspace) room() string { return w.crew.desk.ID() }

func (w *workspace) adapter(media bot.Media, log *slog.Logger) bot.Adapter {
	return slack.New(slack.Config{
		Token: w.server.Token(), APIURL: w.server.API(), SigningSecret: w.server.SigningSecret(), PublicURL: hookURL, Desk: w.room(),
		Media: media, Log: log, Now: w.tick,
	})
}

func (w *workspace) settings(desk bool) []string {
	env := []string{"SLACK_BOT_TOKEN=" + w.server.Token(), "SLACK_API_URL=" + w.server.API()}
	if w.socket {
		env = append(env, "SLACK_APP_TOKEN="+w.server.AppToken())
	} else {
		env = append(env, "SLACK_SIGNING_SECRET="+w.server.SigningSecret())
	}
	if desk {
		env = append(env, "SLACK_DESK_CHANNEL="+w.room())
	}
	return env
}

func (w *workspace) close() error {
	if w.server == nil {
		return nil
	}
	w.server.Close()
	var errs []error
	for _, mistake := range w.server.Mistakes() {
		errs = append(errs, fmt.Errorf("mistake towards Slack: %s", mistake))
	}
	return errors.Join(errs...)
}

func (w *workspace) threads() (within, beside int) {
	for _, m := range w.crew.desk.Said() {
		if m.Thread != "" {
			within++
		} else {
			beside++
		}
	}
	return within, beside
}

func (w *workspace) harm() (list []string) {
	chats := []*fake.Chat{w.crew.desk, w.crew.group}
	for _, p := range w.crew.people {
		chats = append(chats, p.DM())
	}
	for _, c := range chats {
		said := c.Said()
		for _, p := range w.crew.people {
			said = append(said, c.Ephemeral(p)...)
		}
		for _, m := range said {
			for _, who := range m.Pinged {
				if c == w.crew.desk && w.crew.serves(who) { // called by the engine
					continue
				}
				list = append(list, fmt.Sprintf("Slack: %q pings %s", m.Text, who))
			}
			for _, l := range m.Links {
				if l.Label != l.URL {
					list = append(list, fmt.Sprintf("Slack: %q leads to %s as %s", m.Text, l.URL, l.Label))
				}
			}
			if m.Unfurls {
				list = append(list, fmt.Sprintf("Slack: %q shows what it links to", m.Text))
			}
		}
	}
	return list
}

// eventID names what Slack posts: events come as JSON, presses in a form.
func eventID(body []byte) string {
	var e struct {
		Event   string `json:"event_id"`
		Trigger string `json:"trigger_id"`
	}
	if form, err := url.ParseQuery(string(body)); err == nil && form.Has("payload") {
		body = []byte(form.Get("payload"))
	}
	_ = json.Unmarshal(body, &e) // the fake has written it
	return e.Event + e.Trigger
}

func (w *workspace) say(ctx context.Context, in script.Input, start string) (bool, error) {
	var a *act
	var err error
	w.at(in, func() { a, err = w.crew.act(in, start) })
	if err != nil {
		return false, err
	}
	if w.socket {
		return taken(ctx, a.events)
	}
	for _, one := range append(w.crew.waiting(a), a) {
		if ok, err := w.drive(ctx, one); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

func (w *workspace) lose(in script.Input, start string) (err error) {
	w.server.Lose(1)
	w.at(in, func() {
		var a *act
		if a, err = w.crew.act(in, start); err == nil {
			a.events = nil
		}
	})
	return err
}

func (w *workspace) noWindows() {
	w.server.Inject(fake.Fault{Method: "views.open", Refuse: fake.Refuse("expired_trigger_id")})
}

// drive delivers an act's events one after the other, as long as the program takes them.
func (w *workspace) drive(ctx context.Context, a *act) (taken bool, err error) {
	for i, e := range a.events {
		if acked(e) {
			continue
		}
		if given(e) {
			e = e.Again()
			a.events[i] = e
		}
		status, err := w.gate.pass(ctx, e.ID())
		switch {
		case err != nil:
			return false, fmt.Errorf("deliver event: %w", err)
		case status != http.StatusOK:
			return false, nil
		}
		<-e.Acked() // the platform learns of it a moment later
	}
	return true, nil
}

func (w *workspace) again(ctx context.Context) error {
	w.relent()
	for _, a := range w.crew.undelivered() {
		if _, err := w.drive(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// posts are the methods that put something into a chat.
var posts = map[string]bool{"chat.postMessage": true, "chat.update": true, "files.completeUploadExternal": true}

func (w *workspace) refuse(r script.Refuse) {
	till := w.tick().Add(r.For)
	f := fake.Fault{When: func(c fake.Call) bool { return posts[c.Method] && (r.For == 0 || w.tick().Before(till)) }}
	if p := w.crew.people[r.Person]; p != nil {
		f.Chat = p.DM().ID()
	}
	switch r.Status {
	case http.StatusTooManyRequests:
		f.Refuse = fake.TooMany(r.For)
	case http.StatusForbidden:
		f.Refuse = fake.Refuse("cannot_dm_bot")
	default:
		bad := fake.BadGateway()
		f.Body, f.Status = bad.Body, bad.Status
	}
	w.lift = append(w.lift, w.server.Inject(f))
}

func (w *workspace) noFiles() {
	f := fake.BadGateway()
	f.Method = "download"
	w.lift = append(w.lift, w.server.Inject(f))
}

func (w *workspace) seen() []script.Heard { return append(w.view.notes(), w.view.news()...) }
