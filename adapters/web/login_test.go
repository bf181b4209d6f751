package web_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/sqlite"
)

// desks is the program with the engineers' page as serve has it, behind a login.
type desks struct {
	*site
	t     *testing.T
	shelf *shelf
	mu    sync.Mutex
	now   time.Time
	heard []bot.Inbound
}

func openDesks(t *testing.T, change ...func(*web.Config)) *desks {
	t.Helper()
	s, media := stocked(t, "valve leaks", map[string][]byte{"1.txt": []byte("log")}, "1.txt")
	d := &desks{t: t, shelf: s, now: noon}
	db, err := sqlite.OpenMemory(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	cfg := web.Config{Customer: true, Desk: true, Office: s, Media: media, Logins: db, Now: func() time.Time {
		d.mu.Lock()
		defer d.mu.Unlock()
		return d.now
	}}
	for _, f := range change {
		f(&cfg)
	}
	d.site = open(t, cfg, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		d.mu.Lock()
		d.heard = append(d.heard, in)
		d.mu.Unlock()
		return echo(ctx, a, in)
	})
	return d
}

func (d *desks) wait(t time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = d.now.Add(t)
}

// link is a link as the bot sends it.
func (d *desks) link(of string) string {
	d.t.Helper()
	at, err := d.DeskLink(d.t.Context(), of, bot.Login{Person: "wang", Channel: "chat", Account: "w-1"})
	if err != nil {
		d.t.Fatal(err)
	}
	return at
}

// visitor is a browser that keeps cookies and follows nothing.
func (d *desks) visitor() *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// ask sends a request and returns the status and what came with it.
func (d *desks) ask(c *http.Client, method, path, body string, header ...string) (int, string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 10*time.Second) // a stream that is let in does not end
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, d.url+path, strings.NewReader(body))
	if err != nil {
		d.t.Fatal(err)
	}
	for i := 0; i < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := c.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	got, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return resp.StatusCode, string(got)
}

func (d *desks) want(c *http.Client, method, path string, want int) {
	d.t.Helper()
	if got, body := d.ask(c, method, path, ""); got != want {
		d.t.Errorf("%s %s: %d %s, want %d", method, path, got, body, want)
	}
}

// in logs somebody in and returns the token of his page.
func (d *desks) in(c *http.Client) (token string) {
	d.t.Helper()
	link := d.link(rand(d.t))
	d.want(c, http.MethodPost, link, http.StatusSeeOther)
	return d.token(c)
}

func (d *desks) token(c *http.Client) string {
	d.t.Helper()
	var me struct {
		CSRF      string       `json:"csrf"`
		Engineers []web.Person `json:"engineers"`
	}
	status, body := d.ask(c, http.MethodGet, "/chat/me", "")
	if err := json.Unmarshal([]byte(body), &me); err != nil || status != http.StatusOK || me.CSRF == "" || len(me.Engineers) != 1 || me.Engineers[0].Name != "Wang Lei" {
		d.t.Fatalf("GET /chat/me: %d %s", status, body)
	}
	return me.CSRF
}

// rand is another word each time.
var rand = func() func(*testing.T) string {
	var mu sync.Mutex
	n := 0
	return func(t *testing.T) string {
		t.Helper()
		mu.Lock()
		defer mu.Unlock()
		n++
		return t.Name() + strings.Repeat("+", n)
	}
}()

// inside is what nobody gets without a login.
func (d *desks) inside() []string {
	file := "/desk/files/" + d.shelf.claims[0].Evidence[0].Hash
	return []string{
		"/desk", "/desk/find", "/desk/oncall", "/desk/claims/" + theClaim,
		"/desk/data/queue", "/desk/data/find?words=valve", "/desk/data/oncall", "/desk/data/claims/" + theClaim,
		"/chat/desk/events", file,
	}
}

func (d *desks) shut(c *http.Client) {
	d.t.Helper()
	for _, path := range d.inside() {
		want := http.StatusForbidden
		d.want(c, http.MethodGet, path, want)
	}
}

// TestLogin gets in by a link, once, does something, and gets out.
func TestLogin(t *testing.T) {
	t.Parallel()
	d := openDesks(t)
	c := d.visitor()
	d.shut(c)
	link := d.link("one")
	if again := d.link("one"); again != link {
		t.Errorf("the turn that made the link, taken again, made another one: %s, %s", link, again)
	}
	for range 2 { // a chat platform looks what is behind it
		d.want(d.visitor(), http.MethodGet, link, http.StatusOK)
	}
	d.want(c, http.MethodPost, link, http.StatusSeeOther)
	for _, path := range d.inside()[:8] {
		d.want(c, http.MethodGet, path, http.StatusOK)
	}
	d.want(c, http.MethodPost, link, http.StatusSeeOther) // pressed twice
	other := d.visitor()
	if status, body := d.ask(other, http.MethodPost, link, ""); status != http.StatusForbidden || !strings.Contains(body, "!web") {
		t.Errorf("the link works twice: %d %s", status, body)
	}
	d.shut(other)

	token := d.token(c)
	status, body := d.ask(c, http.MethodPost, "/chat/desk/send", `{"id":"0123456789","text":"!queue"}`, "Content-Type", "application/json", "X-CSRF-Token", token)
	if status != http.StatusOK || len(d.heard) != 1 || d.heard[0].From != (bot.Sender{ID: "wang", Name: "Wang Lei", Lang: "en", Staff: "wang"}) || d.heard[0].To.Chat != web.Desk {
		t.Errorf("%d %s, the handler got %+v", status, body, d.heard)
	}

	if status, _ := d.ask(c, http.MethodPost, "/desk/logout", "csrf=wrong", "Content-Type", "application/x-www-form-urlencoded"); status != http.StatusForbidden {
		t.Errorf("logged out by another's page: %d", status)
	}
	d.want(c, http.MethodGet, "/desk", http.StatusOK)
	at, _ := url.Parse(d.url)
	kept := c.Jar.Cookies(at)
	if status, _ := d.ask(c, http.MethodPost, "/desk/logout", "csrf="+token, "Content-Type", "application/x-www-form-urlencoded"); status != http.StatusSeeOther {
		t.Errorf("logout: %d", status)
	}
	d.shut(c)
	thief := d.visitor() // who has kept the cookie has nothing
	thief.Jar.SetCookies(at, kept)
	d.shut(thief)
}

// TestLoginEnds shuts out whose time is over, and who is none of the desk's people any more.
func TestLoginEnds(t *testing.T) {
	t.Parallel()
	d := openDesks(t)
	late := d.link("late")
	d.wait(15 * time.Minute)
	d.want(d.visitor(), http.MethodPost, late, http.StatusForbidden)
	d.want(d.visitor(), http.MethodPost, "/desk/login/AAAA", http.StatusForbidden)

	c := d.visitor()
	d.in(c)
	d.wait(12*time.Hour - time.Second)
	d.want(c, http.MethodGet, "/desk/data/queue", http.StatusOK)
	d.wait(time.Second)
	d.shut(c)

	d.in(c)
	d.shelf.leave(true)
	d.shut(c)
	d.want(d.visitor(), http.MethodPost, d.link("gone"), http.StatusForbidden)
	d.shelf.leave(false)
	d.want(c, http.MethodGet, "/desk/data/queue", http.StatusOK)
}

// TestLoginForged tries what is not a login.
func TestLoginForged(t *testing.T) {
	t.Parallel()
	d := openDesks(t)
	c := d.visitor()
	d.want(c, http.MethodGet, "/", http.StatusOK) // a customer's cookie
	d.shut(c)
	d.in(d.visitor())
	at, _ := url.Parse(d.url)
	for _, value := range []string{"", "wang", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"} {
		forged := d.visitor()
		forged.Jar.SetCookies(at, []*http.Cookie{{Name: "optoste_desk", Value: value}})
		d.shut(forged)
	}
}

// TestLoginToken posts as a page does that is not ours, or not for this engineer.
func TestLoginToken(t *testing.T) {
	t.Parallel()
	d := openDesks(t)
	c, other := d.visitor(), d.visitor()
	token := d.in(c)
	stale := d.in(other)
	const good = `{"id":"0123456789","text":"!queue"}`
	for name, try := range map[string]struct {
		path   string
		header []string
	}{
		"no token":               {"/chat/desk/send", nil},
		"another login's token":  {"/chat/desk/send", []string{"X-CSRF-Token", stale}},
		"an upload without one":  {"/chat/desk/upload?name=a.txt", nil},
		"another site":           {"/chat/desk/send", []string{"X-CSRF-Token", token, "Sec-Fetch-Site", "cross-site"}},
		"another origin":         {"/chat/desk/send", []string{"X-CSRF-Token", token, "Origin", "https://evil.example"}},
		"as somebody else":       {"/chat/desk/send?as=chen", []string{"X-CSRF-Token", token}},
		"logout without a token": {"/desk/logout", nil},
		"in from another site":   {strings.TrimPrefix(d.link("cross"), d.url), []string{"Sec-Fetch-Site", "cross-site"}},
		"in from another origin": {strings.TrimPrefix(d.link("cross"), d.url), []string{"Origin", "https://evil.example"}},
	} {
		if status, body := d.ask(c, http.MethodPost, try.path, good, append([]string{"Content-Type", "application/json"}, try.header...)...); status != http.StatusForbidden {
			t.Errorf("%s: %d %s, want 403", name, status, body)
		}
	}
	if len(d.heard) > 0 {
		t.Errorf("the handler got %+v", d.heard)
	}
}

// TestLoginCookie looks at what the browser is given, and at what is kept of it.
func TestLoginCookie(t *testing.T) {
	t.Parallel()
	for secure, want := range map[bool]string{
		true:  `^optoste_desk=[A-Z2-7]{52}; Path=/; Max-Age=43200; HttpOnly; Secure; SameSite=Strict$`,
		false: `^optoste_desk=[A-Z2-7]{52}; Path=/; Max-Age=43200; HttpOnly; SameSite=Strict$`,
	} {
		d := openDesks(t, func(c *web.Config) { c.Secure = secure })
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.url+d.link("cookie"), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := d.visitor().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if got := resp.Header.Get("Set-Cookie"); !regexp.MustCompile(want).MatchString(got) {
			t.Errorf("cookie %s, want %s", got, want)
		}
		if at := resp.Header.Get("Location"); at != "/desk" {
			t.Errorf("goes on to %q", at)
		}
		if got := resp.Header.Get("Cache-Control") + ", " + resp.Header.Get("Referrer-Policy"); got != "no-store, no-referrer" {
			t.Errorf("answered with %s", got)
		}
	}
}
