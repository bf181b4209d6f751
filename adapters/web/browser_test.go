//go:build !embedded

package web_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	imagepng "image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
)

func TestBrowserTalk(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	p := visit(t, s.url+"/")
	p.write("first line")
	p.do(chromedp.KeyEvent("\r", chromedp.KeyModifiers(8))) // Shift
	p.write("second *line*\r")
	p.shows("me: first line\nsecond *line*", "bot: You said: first line\nsecond *line*")
	p.press("No")
	p.shows("me: first line\nsecond *line*", "bot: You said: first line\nsecond *line*", "me: No", "bot: You pressed f1.1.no")
	p.wait(`!$("waiting") && $("input").value === "" && $("note").textContent === "done"`)
	if n := eval[int](p, `$$("message")[2].querySelectorAll('[data-testid="edit"]').length`); n != 0 {
		t.Error("a press can be edited")
	}
	p.click("menu")
	p.wait(`$$("message").at(-1).textContent.includes("You said: /menu")`)
	if now := eval[[]bool](p, `$$("choice").map((b) => !!b.closest(".now"))`); !slices.Equal(now, []bool{false, false, true, true}) {
		t.Errorf("the buttons that stand out: %v, want the newest", now)
	}
}

func TestBrowserEdit(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo()}, echo)
	p := visit(t, s.url+"/")
	p.write("OS-2025-0471\r")
	p.shows("me: OS-2025-0471", "bot: You said: OS-2025-0471")
	p.write("a draft")
	p.wait(`$("edit")`)
	p.click("edit")
	p.wait(`!$("editing").hidden && $("input").value === "OS-2025-0471"`)
	p.do(chromedp.KeyEvent("\b\b"))
	p.write("17\r")
	p.shows("me: OS-2025-0417", "bot: You said: OS-2025-0471", "bot: You changed it to: OS-2025-0417")
	p.wait(`$("editing").hidden && $("input").value === "a draft" && !$("waiting")`)
}

func TestBrowserPictures(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo(), MaxUpload: 50_000}, echo)
	p := visit(t, s.url+"/")
	dir := t.TempDir()
	var files []string
	for name, content := range map[string][]byte{"plate.png": picture(t), "spray.png": picture(t), "long.mp4": make([]byte, 50_001), "notes.txt": []byte("notes")} {
		files = append(files, filepath.Join(dir, name))
		if err := os.WriteFile(files[len(files)-1], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(files)
	p.do(chromedp.SetUploadFiles(p.sel("file-input"), files))
	p.wait(`$$("attachment").map((a) => a.dataset.state).join() === "big,ready,ready,ready"`)
	p.do(chromedp.Reload()) // what is uploaded stays; what is too big was never there
	p.ready()
	p.wait(`$$("attachment").map((a) => a.dataset.state).join() === "ready,ready,ready"`)
	p.do(chromedp.SetUploadFiles(p.sel("file-input"), files[:1]))
	p.wait(`$$("attachment").length === 4`)
	p.write("the plate\r")
	p.shows("me: the plate", "bot: Files, thank you")
	p.wait(`$$("attachment").length === 0 && !$("waiting")`)
	for _, i := range []string{"0", "1"} {
		p.wait(`$$("message")[` + i + `].querySelectorAll("img").length === 2 && [...$$("message")[` + i + `].querySelectorAll("img")].every((i) => i.naturalWidth === 40)`)
		p.wait(`$$("message")[` + i + `].querySelector('[data-refused="too_big"]').textContent.includes("long.mp4")`)
		p.wait(`$$("message")[` + i + `].querySelector('a[download="notes.txt"]')`)
	}
	p.wait(`($("file").closest("li").querySelector(".picture").click(), document.getElementById("viewer").open)`)
}

// TestBrowserThumbs shows pictures small, and in full size when they are pressed.
func TestBrowserThumbs(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Demo: demo(), Media: bucket(t)}, echo)
	p := visit(t, s.url+"/")
	dir := t.TempDir()
	var files []string
	for name, content := range map[string][]byte{"1.png": large(t), "2.gif": gifOfNoColours, "3.exe": []byte("MZ")} {
		files = append(files, filepath.Join(dir, name))
		if err := os.WriteFile(files[len(files)-1], content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(files)
	p.do(chromedp.SetUploadFiles(p.sel("file-input"), files))
	p.wait(`$$("attachment").map((a) => a.dataset.state).join() === "ready,ready,ready"`)
	p.write("look\r")
	p.shows("me: look", "bot: Files, thank you")
	p.wait(`[...$("messages").querySelectorAll("img")].length === 4`)
	p.wait(`$("messages").querySelectorAll("img")[0].naturalWidth === 320`)
	p.wait(`$("messages").querySelectorAll("img")[1].naturalWidth === 1 && !$("messages").querySelectorAll("img")[1].src.includes("thumb")`) // it cannot be drawn
	p.wait(`$$("file")[2].textContent.includes("it may run a program") && !$$("file")[2].href`)
	p.wait(`($("file").click(), document.querySelector("#viewer img").naturalWidth === 800)`)
}

// gifOfNoColours is drawn by browsers and not by Go: it has no table of colours.
var gifOfNoColours = []byte("GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;")

func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 40, 30))
	img.SetGray(5, 5, color.Gray{Y: 200})
	var buf bytes.Buffer
	if err := imagepng.Encode(&buf, img); err != nil {
		t.Fatal(err)
	}
	return buf.Bytes()
}

// TestBrowserReload reloads the page while a message cannot be delivered.
func TestBrowserReload(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	var worked sync.Map
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		if away.Load() {
			return bot.Ack{}, errors.New("database is away")
		}
		n, _ := worked.LoadOrStore(in.ID, new(atomic.Int32))
		n.(*atomic.Int32).Add(1)
		return echo(ctx, a, in)
	})
	p := visit(t, s.url+"/")
	p.write("one\r")
	p.shows("me: one", "bot: You said: one")
	away.Store(true)
	p.write("two\r")
	p.write("three\r")
	p.write("half a sen")
	p.wait(`$$("waiting").length === 2 && $("waiting").textContent.includes("Waiting")`)
	p.do(chromedp.Reload())
	p.ready()
	p.wait(`$("input").value === "half a sen" && $$("waiting").length === 2`)
	p.shows("me: one", "bot: You said: one", "me: two", "me: three")
	away.Store(false)
	p.shows("me: one", "bot: You said: one", "me: two", "bot: You said: two", "me: three", "bot: You said: three")
	p.wait(`!$("waiting")`)
	worked.Range(func(id, n any) bool {
		if n.(*atomic.Int32).Load() != 1 {
			t.Errorf("%s was worked %d times", id, n.(*atomic.Int32).Load())
		}
		return true
	})
}

// TestBrowserRestart restarts the program under an open page.
func TestBrowserRestart(t *testing.T) {
	t.Parallel()
	cfg := web.Config{Customer: true, Demo: demo(), Dir: t.TempDir()}
	s := open(t, cfg, echo)
	p := visit(t, s.url+"/")
	p.write("before\r")
	p.shows("me: before", "bot: You said: before")
	s.stop()
	p.wait(`!$("banner").hidden`)
	p.write("meanwhile\r")
	p.wait(`$("waiting").textContent.includes("Waiting")`)
	s.start(t, cfg, echo)
	p.shows("me: before", "bot: You said: before", "me: meanwhile", "bot: You said: meanwhile")
	p.wait(`$("banner").hidden && !$("waiting")`)
}

func TestBrowserLanguage(t *testing.T) {
	t.Parallel()
	var langs sync.Map
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		langs.Store(in.Event.(bot.Said).Text, in.From.Lang)
		return echo(ctx, a, in)
	})
	p := visit(t, s.url+"/")
	p.wait(`$("language").textContent.trim() === "中文" && $("menu").textContent.trim() === "Menu"`)
	p.write("hello\r")
	p.shows("me: hello", "bot: You said: hello")
	p.click("language")
	p.wait(`$("language").textContent.trim() === "English" && $("menu").textContent.trim() === "菜单" && $("input").placeholder === "输入消息" && root.lang === "zh"`)
	p.shows("me: hello", "bot: You said: hello", "me: 中文", "bot: You said: 中文")
	p.do(chromedp.Reload())
	p.ready()
	p.wait(`$("menu").textContent.trim() === "菜单"`)
	for text, want := range map[string]string{"hello": "en", "中文": "zh"} {
		if got, _ := langs.Load(text); got != want {
			t.Errorf("%q came in the language %v, want %s", text, got, want)
		}
	}
}

// TestBrowserTextIsText shows the page what would be HTML if it were taken for it (promise P6).
func TestBrowserTextIsText(t *testing.T) {
	t.Parallel()
	const evil = `<img src=x onerror="faults.push('hit')"><script>faults.push('hit')</script>"'>&lt;javascript:alert(1)`
	people := &web.Demo{People: []web.Person{{ID: "mei", Name: evil, Company: evil, About: evil}}, Engineers: []web.Person{{ID: "wang", Name: evil}, {ID: "li", Name: evil}}}
	s := open(t, web.Config{Customer: true, Desk: true, Demo: people}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		m := bot.Message{
			Text:    "*" + bot.Escape(evil) + "* `" + bot.Escape(evil) + "` " + bot.Escape(evil) + " https://evil.example",
			Choices: []bot.Choice{{ID: `"><script>faults.push('hit')</script>`, Label: evil}},
			Files:   []bot.File{{Name: evil, Refused: bot.FileTooBig}, {Hash: "x", Name: evil, Mime: evil}},
		}
		for _, chat := range []string{"mei", "desk"} {
			if _, err := a.Send(ctx, bot.Outgoing{To: bot.Address{Channel: "web", Chat: chat}, ReplyTo: "1", Message: m}); err != nil {
				return bot.Ack{}, err
			}
		}
		return bot.Ack{Note: evil}, nil
	})
	if _, err := s.as(t, "wang").Text(t.Context(), evil); err != nil {
		t.Fatal(err)
	}
	p := visit(t, s.url+"/")
	p.write(evil + "\r")
	p.wait(`$("note").textContent !== "" && $$("message").length === 3`)
	p.pane = "pane-desk"
	p.wait(`$$("message").length === 3`)
	want := []string{"other: " + evil, "bot: " + evil + " " + evil + " " + evil + " https://evil.example", "bot: " + evil + " " + evil + " " + evil + " https://evil.example"}
	if p.do(chromedp.SetValue(p.sel("person"), "li")); eval[string](p, `$("person").value`) == "li" {
		p.wait(`($("person").dispatchEvent(new Event("change")), true)`)
		p.ready()
	}
	p.shows(want...)
	if n := eval[int](p, `document.querySelectorAll('[data-testid^="pane-"] :is(script, img, iframe, .text a)').length`); n != 0 {
		t.Errorf("%d elements were made of text", n)
	}
}

func TestBrowserTwoTabs(t *testing.T) {
	t.Parallel()
	var away atomic.Bool
	var ids sync.Map
	s := open(t, web.Config{Customer: true, Demo: demo()}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		if away.Load() {
			return bot.Ack{}, errors.New("database is away")
		}
		ids.Store(in.ID, true)
		return echo(ctx, a, in)
	})
	left := visit(t, s.url+"/")
	right := left.beside(s.url + "/")
	left.write("from the left\r")
	right.shows("me: from the left", "bot: You said: from the left")
	away.Store(true)
	left.write("waits\r")
	right.wait(`$("waiting")`)
	right.write("behind it\r")
	left.wait(`$$("waiting").length === 2`)
	away.Store(false)
	want := []string{"me: from the left", "bot: You said: from the left", "me: waits", "bot: You said: waits", "me: behind it", "bot: You said: behind it"}
	left.shows(want...)
	right.shows(want...)
	left.wait(`!$("waiting")`)
	right.wait(`!$("waiting")`)
	// A browser tells its tabs a little late what was delivered, so one of them may post a message
	// again: under the same id, which makes it harmless.
	n := 0
	ids.Range(func(any, any) bool { n++; return true })
	if n != 3 {
		t.Errorf("3 messages of two tabs came under %d ids", n)
	}
}

// TestBrowserDesk has a customer on the left and the engineers on the right.
func TestBrowserDesk(t *testing.T) {
	t.Parallel()
	var by sync.Map
	s := open(t, web.Config{Customer: true, Desk: true, Demo: demo()}, func(ctx context.Context, a *web.Adapter, in bot.Inbound) (bot.Ack, error) {
		if e, ok := in.Event.(bot.Chose); ok {
			by.Store(e.Choice, in.From.ID)
			_, err := a.Send(ctx, bot.Outgoing{To: in.To, Replace: "1", Message: bot.Message{Text: "*C-2603-0001* taken by " + in.From.Name}})
			return bot.Ack{}, err
		}
		_, err := a.Send(ctx, bot.Outgoing{To: bot.Address{Channel: "web", Chat: web.Desk}, Message: bot.Message{
			Text: "*C-2603-0001* open", Choices: []bot.Choice{{ID: "cC-2603-0001.take", Label: "Take"}},
		}})
		return bot.Ack{}, err
	})
	p := visit(t, s.url+"/")
	p.write("it is broken\r")
	p.pane = "pane-desk"
	p.shows("bot: C-2603-0001 open")
	p.wait(`($("person").value = "li", $("person").dispatchEvent(new Event("change")), true)`)
	p.ready()
	p.shows("bot: C-2603-0001 open")
	p.press("Take")
	p.shows("bot: C-2603-0001 taken by Li", "me: Take")
	if who, _ := by.Load(bot.ChoiceID("cC-2603-0001.take")); who == nil || who != (bot.Sender{ID: "li"}).ID {
		t.Errorf("the button was pressed by %v, want the engineer who is selected", who)
	}

	alone := p.beside(s.url + "/desk")
	alone.wait(`!document.querySelector('[data-testid="pane-customer"]')`)
	alone.shows("bot: C-2603-0001 taken by Li", "me: Take")
}

// TestBrowserNarrow looks at the demo on a small telephone.
func TestBrowserNarrow(t *testing.T) {
	t.Parallel()
	s := open(t, web.Config{Customer: true, Desk: true, Demo: demo()}, echo)
	p := visit(t, s.url+"/")
	p.write(strings.Repeat("longword", 40) + "\r")
	p.wait(`$$("message").length === 2`)
	for _, width := range []int64{320, 390} {
		p.do(chromedp.EmulateViewport(width, 640, chromedp.EmulateMobile, chromedp.EmulateTouch))
		p.wait(`document.documentElement.scrollWidth <= innerWidth && root.querySelector(".scroll").scrollWidth <= innerWidth`)
		p.wait(`getComputedStyle(root).display !== "none" && getComputedStyle(document.querySelector('[data-testid="pane-desk"]')).display === "none"`)
		p.wait(`[...$$("choice"), $("send"), $("attach"), $("camera"), $("menu")].every((b) => { const r = b.getBoundingClientRect(); return r.width >= 44 && r.height >= 44; })`)
		p.wait(`(document.querySelector('[data-testid="switch-desk"]').click(), getComputedStyle(root).display === "none")`)
		p.wait(`(document.querySelector('[data-testid="switch-customer"]').click(), getComputedStyle(root).display !== "none")`)
	}
}
