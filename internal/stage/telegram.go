package stage

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/adapters/telegram"
	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// Telegram is stage 2 on Telegram: the engine behind the adapter, which talks to a strict fake of the
// Bot API. The persons of a transcript are people there, the desk's room is a group. A transcript of
// another channel is played as if it were one of Telegram.
type Telegram struct {
	Engine
	Forum bool // the desk's room has topics, one for each claim

	server *fake.Server
	gate   *gate
	on     string       // the channel as the transcript calls it
	sent   atomic.Int64 // when the message that is delivered was sent, microseconds since 1970; 0 = now
	folk   folk
	eyes   eyes
	lift   []func() // ends what the platform refuses
	stop   context.CancelFunc
	runs   sync.WaitGroup
}

var _ script.Stage = (*Telegram)(nil)

const (
	hookSecret = "shown-with-every-update"
	hookURL    = "http://127.0.0.1:1" // never dialled: see gate
)

// Setup starts the platform, and the engine with the adapter.
func (t *Telegram) Setup(ctx context.Context, s script.Scene) error {
	t.on, s.On = s.On, telegram.Name
	t.gate = newGate(func() http.Handler { return t.handler }, updateID)
	t.server = fake.New(fake.Config{
		Now: t.platformTime, SeeAll: true, AnyPhoto: true, Pace: 1e-6, Client: &http.Client{Transport: t.gate},
	})
	t.server.Start()
	t.folk.settle(t.server, s, t.Forum)
	t.eyes.look(t.server, &t.folk, t.on)
	t.room, t.ident = strconv.FormatInt(t.folk.desk.ID(), 10), t.folk.id
	t.adapter = func(*recorder) bot.Adapter { return t.plug() }
	return t.Engine.Setup(ctx, s)
}

// plug makes the adapter for a start of the engine, in place of the one before.
func (t *Telegram) plug() bot.Adapter {
	t.unplug()
	a := telegram.New(telegram.Config{
		Token: t.server.Token(), APIURL: t.server.URL(), Secret: hookSecret, PublicURL: hookURL, Desk: t.room,
		Media: t.media, Log: t.Log, Now: t.now,
	})
	ctx, stop := context.WithCancel(context.Background()) // it runs until the next start
	t.stop = stop
	t.runs.Go(func() {
		if err := a.Run(ctx, nil); err != nil {
			t.Log.ErrorContext(ctx, "adapter ended", "err", err)
		}
	})
	return a
}

// unplug ends the adapter that runs.
func (t *Telegram) unplug() {
	if t.stop != nil {
		t.stop()
		t.runs.Wait()
	}
}

// Close ends everything. What the adapter did that the real platform lets pass in silence is an error.
func (t *Telegram) Close() error {
	t.unplug()
	var errs []error
	if t.server != nil {
		for _, m := range t.server.Mistakes() {
			errs = append(errs, fmt.Errorf("mistake towards Telegram: %s", m))
		}
		t.server.Close()
	}
	return errors.Join(append(errs, t.Engine.Close())...)
}

// platformTime is the platform's clock: the transcript's, or that of the message on its way.
func (t *Telegram) platformTime() time.Time {
	if sent := t.sent.Load(); sent != 0 {
		return time.UnixMicro(sent).UTC()
	}
	return t.now()
}

func updateID(body []byte) int64 {
	var u struct {
		ID int64 `json:"update_id"`
	}
	_ = json.Unmarshal(body, &u) // the fake has written it
	return u.ID
}

// Say lets a person do something, and delivers what the platform makes of it. What is not acknowledged
// waits; it comes again with the next input of its chat, after [script.Back], or when the transcript says so.
func (t *Telegram) Say(ctx context.Context, in script.Input) error {
	if err := t.link(ctx, in); err != nil {
		return err
	}
	payload := ""
	if l, ok := in.Act.(script.Linked); ok {
		var err error
		if payload, err = t.payload(ctx, l.Serial); err != nil {
			return err
		}
	}
	t.sent.Store(in.Sent.UnixMicro())
	d, err := t.folk.act(in, payload)
	t.sent.Store(0)
	if err != nil {
		return err
	}
	crashed, err := t.deliver(ctx, d)
	if err != nil || crashed {
		return err
	}
	return t.work(ctx)
}

// deliver lets the updates of an input pass, behind those of its chat that are still to come.
func (t *Telegram) deliver(ctx context.Context, d *deed) (crashed bool, err error) {
	for _, one := range append(t.folk.waiting(d), d) {
		switch ok, err := t.drive(ctx, one); {
		case err != nil:
			return false, err
		case ok:
			continue
		case t.crashed:
			t.crashed = false
			return true, t.start(ctx)
		}
		return false, nil
	}
	return false, nil
}

// drive delivers a deed's updates one after the other; ok is false when the program does not take one.
func (t *Telegram) drive(ctx context.Context, d *deed) (ok bool, err error) {
	for _, u := range d.updates {
		if !u.Seen() || !d.due(u) {
			continue
		}
		status, err := t.gate.pass(ctx, u.ID())
		switch {
		case err != nil:
			return false, fmt.Errorf("deliver update: %w", err)
		case status != http.StatusOK:
			return false, nil
		}
		d.passed(u)
	}
	t.notes = append(t.notes, d.notes()...)
	return true, nil
}

// link makes a person of the scene known on Telegram.
func (t *Telegram) link(ctx context.Context, in script.Input) error {
	if in.From.Company == "" || t.db.away.Load() {
		return nil
	}
	id := t.personID(in.From)
	if _, err := t.db.Store.Person(ctx, telegram.Name, id); !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	return t.db.Store.PutPerson(ctx, telegram.Name, claim.Person{
		ID: id, Name: in.From.Shown, Zone: in.From.Zone, Company: in.From.Company, Why: "desk",
	})
}

// Apply is the engine's, but that the platform itself refuses, and delivers again.
func (t *Telegram) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Refuse:
		t.refuse(c)
		return nil
	case script.Away:
		if c.What != script.Files {
			return t.Engine.Apply(ctx, c)
		}
		t.lift = append(t.lift, t.server.Inject(fake.Fault{Method: "getFile", Refuse: fake.ServerError()}))
		return nil
	case script.Back:
		for _, lift := range t.lift {
			lift()
		}
		t.lift = nil
		if err := t.Engine.Apply(ctx, c); err != nil {
			return err
		}
		for _, d := range t.folk.undelivered() {
			if _, err := t.drive(ctx, d); err != nil {
				return err
			}
		}
		return t.work(ctx)
	default:
		return t.Engine.Apply(ctx, c)
	}
}

// sends are the methods that put something into a chat.
var sends = map[string]bool{
	"sendMessage": true, "sendPhoto": true, "sendVideo": true, "sendAudio": true, "sendVoice": true, "sendDocument": true,
	"sendMediaGroup": true, "editMessageText": true, "editMessageCaption": true, "editMessageReplyMarkup": true,
}

// refuse has the platform refuse what is sent.
func (t *Telegram) refuse(r script.Refuse) {
	till := t.now().Add(r.For)
	f := fake.Fault{When: func(c fake.Call) bool { return sends[c.Method] && (r.For == 0 || t.now().Before(till)) }}
	if p := t.folk.people[r.Person]; p != nil {
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
	t.lift = append(t.lift, t.server.Inject(f))
}

// Topics returns how many topics the bot has made in the desk's room.
func (t *Telegram) Topics() int { return len(t.folk.desk.Topics()) }

// Heard returns what was done, and what stands in the chats since the last call.
func (t *Telegram) Heard(ctx context.Context) ([]script.Heard, error) {
	out, err := t.Engine.Heard(ctx)
	return append(out, t.eyes.news()...), err
}
