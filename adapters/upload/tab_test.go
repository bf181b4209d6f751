//go:build !embedded

package upload_test

import (
	"context"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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

// tab is one page in a browser profile of its own, on a small telephone.
type tab struct {
	*testing.T
	ctx   context.Context //nolint:containedctx // chromedp's handle on the page
	leave func()          // closes the page, without asking
}

// faults collects what must never happen in a page: errors, and what the policy had to stop. awake counts who
// keeps the screen awake.
const faults = `window.faults = [];
addEventListener("error", (e) => faults.push(String(e.message || e.target?.src)));
addEventListener("unhandledrejection", (e) => faults.push(String(e.reason)));
document.addEventListener("securitypolicyviolation", (e) => faults.push(e.violatedDirective + " " + e.blockedURI));
window.awake = 0;
Object.defineProperty(navigator, "wakeLock", { value: { request: async () => (awake++, { release: async () => { awake--; } }) } });`

// visit opens a page in a fresh profile.
func visit(t *testing.T, url string) *tab {
	t.Helper()
	ctx, cancel := chromedp.NewContext(chromium(t), chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	// The context of a tab's first action is the tab's own; it must not be one that ends before.
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	p := &tab{T: t, ctx: ctx, leave: cancel}
	p.do(chromedp.Func(func(ctx context.Context, _ *chromedp.Target) error {
		_, err := chromedp.Call(ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: faults})
		return err
	}), chromedp.EmulateViewport(360, 640, chromedp.EmulateMobile, chromedp.EmulateTouch), chromedp.Navigate(url))
	t.Cleanup(func() {
		if ctx.Err() != nil {
			return // it was left
		}
		if got, err := run(ctx, chromedp.Evaluate[[]string]("window.faults")); err != nil || len(got) > 0 {
			t.Errorf("the page had faults: %q, %v", got, err)
		}
	})
	return p
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

// js wraps an expression in which $ finds an element.
func js(expr string) string {
	return `(() => { const $ = (id) => document.querySelector('[data-testid="' + id + '"]');
		const shown = (id) => $(id)?.checkVisibility() && $(id).textContent.trim();
		try { return ` + expr + ` } catch (e) { return null } })()`
}

// wait waits until an expression is true.
func (p *tab) wait(expr string) {
	p.Helper()
	_, err := run(p.ctx, chromedp.Poll[chromedp.Void](js(expr), chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(20*time.Millisecond)))
	if err != nil {
		text, _ := run(p.ctx, chromedp.Evaluate[string]("document.body.innerText"))
		p.Fatalf("never true: %s (%v)\nthe page shows:\n%s", expr, err, text)
	}
}

func sel(id string) chromedp.CSS { return chromedp.CSS(`[data-testid="` + id + `"]`) }

// pick chooses a file as a person does.
func (p *tab) pick(name string) {
	p.Helper()
	p.wait(`document.body.dataset.ready === "true"`)
	p.do(chromedp.SetUploadFiles(sel("file"), []string{name}))
}
