package web_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/adapters/web/fake"
	"github.com/optoste/supportbot/bot"
)

// TestRefused posts what must not be taken; nothing of it may reach the handler.
func TestRefused(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Desk: true, Demo: demo()}, func(_ context.Context, _ *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		t.Errorf("the handler got %+v", in)
		return bot.Ack{}, nil
	})
	b := s.browser(t)
	const good = `{"id":"0123456789","text":"hello"}`
	json := http.Header{"Content-Type": {"application/json"}}
	with := func(k, v string) http.Header {
		h := json.Clone()
		h.Set(k, v)
		return h
	}
	resp, err := b.Do(t.Context(), http.MethodGet, "/chat/mei/events", nil, http.Header{"Sec-Fetch-Site": {"cross-site"}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusForbidden {
		t.Errorf("another site listens: %s", resp.Status)
	}
	up, err := s.as(t, "mei").Upload(t.Context(), fake.File{Name: "a.png", Body: strings.NewReader(png)}) // another cookie's
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		path   string
		body   string
		header http.Header
		want   int
	}{
		"another site":              {"/chat/mei/send", good, with("Sec-Fetch-Site", "cross-site"), 403},
		"another site of our host":  {"/chat/mei/send", good, with("Sec-Fetch-Site", "same-site"), 403},
		"an older browser's origin": {"/chat/mei/send", good, with("Origin", "https://evil.example"), 403},
		"upload from another site":  {"/chat/mei/upload", png, http.Header{"Sec-Fetch-Site": {"cross-site"}}, 403},
		"form":                      {"/chat/mei/send", good, http.Header{"Content-Type": {"text/plain"}}, 415},
		"no such chat":              {"/chat/nobody/send", good, json, 404},
		"another's chat":            {"/chat/vaaaaaaaaaaaaaaaaaaaaaaaaaa/send", good, json, 404},
		"desk as nobody":            {"/chat/desk/send", good, json, 403},
		"desk as a customer":        {"/chat/desk/send?as=mei", good, json, 403},
		"a customer as an engineer": {"/chat/wang/send", good, json, 404},
		"not JSON":                  {"/chat/mei/send", "hello", json, 400},
		"no event":                  {"/chat/mei/send", `{"id":"0123456789"}`, json, 400},
		"two events":                {"/chat/mei/send", `{"id":"0123456789","text":"a","odd":"sticker"}`, json, 400},
		"empty text":                {"/chat/mei/send", `{"id":"0123456789","text":""}`, json, 400},
		"no id":                     {"/chat/mei/send", `{"text":"a"}`, json, 400},
		"bad id":                    {"/chat/mei/send", `{"id":"../../etc/passwd","text":"a"}`, json, 400},
		"negative count":            {"/chat/mei/send", `{"id":"0123456789","order":-1,"text":"a"}`, json, 400},
		"huge count":                {"/chat/mei/send", `{"id":"0123456789","order":9223372036854775807,"text":"a"}`, json, 400},
		"empty choice":              {"/chat/mei/send", `{"id":"0123456789","press":{"message":"1"}}`, json, 400},
		"long choice":               {"/chat/mei/send", `{"id":"0123456789","press":{"choice":"` + strings.Repeat("x", 65) + `"}}`, json, 400},
		"odd odd":                   {"/chat/mei/send", `{"id":"0123456789","odd":"<b>"}`, json, 400},
		"edit of nothing":           {"/chat/mei/send", `{"id":"0123456789","edit":{"of":"1","text":"a"}}`, json, 404},
		"edit of nonsense":          {"/chat/mei/send", `{"id":"0123456789","edit":{"of":"x","text":"a"}}`, json, 400},
		"empty album":               {"/chat/mei/send", `{"id":"0123456789","album":{}}`, json, 400},
		"made-up file":              {"/chat/mei/send", `{"id":"0123456789","album":{"files":[{"ref":"eyJ9.x"}]}}`, json, 400},
		"another cookie's file":     {"/chat/mei/send", `{"id":"0123456789","album":{"files":[{"ref":"` + up.Ref + `"}]}}`, json, 400},
		"eleven files":              {"/chat/mei/send", `{"id":"0123456789","album":{"files":[` + strings.Repeat(`{"too_big":true},`, 10) + `{"too_big":true}]}}`, json, 400},
		"more than a mebibyte":      {"/chat/mei/send", `{"id":"0123456789","text":"` + strings.Repeat("a", 1<<20) + `"}`, json, 413},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resp, err := b.Do(t.Context(), http.MethodPost, c.path, strings.NewReader(c.body), c.header)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			if resp.StatusCode != c.want {
				body, _ := io.ReadAll(resp.Body)
				t.Errorf("status = %s %s, want %d", resp.Status, body, c.want)
			}
		})
	}
}

// TestOthers checks that without a demo nobody gets into another's chat, and that in a room nobody
// changes another's words, or the bot's.
func TestOthers(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true}, echo)
	mine, other := s.browser(t), s.browser(t)
	if _, err := as(t, mine, "").Text(t.Context(), "mine"); err != nil {
		t.Fatal(err)
	}
	chat := mine.Me().Customers[0].Chat
	for path, method := range map[string]string{"events": http.MethodGet, "send": http.MethodPost, "upload": http.MethodPost} {
		resp, err := other.Do(t.Context(), method, "/chat/"+chat+"/"+path, strings.NewReader(`{"id":"0123456789","text":"a"}`), http.Header{"Content-Type": {"application/json"}})
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusNotFound {
			t.Errorf("%s of another's chat: %s", path, resp.Status)
		}
	}

	s = open(t, web.Config{Customer: true, Desk: true, Demo: demo()}, echo)
	b := s.browser(t)
	wang, li := as(t, b, "wang"), as(t, b, "li")
	if _, err := wang.Text(t.Context(), "by Wang"); err != nil {
		t.Fatal(err)
	}
	for _, of := range []string{"1", "2"} { // Wang's words, the bot's
		var refused *fake.RefusedError
		if _, err := li.Edit(t.Context(), of, "changed"); !errors.As(err, &refused) || refused.Status != http.StatusNotFound {
			t.Errorf("Li edits message %s: %v, want 404", of, err)
		}
	}
	shows(t, watch(t, li, ""), "wang: by Wang", "bot: You said: by Wang")
}

// TestClean checks what no store takes.
func TestClean(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	c := s.as(t, "mei")
	if _, err := c.Text(t.Context(), "a\x00b\r\nc"); err != nil {
		t.Fatal(err)
	}
	shows(t, watch(t, c, ""), "mei: ab\nc", "bot: You said: ab\nc")
}

// TestGoneAway has a page go away while its update is worked: the turn goes on.
func TestGoneAway(t *testing.T) {
	t.Parallel()
	begun, gone, worked := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		close(begun)
		<-gone
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond): // the server needs a moment to see it
		}
		_, err := echo(ctx, a, in)
		worked <- errors.Join(err, ctx.Err())
		return bot.Ack{}, err
	})
	c := s.as(t, "mei")
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := c.Text(ctx, "hello"); !errors.Is(err, context.Canceled) {
		t.Errorf("Text = %v", err)
	}
	close(gone)
	if err := <-worked; err != nil {
		t.Errorf("the turn was stopped: %v", err)
	}
	shows(t, watch(t, c, ""), "mei: hello", "bot: You said: hello")
}

// TestCookie checks that nothing goes without our cookie, and that it cannot be made up.
func TestCookie(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	get := func(path, cookie string) (int, []*http.Cookie) {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if cookie != "" {
			req.Header.Set("Cookie", cookie)
		}
		resp, err := s.client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		return resp.StatusCode, resp.Cookies()
	}
	_, cookies := get("/", "")
	if len(cookies) != 1 || !cookies[0].HttpOnly || cookies[0].SameSite != http.SameSiteLaxMode || cookies[0].MaxAge <= 0 {
		t.Fatalf("cookies = %v", cookies)
	}
	good := cookies[0].Name + "=" + cookies[0].Value
	if status, _ := get("/chat/me", good); status != http.StatusOK {
		t.Errorf("with the cookie: %d", status)
	}
	if _, again := get("/", good); len(again) != 1 || again[0].Value != cookies[0].Value {
		t.Errorf("a second visit changes the cookie to %v", again)
	}
	id, mac, _ := strings.Cut(cookies[0].Value, ".")
	for _, bad := range []string{"", "optoste_chat=" + id, "optoste_chat=vaaaaaaaaaaaaaaaaaaaaaaaaaa." + mac, good + "x"} {
		for _, path := range []string{"/chat/me", "/chat/mei/events"} {
			if status, _ := get(path, bad); status != http.StatusForbidden {
				t.Errorf("%s with cookie %q: %d, want 403", path, bad, status)
			}
		}
	}
}

// TestPages checks which pages are there, and what keeps foreign scripts out of them.
func TestPages(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg  web.Config
		want map[string]int
	}{
		"customer": {web.Config{Customer: true}, map[string]int{"/": 200, "/desk": 404, "/static/page.js": 200, "/chat/desk/events": 404}},
		"desk":     {web.Config{Desk: true, Demo: demo()}, map[string]int{"/": 404, "/desk": 200, "/chat/mei/events": 404}},
		"no login": {web.Config{Customer: true, Desk: true}, map[string]int{"/": 200, "/desk": 404, "/chat/desk/events?as=wang": 404}},
		"demo": {web.Config{Customer: true, Desk: true, Demo: demo()}, map[string]int{
			"/": 200, "/desk": 200, "/nowhere": 404, "/chat/": 404, "/chat/mei": 404, "/static/": 404, "/static/../routes.go": 404, "/static/nothing.js": 404,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := open(t, c.cfg, echo)
			page := "/"
			if !c.cfg.Customer {
				page = "/desk"
			}
			b, err := fake.OpenPage(t.Context(), s.url, page, s.client, nil)
			if err != nil {
				t.Fatal(err)
			}
			for path, want := range c.want {
				resp, err := b.Do(t.Context(), http.MethodGet, path, nil, nil)
				if err != nil {
					t.Fatal(err)
				}
				resp.Body.Close()
				if resp.StatusCode != want {
					t.Errorf("GET %s: %s, want %d", path, resp.Status, want)
				}
				if csp := resp.Header.Get("Content-Security-Policy"); want == 200 &&
					(!strings.HasPrefix(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || resp.Header.Get("X-Content-Type-Options") != "nosniff") {
					t.Errorf("GET %s: headers %v", path, resp.Header)
				}
			}
		})
	}
}

func TestStaticIsCached(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true}, echo)
	b := s.browser(t)
	resp, err := b.Do(t.Context(), http.MethodGet, "/static/page.css", nil, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	resp, err = b.Do(t.Context(), http.MethodGet, "/static/page.css", nil, http.Header{"If-None-Match": {resp.Header.Get("ETag")}})
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != http.StatusNotModified {
		t.Errorf("the same file again: %s", resp.Status)
	}
}
