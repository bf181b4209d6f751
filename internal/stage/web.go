package stage

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// Web is stage 2: the engine behind the page's adapter, played by browsers without a browser over
// HTTP. Persons write as sample people of the page; their ids are their names.
type Web struct {
	Engine

	dir    string
	server *httptest.Server
	page   *page
}

var _ script.Stage = (*Web)(nil)

// Setup starts the engine with the page's adapter and opens the page.
func (w *Web) Setup(ctx context.Context, s script.Scene) error {
	dir, err := os.MkdirTemp("", "supportbot-page-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	w.dir = dir
	w.adapter = func(desk *recorder) bot.Adapter {
		return &refusing{Adapter: web.New(web.Config{
			Log: w.Log, Media: w.media, Dir: dir, Secret: []byte(strings.Repeat("k", 32)),
			Customer: true, Desk: true, Demo: sample(s), MaxUpload: MaxFile, Now: w.now,
		}), channel: desk}
	}
	if err := w.Engine.Setup(ctx, s); err != nil {
		return err
	}
	w.server = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		w.handler.ServeHTTP(rw, r)
	}))
	w.page, err = openPage(ctx, w.server.URL, w.now)
	return err
}

// Close ends the server and removes what it wrote.
func (w *Web) Close() error {
	if w.server != nil {
		w.server.CloseClientConnections()
		w.server.Close()
	}
	return errors.Join(w.Engine.Close(), os.RemoveAll(w.dir))
}

// sample makes the page's sample people of the scene's persons.
func sample(s script.Scene) *web.Demo {
	d := &web.Demo{}
	for _, p := range s.Persons {
		one := web.Person{ID: claim.PersonID(idOf(p.Name)), Name: p.Shown, Lang: p.Lang}
		if p.Engineer {
			d.Engineers = append(d.Engineers, one)
		} else {
			d.People = append(d.People, one)
		}
	}
	if len(d.Engineers) == 0 { // the desk is there, though nobody writes in it
		d.Engineers = []web.Person{{ID: "nobody", Name: "nobody"}}
	}
	return d
}

// idOf makes an id of a person's name: the page's ids are lower-case Latin letters.
func idOf(name string) string {
	var b strings.Builder
	for _, r := range name {
		if r < 'a' || r > 'z' {
			b.WriteString("u" + strconv.FormatInt(int64(r), 36))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Say posts an input as the page does. What is answered 503 is posted again after [script.Back].
func (w *Web) Say(ctx context.Context, in script.Input) error {
	for _, before := range w.unacked {
		if before.Place == in.Place && before.From.Name == in.From.Name {
			w.unacked = append(w.unacked, in)
			return nil
		}
	}
	if err := w.link(ctx, in); err != nil {
		return err
	}
	note, err := w.page.post(ctx, w.payload, in)
	switch refused := (*fake.RefusedError)(nil); {
	case err != nil && w.crashed:
		w.crashed = false
		return w.start(ctx)
	case errors.As(err, &refused) && refused.Again():
		w.unacked = append(w.unacked, in)
		return nil
	case err != nil:
		return err
	case note != "":
		w.notes = append(w.notes, script.Noted{Place: in.Place, Text: note})
	}
	return w.work(ctx)
}

// Apply is the engine's, but that what was not acknowledged is posted again.
func (w *Web) Apply(ctx context.Context, c script.Control) error {
	if _, ok := c.(script.Back); !ok {
		return w.Engine.Apply(ctx, c)
	}
	again := w.unacked
	w.unacked = nil
	if err := w.Engine.Apply(ctx, c); err != nil {
		return err
	}
	for _, in := range again {
		if err := w.Say(ctx, in); err != nil {
			return err
		}
	}
	return w.work(ctx)
}

// Heard returns what was done, and what the pages show since the last call.
func (w *Web) Heard(ctx context.Context) ([]script.Heard, error) {
	out, err := w.Engine.Heard(ctx)
	if err != nil {
		return nil, err
	}
	shown, err := w.page.shown(ctx)
	return append(out, shown...), err
}

// page is one browser with the chats of all persons.
type page struct {
	now     func() time.Time
	browser *fake.Browser
	visitor bool                  // it has one chat, whoever writes
	chats   map[string]*fake.Chat // by the person's id
	last    map[string]string     // by the chat: the last event seen
	posted  map[int]string        // the message that an input became
	stands  map[string]bool
}

func openPage(ctx context.Context, url string, now func() time.Time) (*page, error) {
	b, err := fake.Open(ctx, url, http.DefaultClient, now)
	if err != nil {
		return nil, err
	}
	return &page{
		now: now, browser: b, chats: map[string]*fake.Chat{}, last: map[string]string{},
		posted: map[int]string{}, stands: map[string]bool{},
	}, nil
}

func (p *page) chat(id string) (*fake.Chat, error) {
	if p.visitor {
		id = ""
	}
	if c, ok := p.chats[id]; ok {
		return c, nil
	}
	c, err := p.browser.As(id)
	if err == nil {
		p.chats[id] = c
	}
	return c, err
}

// post sends an input as one update; the same input has the same id.
func (p *page) post(ctx context.Context, payload func(context.Context, claim.Serial) (string, error), in script.Input) (note string, err error) {
	c, err := p.chat(idOf(in.From.Name))
	if err != nil {
		return "", err
	}
	u := fake.Update{
		ID: fmt.Sprintf("transcript-%06d", in.Number), Order: in.Order, Lang: in.From.Lang,
		Sent: in.Sent.UnixMilli(), Now: p.now().UnixMilli(),
	}
	switch act := in.Act.(type) {
	case script.Typed:
		u.Text = &act.Text
	case script.Linked:
		start, err := payload(ctx, act.Serial)
		if err != nil {
			return "", err
		}
		text := "/start " + start
		u.Text = &text
	case script.Pressed:
		u.Press = &fake.Press{Message: string(act.Message), Choice: string(act.Choice), Label: act.Label}
	case script.Edited:
		u.Edit = &fake.Edit{Of: p.posted[act.Of], Text: act.Text}
	case script.Odd:
		u.Odd = act.Kind
	case script.Attached:
		if u.Album, err = p.album(ctx, c, act); err != nil {
			return "", err
		}
	case script.Filled, script.Shortcut, script.Visited:
		return "", script.ErrCannot
	}
	r, err := c.Post(ctx, u)
	if err != nil {
		return "", err
	}
	p.posted[in.Number] = r.Message
	return r.Note, nil
}

func (p *page) album(ctx context.Context, c *fake.Chat, act script.Attached) (*fake.Album, error) {
	album := &fake.Album{Caption: act.Caption}
	for _, a := range act.Files {
		if a.Sized && a.Size > MaxFile {
			album.Files = append(album.Files, fake.Item{TooBig: true, Name: a.Name, Size: a.Size})
			continue
		}
		b, err := Content(a)
		if err != nil {
			return nil, err
		}
		if a.Sized && a.Size == 0 {
			b = nil
		}
		up, err := c.Upload(ctx, fake.File{Name: a.Name, Body: strings.NewReader(string(b))})
		if err != nil {
			return nil, err
		}
		album.Files = append(album.Files, fake.Item{Ref: up.Ref})
	}
	return album, nil
}

// shown looks at every chat that somebody has written in, and at the desk.
func (p *page) shown(ctx context.Context) ([]script.Heard, error) {
	var out []script.Heard
	me := p.browser.Me()
	for _, who := range me.Customers {
		list, err := p.look(ctx, who.ID, who.Chat, script.Place{Room: script.Private, Channel: web.Name, Person: nameOf(who)})
		if err != nil {
			return nil, err
		}
		out = append(out, list...)
	}
	if len(me.Engineers) == 0 {
		return out, nil
	}
	list, err := p.look(ctx, me.Engineers[0].ID, me.Engineers[0].Chat, script.Place{Room: script.Desk})
	return append(out, list...), err
}

// nameOf returns the name that a transcript gives to a sample person.
func nameOf(p fake.Person) string { return p.Name }

// look returns what the bot has said in one chat since the last look.
func (p *page) look(ctx context.Context, id, chat string, place script.Place) ([]script.Heard, error) {
	c, err := p.chat(id)
	if err != nil {
		return nil, err
	}
	screen, err := c.Watch(ctx, p.last[chat])
	if err != nil {
		return nil, err
	}
	list := screen.Messages()
	p.last[chat] = screen.Last()
	screen.Close()
	var out []script.Heard
	for _, m := range list {
		if m.By != "" {
			continue
		}
		key := chat + "/" + m.ID
		out = append(out, script.Shown{
			Place: place, ID: bot.MessageID(m.ID), Replace: p.stands[key], Message: message(m),
		})
		p.stands[key] = true
	}
	return out, nil
}

// message is a message of the page as the bot had said it.
func message(m fake.Message) bot.Message {
	var b strings.Builder
	for _, s := range m.Spans {
		mark := ""
		switch {
		case s.Bold:
			mark = "*"
		case s.Code:
			mark = "`"
		}
		b.WriteString(mark + bot.Escape(s.Text) + mark)
	}
	out := bot.Message{Text: b.String()}
	for _, c := range m.Choices {
		out.Choices = append(out.Choices, bot.Choice{ID: bot.ChoiceID(c.ID), Label: c.Label})
	}
	for _, f := range m.Files {
		out.Files = append(out.Files, bot.File{Name: f.Name, Mime: f.Mime, Size: f.Size})
	}
	return out
}

// refusing is an adapter whose sends the stage can refuse.
type refusing struct {
	bot.Adapter
	channel *recorder
}

func (r *refusing) Send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	if err := r.channel.refusal(o); err != nil {
		return nil, err
	}
	return r.Adapter.Send(ctx, o)
}

// Routes mounts the page.
func (r *refusing) Routes(handle bot.Handler) map[string]http.Handler {
	m, ok := r.Adapter.(bot.Mounted)
	if !ok {
		return nil
	}
	return m.Routes(handle)
}

var _ io.Closer = (*Web)(nil)
