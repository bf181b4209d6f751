package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/slack/fake"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// workspace is the fake Slack with the persons of a transcript, and a gate before the hook.
type workspace struct {
	server *fake.Server
	gate   *gate
	on     string // the channel as the transcript calls it
	hands
	crew crew
	view view
	lift []func() // ends what the platform refuses
}

// patience is how long the platform waits for an answer: a transcript says when a delivery passes.
const patience = time.Hour

// begin makes the platform for a scene, which then plays on Slack. handler is the program's.
func (w *workspace) begin(s *script.Scene, now func() time.Time, handler func() http.Handler) {
	w.on, s.On = s.On, slack.Name
	w.tick = now
	w.gate = newGate(handler, eventID)
	w.server = fake.New(fake.Config{
		SigningSecret: "8f742231b10e8888abcd9900aabb85a5", Now: w.platformTime, Quiet: true, Pace: 1e-6, Patience: patience, Client: &http.Client{Transport: w.gate},
	})
	w.gate.sign = func(body []byte) http.Header { return w.server.Sign(body, time.Now()) } // the library looks at no other clock
	w.server.Start()
	w.crew.settle(w.server, *s)
	w.view.look(w.server, &w.crew, w.on)
}

// connect has the platform deliver by HTTP.
func (w *workspace) connect() { w.server.Connect(hookURL + "/hook/slack") }

// close ends the platform and tells what was done that the real one lets pass in silence.
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

// Threads returns how many messages the bot has said in threads of the desk's room, and how many beside them.
func (w *workspace) Threads() (within, beside int) {
	for _, m := range w.crew.desk.Said() {
		if m.Thread != "" {
			within++
		} else {
			beside++
		}
	}
	return within, beside
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

// act lets a person do something. payload makes what a deep link would say.
func (w *workspace) act(ctx context.Context, in script.Input, payload func(context.Context, claim.Serial) (string, error)) (*act, error) {
	start := ""
	if l, ok := in.Act.(script.Linked); ok {
		var err error
		if start, err = payload(ctx, l.Serial); err != nil {
			return nil, err
		}
	}
	w.sent.Store(in.Sent.UnixMicro())
	defer w.sent.Store(0)
	return w.crew.act(in, start)
}

// deliver lets the events of an input pass, behind those of its chat that are still to come, and tells
// whether the program has taken all.
func (w *workspace) deliver(ctx context.Context, a *act) (taken bool, err error) {
	for _, one := range append(w.crew.waiting(a), a) {
		if taken, err = w.drive(ctx, one); err != nil || !taken {
			return false, err
		}
	}
	return true, nil
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

// again ends what the platform refuses, and delivers what the program has not taken.
func (w *workspace) again(ctx context.Context) error {
	for _, lift := range w.lift {
		lift()
	}
	w.lift = nil
	for _, a := range w.crew.undelivered() {
		if _, err := w.drive(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// posts are the methods that put something into a chat.
var posts = map[string]bool{"chat.postMessage": true, "chat.update": true, "files.completeUploadExternal": true}

// refuse has the platform refuse what is sent.
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

// noFiles has the platform hand over no file.
func (w *workspace) noFiles() {
	f := fake.BadGateway()
	f.Method = "download"
	w.lift = append(w.lift, w.server.Inject(f))
}

// seen returns what stands in the chats since the last call, and remarks beside presses.
func (w *workspace) seen() []script.Heard { return append(w.view.notes(), w.view.news()...) }
