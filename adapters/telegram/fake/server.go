package fake

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Config is what a server needs to know. The zero value is a server with privacy mode and without
// rate limits.
type Config struct {
	Token    string           // "<id of the bot>:<secret>"; empty = one of its own
	Username string           // without the @; empty = "optoste_bot"
	Now      func() time.Time // nil = the real clock
	SeeAll   bool             // privacy mode is off (platform-facts.md 18)
	Limits   Limits           // see [RealLimits]
	// Pace is the factor on the server's own pauses: before a webhook is tried again, after a
	// conflict. 0 = 1, the real ones.
	Pace float64
	// Client delivers to the webhook. nil = one that waits 60 s for an answer, whatever Pace is.
	Client *http.Client
	// AnyPhoto lets pictures pass that are none; the real server answers IMAGE_PROCESS_FAILED.
	AnyPhoto bool
	// Patience is how long a press can be answered; platform-facts.md 37. 0 = a minute.
	Patience time.Duration
}

// Server is a fake Bot API server with one bot.
type Server struct {
	cfg     Config
	spec    *spec
	methods map[string]method
	bot     *Person
	http    *httptest.Server

	ctx  context.Context //nolint:containedctx // the deliveries' life is the server's, not a call's
	stop context.CancelFunc
	work sync.WaitGroup // deliveries to the webhook

	mu       sync.Mutex
	mistakes []string
	calls    []*Call
	called   chan struct{} // closed and made anew at every call
	people   map[int64]*Person
	chats    map[int64]*Chat
	files    map[string]*file  // by file_id
	paths    map[string]*place // by file_path
	presses  map[string]*Press
	commands map[string][]any // by scope and language
	faults   []*Fault
	rates    rates
	updates  updates
	poll     poll
	hook     hook
	nextID   ids
}

// ids are what the next of everything is called.
type ids struct {
	person, group, super, message, press, file, album int64
}

// method carries out a checked call. It is called with the server's lock held.
type method func(s *Server, c *call) (any, error)

// New returns a server that answers nobody before it is mounted or started.
func New(cfg Config) *Server {
	cfg.Token = cmp.Or(cfg.Token, "1000000001:AAFakeFakeFakeFakeFakeFakeFakeFake00")
	cfg.Username = cmp.Or(cfg.Username, "optoste_bot")
	cfg.Pace = cmp.Or(cfg.Pace, 1)
	cfg.Patience = cmp.Or(cfg.Patience, time.Minute)
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Client == nil {
		cfg.Client = hookClient()
	}
	api, err := loadSpec()
	if err != nil {
		panic(err) // the embedded file is broken
	}
	s := &Server{
		cfg: cfg, spec: api, methods: methods(),
		people: map[int64]*Person{}, chats: map[int64]*Chat{}, files: map[string]*file{}, paths: map[string]*place{},
		presses: map[string]*Press{}, commands: map[string][]any{},
		nextID: ids{person: 700_000_000, group: 400_000_000, super: 1_900_000_000, message: 100, press: 1},
	}
	id, _, _ := strings.Cut(cfg.Token, ":")
	botID, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		panic(fmt.Sprintf("the token %q has no id of a bot before the colon", cfg.Token))
	}
	s.bot = &Person{s: s, profile: Profile{ID: botID, First: "Optoste", Username: cfg.Username, Bot: true}}
	s.updates.init()
	s.called = make(chan struct{})
	s.poll.wake = make(chan struct{})
	s.hook.init()
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// methods lists what the server can do.
func methods() map[string]method {
	return map[string]method{
		"getMe":                  (*Server).getMe,
		"setWebhook":             (*Server).setWebhook,
		"deleteWebhook":          (*Server).deleteWebhook,
		"getWebhookInfo":         (*Server).getWebhookInfo,
		"sendMessage":            (*Server).sendMessage,
		"sendPhoto":              sendMedia(Photo),
		"sendVideo":              sendMedia(Video),
		"sendDocument":           sendMedia(Document),
		"sendAudio":              sendMedia(Audio),
		"sendVoice":              sendMedia(Voice),
		"sendMediaGroup":         (*Server).sendMediaGroup,
		"editMessageText":        (*Server).editMessageText,
		"editMessageCaption":     (*Server).editMessageCaption,
		"editMessageReplyMarkup": (*Server).editMessageReplyMarkup,
		"deleteMessage":          (*Server).deleteMessage,
		"answerCallbackQuery":    (*Server).answerCallbackQuery,
		"sendChatAction":         (*Server).sendChatAction,
		"getFile":                (*Server).getFile,
		"setMyCommands":          (*Server).setMyCommands,
		"getMyCommands":          (*Server).getMyCommands,
		"deleteMyCommands":       (*Server).deleteMyCommands,
		"createForumTopic":       (*Server).createForumTopic,
		"editForumTopic":         (*Server).editForumTopic,
		"closeForumTopic":        (*Server).closeForumTopic,
		"getChat":                (*Server).getChat,
		"getChatMember":          (*Server).getChatMember,
		"leaveChat":              (*Server).leaveChat,
	}
}

// Start listens on loopback.
func (s *Server) Start() {
	s.http = httptest.NewServer(s)
}

// Close ends all deliveries and, after [Server.Start], the listener.
func (s *Server) Close() {
	s.stop()
	if s.http != nil {
		s.http.CloseClientConnections()
		s.http.Close()
	}
	s.work.Wait()
	s.cfg.Client.CloseIdleConnections()
}

// URL returns the root that goes into TELEGRAM_API_URL. It needs [Server.Start].
func (s *Server) URL() string { return s.http.URL }

// Token returns the bot's token.
func (s *Server) Token() string { return s.cfg.Token }

// BotID returns the bot's user id.
func (s *Server) BotID() int64 { return s.bot.profile.ID }

func (s *Server) now() time.Time { return s.cfg.Now() }

// pause scales one of the server's own pauses.
func (s *Server) pause(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.cfg.Pace)
}

// mistake records what the real server would let pass in silence.
func (s *Server) mistake(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mistaken(format, args...)
}

// mistaken is mistake with the lock held.
func (s *Server) mistaken(format string, args ...any) {
	s.mistakes = append(s.mistakes, fmt.Sprintf(format, args...))
}

// Mistakes returns what the bot did that the real server would have let pass in silence. A test that
// drives a bot fails when there is any.
func (s *Server) Mistakes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mistakes...)
}

func (s *Server) getMe(_ *call) (any, error) {
	me := s.bot.wire()
	me["can_join_groups"] = true
	me["can_read_all_group_messages"] = s.cfg.SeeAll
	for _, no := range []string{"supports_inline_queries", "can_connect_to_business", "has_main_web_app", "has_topics_enabled", "allows_users_to_create_topics"} {
		me[no] = false
	}
	return me, nil
}
