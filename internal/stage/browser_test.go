//go:build !embedded

package stage_test

import (
	"bufio"
	"context"
	"errors"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/optoste/supportbot/adapters/plate"
	"github.com/optoste/supportbot/internal/stage"
)

// patience is how long the browser waits for what takes moments.
const patience = 60 * time.Second

// The pictures in the README and in docs/desk.md; -update draws them anew.
const (
	demoPicture = "../../docs/demo.png"
	deskPicture = "../../docs/desk.png"
	// The engineers' page: what waits, and a claim.
	queuePicture = "../../docs/desk-queue.png"
	claimPicture = "../../docs/desk-claim.png"
)

// TestDemoInTheBrowser starts the program as the README says and makes one report in Chromium: a
// picture, buttons, a reload in the middle, the other language, the engineer's answer, a restart.
func TestDemoInTheBrowser(t *testing.T) {
	t.Parallel()
	program, err := stage.Build(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	data := t.TempDir()
	url, kill := demo(t, program, data)
	p := open(t, url)
	p.click("pane-customer", "menu")
	p.shows("pane-customer", "Hello! I am the Optoste service assistant.")
	p.press("pane-customer", "Report a malfunction")
	p.shows("pane-customer", "What is the serial number?")
	p.do(chromedp.Reload())
	p.shows("pane-customer", "What is the serial number?")
	p.press("pane-customer", "OS-2025-0417")
	p.write("pane-customer", "Alarm E-07 air pressure low since this morning, always. The compressor shows 7 bar.")
	p.press("pane-customer", "Line stopped")
	p.shows("pane-customer", "pictures")
	p.write("pane-customer", "中文")
	p.shows("pane-customer", "之后我用中文")
	p.write("pane-customer", "English")
	p.shows("pane-customer", "From now on I write English")
	p.upload("pane-customer", gauge(t))
	p.shows("pane-customer", "Received: 1 picture")
	p.press("pane-customer", "Send")
	p.shows("pane-customer", "Your claim is C-")
	p.shows("pane-desk", "Line stopped")
	p.wait(`[...document.querySelectorAll('[data-testid="pane-desk"] [data-testid="file"] img')].some((i) => i.complete && i.naturalWidth > 0)`)
	p.press("pane-desk", "Reply to the customer")
	p.shows("pane-desk", "Your next message goes to Mei")
	p.write("pane-desk", "Please look at the inlet filter first: which colour has the water in the bowl?")
	p.shows("pane-customer", "which colour has the water")
	p.picture(demoPicture, chromedp.CaptureScreenshot())
	p.press("pane-desk", "Take")
	p.shows("pane-customer", "now works on your claim")
	p.press("pane-desk", "Note")
	p.shows("pane-desk", "Only engineers read it")
	p.write("pane-desk", "The same valve as at the neighbour's last year.")
	p.shows("pane-desk", "Wang Lei notes on")
	p.wait(`(document.querySelector('` + in("pane-desk", "messages") + `').firstElementChild.scrollIntoView(), true)`)
	p.picture(deskPicture, chromedp.Screenshot(chromedp.CSS(`[data-testid="pane-desk"]`)))
	p.work(url)
	kill()
	url, _ = demo(t, program, data)
	p.do(chromedp.Navigate(url))
	p.shows("pane-customer", "which colour has the water")
	p.shows("pane-desk", "Sent to Mei")
	p.write("pane-customer", "/claims")
	p.shows("pane-customer", "Optoste wrote")
	p.do(chromedp.Navigate(label(t, program, data, url)))
	p.shows("pane-customer", "You are at machine OS-2026-0102")
	p.click("pane-customer", "language")
	p.wait(`document.querySelector('` + in("pane-customer", "messages") + `').lastElementChild.textContent.includes("请问需要什么帮助")`)
}

// work looks at the claim on the engineers' page: in the queue, with its picture and its history, and resolves it
// there, which the customer hears, and the card in the room shows.
func (p screen) work(url string) {
	p.Helper()
	p.wait(`document.querySelector('` + in("pane-desk", "to-work") + `').checkVisibility()`)
	p.do(chromedp.EmulateViewport(1280, 900), chromedp.Navigate(url+"/desk"))
	p.wait(`document.querySelector('[data-testid="section"][data-name="mine"] [data-testid="row"]').textContent.includes("Line stopped")`)
	p.wait(`document.querySelector('` + in("pane-desk", "messages") + `').dataset.state === "ready"`)
	p.picture(queuePicture, chromedp.CaptureScreenshot())
	p.do(chromedp.Click(chromedp.CSS(in("work", "row"))))
	p.wait(`document.querySelector('` + in("work", "evidence") + ` img').naturalWidth === 320`) // the small one
	p.wait(`document.querySelector('` + in("work", "words") + `').textContent.startsWith("Alarm E-07")`)
	p.wait(`[...document.querySelectorAll('` + in("work", "entry") + `')].map((e) => e.dataset.kind + " by " + e.dataset.role).join() ===
		"opened by customer,answered by staff,status by staff,note by staff"`)
	p.wait(`document.querySelectorAll('` + in("work", "entry") + `')[3].textContent.includes("The same valve as at the neighbour")`)
	p.do(chromedp.EmulateViewport(1280, 1500))
	p.picture(claimPicture, chromedp.Screenshot(chromedp.CSS(`[data-testid="work"]`)))
	p.do(chromedp.EmulateViewport(1280, 900))
	p.do(chromedp.Click(chromedp.CSS(in("work", "evidence") + ` button`)))
	p.wait(`document.querySelector("#viewer img").naturalWidth === 480`) // as it was taken
	p.do(chromedp.KeyEvent(kb.Escape))
	p.do(chromedp.Click(chromedp.CSS(in("work", "action") + `[data-action$=".resolve"]`)))
	p.shows("pane-desk", "What was done about C-")
	p.write("pane-desk", "The water separator was full.")
	p.wait(`document.querySelectorAll('` + in("work", "entry") + `')[4].textContent.includes("The water separator was full.")`)
	p.wait(`[...document.querySelectorAll('` + in("work", "field") + `')][0].textContent === "resolved, please confirm"`)
	p.wait(`[...document.querySelectorAll('` + in("pane-desk", "message") + `')].some((m) => m.textContent.includes("Status: resolved, please confirm"))`)
}

// label prints the QR label of a machine while the demo runs, and returns the link that a telephone
// reads from it.
func label(t *testing.T, program, data, url string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "label.png")
	cmd := exec.CommandContext(t.Context(), program, "machines", "qr", "--serial", "OS-2026-0102", "--url", url, "--out", path)
	cmd.Env = append(os.Environ(), "DATA_DIR="+data)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("print label: %v\n%s", err, out)
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	codes, err := plate.Read(t.Context(), f)
	if err != nil || len(codes) != 1 {
		t.Fatalf("read label: %q, %v", codes, err)
	}
	return codes[0]
}

var address = regexp.MustCompile(`Open (http://\S+) in a browser`)

// demo starts the program and returns its address, and what kills it.
func demo(t *testing.T, program, data string) (url string, kill func()) {
	t.Helper()
	cmd := exec.Command(program, "demo") //nolint:noctx // the program that the test built; it is killed below
	cmd.Env = append(os.Environ(), "DATA_DIR="+data, "LISTEN=127.0.0.1:0", "LOG_LEVEL=error")
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	kill = func() { _ = cmd.Process.Kill(); _ = cmd.Wait() }
	t.Cleanup(kill)
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := address.FindStringSubmatch(lines.Text()); m != nil {
			return m[1], kill
		}
	}
	t.Fatal("the demo did not say its address")
	return "", nil
}

// gauge draws a pressure gauge whose needle stands too low, and writes it to a file.
func gauge(t *testing.T) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 480, 320))
	for x := range 480 {
		for y := range 320 {
			img.Set(x, y, dial(float64(x-240), float64(y-170)))
		}
	}
	path := filepath.Join(t.TempDir(), "gauge.png")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(png.Encode(f, img), f.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}

// dial is the colour of the gauge at a point from its middle: a rim, a scale, a red needle.
func dial(x, y float64) color.Color {
	r, angle := math.Hypot(x, y), math.Atan2(y, x)*180/math.Pi
	tick := math.Mod(angle+360, 18) < 2.5 && (angle < 40 || angle > 140)
	switch needle := math.Abs(angle - 158); {
	case r > 140:
		return color.RGBA{96, 104, 108, 255}
	case r > 130:
		return color.RGBA{44, 48, 52, 255}
	case r < 10, r < 100 && needle*r < 260:
		return color.RGBA{196, 40, 28, 255}
	case r > 108 && r < 124 && tick:
		return color.RGBA{30, 34, 38, 255}
	case r > 108 && r < 124 && angle > -100 && angle < 10:
		return color.RGBA{120, 190, 120, 255}
	}
	return color.RGBA{244, 244, 238, 255}
}

// screen is the page in Chromium.
type screen struct {
	*testing.T
	ctx context.Context //nolint:containedctx // chromedp's handle on the page
}

func open(t *testing.T, url string) screen {
	t.Helper()
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
		chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en"))
	if path := os.Getenv("CHROMIUM"); path != "" {
		opts = append(opts, chromedp.ExecPath(path))
	}
	alloc, stop := chromedp.NewExecAllocator(context.Background(), opts...) //nolint:usetesting // it ends in Cleanup
	ctx, cancel := chromedp.NewContext(alloc)
	t.Cleanup(func() { cancel(); stop() })
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("Chromium does not start: %v\nscripts/setup installs it (Debian: apt-get install chromium), or set CHROMIUM to its path; make test-embedded runs the tests without a browser", err)
	}
	p := screen{t, ctx}
	p.do(chromedp.EmulateViewport(1360, 1280), chromedp.Navigate(url))
	return p
}

func (p screen) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	if err := chromedp.Do(ctx, steps...); err != nil {
		p.Fatalf("%v\n%s", err, p.text())
	}
}

// wait waits until an expression is true in the page.
func (p screen) wait(js string) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 2*patience)
	defer cancel()
	poll := chromedp.Poll[chromedp.Void]("(() => { try { return "+js+" } catch (e) { return false } })()",
		chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(50*time.Millisecond))
	for {
		_, err := chromedp.Run(ctx, poll)
		switch {
		case err == nil:
			return
		case ctx.Err() != nil || errors.Is(err, chromedp.ErrPollingTimeout):
			p.Fatalf("never true: %s (%v)\nthe page shows:\n%s", js, err, p.text())
		}
		// Another page has come meanwhile: it is asked, too.
	}
}

func (p screen) text() string {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	s, err := chromedp.Run(ctx, chromedp.Evaluate[string]("document.body.innerText"))
	if err != nil {
		return err.Error()
	}
	return s
}

func in(pane, id string) string {
	return `[data-testid="` + pane + `"] [data-testid="` + id + `"]`
}

// shows waits until a pane shows the words.
func (p screen) shows(pane, words string) {
	p.Helper()
	p.wait(`document.querySelector('` + in(pane, "messages") + `').textContent.includes(` + quote(words) + `)`)
}

// press presses the newest button whose label begins with the words.
func (p screen) press(pane, label string) {
	p.Helper()
	p.wait(`([...document.querySelectorAll('` + in(pane, "choice") + `')].findLast((b) => b.textContent.startsWith(` + quote(label) + `)).click(), true)`)
}

func (p screen) click(pane, id string) {
	p.Helper()
	p.do(chromedp.Click(chromedp.CSS(in(pane, id))))
}

// write types a message and sends it.
func (p screen) write(pane, text string) {
	p.Helper()
	p.do(chromedp.SendKeys(chromedp.CSS(in(pane, "input")), text+"\r"))
	p.wait(`document.querySelector('` + in(pane, "input") + `').value === "" && !document.querySelector('` + in(pane, "waiting") + `')`)
}

func (p screen) upload(pane, path string) {
	p.Helper()
	p.do(chromedp.SetUploadFiles(chromedp.CSS(in(pane, "file-input")), []string{path}))
	p.wait(`document.querySelector('` + in(pane, "attachment") + `').dataset.state === "ready"`)
	p.do(chromedp.Click(chromedp.CSS(in(pane, "send"))))
}

// picture draws a picture for a document.
func (p screen) picture(path string, draw chromedp.Action[[]byte]) {
	p.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	shot, err := chromedp.Run(ctx, draw)
	if err != nil {
		p.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(path, shot, 0o644); err != nil {
			p.Fatal(err)
		}
	}
	if _, err := os.Stat(path); err != nil {
		p.Errorf("a picture of a document is missing: %v", err)
	}
}

func quote(s string) string { return "`" + strings.ReplaceAll(s, "`", "\\`") + "`" }
