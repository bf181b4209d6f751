//go:build !embedded && unix

package drill_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// slackPace shortens Slack's pauses: its minute is twelve seconds here, its five minutes are one.
const slackPace = 0.2

// slack is the fake Slack: it delivers in no order and does not hand over what it has given up.
type slack struct {
	*fake.Server
	channel *fake.Chat // where others read along

	mu    sync.Mutex
	dice  *rand.Rand
	deeds []*deed // all that people did
}

func openSlack(t *testing.T, dice *rand.Rand) *slack {
	t.Helper()
	p := &slack{dice: dice, Server: fake.New(fake.Config{
		Token: "xoxb-1000000001-drill", AppToken: "xapp-1-A0SUPPORT1-drill", SigningSecret: "8f742231b10e8888abcd9900aabb85a5",
		Pace: slackPace, Unordered: true,
	})}
	p.Start()
	t.Cleanup(p.Close)
	bad := fake.BadGateway()
	bad.Method, bad.Chance = "download", 0.1 // files that cannot be fetched at first
	p.Inject(bad)
	p.channel = p.NewSharedChannel("sorters")
	return p
}

// byHTTP has the platform post what happens.
func (p *slack) byHTTP(front string) { p.Connect(front + "/hook/slack") }

// bySocket has it deliver by Socket Mode from now on: an app uses one of the two (platform-facts.md 62).
func (p *slack) bySocket() { p.Connect("") }

func (p *slack) env(way ...string) []string {
	return append(way, "SLACK_BOT_TOKEN="+p.Token(), "SLACK_API_URL="+p.API())
}

func (p *slack) name() string       { return "Slack" }
func (p *slack) ordered() bool      { return false } // platform-facts.md 67
func (p *slack) loseAck()           { p.LoseAcks(1) }
func (p *slack) mistakes() []string { return p.Mistakes() }
func (p *slack) secrets() []string {
	return []string{p.Token(), p.AppToken(), p.SigningSecret(), p.URL() + "/respond/"}
}

func (p *slack) hold() (release func()) {
	inAnyOrder := p.Hold()
	return func() { inAnyOrder(true) }
}

func (p *slack) refused() (n int) {
	for _, c := range p.Calls() {
		if c.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

func (p *slack) pending() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, d := range p.deeds {
		if !d.done() {
			n++
		}
	}
	return n
}

func (p *slack) inject(f fault, wait time.Duration, when func(call) bool) (lift func()) {
	of := map[fault]fake.Fault{
		tooMany: {Refuse: fake.TooMany(wait)}, broken: {Status: http.StatusInternalServerError}, garbled: fake.BadGateway(),
		cutBefore: {Cut: fake.Before}, cutAfter: {Cut: fake.After}, slow: {Wait: wait},
	}[f]
	of.When = func(c fake.Call) bool {
		return when(call{chat: c.Chat, says: c.Method == "chat.postMessage" && strings.HasPrefix(c.Chat, "D")})
	}
	return p.Inject(of)
}

func (p *slack) person(name, lang string) phone {
	who := p.NewPerson(fake.Profile{Display: name, Locale: map[string]string{"en": "en-US", "zh": "zh-CN"}[lang]})
	return slackPhone{p, who, who.DM()}
}

// passerby mentions the bot in a channel. It hears of that twice, in any order (platform-facts.md 66), and
// answers once, in a thread.
type passerby struct {
	on  *slack
	who *fake.Person

	mu   sync.Mutex
	told *deed // nil = not yet
	ts   string
}

func newPasserby(p *slack, n int) *passerby {
	return &passerby{on: p, who: p.NewPerson(fake.Profile{Display: "Passerby " + strconv.Itoa(n)})}
}

func (p *passerby) live(ctx context.Context, after time.Duration) {
	if !pause(ctx, after) {
		return
	}
	said := p.on.channel.Mention(p.who, "help")
	p.mu.Lock()
	defer p.mu.Unlock()
	p.ts, p.told = said.TS, p.on.did(said)
}

// answers returns how often the bot has answered.
func (p *passerby) answers() (n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, m := range p.on.channel.Said() {
		if m.Thread == p.ts && strings.HasPrefix(m.Text, "Help\n") {
			n++
		}
	}
	return n
}

// repeats is how often the two events came again.
func (p *passerby) repeats() int { return p.told.tries() - len(p.told.all()) }

// slackPhone is a private chat on Slack.
type slackPhone struct {
	p   *slack
	who *fake.Person
	in  *fake.Chat
}

func (s slackPhone) person() string               { return s.who.ID() }
func (s slackPhone) chat() string                 { return s.in.ID() }
func (s slackPhone) shows() []shown               { return slackShows(s.in.Visible()) }
func (s slackPhone) greet() delivery              { return s.say("Hello") }
func (s slackPhone) command(name string) delivery { return s.say(name) }
func (s slackPhone) say(text string) delivery     { return s.p.did(s.in.Say(s.who, text)) }

func (s slackPhone) wait(ctx context.Context, ok func([]shown) bool) error {
	_, err := s.in.WaitFor(ctx, func(list []fake.Shown) bool { return ok(slackShows(list)) })
	return err
}

// slowly says something now that is delivered, and seen, only after the press (platform-facts.md 67).
func (s slackPhone) slowly(ctx context.Context, text string, long time.Duration, press func()) delivery {
	now := time.Now()
	press()
	pause(ctx, long)
	return s.p.did(s.in.Post(s.who, fake.Post{Text: text, At: now}))
}

func (s slackPhone) press(on shown, button string) delivery {
	return s.p.did(s.in.Press(s.who, on.id, button))
}

func (s slackPhone) window() (window, bool) {
	v, open := s.who.Modal()
	w := window{id: v.ID}
	for _, in := range v.Inputs {
		w.wrong = w.wrong || in.Error != ""
	}
	return w, open
}

func (s slackPhone) fill(values map[string]string) (delivery, bool) {
	filled := s.who.Submit(values)
	if filled.Err != nil { // the bot has put something else in its place
		return nil, false
	}
	return s.p.did(filled), true
}

func (s slackPhone) shut() { s.who.CloseModal(true) }

// send sends the pictures in one message.
func (s slackPhone) send(pictures []picture) []delivery {
	var list []fake.Upload
	for i, p := range pictures {
		list = append(list, fake.Upload{Name: fmt.Sprintf("image-%d.png", i), Content: p.content})
	}
	return []delivery{s.p.did(s.in.Upload(s.who, "", list...))}
}

func slackShows(list []fake.Shown) []shown {
	var out []shown
	for _, m := range list {
		micros, err := strconv.ParseInt(strings.Replace(m.ID, ".", "", 1), 10, 64)
		if err != nil {
			panic(err) // the fake made it
		}
		s := shown{id: m.ID, order: micros, at: time.UnixMicro(micros), bot: m.Bot, text: m.Text, files: len(m.Files)}
		for _, b := range m.Buttons {
			s.buttons = append(s.buttons, button{b.Value, b.Label})
		}
		out = append(out, s)
	}
	return out
}

// did notes what a person did.
func (p *slack) did(what *fake.Deed) *deed {
	if what.Err != nil {
		panic(what.Err) // people do what they can
	}
	d := &deed{p: p, events: what.Events}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.deeds = append(p.deeds, d)
	return d
}

// deed is a delivery of Slack's, with all its copies.
type deed struct {
	p *slack

	mu     sync.Mutex
	events []*fake.Event
}

// all returns the events so far.
func (d *deed) all() []*fake.Event {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.events[:len(d.events):len(d.events)]
}

// once: a press never comes again, nor does what was filled in (platform-facts.md 79).
func (d *deed) once() bool {
	return slices.Contains([]string{"block_actions", "view_submission"}, d.all()[0].Type())
}

// again sends an event under its own id or under a new one (platform-facts.md 65, 66).
func (d *deed) again() bool {
	first := d.all()[0]
	if d.once() {
		return false
	}
	d.p.mu.Lock()
	renamed := d.p.dice.IntN(2) == 0
	d.p.mu.Unlock()
	copied := first.Again
	if renamed {
		copied = first.Double
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.events = append(d.events, copied())
	return true
}

func (d *deed) done() bool {
	for _, e := range d.all() {
		if !closed(e.Done()) {
			return false
		}
	}
	return true
}

func (d *deed) acked() bool {
	for _, e := range d.all() {
		if closed(e.Acked()) {
			return true
		}
	}
	return false
}

func (d *deed) lost() bool { return d.done() && !d.acked() }

func (d *deed) tries() (n int) {
	for _, e := range d.all() {
		n += len(e.Tries())
	}
	return n
}

func (d *deed) String() string {
	first := d.all()[0]
	return fmt.Sprintf("event %s (%s) %+v", first.ID(), first.Type(), first.Tries())
}
