//go:build !embedded && unix

package drill_test

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

const (
	token  = "7312345678:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw0"
	secret = "shown-with-every-update"
)

// telegram is the fake Telegram, where the desk is as well.
type telegram struct {
	*fake.Server
	desk   *fake.Chat
	hooked atomic.Bool // updates come by a webhook
}

func openTelegram(t *testing.T) *telegram {
	t.Helper()
	p := &telegram{Server: fake.New(fake.Config{
		Token: token, SeeAll: true, AnyPhoto: true,
		Limits: fake.Limits{Second: 200}, // and see weather: a desk with 200 claims a minute has no real limit
	})}
	p.Start()
	t.Cleanup(p.Close)
	boss := p.NewPerson(fake.Profile{First: "Boss"})
	p.desk = p.NewForum("Service", boss)
	p.desk.PromoteBot(boss, fake.Rights{ManageTopics: true})
	return p
}

func (p *telegram) env() []string {
	return []string{
		"TELEGRAM_TOKEN=" + token, "TELEGRAM_API_URL=" + p.URL(), "TELEGRAM_DESK_CHAT=" + strconv.FormatInt(p.desk.ID(), 10), "TELEGRAM_RATE=0",
	}
}

func (p *telegram) name() string           { return "Telegram" }
func (p *telegram) ordered() bool          { return true } // platform-facts.md 10
func (p *telegram) hold() (release func()) { return p.Hold() }
func (p *telegram) loseAck()               { p.LoseAcks(1) }
func (p *telegram) pending() int           { return p.Pending() }
func (p *telegram) mistakes() []string     { return p.Mistakes() }
func (p *telegram) secrets() []string      { return []string{token[11:], secret} }

func (p *telegram) refused() (n int) {
	for _, c := range p.Calls() {
		if c.Status == http.StatusTooManyRequests {
			n++
		}
	}
	return n
}

func (p *telegram) inject(f fault, wait time.Duration, when func(call) bool) (lift func()) {
	of := map[fault]fake.Fault{
		tooMany: {Refuse: fake.TooMany(wait)}, broken: {Refuse: fake.ServerError()}, garbled: fake.BadGateway(),
		cutBefore: {Cut: fake.Before}, cutAfter: {Cut: fake.After}, slow: {Wait: wait},
	}[f]
	of.When = func(c fake.Call) bool {
		says := c.Chat > 0 && (strings.HasPrefix(c.Method, "sendM") || strings.HasPrefix(c.Method, "edit"))
		return when(call{chat: strconv.FormatInt(c.Chat, 10), says: says, looks: c.Method == "getUpdates" || c.Method == "setWebhook"})
	}
	return p.Inject(of)
}

func (p *telegram) person(name, lang string) phone {
	who := p.NewPerson(fake.Profile{First: name, Lang: map[string]string{"en": "en", "zh": "zh-hans"}[lang]})
	return telegramPhone{p, who, who.Chat()}
}

// telegramPhone is a private chat on Telegram.
type telegramPhone struct {
	p   *telegram
	who *fake.Person
	in  *fake.Chat
}

func (t telegramPhone) person() string               { return strconv.FormatInt(t.who.ID(), 10) }
func (t telegramPhone) chat() string                 { return strconv.FormatInt(t.in.ID(), 10) }
func (t telegramPhone) shows() []shown               { return telegramShows(t.in.Visible()) }
func (t telegramPhone) greet() delivery              { return update{t.p, t.who.Start("")} }
func (t telegramPhone) command(name string) delivery { return t.say("/" + name) }
func (t telegramPhone) say(text string) delivery     { return update{t.p, t.in.Say(t.who, text)} }

func (t telegramPhone) wait(ctx context.Context, ok func([]shown) bool) error {
	_, err := t.in.WaitFor(ctx, func(list []fake.Shown) bool { return ok(telegramShows(list)) })
	return err
}

// slowly has a press overtake the words, as presses can (platform-facts.md 10).
func (t telegramPhone) slowly(_ context.Context, text string, long time.Duration, press func()) delivery {
	release := t.p.Hold(t.in)
	said := t.say(text)
	press()
	time.AfterFunc(long, release)
	return said
}

func (t telegramPhone) press(on shown, button string) delivery {
	return update{t.p, t.in.Press(t.who, on.order, button).Update}
}

// Telegram has no windows.
func (t telegramPhone) window() (window, bool)                  { return window{}, false }
func (t telegramPhone) fill(map[string]string) (delivery, bool) { return nil, false }
func (t telegramPhone) shut()                                   {}

// send sends an album: a message for each picture.
func (t telegramPhone) send(pictures []picture) []delivery {
	var posts []fake.Post
	order := make([]int, len(pictures))
	for i, p := range pictures {
		posts = append(posts, fake.Post{Media: &fake.Media{
			Kind: fake.Photo, Content: p.content, Width: p.side, Height: p.side, FailGet: p.fails[0], FailFetch: p.fails[1],
		}})
		order[p.placement] = i
	}
	var list []delivery
	for _, u := range t.in.Album(t.who, order, posts...) {
		list = append(list, update{t.p, u})
	}
	return list
}

func telegramShows(list []fake.Shown) []shown {
	var out []shown
	for _, m := range list {
		if m.Service {
			continue
		}
		s := shown{id: strconv.FormatInt(m.ID, 10), order: m.ID, at: m.Date, bot: m.Bot, text: m.Text, files: len(m.Files)}
		for _, row := range m.Buttons {
			for _, b := range row {
				s.buttons = append(s.buttons, button{b.Data, b.Label})
			}
		}
		out = append(out, s)
	}
	return out
}

// update is a delivery of Telegram's.
type update struct {
	p *telegram
	*fake.Update
}

// again: a poll brings an update once more only when it was not confirmed.
func (u update) again() bool {
	if !u.p.hooked.Load() {
		return false
	}
	u.Again()
	return true
}

func (u update) acked() bool    { return closed(u.Acked()) }
func (u update) lost() bool     { return closed(u.Lost()) }
func (u update) once() bool     { return false }
func (u update) tries() int     { return u.Deliveries() }
func (u update) String() string { return fmt.Sprintf("update %d (%s)", u.ID(), u.Kind()) }

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}
