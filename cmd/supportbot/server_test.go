package main_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/web/fake"
)

// get asks for a path and returns status and body.
func (s *server) get(t *testing.T, path string, header ...string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.url+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(header) == 2 && header[0] == "Host" {
		req.Host = header[1]
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// watch opens the page as somebody and returns the chat with what stands in it.
func (s *server) watch(t *testing.T, person string) (*fake.Chat, *fake.Screen) {
	t.Helper()
	b, err := fake.Open(t.Context(), s.url, http.DefaultClient, nil)
	if err != nil {
		t.Fatal(err)
	}
	chat, err := b.As(person)
	if err != nil {
		t.Fatal(err)
	}
	screen, err := chat.Watch(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(screen.Close)
	return chat, screen
}

// say writes something and waits for an answer to it.
func say(t *testing.T, chat *fake.Chat, screen *fake.Screen, text string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	receipt, err := chat.Text(ctx, text)
	if err != nil {
		t.Fatal(err)
	}
	answered := func(list []fake.Message) bool {
		for i, m := range list {
			if m.ID == receipt.Message {
				return i+1 < len(list)
			}
		}
		return false
	}
	if _, err := screen.Wait(ctx, answered); err != nil {
		t.Fatalf("no answer to %q: %v", text, err)
	}
}

// words lists what stands in the chat.
func words(screen *fake.Screen) (list []string) {
	for _, m := range screen.Messages() {
		list = append(list, m.ID+" "+m.By+": "+m.Text())
	}
	return list
}

func TestDemoServes(t *testing.T) {
	t.Parallel()
	s := newPlace(t).start(t, "demo")
	for path, want := range map[string]struct {
		status int
		body   string
	}{
		"/":        {200, "<!doctype html>"},
		"/desk":    {200, "<!doctype html>"},
		"/healthz": {200, `{"status":"ok"}`},
		"/readyz":  {200, `{"ready":true,"checks":{"database":"ok","sessions":"ok"}}`},
		"/nothing": {404, ""},
		"/debug":   {404, ""},
		"/data/":   {404, ""},
	} {
		status, body := s.get(t, path)
		if status != want.status || !strings.Contains(strings.ToLower(body), want.body) {
			t.Errorf("GET %s: %d, want %d with %s\n%.500s", path, status, want.status, want.body, body)
		}
	}
	if status, _ := s.get(t, "/desk", "Host", "evil.example"); status != http.StatusMisdirectedRequest {
		t.Errorf("another site's name is answered with %d", status)
	}
	if status, _ := s.get(t, "/desk", "Host", "localhost:8080"); status != http.StatusOK {
		t.Errorf("localhost is answered with %d", status)
	}
	s.stop(t)
}

func TestDemoTellsTheDesk(t *testing.T) {
	t.Parallel()
	s := newPlace(t).start(t, "demo")
	_, room := s.watch(t, "wang")
	chat, screen := s.watch(t, "mei")
	say(t, chat, screen, "/person")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if _, err := room.Wait(ctx, func(list []fake.Message) bool { return len(list) > 0 }); err != nil {
		t.Errorf("the engineers were told nothing: %v", err)
	}
	s.stop(t)
}

func TestMetricsCountWithoutNames(t *testing.T) {
	t.Parallel()
	s := newPlace(t).start(t, "demo")
	chat, screen := s.watch(t, "mei")
	say(t, chat, screen, "hello")
	_, body := s.get(t, "/metrics")
	contains(t, body, "\nsupportbot_turns_total ", "\nsupportbot_turns_failed_total 0\n", "\nsupportbot_messages_sent_total ",
		"\nsupportbot_turns_seconds_total ", "\ngo_goroutines ", `supportbot_build_info{commit="`)
	if strings.Contains(body, "\nsupportbot_turns_total 0\n") || strings.Contains(body, "\nsupportbot_messages_sent_total 0\n") {
		t.Errorf("a turn was not counted:\n%s", body)
	}
	if strings.Contains(strings.ToLower(body), "mei") {
		t.Error("the metrics name a person")
	}
	s.stop(t)
}

func TestDemoKeepsItsStateAndSaysNothingOfIt(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "LOG_LEVEL=debug")
	s := p.start(t, "demo")
	chat, screen := s.watch(t, "mei")
	say(t, chat, screen, "/report")
	say(t, chat, screen, "OS-2025-0417")
	const secret = "The Ejectors Sing Loudly"
	say(t, chat, screen, secret)
	before := words(screen)

	second := p.with("LISTEN=127.0.0.1:0").run(t, "demo")
	second.want(t, 1, "held by another process", "choose another data directory")
	other := newPlace(t, "LISTEN="+strings.TrimPrefix(s.url, "http://")).run(t, "demo")
	other.want(t, 1, "address already in use", "choose another port, for example LISTEN=127.0.0.1:8090")

	said := s.stop(t)
	for _, name := range []string{"supportbot.db", "sessions.db", "media", "web"} {
		if _, err := os.Stat(filepath.Join(p.dir, "data", name)); err != nil {
			t.Errorf("DATA_DIR has no %s: %v", name, err)
		}
	}
	if !strings.Contains(said, `"msg":"turn"`) {
		t.Errorf("turns are not logged:\n%s", said)
	}
	for _, private := range []string{secret, "Mei", "Nuts"} {
		if strings.Contains(said, private) {
			t.Errorf("the log says %q:\n%s", private, said)
		}
	}

	s = p.start(t, "demo")
	chat, screen = s.watch(t, "mei")
	after := words(screen)
	if diff := cmp.Diff(before, after[:min(len(before), len(after))]); diff != "" {
		t.Errorf("the chat is another one after a restart:\n%s", diff)
	}
	say(t, chat, screen, "back")
	s.stop(t)
}

func TestServeServesThePageOnly(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on")
	s := p.start(t, "serve")
	for path, want := range map[string]int{"/": 200, "/desk": 404, "/healthz": 200, "/readyz": 200, "/metrics": 200, "/hook/telegram": 404} {
		if status, _ := s.get(t, path); status != want {
			t.Errorf("GET %s: %d, want %d", path, status, want)
		}
	}
	_, screen := s.watch(t, "")
	if n := len(screen.Messages()); n != 0 {
		t.Errorf("%d messages in a new chat", n)
	}
	contains(t, s.stop(t), "nobody is told of new claims")
	if r := p.run(t, "policy", "explain", "--serial", "OS-2025-0417", "--json"); strings.Contains(r.out, `"known":true`) {
		t.Error("serve has put sample machines into the registry")
	}
}

func TestDemoLeavesARegistryAlone(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "own.csv", machinesHeader+"X-1000,VS-600,2025-06-03,Own Ltd,,,\n")
	p.must(t, "machines", "import", "own.csv")
	s := p.start(t, "demo")
	contains(t, s.stop(t), "machines of its own, so the sample machines were left out")
	var known struct{ Known bool }
	out := p.must(t, "policy", "explain", "--serial", "OS-2025-0417", "--json")
	if err := json.Unmarshal([]byte(out), &known); err != nil || known.Known {
		t.Errorf("the sample machine is there: %v\n%s", err, out)
	}
}

func TestDemoSaysWhatItNeeds(t *testing.T) {
	t.Parallel()
	if os.Getuid() == 0 {
		t.Log("root may write everywhere; a folder that cannot be made stands for one that may not")
	}
	p := newPlace(t)
	p.file(t, "file", "")
	p.with("DATA_DIR="+filepath.Join("file", "below"), "LISTEN=127.0.0.1:0").run(t, "demo").want(t, 1, "make data directory", "not a directory")
}
