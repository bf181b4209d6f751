// Package stage puts flows, stores and channels together so that transcripts can play: the engine
// alone (stage 1), the web page's protocol (stage 2) and the built program (stage 3).
package stage

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	_ "gocloud.dev/blob/memblob" // media in memory

	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/adapters/plate"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/sqlite"
)

// deskChat is the engineers' room on the channel of the transcript.
const deskChat = "desk"

// Engine is stage 1: the engine on SQLite in memory, with channels that only record.
type Engine struct {
	Log *slog.Logger // nil = silent

	scene    script.Scene
	time     sync.Mutex // guards clock: an adapter may run beside the transcript
	clock    time.Time
	room     string                             // the desk's chat
	ident    func(script.Person) claim.PersonID // on the scene's channel; nil = the page's way
	db       *database
	sess     *sessions
	wipe     func(context.Context) error
	media    bot.Media
	texts    *counted
	channels map[string]*recorder
	engine   *bot.Engine
	jobs     *jobs
	bell     bell
	adapter  func(*recorder) bot.Adapter // what stands before the recorder of the scene's channel; nil = nothing
	handler  *http.ServeMux              // the routes of that adapter
	issued   atomic.Int32                // codes so far
	crashed  bool
	crash    script.Point
	unacked  []script.Input
	gone     bool                  // what was not acknowledged is delivered once more: the windows of then are gone
	called   map[script.Place]bool // the threads in which the bot was addressed
	notes    []script.Heard
	watch    watch
	walked   script.Coverage
	close    []func() error
}

var (
	_ script.Stage  = (*Engine)(nil)
	_ script.Walker = (*Engine)(nil)
)

// Setup opens the stores and imports the scene's machines and people.
func (e *Engine) Setup(ctx context.Context, s script.Scene) error {
	e.scene, e.clock, e.room = s, s.At, cmp.Or(e.room, deskChat)
	e.watch.seen, e.called = map[claim.ID]int{}, map[script.Place]bool{}
	e.channels = map[string]*recorder{}
	e.jobs = &jobs{now: e.now, seen: map[string]bool{}}
	if e.Log == nil {
		e.Log = slog.New(slog.DiscardHandler)
	}
	db, err := sqlite.OpenMemory(ctx)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	sess, err := sqlite.OpenSessionsMemory(ctx, e.now)
	if err != nil {
		return fmt.Errorf("open sessions: %w", err)
	}
	bucket, err := media.Open(ctx, "mem://") // a bucket in memory
	if err != nil {
		return fmt.Errorf("open media: %w", err)
	}
	e.db, e.sess, e.wipe, e.media = &database{Store: db}, &sessions{Sessions: sess}, sess.Wipe, bucket
	e.close = []func() error{db.Close, sess.Close, bucket.Close}
	catalogue, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		return fmt.Errorf("load texts: %w", err)
	}
	e.texts = &counted{Catalogue: catalogue, cover: &e.walked}
	if _, err := db.Import(ctx, s.Registry, nil); err != nil {
		return fmt.Errorf("import machines: %w", err)
	}
	e.open(s.On)
	if err := errors.Join(e.crew(ctx, s.On), e.issue(ctx)); err != nil {
		return err
	}
	return e.start(ctx)
}

// Close gives the stores back.
func (e *Engine) Close() error {
	var errs []error
	for _, c := range e.close {
		errs = append(errs, c())
	}
	return errors.Join(errs...)
}

func (e *Engine) now() time.Time {
	e.time.Lock()
	defer e.time.Unlock()
	return e.clock
}

// pass lets time go by.
func (e *Engine) pass(d time.Duration) {
	e.time.Lock()
	defer e.time.Unlock()
	e.clock = e.clock.Add(d)
}

// start makes a new engine on the stores that are there, as a restart of the program does.
func (e *Engine) start(ctx context.Context) error {
	secret, err := e.db.Secret(ctx, "links")
	if err != nil {
		return fmt.Errorf("read secret: %w", err)
	}
	var adapters []bot.Adapter
	e.handler = http.NewServeMux()
	for _, c := range e.channels {
		var a bot.Adapter = c
		if e.adapter != nil && c.name == e.scene.On {
			a = e.adapter(c)
		}
		adapters = append(adapters, a)
	}
	policy, err := policyOf(e.scene.Policy)
	if err != nil {
		return err
	}
	desk, err := deskOf(e.scene)
	if err != nil {
		return err
	}
	e.engine, err = bot.New(bot.Config{
		House: flows.House(), Policy: func() *rules.Policy { return policy }, Duty: func() *duty.Desk { return desk }, Texts: e.texts,
		Store: e.db, Sessions: e.sess, Media: e.media, Plates: plate.Reader{}, Printer: printer{}, Charts: paper.Charts{}, Jobs: e.jobs, Alarms: &e.bell, Uploads: links{}, Doors: links{},
		Adapters: adapters, Desk: []bot.Address{{Channel: e.scene.On, Chat: e.room}},
		Links: bot.NewLinks(secret), Now: e.now, Codes: e.code, Log: e.Log, Workers: 1,
		At: e.at,
		Walk: func(flow string, from, to bot.StepID) {
			e.walked.Walk(script.Edge{Flow: flow, From: from, To: to})
		},
	})
	for _, a := range adapters {
		if m, ok := a.(bot.Mounted); ok && err == nil {
			for pattern, h := range m.Routes(e.engine.Handle) {
				e.handler.Handle(pattern, h)
			}
		}
	}
	return err
}

// policyOf reads the scene's policy: the embedded one unless the transcript changes numbers in it,
// as "name: value" lines that replace those of the same name.
func policyOf(lines []string) (*rules.Policy, error) {
	if len(lines) == 0 {
		return rules.Default(), nil
	}
	yaml := string(rules.DefaultYAML())
	for _, l := range lines {
		name, value, ok := strings.Cut(l, ":")
		i := strings.Index(yaml, "\n  "+name+":")
		if !ok || i < 0 {
			return nil, fmt.Errorf("policy: %q names nothing in the policy file", l)
		}
		end := i + 1 + strings.IndexByte(yaml[i+1:], '\n')
		yaml = yaml[:i] + "\n  " + name + ":" + value + yaml[end:]
	}
	return rules.Load("policy of the transcript", []byte(yaml))
}

func (e *Engine) at(point string) error {
	if string(e.crash) == point {
		e.crash, e.crashed = "", true
		return bot.Crash(point)
	}
	return nil
}

// open makes a channel for the engine's next start.
func (e *Engine) open(name string) {
	e.channels[name] = &recorder{name: name, ids: map[string]int{}, now: e.now, at: e.place, in: e.isEngineer, files: map[string]string{}}
}

// place tells where an address is in the transcript.
func (e *Engine) place(a bot.Address) script.Place {
	switch a.Chat {
	case deskChat:
		return script.Place{Room: script.Desk}
	case groupChat:
		if a.Thread != "" {
			return script.Place{Room: script.Thread, Channel: a.Channel, Person: a.Thread}
		}
		return script.Place{Room: script.Group, Channel: a.Channel}
	}
	return script.Place{Room: script.Private, Channel: a.Channel, Person: a.Chat}
}

const groupChat = "group"

// address is the reverse of place.
func (e *Engine) address(in script.Input) bot.Address {
	switch in.Place.Room {
	case script.Desk:
		return bot.Address{Channel: e.scene.On, Chat: deskChat}
	case script.Group:
		return bot.Address{Channel: in.Place.Channel, Chat: groupChat}
	case script.Thread:
		return bot.Address{Channel: in.Place.Channel, Chat: groupChat, Thread: in.Place.Person}
	case script.Private:
	}
	return bot.Address{Channel: in.Place.Channel, Chat: in.Place.Person}
}

// Say delivers an input; what the engine does not acknowledge is delivered again after [script.Back].
// A chat's next input is delivered only after the one before was acknowledged (platform-facts.md
// 10).
func (e *Engine) Say(ctx context.Context, in script.Input) error {
	for _, before := range e.unacked {
		if before.Place == in.Place && before.From.Name == in.From.Name {
			e.unacked = append(e.unacked, in)
			return nil
		}
	}
	if err := e.link(ctx, in); err != nil {
		return err
	}
	list, err := e.inbounds(ctx, in)
	if err != nil {
		return err
	}
	for _, one := range list {
		one.Modal = one.Modal && !e.gone
		ack, err := e.engine.Handle(ctx, one)
		switch {
		case err != nil && e.crashed:
			e.crashed = false
			return e.start(ctx)
		case err != nil:
			e.unacked = append(e.unacked, in)
			return nil //nolint:nilerr // the channel delivers it again, after script.Back
		}
		e.notes = append(e.notes, answered(in, ack)...)
	}
	return e.work(ctx)
}

// answered is what a person sees beside the acknowledgement.
func answered(in script.Input, ack bot.Ack) []script.Heard {
	var list []script.Heard
	if ack.Note != "" {
		list = append(list, script.Noted{Place: in.Place, Text: ack.Note})
	}
	if ack.Modal != nil {
		list = append(list, script.Opened{Place: in.Place, Form: *ack.Modal})
	}
	if filled, ok := in.Act.(script.Filled); ok && len(ack.Errors) > 0 {
		if all, ok := ack.Errors[""]; ok { // a form has no other place for it
			ack.Errors = map[string]string{filled.Form.Inputs[0].ID: all}
		}
		list = append(list, script.Mistaken{Place: in.Place, Form: filled.Form, Errors: ack.Errors})
	}
	if ack.Page != nil {
		list = append(list, script.Paged{Place: in.Place, Parts: ack.Page})
	}
	return list
}

// link makes a person of the scene known on the channel where it writes.
func (e *Engine) link(ctx context.Context, in script.Input) error {
	to := e.address(in)
	if e.channels[to.Channel] == nil {
		e.open(to.Channel)
		if err := errors.Join(e.crew(ctx, to.Channel), e.start(ctx)); err != nil {
			return err
		}
	}
	return e.linkOn(ctx, to.Channel, in.From)
}

// linkOn makes a person of the scene known on a channel.
func (e *Engine) linkOn(ctx context.Context, channel string, who script.Person) error {
	if who.Company == "" || e.db.away.Load() {
		return nil
	}
	id := e.personID(who)
	if _, err := e.db.Store.Person(ctx, channel, id); !errors.Is(err, bot.ErrNotFound) {
		return err
	}
	return e.db.Store.PutPerson(ctx, channel, claim.Person{
		ID: id, Name: who.Shown, Zone: who.Zone, Company: who.Company, Why: "desk",
	})
}

// work does what is due now. Stores that are away are no error of the transcript.
func (e *Engine) work(ctx context.Context) error {
	for {
		err := e.engine.Work(ctx)
		if errors.Is(err, errAway) {
			return nil
		}
		if err != nil || !e.jobs.work(ctx, e.engine) {
			return err
		}
	}
}

// Heard returns what was done and shown since the last call.
func (e *Engine) Heard(ctx context.Context) ([]script.Heard, error) {
	done, err := e.watch.news(ctx, e.db.Store)
	if err != nil {
		return nil, err
	}
	out := slices.Concat(done, e.bell.take(), e.notes)
	e.notes = nil
	for _, c := range e.channels {
		out = append(out, c.take()...)
	}
	return out, nil
}

// Walked tells which edges, rules and texts were used.
func (e *Engine) Walked() script.Coverage {
	ctx := context.Background()
	list, err := e.db.Store.FindClaims(ctx, bot.ClaimFilter{Limit: 1000})
	if err == nil {
		for _, c := range list {
			for _, l := range c.Lines {
				for _, id := range l.Verdict.Because {
					e.walked.Rule(id)
				}
			}
		}
	}
	return e.walked
}

// links stands for the upload page and the engineers' page, whose links differ each time: the transcripts show these.
type links struct{}

// UploadLink implements [bot.Linker].
func (links) UploadLink(context.Context, bot.Upload) (string, error) { return UploadLink, nil }

// DeskLink implements [bot.Doors].
func (links) DeskLink(context.Context, string, bot.Login) (string, error) { return DeskLink, nil }

// DeskLink is what stands in transcripts for the link to the engineers' page.
const DeskLink = "https://service.example/desk/login/link"

// UploadLink is what stands in transcripts for the link to an upload page.
const UploadLink = "https://service.example/u/link"

// printer is the real printer of papers.
type printer struct{}

func (printer) PDF(d desk.Document) ([]byte, error) { return paper.PDF(d) }

var _ io.Closer = (*Engine)(nil)
