//go:build !embedded

package stage_test

import (
	"regexp"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

// deskLink is what the bot sends an engineer, at the address that customers reach.
var deskLink = regexp.MustCompile(`http://127\.0\.0\.1:1(/desk/login/\S+)`)

// TestLoginServed lets an engineer in to the page of "supportbot serve" by the link that the bot sends him on
// Telegram: once, and out again.
func TestLoginServed(t *testing.T) {
	t.Parallel()
	f, _ := load(t, transcript("desk/web"))
	telegram := stage.Telegram()
	s := stage.NewServed(program(t), telegram, telegram)
	closed(t, s)
	s.Env = []string{"WEB_DESK=on"}
	if err := s.Setup(t.Context(), f.Scene); err != nil {
		t.Fatal(err)
	}
	number := 0
	link := func() string {
		number++
		in := script.Input{
			Number: number, Order: int64(number), Sent: f.Scene.At, From: f.Scene.Persons[1],
			Place: script.Place{Room: script.Private, Channel: f.Scene.On, Person: "wang"}, Act: script.Typed{Text: "!web"},
		}
		if err := s.Say(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		heard, err := s.Heard(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range heard {
			if shown, ok := h.(script.Shown); ok {
				if m := deskLink.FindStringSubmatch(shown.Message.Text); m != nil && shown.Place.Room == script.Private {
					return s.URL() + m[1]
				}
			}
		}
		t.Fatalf("no link came: %v", heard)
		return ""
	}

	at := link()
	p := open(t, s.URL()+"/desk")
	p.wait(`document.querySelector('[data-testid="closed"]').textContent.includes("!web")`)
	p.do(chromedp.Navigate(at), chromedp.Click(chromedp.CSS(`[data-testid="enter"]`)))
	p.wait(`location.pathname === "/desk" && document.querySelectorAll('[data-testid="section"]').length === 4`)
	p.wait(`document.querySelector(".leave .me").textContent === "Wang Lei"`)
	p.write("pane-desk", "!oncall")
	p.shows("pane-desk", "现在值班") // his languages in the desk file begin with Chinese
	p.write("pane-desk", "!web")
	p.shows("pane-desk", "您已在该页面上")

	p.do(chromedp.Click(chromedp.CSS(`[data-testid="logout"]`)))
	p.wait(`document.querySelector('[data-testid="closed"]')`)
	p.do(chromedp.Navigate(at), chromedp.Click(chromedp.CSS(`[data-testid="enter"]`)))
	p.wait(`document.querySelector('[data-testid="spent"]').textContent.includes("!web")`)

	at = link()
	if err := s.Apply(t.Context(), script.Wait{For: 15 * time.Minute}); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Navigate(at), chromedp.Click(chromedp.CSS(`[data-testid="enter"]`)))
	p.wait(`document.querySelector('[data-testid="spent"]')`)
}
