package upload_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot"
)

// TestPage looks at what carries the page.
func TestPage(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	a := s.want(200, http.MethodGet, "", nil, "Sec-Fetch-Site", "cross-site") // opened from the chat
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Frame-Options": "DENY",
		"X-Content-Type-Options": "nosniff", "X-Robots-Tag": "noindex, nofollow", "Content-Type": "text/html; charset=utf-8",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	csp := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'none'"} {
		if !strings.Contains(csp, want) {
			t.Errorf("policy %q", csp)
		}
	}
	if strings.Contains(csp, "unsafe") || !strings.Contains(a.body, "up to 21\u00a0MB") || !strings.Contains(a.body, `data-limit="20971520"`) {
		t.Errorf("policy %q, page %s", csp, a.body)
	}
	if got := s.state().header.Get("Cache-Control"); got != "no-store" {
		t.Errorf("the state is kept: %q", got)
	}
	for _, name := range []string{"page.js", "page.css", "words.json", "icon.svg"} {
		one := s.want(200, http.MethodGet, "/static/upload/"+name, nil)
		s.want(304, http.MethodGet, "/static/upload/"+name, nil, "If-None-Match", one.header.Get("ETag"))
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ person, browser, want string }{
		"person":               {"zh", "en-US,en;q=0.9", "zh"},
		"person's variant":     {"zh-Hant-TW", "", "zh"},
		"browser":              {"", "zh-CN,zh;q=0.9", "zh"},
		"one that we lack":     {"es", "zh-CN", "zh"},
		"two that we lack":     {"es", "fr;q=0.9, zh", "en"},
		"nobody says anything": {"", "", "en"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := wanted()
			u.From = bot.Sender{ID: "7", Lang: c.person}
			s := open(t, u)
			a := s.want(200, http.MethodGet, "", nil, "Accept-Language", c.browser)
			if !strings.Contains(a.body, `<html lang="`+c.want+`">`) || c.want == "zh" != strings.Contains(a.body, "选择文件") {
				t.Errorf("page %s", a.body)
			}
		})
	}
}
