//go:build !embedded

package web_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
)

const theClaim = "C-2603-0001"

// crew are the engineers of these tests.
var crew = &web.Demo{Engineers: []web.Person{{ID: "wang", Name: "Wang", Lang: "en"}, {ID: "li", Name: "Li", Lang: "en"}}}

// stocked is a shelf with one claim and its evidence in a bucket.
func stocked(t *testing.T, words string, files map[string][]byte, names ...string) (*shelf, bot.Media) {
	t.Helper()
	media := bucket(t)
	c := claim.Claim{
		ID: theClaim, Version: 1, Status: claim.Open, Severity: claim.LineDown, Description: words,
		Lines: []claim.Line{{Serial: "OS-2025-0417", Model: "VS-600"}}, Reporter: claim.Person{Name: words, Zone: "America/Lima"}, Customer: words,
		Channel: "web", Chat: "mei", Lang: "en", Opened: noon.Add(-2 * time.Hour), Changed: noon.Add(-2 * time.Hour),
	}
	var hashes []string
	for _, name := range names {
		f, err := media.Put(t.Context(), bytes.NewReader(files[name]), name, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		c.Evidence = append(c.Evidence, claim.Evidence{Hash: f.Hash, Name: f.Name, Mime: f.Mime, Size: f.Size, Unsafe: f.Unsafe, Caption: words, At: noon.Add(-time.Hour)})
		hashes = append(hashes, f.Hash)
	}
	mei := claim.Actor{Role: claim.Customer, ID: "mei", Name: words}
	return &shelf{claims: []claim.Claim{c}, history: map[claim.ID][]desk.Entry{theClaim: {
		{Event: claim.Event{Kind: claim.EventOpened, By: mei, At: noon.Add(-2 * time.Hour), Files: hashes}, Told: words + " reported it"},
		{Event: claim.Event{Kind: claim.EventNote, By: claim.Actor{Role: claim.Staff, Name: "Li"}, At: noon.Add(-time.Minute), Note: words}, Told: "Li noted"},
	}}}, media
}

// taking is an engine that knows one thing: who presses Take has it.
func taking(s *shelf) func(context.Context, *web.Adapter, bot.Inbound) (bot.Ack, error) {
	return func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		e, ok := in.Event.(bot.Chose)
		if !ok || e.Choice != "c"+theClaim+".take" {
			return echo(ctx, a, in)
		}
		s.change(theClaim, desk.Entry{Event: claim.Event{
			Kind: claim.EventStatus, By: claim.Actor{Role: claim.Staff, ID: in.From.ID, Name: in.From.Name}, At: noon,
		}, Told: in.From.Name + ": open → taken"}, func(c *claim.Claim) {
			c.Status, c.Owner, c.Changed = claim.Taken, claim.Actor{Role: claim.Staff, ID: in.From.ID, Name: in.From.Name}, noon
		})
		_, err := a.Send(ctx, bot.Outgoing{To: in.To, Message: bot.Message{Text: in.From.Name + " has taken " + theClaim}})
		return bot.Ack{}, err
	}
}

// TestBrowserClaim goes from the queue to a claim, looks at its pictures in their order, and takes it.
func TestBrowserClaim(t *testing.T) {
	t.Parallel()
	s, media := stocked(t, "valve leaks", map[string][]byte{
		"1.png": large(t), "2.png": picture(t), "3.exe": []byte("MZ"), "4.txt": []byte("log"),
	}, "1.png", "2.png", "3.exe", "4.txt")
	site := open(t, web.Config{Desk: true, Demo: crew, Media: media, Office: s}, taking(s))
	p := visit(t, site.url+"/desk")
	p.do(chromedp.EmulateViewport(1300, 900))
	room := *p
	p.pane = "work"
	p.wait(`$$("section").map((s) => s.dataset.name + " " + s.querySelectorAll("li").length).join() === "mine 0,free 1,overdue 1,customer 0"`)
	p.wait(`$("row").textContent.includes("C-2603-0001") && $("row").textContent.includes("valve leaks")`)
	p.click("row")
	p.wait(`$("view").dataset.view === "claim" && location.pathname === "/desk/claims/C-2603-0001"`)

	// The gallery: small pictures in the order in which they came, what may run is named only.
	p.wait(`$$("evidence").map((e) => e.querySelector("img") ? "picture" : e.querySelector("a") ? "file" : "marked").join() === "picture,picture,marked,file"`)
	p.wait(`$$("evidence")[0].querySelector("img").naturalWidth === 320 && $$("evidence")[1].querySelector("img").naturalWidth === 40`)
	p.wait(`$$("evidence")[2].textContent.includes("it may run a program") && !$$("evidence")[2].querySelector("[src], [href]:not(use)")`)
	p.wait(`($$("evidence")[0].querySelector("button").click(), document.getElementById("viewer").open && document.querySelector("#viewer img").naturalWidth === 800)`)
	p.do(chromedp.KeyEvent(kb.ArrowRight))
	p.wait(`document.querySelector("#viewer img").naturalWidth === 40 && document.querySelector('[data-testid="viewer-next"]').disabled`)
	p.do(chromedp.Click(chromedp.CSS(`[data-testid="viewer-previous"]`)))
	p.wait(`document.querySelector("#viewer img").naturalWidth === 800`)
	p.do(chromedp.KeyEvent(kb.Escape))
	p.wait(`!document.getElementById("viewer").open`)

	// The timeline: who, when by both clocks, what, and the words.
	p.wait(`$$("entry").map((e) => e.dataset.kind + " by " + e.dataset.role).join() === "opened by customer,note by staff"`)
	p.wait(`$$("entry")[0].querySelector("time").textContent === "2026-03-02 18:00 (there 2026-03-02 05:00)"`)
	p.wait(`$$("entry")[1].textContent.includes("engineers only") && $$("entry")[1].querySelector("blockquote").textContent === "valve leaks"`)

	// What is pressed is done in the room, by who one is there, and stands on the page at once.
	p.click("action")
	room.shows("me: Take · C-2603-0001", "bot: Wang has taken C-2603-0001")
	p.wait(`$$("entry").length === 3 && $$("entry")[2].textContent.includes("Wang: open → taken")`)
	p.wait(`$$("field")[0].textContent === "taken"`)
	p.do(chromedp.Click(p.sel("nav-queue")))
	p.wait(`$$("section").map((s) => s.dataset.name + " " + s.querySelectorAll("li").length).join() === "mine 1,free 0,overdue 0,customer 0"`)
	p.wait(`(history.back(), true)`)
	p.wait(`$("view").dataset.view === "claim" && $$("entry").length === 3`)
}

// TestBrowserDeskViews looks for a claim, asks who is on call, and switches the language.
func TestBrowserDeskViews(t *testing.T) {
	t.Parallel()
	s, media := stocked(t, "valve leaks", nil)
	site := open(t, web.Config{Desk: true, Demo: crew, Media: media, Office: s}, echo)
	p := visit(t, site.url+"/desk/find")
	p.do(chromedp.EmulateViewport(1300, 900))
	p.pane = "work"
	p.wait(`document.activeElement === $("find-words")`)
	p.do(chromedp.SendKeys(p.sel("find-words"), "valve\r"))
	p.wait(`location.search === "?words=valve" && $$("row").length === 1 && $("section").textContent.includes("Found: 1")`)
	p.do(chromedp.SetValue(p.sel("find-words"), "pump"), chromedp.Click(p.sel("find-go")))
	p.wait(`location.search === "?words=pump" && $$("row").length === 0 && $("section").textContent.includes("Found: 0")`)
	p.click("nav-oncall")
	p.wait(`$("turn").textContent === "First lineWang Leiuntil 2026-03-03 17:00, by the clock of Shantoustands in: he is ill" && $("nav-oncall").getAttribute("aria-current") === "page"`)
	p.do(chromedp.Click(chromedp.CSS(`[data-testid="pane-desk"] [data-testid="language"]`)))
	p.wait(`$("nav-queue").textContent === "待办" && root.lang === "zh" && $("turn").textContent.includes("汕头时间")`)
	p.do(chromedp.Navigate(site.url + "/desk/claims/C-2603-9999"))
	p.wait(`$("view").textContent === "没有这个报修单。"`)
}

// TestBrowserDeskTextIsText shows the engineers' page what would be HTML if it were taken for it (promise P6).
func TestBrowserDeskTextIsText(t *testing.T) {
	t.Parallel()
	const evil = `<img src=x onerror="faults.push('hit')"><script>faults.push('hit')</script>"'>&lt;javascript:alert(1)`
	s, media := stocked(t, evil, map[string][]byte{evil: picture(t), "x" + evil: []byte("<script>faults.push('hit')</script>")}, evil, "x"+evil)
	site := open(t, web.Config{Desk: true, Demo: crew, Media: media, Office: s}, echo)
	p := visit(t, site.url+"/desk")
	p.pane = "work"
	p.wait(`$("row").textContent.includes("onerror")`)
	p.click("row")
	p.wait(`$("words").textContent === ` + "`" + evil + "`" + ` && $$("entry")[1].querySelector("blockquote").textContent === ` + "`" + evil + "`")
	p.wait(`$("evidence").querySelector("img").naturalWidth === 40 && $("evidence").textContent.includes("onerror")`)
	if n := eval[int](p, `root.querySelectorAll(':is(script, iframe, [onerror], img[src="x"])').length`); n != 0 {
		t.Errorf("%d elements were made of text", n)
	}
}

// TestBrowserDeskNarrow looks at the engineers' page on a small telephone, and uses it without a mouse.
func TestBrowserDeskNarrow(t *testing.T) {
	t.Parallel()
	s, media := stocked(t, strings.Repeat("longword", 30), map[string][]byte{"1.png": picture(t)}, "1.png")
	site := open(t, web.Config{Desk: true, Demo: crew, Media: media, Office: s}, taking(s))
	p := visit(t, site.url+"/desk")
	p.pane = "work"
	for _, width := range []int64{320, 390} {
		p.do(chromedp.EmulateViewport(width, 640, chromedp.EmulateMobile, chromedp.EmulateTouch), chromedp.Navigate(site.url+"/desk"))
		p.wait(`$("row") && document.documentElement.scrollWidth <= innerWidth && root.querySelector(".scroll").scrollWidth <= innerWidth`)
		p.wait(`[...root.querySelectorAll(".tools a"), $("row")].every((b) => { const r = b.getBoundingClientRect(); return r.width >= 44 && r.height >= 44; })`)
		p.wait(`($("row").focus(), document.activeElement === $("row"))`)
		p.do(chromedp.KeyEvent("\r"))
		p.wait(`$("gallery") && root.querySelector(".scroll").scrollWidth <= innerWidth`)
	}
	p.wait(`getComputedStyle(document.querySelector('[data-testid="pane-desk"]')).display === "none"`)
	p.wait(`($("action").focus(), document.activeElement === $("action"))`)
	p.do(chromedp.KeyEvent("\r")) // the room comes into view, where the bot answers
	p.wait(`getComputedStyle(document.querySelector('[data-testid="pane-desk"]')).display !== "none" && getComputedStyle(root).display === "none"`)
	p.wait(`(document.querySelector('[data-testid="switch-work"]').click(), $$("entry").length === 3 && getComputedStyle(root).display !== "none")`)
}
