package fake

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"
)

// Config is what a server needs to know. The zero value is a workspace without rate limits whose app has
// every scope.
type Config struct {
	URL           string           // where it is mounted; empty = where [Server.Start] listens
	Token         string           // of the bot; empty = one of its own
	AppToken      string           // for Socket Mode; empty = one of its own
	SigningSecret string           // empty = one of its own
	Scopes        []string         // of the bot token; nil = all of platform-facts.md 91
	Events        []string         // that the app has subscribed to: "message.im", "app_mention"; nil = all
	Now           func() time.Time // nil = the real clock
	Limits        Limits           // see [RealLimits]
	// Pace is the factor on the server's own pauses, before a delivery is tried again. 0 = 1, the real ones.
	Pace float64
	// Patience is how long a delivery may take. 0 = 3 s (platform-facts.md 63).
	Patience time.Duration
	// Unordered hands over everything at once. Otherwise what happened in one chat is handed over one
	// after the other, which the real server does not promise (platform-facts.md 67).
	Unordered bool
	// ShareAfter is how long after its completion an upload is shared. 0 = at once.
	ShareAfter time.Duration
	// Client delivers. nil = one of its own.
	Client *http.Client
	// Quiet keeps the bot's own messages and edits from coming back as events (platform-facts.md 72).
	Quiet bool
}

// Server is a fake Slack with one workspace, one app and its bot.
type Server struct {
	cfg     Config
	spec    *spec
	methods map[string]method
	bot     *Person
	http    *httptest.Server

	ctx  context.Context //nolint:containedctx // the deliveries' life is the server's, not a call's
	stop context.CancelFunc
	work sync.WaitGroup // deliveries

	mu        sync.Mutex
	changed   signal // told of every call and every change of a chat
	mistakes  []string
	calls     []*Call
	revoked   string // why the bot token is good for nothing; empty = it is good
	people    map[string]*Person
	chats     map[string]*Chat
	files     map[string]*file
	uploads   map[string]*file // by the key of the upload URL
	views     map[string]*view
	triggers  map[string]*trigger
	replies   map[string]*responseURL
	faults    []*Fault
	rates     rates
	out       outbox
	socket    sockets
	redirects bool // to the sign-in page
	loseShare int
	lastTS    int64
	ids       map[string]int
}

// method carries out a checked call. It is called with the server's lock held.
type method func(s *Server, c *call) (obj, error)

// The ids of the workspace, of another one that shares channels with it, and of the app.
const (
	Team      = "T0OPTOSTE1"
	OtherTeam = "T0NUTSLTD1"
	App       = "A0SUPPORT1"
	botID     = "B0SUPPORT1"
	botUser   = "U0SUPPORT1"
)

// New returns a server that answers nobody before it is mounted or started.
func New(cfg Config) *Server {
	cfg.Token = cmp.Or(cfg.Token, "xoxb-1000000001-fake")
	cfg.AppToken = cmp.Or(cfg.AppToken, "xapp-1-A0SUPPORT1-fake")
	cfg.SigningSecret = cmp.Or(cfg.SigningSecret, "8f742231b10e8888abcd99yyyzzz85a5")
	cfg.Pace = cmp.Or(cfg.Pace, 1)
	cfg.Patience = cmp.Or(cfg.Patience, 3*time.Second)
	if cfg.Scopes == nil {
		cfg.Scopes = allScopes()
	}
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
		cfg: cfg, spec: api, methods: methods(), changed: newSignal(),
		people: map[string]*Person{}, chats: map[string]*Chat{}, files: map[string]*file{}, uploads: map[string]*file{},
		views: map[string]*view{}, triggers: map[string]*trigger{}, replies: map[string]*responseURL{},
		rates: rates{}, ids: map[string]int{},
	}
	s.out.init()
	s.socket.init()
	s.bot = &Person{s: s, id: botUser, team: Team, profile: Profile{Name: "optoste", Display: "Optoste", Bot: true}}
	s.people[botUser] = s.bot
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// methods lists what the server can do.
func methods() map[string]method {
	return map[string]method{
		"auth.test":                    (*Server).authTest,
		"users.info":                   (*Server).usersInfo,
		"bots.info":                    (*Server).botsInfo,
		"conversations.open":           (*Server).conversationsOpen,
		"conversations.info":           (*Server).conversationsInfo,
		"conversations.history":        (*Server).conversationsHistory,
		"conversations.replies":        (*Server).conversationsReplies,
		"conversations.members":        (*Server).conversationsMembers,
		"conversations.join":           (*Server).conversationsJoin,
		"chat.postMessage":             (*Server).postMessage,
		"chat.update":                  (*Server).updateMessage,
		"chat.delete":                  (*Server).deleteMessage,
		"chat.postEphemeral":           (*Server).postEphemeral,
		"reactions.add":                (*Server).reactionsAdd,
		"reactions.remove":             (*Server).reactionsRemove,
		"views.open":                   (*Server).viewsOpen,
		"views.push":                   (*Server).viewsPush,
		"views.update":                 (*Server).viewsUpdate,
		"views.publish":                (*Server).viewsPublish,
		"files.info":                   (*Server).filesInfo,
		"files.getUploadURLExternal":   (*Server).uploadURL,
		"files.completeUploadExternal": (*Server).completeUpload,
		"apps.connections.open":        (*Server).connectionsOpen,
		"assistant.threads.setStatus":  (*Server).setStatus,
	}
}

// Start listens on loopback.
func (s *Server) Start() { s.http = httptest.NewServer(s) }

// Close ends all deliveries and, after [Server.Start], the listener.
func (s *Server) Close() {
	s.stop()
	s.mu.Lock()
	s.socket.closeAll()
	s.mu.Unlock()
	if s.http != nil {
		s.http.CloseClientConnections()
		s.http.Close()
	}
	s.work.Wait()
	s.cfg.Client.CloseIdleConnections()
}

// URL returns the root of the host, where everything is: upload_url and url_private are on it as well
// (platform-facts.md 100). It needs [Server.Start] or Config.URL.
func (s *Server) URL() string {
	if s.cfg.URL == "" && s.http != nil {
		return s.http.URL
	}
	return s.cfg.URL
}

// API returns the root of the Web API, with the slash at its end that slack-go wants.
func (s *Server) API() string { return s.URL() + "/api/" }

// Token returns the bot token.
func (s *Server) Token() string { return s.cfg.Token }

// AppToken returns the app-level token, for Socket Mode only.
func (s *Server) AppToken() string { return s.cfg.AppToken }

// SigningSecret returns what deliveries are signed with.
func (s *Server) SigningSecret() string { return s.cfg.SigningSecret }

// BotUser returns the bot's user id.
func (s *Server) BotUser() string { return botUser }

// BotID returns the bot's bot id.
func (s *Server) BotID() string { return botID }

// Revoke makes the bot token useless: "token_revoked", "account_inactive" (platform-facts.md 85). Empty
// makes it good again.
func (s *Server) Revoke(code string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.revoked = code
}

func (s *Server) now() time.Time { return s.cfg.Now() }

// pause scales one of the server's own pauses.
func (s *Server) pause(d time.Duration) time.Duration {
	return time.Duration(float64(d) * s.cfg.Pace)
}

// id makes the next id of a kind: the letters that it begins with, then a number.
func (s *Server) id(prefix string) string {
	s.ids[prefix]++
	return fmt.Sprintf("%s%09d", prefix, s.ids[prefix])
}

// ts makes the time of the next message: never twice the same (platform-facts.md 67).
func (s *Server) ts() string {
	s.lastTS = max(s.now().UnixMicro(), s.lastTS+1)
	return fmt.Sprintf("%d.%06d", s.lastTS/1e6, s.lastTS%1e6)
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

// Mistakes returns what the bot did that the real server would have let pass in silence, or that only a
// wrong program does. A test that drives a bot fails when there is any.
func (s *Server) Mistakes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.mistakes...)
}
