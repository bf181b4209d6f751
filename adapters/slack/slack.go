package slack

import (
	"context"
	"log/slog"
	"net/http"
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
const Name = "slack"

// What a message can carry (platform-facts.md 83).
const (
	maxText    = 3000
	maxChoices = 25
	maxLabel   = 75
	maxFiles   = 10
	maxFetch   = 50 << 20 // bytes of a file that is taken
)

// Config is what the adapter gets from outside.
type Config struct {
	Token  string // of the bot: xoxb-...
	APIURL string // root of the Web API; empty = https://slack.com/api/
	// SigningSecret signs what Slack posts to PublicURL/hook/slack; empty = nothing is taken there.
	SigningSecret string
	// AppToken opens Socket Mode: xapp-... Empty = none. An app uses one of the two (platform-facts.md 62).
	AppToken  string
	PublicURL string // with SigningSecret: where Slack reaches this program
	Desk      string // id of the engineers' channel; empty = none

	Media  bot.Media  // contents of files that are sent
	Limits bot.Limits // counts what all replicas send; nil = nobody counts
	// Post stores inbounds so that they will be worked, whatever happens; nil = what was not worked in time
	// goes to the spool.
	Post func(ctx context.Context, list ...bot.Inbound) error
	// Spool is a folder of this replica's own for what could not be stored either; it is made when needed.
	// Empty = Slack is asked to come again, which it does with messages, but not with presses.
	Spool string
	// Heard returns the chats in which something was heard lately, each with the Order of the last message that
	// was worked: the private ones are read from there on when the program starts. nil = they are not.
	Heard func(ctx context.Context) (map[string]int64, error)

	Log    *slog.Logger     // nil = nothing is logged
	Now    func() time.Time // the clock; nil = the real one
	Client *http.Client     // for the Web API; nil = one of our own, through the proxy of the environment
}

// Adapter carries messages between Slack and the engine. It is safe for concurrent use.
type Adapter struct {
	cfg    Config
	api    *client
	counts counts

	me    atomic.Pointer[self] // nil until Slack has told
	known chan struct{}        // closed then
	ended chan struct{}        // closed when Run ends
	once  sync.Once

	people  *memo.Memo[string, known]
	directs *memo.Memo[string, string] // private chats, by whom they are with
	threads *memo.Memo[string, membership]
	said    *memo.Memo[string, string] // texts that were sent lately, for taking buttons away
	odd     *memo.Memo[string, bool]   // what has been logged once
	last    *memo.Memo[string, int64]  // the newest message of private chats
	signs   chan sign                  // to be shown or taken away
	queues  *queues                    // of the spool

	pace pace
}

// self is who we are.
type self struct{ user, bot, team, name string }

// pace is how long the adapter waits for what.
type pace struct {
	first  time.Duration // after a first failure
	answer time.Duration // until an update that is still worked is stored instead; Slack waits three seconds
	grace  time.Duration // for a handler to return when its time is up
	store  time.Duration // storing an update may take
	spool  time.Duration // until the spool is looked at again
	sign   time.Duration // until a message that is worked has a sign of it
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
		cfg.APIURL = "https://slack.com/api/"
	}
	cfg.APIURL = strings.TrimRight(cfg.APIURL, "/") + "/"
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	a := &Adapter{
		cfg: cfg, known: make(chan struct{}), ended: make(chan struct{}),
		people: memo.New[string, known](4096), directs: memo.New[string, string](256), threads: memo.New[string, membership](4096),
		said: memo.New[string, string](1024), odd: memo.New[string, bool](256), last: memo.New[string, int64](4096),
		signs: make(chan sign, maxSigns), queues: newQueues(),
		pace: pace{
			first: 500 * time.Millisecond, answer: 2300 * time.Millisecond, grace: 100 * time.Millisecond, store: 300 * time.Millisecond,
			spool: 5 * time.Second, sign: time.Second,
		},
	}
	a.api = newClient(cfg, &a.counts)
	return a
}

// Name returns "slack".
func (a *Adapter) Name() string { return Name }

// Capabilities says what Slack can show.
func (a *Adapter) Capabilities() bot.Capabilities {
	return bot.Capabilities{
		MaxText: maxText, MaxChoices: maxChoices, MaxLabel: maxLabel, MaxFiles: maxFiles, MaxFile: maxFetch,
		Measure: func(s string) int { return wording.Units(escape(bot.Plain(s))) },
		Edit:    true, FilesBare: true,
	}
}

// Run receives until ctx ends: by Socket Mode, when there is an app token; what is posted to the hook is
// received without it. What waits in the spool is worked.
func (a *Adapter) Run(ctx context.Context, handle bot.Handler) error {
	defer a.once.Do(func() { close(a.ended) })
	defer a.api.http.CloseIdleConnections()
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		before := a.heardBefore(ctx)
		a.recallSpool(ctx)
		if !a.meet(ctx) {
			return nil
		}
		if a.cfg.Spool != "" {
			group.Go(func() error {
				a.workSpool(ctx, handle)
				return nil
			})
		}
		group.Go(func() error {
			a.showSigns(ctx)
			return nil
		})
		group.Go(func() error {
			a.resume(ctx, before, handle)
			return nil
		})
		if a.cfg.AppToken != "" {
			a.listen(ctx, handle)
		}
		<-ctx.Done()
		return nil
	})
	return group.Wait()
}

// meet asks Slack who we are until it answers; false = ctx has ended.
func (a *Adapter) meet(ctx context.Context) bool {
	return a.insist(ctx, "ask Slack for the bot's name", func(ctx context.Context) error {
		me, _, err := a.api.self(ctx)
		if err != nil {
			return err
		}
		if a.me.CompareAndSwap(nil, &me) {
			close(a.known)
		}
		a.cfg.Log.Info("connected to Slack", "bot", me.name, "socket", a.cfg.AppToken != "")
		return nil
	})
}

func (a *Adapter) isDesk(channel string) bool { return a.cfg.Desk != "" && channel == a.cfg.Desk }

// insist does something again and again, with growing pauses, until it succeeds. false = ctx has ended.
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
