//go:build !embedded

package upload_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// save puts a file onto the telephone.
func save(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// holdAt makes the site hold the n-th piece that comes in, until it is released; then that piece is lost.
func (s *site) holdAt(n int32) (inside <-chan struct{}, release func()) {
	in, out := make(chan struct{}), make(chan struct{})
	s.media.put.Store(&hook{from: n, err: errors.New("the program ends here"), before: func() {
		close(in)
		<-out
	}})
	return in, sync.OnceFunc(func() {
		s.media.put.Store(nil)
		close(out)
	})
}

// TestBrowserRestart loses the server while a file is on its way.
func TestBrowserRestart(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(9 * piece)
	p := visit(t, s.link)
	p.wait(`$("pick").getBoundingClientRect().height >= 60 && !shown("upload") && !shown("begun")`)
	inside, release := s.holdAt(3)
	defer release()
	p.pick(save(t, "spray.mp4", file))
	<-inside
	there := s.state().Offset
	s.stop()
	p.wait(`$("upload").dataset.state === "waiting" && shown("status").startsWith("No connection.")`)
	p.wait(fmt.Sprintf(`shown("percent") === "%d %%" && shown("amount") === "%.1f\u00a0MB of 9.4\u00a0MB"`, 100*there/int64(len(file)), float64(there)/1e6))
	p.wait(`shown("name") === "spray.mp4" && !shown("pick") && awake === 1`)
	p.wait(`document.documentElement.scrollWidth <= innerWidth`)
	p.wait(`!dispatchEvent(new Event("beforeunload", { cancelable: true }))`) // the browser asks before it leaves
	release()
	s.start()
	p.wait(`document.body.dataset.shape === "done" && document.body.innerText.includes("Received, thank you") && !shown("upload")`)
	p.wait(`dispatchEvent(new Event("beforeunload", { cancelable: true })) && awake === 0`)
	s.heard("spray.mp4", file)
	p.do(chromedp.Reload())
	p.wait(`document.body.dataset.shape === "done" && !$("file")`)
}

// TestBrowserReload closes the page while a file is on its way, and goes on later.
func TestBrowserReload(t *testing.T) {
	t.Parallel()
	u := wanted()
	u.From.Lang = "zh"
	s := open(t, u)
	file, other := video(9*piece), video(2*piece)
	path, wrong := save(t, "喷阀.mp4", file), save(t, "other.mp4", other)
	p := visit(t, s.link)
	inside, release := s.holdAt(3)
	defer release()
	p.pick(path)
	<-inside
	p.leave()
	release()
	q := visit(t, s.link)
	q.wait(fmt.Sprintf(`shown("begun") === "“喷阀.mp4”已上传 %.1f\u00a0MB，共 9.4\u00a0MB。请选择同一个文件继续上传。"`, float64(s.state().Offset)/1e6))
	q.pick(wrong)
	q.wait(`shown("ask") && shown("instead") === "改为上传“other.mp4”" && shown("keep") === "重新选择“喷阀.mp4”" && !shown("pick")`)
	q.pick(path)
	q.wait(`document.body.dataset.shape === "done" && document.body.innerText.includes("已收到，谢谢")`)
	u, err := s.db.Upload(t.Context(), s.id)
	if err != nil || u.Done.Hash != hashOf(file) || u.Done.Name != "喷阀.mp4" {
		t.Errorf("upload %+v, %v", u, err)
	}
}

// TestBrowserInstead sends another file than the one that was begun.
func TestBrowserInstead(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	first, file := video(2*piece), video(3*piece)
	s.begin(200, "first.mp4", len(first))
	s.piece(200, first, 0, piece)
	p := visit(t, s.link)
	p.pick(save(t, "a.mp4", file))
	p.wait(`shown("ask")`)
	p.do(chromedp.Click(sel("instead")))
	p.wait(`document.body.dataset.shape === "done"`)
	s.heard("a.mp4", file)
}

// TestBrowserProblems chooses what cannot be sent.
func TestBrowserProblems(t *testing.T) {
	t.Parallel()
	u := wanted()
	u.Limit = piece
	s := open(t, u)
	s.states.Lock() // on a slow line somebody is faster than the page's first question
	release := sync.OnceFunc(s.states.Unlock)
	defer release()
	p := visit(t, s.link)
	p.pick(save(t, "long.mp4", make([]byte, 2*piece)))
	p.wait(`shown("problem").startsWith("“long.mp4” has 2.1\u00a0MB. At most 1.0\u00a0MB can be sent.") && shown("pick")`)
	release()
	p.pick(save(t, "none.mp4", nil))
	p.wait(`shown("problem") === "“none.mp4” is empty. Please choose another file." && shown("pick")`)
	s.stored(0)
	file := video(piece)
	p.pick(save(t, "a.mp4", file))
	p.wait(`document.body.dataset.shape === "done"`)
	s.heard("a.mp4", file)
}

// TestBrowserTwoTabs has two pages send the same file.
func TestBrowserTwoTabs(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	file := video(9 * piece)
	path := save(t, "a.mp4", file)
	p, q := visit(t, s.link), visit(t, s.link)
	p.pick(path)
	q.pick(path)
	p.wait(`document.body.dataset.shape === "done"`)
	q.wait(`document.body.dataset.shape === "done"`)
	s.heard("a.mp4", file)
}

// TestBrowserHash compares the page's SHA-256 with Go's at every length around a block.
func TestBrowserHash(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	p := visit(t, s.link)
	const sizes = 300
	made, err := run(p.ctx, chromedp.Evaluate[[]string](fmt.Sprintf(`import("/static/upload/sha256.js").then(({ Sha256 }) => {
		const made = [];
		for (let n = 0; n <= %d; n++) {
			const bytes = Uint8Array.from({ length: n }, (_, i) => (i * 7 + n) %% 256);
			const whole = new Sha256().update(bytes).hex();
			const bits = new Sha256();
			for (let at = 0, step = 1; at < n; at += step, step = (step * 5) %% 83) bits.update(bytes.subarray(at, at + step));
			made.push(whole, bits.hex());
		}
		const large = new Sha256();
		const mebibyte = new Uint8Array(1 << 20);
		for (let i = 0; i < 513; i++) large.update(mebibyte);
		return [...made, large.hex()];
	})`, sizes), chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatal(err)
	}
	for n := range sizes + 1 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(i*7 + n)
		}
		if want := hashOf(b); made[2*n] != want || made[2*n+1] != want {
			t.Errorf("%d bytes: %s and bit by bit %s, want %s", n, made[2*n], made[2*n+1], want)
		}
	}
	large, mebibyte := sha256.New(), make([]byte, 1<<20)
	for range 513 { // more than 2^32 bits
		large.Write(mebibyte)
	}
	if want := hex.EncodeToString(large.Sum(nil)); made[2*sizes+2] != want {
		t.Errorf("513 MiB: %s, want %s", made[2*sizes+2], want)
	}
}
