package main_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// finding is what doctor --json says of one thing.
type finding struct{ Status, What, Detail, Problem, Do string }

// doctor runs it and returns the findings by their names; of those with the same name, the last.
func (p place) doctor(t *testing.T, status int, hidden ...string) map[string]finding {
	t.Helper()
	r := p.run(t, "doctor", "--json")
	var report struct {
		OK     bool
		Checks []finding
	}
	if err := json.Unmarshal([]byte(r.out), &report); err != nil {
		t.Fatalf("%v in\n%s%s", err, r.out, r.errs)
	}
	if r.status != status || report.OK != (status == 0) {
		t.Errorf("status %d, ok %t, want status %d\n%s%s", r.status, report.OK, status, r.out, r.errs)
	}
	for _, secret := range hidden {
		if strings.Contains(r.out+r.errs, secret) {
			t.Errorf("shows %q:\n%s%s", secret, r.out, r.errs)
		}
	}
	found := map[string]finding{}
	for _, f := range report.Checks {
		if f.Status != "ok" && f.Do == "" {
			t.Errorf("says not what to do: %+v", f)
		}
		found[f.What] = f
	}
	return found
}

// is fails unless a finding has this status and says this.
func (f finding) is(t *testing.T, status, said string) {
	t.Helper()
	if f.Status != status || !strings.Contains(f.What+" "+f.Detail+" "+f.Problem+" "+f.Do, said) {
		t.Errorf("%+v, want %s with %q", f, status, said)
	}
}

func TestDoctorOfAFreshFolder(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on")
	out := p.must(t, "doctor")
	contains(t, out, "ok       Settings        1 set\n", "ok       Database        SQLite, made at the first start\n", " is free\n")
	if _, err := os.Stat(filepath.Join(p.dir, "data")); err == nil {
		t.Error("it has made the data folder")
	}
	s := p.start(t, "serve")
	found := p.with("LISTEN="+strings.TrimPrefix(s.url, "http://"), "PUBLIC_URL="+s.url).doctor(t, 0)
	found["Listen"].is(t, "ok", "supportbot answers")
	found["Public address"].is(t, "ok", s.url)
	found["Database"].is(t, "ok", "migrations ")
	found["Media"].is(t, "ok", "written and read")
	found["Sessions"].is(t, "ok", "one process")
	s.stop(t)
}

func TestDoctorListsMistakesAndGoesOn(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "DATABASE_URL=mysql://:geheim@host", "LISTEN=x", "POLICY_FILE=bad.yaml", "WEB_CHAT=on")
	p.file(t, "bad.yaml", "version: \"1\"\nintake: {nudge_after: soon}\n")
	found := p.doctor(t, 1, "geheim")
	for _, name := range []string{"Database", "Listen", "Public address", "Policy"} {
		if f, ok := found[name]; ok {
			t.Errorf("%+v, though its setting is wrong", f)
		}
	}
	found["Data folder"].is(t, "ok", "writable")
	r := p.run(t, "doctor")
	r.want(t, 1, "supportbot: wrong: ")
	contains(t, r.out, "WRONG    Settings     DATABASE_URL: must be a URL", "\n         do: correct it", "LISTEN=x: ", "bad.yaml:2: intake.nudge_after")
	// A secret that was put into another variable, too.
	newPlace(t, "TELEGRAM_TOKEN="+token, "TELEGRAM_API_URL=ftp://api/bot"+token).doctor(t, 1, token)["Settings"].is(t, "wrong", "TELEGRAM_API_URL=ftp://api/bot***: must be")
	newPlace(t).run(t, "doctor", "--jsn").want(t, 2, "unknown flag")
	newPlace(t).doctor(t, 1)["Settings"].is(t, "wrong", "no channel is on")
}

func TestDoctorOfFolders(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on")
	p.file(t, "file", "")
	p.with("DATA_DIR="+filepath.Join("file", "below")).doctor(t, 1)["Data folder"].is(t, "wrong", "not a directory")
	p.with("MEDIA_URL=file://"+filepath.Join(p.dir, "file")).doctor(t, 1)["Media"].is(t, "wrong", "not a directory")
	if runtime.GOOS == "linux" { // even root makes nothing there
		p.with("DATA_DIR=/proc/supportbot").doctor(t, 1)["Data folder"].is(t, "wrong", "another DATA_DIR")
	}
}

func TestDoctorOfAddresses(t *testing.T) {
	t.Parallel()
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	defer other.Close()
	taken := strings.TrimPrefix(other.URL, "http://")
	p := newPlace(t, "WEB_CHAT=on")
	found := p.with("LISTEN="+taken, "PUBLIC_URL="+other.URL).doctor(t, 1)
	found["Listen"].is(t, "wrong", "choose another port")
	found["Public address"].is(t, "warning", "answered by somebody else")
	// With a webhook the address has to be right.
	hook := p.with("TELEGRAM_TOKEN="+token, "TELEGRAM_API_URL="+other.URL, "TELEGRAM_WEBHOOK_SECRET=geheim", "PUBLIC_URL="+other.URL)
	hook.doctor(t, 1, token, "geheim")["Public address"].is(t, "wrong", "answered by somebody else")
	p.with("PUBLIC_URL=http://service.invalid", "LISTEN=127.0.0.1:0").doctor(t, 0)["Public address"].is(t, "warning", "LISTEN")
}

// telegram is a fake Telegram whose clock is off, with a group of engineers.
func telegram(t *testing.T, off time.Duration) (server *fake.Server, url string, group *fake.Chat) {
	t.Helper()
	server = fake.New(fake.Config{Token: token})
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, token) && !strings.HasPrefix(r.URL.Path, "/bot") {
			t.Errorf("the token was sent in vain: %s", r.URL)
		}
		w.Header().Set("Date", time.Now().Add(off).UTC().Format(http.TimeFormat))
		server.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { api.Close(); server.Close() })
	wang := server.NewPerson(fake.Profile{First: "Wang"})
	group = server.NewForum("Desk", wang)
	group.PromoteBot(wang, fake.Rights{ManageTopics: true})
	return server, api.URL, group
}

func TestDoctorOfTelegram(t *testing.T) {
	t.Parallel()
	server, api, group := telegram(t, 0)
	p := newPlace(t, "TELEGRAM_TOKEN="+token, "TELEGRAM_API_URL="+api, "LISTEN=127.0.0.1:0", fmt.Sprintf("TELEGRAM_DESK_CHAT=%d", group.ID()))
	found := p.doctor(t, 0, token)
	found["Clock"].is(t, "ok", "as Telegram's")
	found["Telegram token of @optoste_bot"].is(t, "ok", "")
	found["Telegram group of the engineers"].is(t, "ok", "")
	found["Public address"].is(t, "warning", "PUBLIC_URL is not set")

	p.with("TELEGRAM_TOKEN="+strings.Replace(token, "AAH", "AAX", 1)).doctor(t, 1, "AAXdq")["Telegram token"].is(t, "wrong", "does not know it")
	p.with("TELEGRAM_DESK_CHAT=-1001").doctor(t, 1, token)["Telegram group of the engineers"].is(t, "wrong", "add the bot to the group")
	p.with("TELEGRAM_TOKEN=1:geheim").doctor(t, 1, "geheim")["Settings"].is(t, "wrong", "TELEGRAM_TOKEN: must be the token")
	if calls := server.Calls(); slices.ContainsFunc(calls, func(c fake.Call) bool { return !strings.HasPrefix(c.Method, "get") }) {
		t.Errorf("something was changed: %v", calls)
	}
}

func TestDoctorOfTelegramsClock(t *testing.T) {
	t.Parallel()
	for off, said := range map[time.Duration]string{time.Minute: "behind Telegram's", -time.Minute: "ahead of Telegram's"} {
		_, api, _ := telegram(t, off)
		newPlace(t, "TELEGRAM_TOKEN="+token, "TELEGRAM_API_URL="+api, "LISTEN=127.0.0.1:0").doctor(t, 0, token)["Clock"].is(t, "warning", said)
	}
}

func TestDoctorWithoutTelegram(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "TELEGRAM_TOKEN="+token, "TELEGRAM_API_URL=http://127.0.0.1:1", "LISTEN=127.0.0.1:0")
	p.doctor(t, 1, token)["Telegram API"].is(t, "wrong", "HTTPS_PROXY")
	if out := p.run(t, "doctor").out; strings.Count(out, "Telegram API") != 1 {
		t.Errorf("it says the same more than once:\n%s", out)
	}
}

func TestDoctorOfProxies(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "TELEGRAM_TOKEN="+token, "LISTEN=127.0.0.1:0")
	through := p.with("HTTPS_PROXY=http://mei:geheim@127.0.0.1:1").doctor(t, 1, "geheim", token)
	through["Proxy"].is(t, "ok", "https://api.telegram.org through http://127.0.0.1:1")
	through["Telegram API"].is(t, "wrong", "127.0.0.1:1")
	p.with("HTTPS_PROXY=http://mei:geheim@127.0.0.1:not-a-port").doctor(t, 1, "geheim", token)["Proxy"].is(t, "wrong", "is no address")
}

func TestHealthcheck(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on")
	s := p.start(t, "serve")
	at := p.with("LISTEN=" + strings.TrimPrefix(s.url, "http://"))
	_, port, _ := strings.Cut(strings.TrimPrefix(s.url, "http://"), ":")
	at.must(t, "healthcheck")
	at.with("LISTEN=:"+port, "HTTP_PROXY=http://127.0.0.1:1").must(t, "healthcheck")
	s.stop(t)
	at.run(t, "healthcheck").want(t, 1, "connection refused")
	at.with("LISTEN=127.0.0.1:0").run(t, "healthcheck").want(t, 2, "LISTEN=127.0.0.1:0: takes a port that nobody else knows")
}
