package web

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// Name is the channel's name in [bot.Address].
const Name = "web"

// Desk is the chat that is the engineers' room.
const Desk = "desk"

// What the page can show, and how much one request may bring.
const (
	maxText   = 4000
	maxChoice = 12
	maxLabel  = 60
	maxFiles  = 10
	maxBody   = 1 << 20 // a request that is no upload

	defaultUpload = 50 << 20
	turnTime      = 2 * time.Minute // the longest a turn may take once the page has gone away
)

// Config is what the adapter gets from outside.
type Config struct {
	Log   *slog.Logger // nil = nothing is logged
	Media bot.Media    // where uploads go and pictures come from
	Dir   string       // folder of the transcripts, made when needed
	// Secret signs cookies, file references and picture addresses; 32 bytes that all replicas
	// share. Empty = random, so cookies end with the program.
	Secret    []byte
	Customer  bool             // serve the customers' page
	Desk      bool             // serve the engineers' page: as one of Demo's, else to who has logged in
	Office    Office           // what the engineers' pages show beside their room; nil = only the room
	Logins    bot.Logins       // who may enter the engineers' page; needed without Demo
	PublicURL string           // where the page is reached, for links to it: "https://service.example"
	Demo      *Demo            // sample people; nil = everybody is their own cookie
	MaxUpload int64            // bytes of the largest file; 0 = 50 MiB
	Secure    bool             // the page is reached by https: cookies say so
	Now       func() time.Time // the clock; nil = the real one
}

// Demo lists the people that one may write as. Anybody who opens the page may be any of them.
type Demo struct {
	People    []Person // customers, each in a chat of the same id
	Engineers []Person // in the room [Desk]
}

// Person is one of the people of a [Demo].
type Person struct {
	ID      claim.PersonID `json:"id"` // lower-case letters, digits and "-", at most 32
	Name    string         `json:"name"`
	Company string         `json:"company,omitempty"`
	About   string         `json:"about,omitempty"` // a word on who this is: "linked", "nobody knows her"
	Lang    string         `json:"lang,omitempty"`  // IETF tag; empty = the browser's
}

// Adapter is a [bot.Adapter] and [bot.Mounted]. It is safe for concurrent use.
type Adapter struct {
	cfg   Config
	sign  signer
	rooms *rooms
	ended chan struct{} // closed when Run ends: streams end, updates are refused
	once  sync.Once
	// refuse lets a test's platform refuse a message; nil = it never does.
	refuse func(bot.Outgoing) error
}

var (
	_ bot.Adapter = (*Adapter)(nil)
	_ bot.Mounted = (*Adapter)(nil)
)

// New returns an adapter that serves nothing until its Routes are mounted.
func New(cfg Config) *Adapter {
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxUpload <= 0 {
		cfg.MaxUpload = defaultUpload
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if len(cfg.Secret) == 0 {
		cfg.Secret = make([]byte, 32)
		_, _ = rand.Read(cfg.Secret) // never fails
	}
	if cfg.Demo == nil {
		cfg.Demo = &Demo{}
	}
	return &Adapter{
		cfg:   cfg,
		sign:  signer{key: cfg.Secret},
		rooms: newRooms(cfg.Dir),
		ended: make(chan struct{}),
	}
}

// Name returns "web".
func (a *Adapter) Name() string { return Name }

// Capabilities says what the page can show.
func (a *Adapter) Capabilities() bot.Capabilities {
	return bot.Capabilities{MaxText: maxText, MaxChoices: maxChoice, MaxLabel: maxLabel, MaxFiles: maxFiles, Edit: true, Quotes: true}
}

var personID = regexp.MustCompile(`^[a-z0-9-]{1,32}$`)

// Run blocks until ctx ends; then open pages are told to come back later. Updates come through
// Routes, so the handler given here is not called. It refuses a [Demo] with unusable ids at once.
func (a *Adapter) Run(ctx context.Context, _ bot.Handler) error {
	defer a.once.Do(func() { close(a.ended) })
	for _, p := range slices.Concat(a.cfg.Demo.People, a.cfg.Demo.Engineers) {
		if !personID.MatchString(string(p.ID)) || p.ID == Desk {
			return fmt.Errorf("run web chat: demo person %q: an id has lower-case letters, digits and dashes, at most 32, and is not %q", p.ID, Desk)
		}
	}
	<-ctx.Done()
	return nil
}

// Send puts a message into a chat, or a new wording over one that stands there; open pages show
// it at once. The same Outgoing.ID gives the same message again. A chat that no page can open is
// [bot.ErrGone].
func (a *Adapter) Send(ctx context.Context, o bot.Outgoing) ([]bot.MessageID, error) {
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("send to web chat: %w", err)
	}
	if a.refuse != nil {
		if err := a.refuse(o); err != nil {
			return nil, fmt.Errorf("send to web chat: %w", err)
		}
	}
	if !a.known(o.To.Chat) {
		return nil, fmt.Errorf("send to web chat: %w", bot.ErrGone)
	}
	r, err := a.rooms.enter(o.To.Chat)
	if err != nil {
		return nil, fmt.Errorf("send to web chat: %w", err)
	}
	defer r.leave()
	id, err := r.say(o, a.cfg.Now())
	if err != nil {
		return nil, fmt.Errorf("send to web chat: %w", err)
	}
	return []bot.MessageID{id}, nil
}
