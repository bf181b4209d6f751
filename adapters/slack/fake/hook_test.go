package fake_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// request is something that was delivered to a hook.
type request struct {
	header http.Header
	body   []byte
}

// inner returns the event, the payload or the form.
func (r request) inner(t *testing.T) map[string]any {
	t.Helper()
	data := r.body
	if strings.HasPrefix(r.header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		form, err := url.ParseQuery(string(data))
		if err != nil {
			t.Fatal(err)
		}
		data = []byte(form.Get("payload"))
		if len(data) == 0 {
			out := map[string]any{}
			for k := range form {
				out[k] = form.Get(k)
			}
			return out
		}
	}
	var v map[string]any
	if err := json.Unmarshal(data, &v); err != nil {
		t.Fatal(err)
	}
	if e, ok := v["event"].(map[string]any); ok {
		return e
	}
	return v
}

// hook is a bot. It answers with what answer says, 200 when that is nil.
type hook struct {
	*httptest.Server
	heard chan request
}

func newHook(t *testing.T, answer func(w http.ResponseWriter, r request)) *hook {
	t.Helper()
	h := &hook{heard: make(chan request, 1000)}
	h.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got := request{header: r.Header.Clone(), body: body}
		h.heard <- got
		if answer != nil {
			answer(w, got)
		}
	}))
	t.Cleanup(h.Close)
	return h
}

func (h *hook) next(t *testing.T) request {
	t.Helper()
	select {
	case r := <-h.heard:
		return r
	case <-time.After(10 * time.Second):
		t.Fatal("nothing is delivered")
		return request{}
	}
}

// wait waits for something that must happen.
func wait(t *testing.T, what string, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(10 * time.Second):
		t.Fatalf("%s: does not happen", what)
	}
}

// done waits until a deed is delivered or given up.
func done(t *testing.T, d *fake.Deed) {
	t.Helper()
	if d.Err != nil {
		t.Fatal(d.Err)
	}
	all := make(chan struct{})
	go func() { d.Wait(); close(all) }()
	wait(t, "delivered", all)
}
