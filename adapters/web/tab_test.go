//go:build !embedded

package web_test

import (
	"context"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/google/go-cmp/cmp"
)

var (
	browserOnce sync.Once
	browserCtx  context.Context
	errBrowser  error
)

func TestMain(m *testing.M) {
	code := m.Run()
	if browserCtx != nil {
		_ = chromedp.Cancel(browserCtx)
	}
	os.Exit(code)
}

// chromium starts one browser for all tests of this process.
func chromium(t *testing.T) context.Context {
	t.Helper()
	browserOnce.Do(func() {
		opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]),
			chromedp.NoSandbox, chromedp.DisableGPU, chromedp.Flag("disable-component-update", true))
		if path := os.Getenv("CHROMIUM"); path != "" {
			opts = append(opts, chromedp.ExecPath(path))
		}
		// One browser outlives the test that happens to start it.
		alloc, _ := chromedp.NewExecAllocator(context.Background(), opts...) //nolint:usetesting // see above
		browserCtx, _ = chromedp.NewContext(alloc)
		errBrowser = chromedp.Do(browserCtx)
	})
	if errBrowser != nil {
		t.Fatalf("Chromium does not start: %v\nInstall it (Debian: apt-get install chromium), or set CHROMIUM to the path of Chromium or Chrome; make test-embedded runs the tests without a browser.", errBrowser)
	}
	return browserCtx
}

// tab is one page in a browser profile of its own.
type tab struct {
	*testing.T
	ctx  context.Context //nolint:containedctx // chromedp's handle on the page
	pane string          // what the helpers look at
}

// faults collects what must never happen in a page: errors, and what the policy had to stop.
const faults = `window.faults = [];
addEventListener("error", (e) => faults.push(String(e.message || e.target?.src)));
addEventListener("unhandledrejection", (e) => faults.push(String(e.reason)));
document.addEventListener("securitypolicyviolation", (e) => faults.push(e.violatedDirective + " " + e.blockedURI));`

// visit opens a page in a fresh profile and waits for its chat.
func visit(t *testing.T, url string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	return enter(t, ctx, url)
}

// beside opens one more page in the same profile.
func (p *tab) beside(url string) *tab {
	p.Helper()
	ctx, cancel := chromedp.NewContext(p.ctx)
	p.Cleanup(cancel)
	return enter(p.T, ctx, url)
}

func enter(t *testing.T, ctx context.Context, url string) *tab {
	t.Helper()
	p := &tab{T: t, ctx: ctx, pane: "pane-customer"}
	if strings.Contains(url, "/desk") {
		p.pane = "pane-desk"
	}
	// The context of a tab's first action is the tab's own; it must not be one that ends before.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: faults})
		return err
	}), chromedp.Navigate(url))
	p.ready()
	t.Cleanup(func() {
		if got, err := run(ctx, chromedp.Evaluate[[]string]("window.faults")); err != nil || len(got) > 0 {
			t.Errorf("the page had faults: %q, %v", got, err)
		}
	})
	return p
}

func (p *tab) ready() {
	p.Helper()
	p.wait(`$("messages").dataset.state === "ready"`)
}

func (p *tab) do(steps ...chromedp.Action[chromedp.Void]) {
	p.Helper()
	if _, err := run(p.ctx, chromedp.Steps(steps...)); err != nil {
		p.Fatal(err)
	}
}

// run does something in a page, not for ever.
func run[T any](ctx context.Context, a chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(ctx, 2*patience)
	defer cancel()
	return chromedp.Run(ctx, a)
}

// js wraps an expression in which $ finds an element of the pane and $$ all of them.
func (p *tab) js(expr string) string {
	return `(() => { const root = document.querySelector('[data-testid="` + p.pane + `"]');
		const $ = (id) => root?.querySelector('[data-testid="' + id + '"]');
		const $$ = (id) => [...root?.querySelectorAll('[data-testid="' + id + '"]') ?? []];
		try { return ` + expr + ` } catch (e) { return null } })()`
}

// wait waits until an expression is true.
func (p *tab) wait(expr string) {
	p.Helper()
	_, err := run(p.ctx, chromedp.Poll[chromedp.Void](p.js(expr), chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(20*time.Millisecond)))
	if err != nil {
		p.Fatalf("never true: %s (%v)\nthe page shows:\n%s", expr, err, strings.Join(p.lines(), "\n"))
	}
}

func eval[T any](p *tab, expr string) T {
	p.Helper()
	v, err := run(p.ctx, chromedp.Evaluate[T](p.js(expr)))
	if err != nil {
		p.Fatalf("%s: %v", expr, err)
	}
	return v
}

// lines returns what stands in the chat: "bot: hello".
func (p *tab) lines() []string {
	p.Helper()
	return eval[[]string](p, `$$("message").map((m) => m.dataset.by + ": " + (m.querySelector('[data-testid="text"]')?.textContent ?? ""))`)
}

// shows waits until the chat shows exactly these lines.
func (p *tab) shows(want ...string) {
	p.Helper()
	deadline := time.After(patience)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got := p.lines()
		if slices.Equal(got, want) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			p.Fatalf("the chat (-want +got):\n%s", cmp.Diff(want, got))
		}
	}
}

func (p *tab) sel(id string) chromedp.CSS {
	return chromedp.CSS(`[data-testid="` + p.pane + `"] [data-testid="` + id + `"]`)
}

func (p *tab) write(text string) {
	p.Helper()
	p.do(chromedp.SendKeys(p.sel("input"), text))
}

func (p *tab) click(id string) {
	p.Helper()
	p.do(chromedp.Click(p.sel(id)))
}

// press clicks the newest button with a label.
func (p *tab) press(label string) {
	p.Helper()
	p.wait(`($$("choice").findLast((b) => b.textContent === "` + label + `").click(), true)`)
}
