package stage

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// recorder is a chat platform in memory: it shows what is sent, and refuses when told to. It is
// the adapter of stage 1, where the engine is played alone.
type recorder struct {
	name string
	mu   sync.Mutex
	ids  map[string]int
	out  []script.Heard
	no   error     // what every send is refused with; nil = none
	till time.Time // until when; zero = until told otherwise
	who  string    // only in this person's chats; empty = everywhere
	now  func() time.Time
	at   func(bot.Address) script.Place
	in   func(claim.PersonID) bool // who is in the desk's room

	files   map[string]string // that can be fetched, by reference
	noFiles bool              // none can be, for now
}

var errServer = errors.New("platform answers 502")

func (c *recorder) Name() string { return c.name }

func (c *recorder) Capabilities() bot.Capabilities {
	all := bot.Capabilities{MaxText: 4000, MaxChoices: 12, MaxLabel: 60, MaxFiles: 10, MaxFile: MaxFile, Edit: true}
	if c.name == onTelegram {
		all.MaxFile = 20 << 20
		all.Private = func(payload string) string { return "https://t.me/optoste_bot?start=" + payload }
	}
	return all
}

func (c *recorder) Run(ctx context.Context, _ bot.Handler) error {
	<-ctx.Done()
	return nil
}

// InRoom implements [bot.Roomer].
func (c *recorder) InRoom(_ context.Context, _ bot.Address, id claim.PersonID) (bool, error) {
	return c.in(id), nil
}

func (c *recorder) Send(_ context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused(o) {
		return nil, c.no
	}
	id, replaced := o.Replace, o.Replace != ""
	if !replaced {
		c.ids[o.To.Chat]++
		id = bot.MessageID("b" + strconv.Itoa(c.ids[o.To.Chat]))
	}
	if c.name == onTelegram { // where pictures have no names
		o.Files = slices.Clone(o.Files)
		for i, f := range o.Files {
			if f.Kind() == bot.Picture {
				o.Files[i].Name = ""
			}
		}
	}
	if c.name != onPage { // there nobody can be called by a mention
		for _, m := range o.Mentions {
			name := bot.Escape(m.Name) + "*"
			o.Text = strings.ReplaceAll(o.Text, "*"+name, "*@"+name)
		}
	}
	shown := script.Shown{Place: c.at(o.To), ID: id, Replace: replaced, Message: o.Message}
	if shown.Place.Room != script.Private { // there Slack shows no answers to messages
		shown.ReplyTo = o.ReplyTo
	}
	c.out = append(c.out, shown)
	return []bot.MessageID{id}, nil
}

// refused tells whether the platform refuses a message now.
func (c *recorder) refused(o bot.Outgoing) bool {
	return c.no != nil && (c.who == "" || c.who == c.at(o.To).Person) && (c.till.IsZero() || c.now().Before(c.till))
}

// refusal returns what the platform refuses a message with; nil = it takes it.
func (c *recorder) refusal(o bot.Outgoing) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refused(o) {
		return c.no
	}
	return nil
}

// refuse makes every send fail as the platform would.
func (c *recorder) refuse(r script.Refuse) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.who, c.till = r.Person, time.Time{}
	if r.For > 0 {
		c.till = c.now().Add(r.For)
	}
	switch r.Status {
	case 0:
		c.no = nil
	case http.StatusTooManyRequests:
		c.no = &bot.RetryAfterError{After: r.For}
	case http.StatusForbidden:
		c.no = fmt.Errorf("send: %w", bot.ErrGone)
	default:
		c.no = errServer
	}
}

// take returns what was shown since the last call.
func (c *recorder) take() []script.Heard {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.out
	c.out = nil
	return out
}
