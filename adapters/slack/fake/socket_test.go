package fake_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// dial opens a connection of Socket Mode.
func (w *world) dial() *websocket.Conn {
	w.t.Helper()
	address := w.callAs(w.AppToken(), "apps.connections.open", nil).str("url")
	conn, resp, err := websocket.DefaultDialer.DialContext(w.t.Context(), address, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	resp.Body.Close()
	w.t.Cleanup(func() { conn.Close() })
	if hello := w.frame(conn); hello["type"] != "hello" {
		w.t.Fatalf("first came %v", hello)
	}
	return conn
}

// frame returns the next message of a connection.
func (w *world) frame(conn *websocket.Conn) map[string]any {
	w.t.Helper()
	var v map[string]any
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	if err := conn.ReadJSON(&v); err != nil {
		w.t.Fatal(err)
	}
	return v
}

func (w *world) ack(conn *websocket.Conn, frame map[string]any, payload any) {
	w.t.Helper()
	a := args{"envelope_id": frame["envelope_id"]}
	if payload != nil {
		a["payload"] = payload
	}
	if err := conn.WriteJSON(a); err != nil {
		w.t.Fatal(err)
	}
}

// TestSocketOnce checks that an address is good for one connection (platform-facts.md 62).
func TestSocketOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	address := w.callAs(w.AppToken(), "apps.connections.open", nil).str("url")
	conn, resp, err := websocket.DefaultDialer.DialContext(t.Context(), address, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	defer conn.Close()
	if _, resp, err = websocket.DefaultDialer.DialContext(t.Context(), address, nil); err == nil || resp.StatusCode != http.StatusForbidden {
		t.Errorf("used twice: %v", err)
	}
	resp.Body.Close()
}

// TestSocketMany checks that there are ten connections at most, and that each event goes to one (62).
func TestSocketMany(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Unordered: true})
	a, b := w.dial(), w.dial()
	if err := w.Until(t.Context(), func() bool { return w.Sockets() == 2 }); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		w.chat.Say(w.mei, "hello")
	}
	for _, conn := range []*websocket.Conn{a, b} {
		f := w.frame(conn)
		if f["type"] != "events_api" {
			t.Errorf("heard %v", f)
		}
		w.ack(conn, f, nil)
	}
	for range 8 {
		w.dial()
	}
	if err := w.Until(t.Context(), func() bool { return w.Sockets() == 10 }); err != nil {
		t.Fatal(err)
	}
	if err := w.callAs(w.AppToken(), "apps.connections.open", nil).err(); err != "too_many_websockets" {
		t.Errorf("62: an eleventh: %q", err)
	}
}

// TestSocketAcks checks what is acknowledged: by the envelope, in time, and not too long (63, 102).
func TestSocketAcks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 0.0001, Patience: 400 * time.Millisecond})
	conn := w.dial()
	d := w.chat.Say(w.mei, "hello")
	first := w.frame(conn)
	w.ack(conn, map[string]any{"envelope_id": "another"}, nil)
	second := w.frame(conn)
	if second["retry_attempt"] != 1.0 || second["envelope_id"] == first["envelope_id"] {
		t.Errorf("63: then came %v", second)
	}
	w.ack(conn, second, strings.Repeat("a", 20<<10))
	third := w.frame(conn)
	w.ack(conn, third, nil)
	wait(t, "acknowledged", d.Acked())
	if m := w.Mistakes(); len(m) != 1 || !strings.Contains(m[0], "dropped in silence") {
		t.Errorf("102: mistakes %q", m)
	}
	if first["payload"].(map[string]any)["event_id"] != third["payload"].(map[string]any)["event_id"] {
		t.Error("65: the event_id changes")
	}
}

// TestSocketGap checks that what a connection leaves unacknowledged comes on the next (platform-facts.md 102).
func TestSocketGap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 0.0001, Patience: time.Minute})
	conn := w.dial()
	w.Disconnect("warning")
	if f := w.frame(conn); f["type"] != "disconnect" || f["reason"] != "warning" {
		t.Errorf("62: heard %v", f)
	}
	d := w.chat.Say(w.mei, "hello")
	w.frame(conn)
	w.CutSockets()
	late := w.chat.Say(w.mei, "in the gap")
	conn = w.dial()
	for range 2 {
		w.ack(conn, w.frame(conn), nil)
	}
	wait(t, "acknowledged", d.Acked())
	wait(t, "acknowledged", late.Acked())
}

// TestSocketNobody checks that a press finds nobody after a while, and does not come later (79).
func TestSocketNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Patience: 100 * time.Millisecond})
	press := w.chat.Slash(w.mei, "/report", "")
	done(t, press)
	if closed(press.Events[0].Acked()) {
		t.Error("79: a command is acknowledged, and nobody was there")
	}
	conn := w.dial()
	d := w.chat.Say(w.mei, "hello")
	f := w.frame(conn)
	if f["type"] != "events_api" {
		t.Errorf("79: then came %v", f)
	}
	w.ack(conn, f, nil)
	wait(t, "acknowledged", d.Acked())
}
