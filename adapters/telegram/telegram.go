package telegram

import (
	"context"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/optoste/supportbot/adapters/internal/memo"
	"github.com/optoste/supportbot/adapters/internal/wording"
	"github.com/optoste/supportbot/bot"
)

// Name is the channel's name in [bot.Address].
const Name = "telegram"

// What a message can carry (platform-facts.md 27, 28, 40).
const (
	maxText    = 4096
	maxCaption = 1024
	maxChoices = 20
	maxLabel   = 60
	maxFiles   = 10
	maxData    = 64  // bytes of a button's data
	maxNote    = 200 // characters beside an acknowledged press
)

// Config is what the adapter gets from outside.
type Config struct {
	Token  string
	APIURL string // root of the Bot API; empty = https://api.telegram.org
	// Secret is what Telegram shows with every update that it posts: 1-256 of A-Z a-z 0-9 _ -. Empty =
	// long polling.
	Secret    string
	PublicURL string // with Secret: where Telegram reaches this program; the webhook is at PublicURL/hook/telegram
	Desk      string // id of the engineers' group; empty = none

	Media  bot.Media  // contents of files that are sent
	Limits bot.Limits // counts what all replicas send; nil = nobody counts
	Rate   int        // messages a second of the whole bot; 0 = no limits at all
	Leases bot.Leases // who polls; nil = this process does
	Owner  string     // this process's name for Leases, unique among replicas
	// Post stores inbounds so that they will be worked, whatever happens. Needed for long polling.
	Post func(ctx context.Context, list ...bot.Inbound) error
	// Commands are shown in Telegram's menu; they are set when Telegram has others.
	Commands []CommandSet
	Typing   bool          // show "typing" when a file came: a call more for each
	Poll     time.Duration // the longest wait for updates, whole seconds, at most 50 s; 0 = 25 s

	Log    *slog.Logger     // nil = nothing is logged
	Now    func() time.Time // the clock; nil = the real one
	Client *http.Client     // nil = one of our own, through the proxy of the environment
}

// CommandSet is the menu of commands for one language and kind of chat.
type CommandSet struct {
	Lang  string // two letters; empty = whoever has no menu in his language
	Scope string // "all_private_chats", "all_group_chats", ..., "desk"; empty = default
	List  []Command
}

// Command is one line of a menu.
type Command struct {
	Name        string // 1-32 of a-z 0-9 _
	Description string // 1-256 characters
}

// Adapter carries messages between Telegram and the engine. It is safe for concurrent use.
type Adapter struct {
	cfg    Config
	api    *client
	id     string // of the bot, as its token tells
	counts counts

	me    atomic.Pointer[user] // nil until Telegram has told
	known chan struct{}        // closed then
	ended chan struct{}        // closed when Run ends
	once  sync.Once

	desks  *memo.Memo[int64, bool] // ids of the engineers' group: the configured one and what it became
	forums *memo.Memo[int64, bool] // groups that have topics
	albums *memo.Memo[string, bool]
	times  *memo.Memo[int64, time.Time]
	typing chan string

	pace pace
}

// pace is how long the adapter waits for what.
type pace struct {
	first  time.Duration // after a first failure
	answer time.Duration // until a press that is still worked is acknowledged
	ask    time.Duration // until who does not poll asks again whether he may
	meet   time.Duration // an update, at the start, for the bot to know its name
	hook   time.Duration // until the webhook is looked at again
}

var (
	_ bot.Adapter      = (*Adapter)(nil)
	_ bot.Mounted      = (*Adapter)(nil)
	_ bot.Fetcher      = (*Adapter)(nil)
	_ bot.Threader     = (*Adapter)(nil)
	_ bot.Acknowledger = (*Adapter)(nil)
	_ bot.Examiner     = (*Adapter)(nil)
)

// New returns an adapter that hears nothing until it runs.
func New(cfg Config) *Adapter {
	if cfg.APIURL == "" {
		cfg.APIURL = "https://api.telegram.org"
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Poll <= 0 {
		cfg.Poll = 25 * time.Second
	}
	cfg.Poll = min(cfg.Poll, 50*time.Second)
	id, _, _ := strings.Cut(cfg.Token, ":")
	a := &Adapter{
		cfg: cfg, id: id, known: make(chan struct{}), ended: make(chan struct{}),
		desks: memo.New[int64, bool](8), forums: memo.New[int64, bool](64),
		albums: memo.New[string, bool](256), times: memo.New[int64, time.Time](4096),
		typing: make(chan string, 16),
		pace:   pace{first: 500 * time.Millisecond, answer: 3 * time.Second, ask: 2 * time.Second, meet: 2 * time.Second, hook: time.Minute},
	}
	a.api = newClient(cfg, &a.counts)
	if desk, err := strconv.ParseInt(cfg.Desk, 10, 64); err == nil {
		a.desks.Put(desk, true)
	}
	return a
}

// Name returns "telegram".
func (a *Adapter) Name() string { return Name }

// Capabilities says what Telegram can show. Private is nil until the bot knows its own name, soon
// after Run has begun.
func (a *Adapter) Capabilities() bot.Capabilities {
	c := bot.Capabilities{
		MaxText: maxText, MaxCaption: maxCaption, MaxChoices: maxChoices, MaxLabel: maxLabel, MaxFiles: maxFiles,
		MaxFile: maxFetch,
		Measure: func(s string) int { return wording.Units(bot.Plain(s)) },
		Edit:    true, FilesBare: true, Quotes: true, Album: album,
	}
	if name := a.self().Username; name != "" {
		c.Private = func(payload string) string { return "https://t.me/" + name + "?start=" + payload }
	}
	return c
}

// Run receives until ctx ends. handle is called only while the inbox takes nothing.
func (a *Adapter) Run(ctx context.Context, handle bot.Handler) error {
	defer a.once.Do(func() { close(a.ended) })
	defer a.api.http.CloseIdleConnections()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if !a.meet(ctx) {
			return nil
		}
		group.Go(func() error {
			a.prepare(ctx)
			return nil
		})
		if a.cfg.Secret != "" {
			a.keepWebhook(ctx)
			return nil
		}
		a.poll(ctx, handle)
		return nil
	})
	group.Go(func() error {
		a.showTyping(ctx)
		return nil
	})
	return group.Wait()
}

// meet asks Telegram who we are until it answers; false = ctx has ended.
func (a *Adapter) meet(ctx context.Context) bool {
	return a.insist(ctx, "ask Telegram for the bot's name", func(ctx context.Context) error {
		var me user
		if err := a.api.call(ctx, "getMe", nil, &me); err != nil {
			return err
		}
		if a.me.CompareAndSwap(nil, &me) {
			close(a.known)
		}
		a.cfg.Log.Info("connected to Telegram", "bot", me.Username, "webhook", a.cfg.Secret != "")
		return nil
	})
}

// prepare brings in order what Telegram keeps for us, and looks at the engineers' group.
func (a *Adapter) prepare(ctx context.Context) {
	if a.cfg.Desk != "" {
		a.insist(ctx, "look at the engineers' group", a.lookAtDesk)
	}
	a.insist(ctx, "set the menu of commands", a.setCommands)
}

// self returns who we are; empty until Telegram has told.
func (a *Adapter) self() user {
	if me := a.me.Load(); me != nil {
		return *me
	}
	return user{}
}

func (a *Adapter) isDesk(chat int64) bool {
	_, ok := a.desks.Get(chat)
	return ok
}

// deskMoved notes that a group goes on under another id.
func (a *Adapter) deskMoved(from, to int64) {
	if a.isDesk(from) {
		a.desks.Put(to, true)
	}
}

// received returns when an update was first seen here: the platform tells no time of a press.
func (a *Adapter) received(id int64) time.Time {
	return a.times.First(id, a.cfg.Now().UTC().Truncate(time.Millisecond))
}

// insist does something again and again, with growing pauses, until it succeeds or will never. false =
// ctx has ended.
func (a *Adapter) insist(ctx context.Context, what string, do func(context.Context) error) bool {
	for n := 0; ; n++ {
		err := do(ctx)
		if err == nil {
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		a.complain(ctx, what, err, n)
		if !wait(ctx, a.pause(n, err)) {
			return false
		}
	}
}
