package alarm_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/alarm"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
)

// mailer is a mail server that takes what is sent by whoever knows the password, and refuses what it is told to.
type mailer struct {
	cert   tls.Certificate
	roots  *x509.CertPool
	addr   string
	tls    bool              // from the first byte on
	plain  bool              // offers no STARTTLS
	refuse map[string]string // by command: the answer

	mu   sync.Mutex
	took []string // commands, but for the password
	mail string
}

// serve runs a mail server.
func serve(t *testing.T, m *mailer) *mailer {
	t.Helper()
	borrowed := httptest.NewTLSServer(nil) // for its certificate, which names 127.0.0.1
	borrowed.Close()
	m.cert, m.roots = borrowed.TLS.Certificates[0], x509.NewCertPool()
	m.roots.AddCert(borrowed.Certificate())
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it ends with the test
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	m.addr = l.Addr().String()
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go m.talk(conn)
		}
	}()
	return m
}

// alarm is one that sends by the server.
func (m *mailer) alarm(t *testing.T) *alarm.Alarm {
	t.Helper()
	scheme := map[bool]string{false: "smtp", true: "smtps"}[m.tls]
	s, err := alarm.ParseServer(scheme + "://bot:password-4711@" + m.addr + "?from=service@optoste.example")
	if err != nil {
		t.Fatal(err)
	}
	return alarm.New(alarm.Config{Mail: s, Roots: m.roots, Time: 5 * time.Second})
}

func (m *mailer) talk(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	secured := m.tls
	if m.tls {
		conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{m.cert}, MinVersion: tls.VersionTLS12})
	}
	r := bufio.NewReader(conn)
	say := func(text string) { fmt.Fprintf(conn, "%s\r\n", text) }
	say("220 mail.example")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		line = strings.TrimSpace(line)
		command, _, _ := strings.Cut(strings.ToUpper(line), " ")
		m.note(command, line, secured)
		if no := m.refuse[command]; no != "" {
			say(no)
			continue
		}
		switch command {
		case "EHLO":
			say("250-mail.example")
			if !secured && !m.plain {
				say("250-STARTTLS")
			}
			say("250 AUTH PLAIN")
		case "STARTTLS":
			say("220 go on")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{m.cert}, MinVersion: tls.VersionTLS12})
			r, secured = bufio.NewReader(conn), true
		case "AUTH":
			who, _ := base64.StdEncoding.DecodeString(line[strings.LastIndexByte(line, ' ')+1:])
			if string(who) != "\x00bot\x00password-4711" {
				say("535 no")
				continue
			}
			say("235 welcome")
		case "DATA":
			say("354 go on")
			m.read(r)
			say("250 taken")
		case "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}

func (m *mailer) note(command, line string, secured bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if command == "AUTH" {
		line = fmt.Sprintf("AUTH, secured %t", secured)
	}
	m.took = append(m.took, line)
}

func (m *mailer) read(r *bufio.Reader) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return
		}
		m.mail += line
	}
}

var byMail = duty.Outside{Email: "Night <night@optoste.example>"}

// TestMail sends an e-mail by a server that speaks TLS from the beginning, or later, and gives the password to no
// other.
func TestMail(t *testing.T) {
	t.Parallel()
	for name, m := range map[string]*mailer{"later": {}, "from the beginning": {tls: true}} {
		serve(t, m)
		if err := m.alarm(t).Ring(t.Context(), ring(byMail)); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		want := []string{"EHLO localhost", "AUTH, secured true", "MAIL FROM:<service@optoste.example>", "RCPT TO:<night@optoste.example>", "DATA", "QUIT"}
		if !m.tls {
			want = append([]string{"EHLO localhost", "STARTTLS"}, want...)
		}
		if diff := cmp.Diff(want, m.took); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
		got, err := mail.ReadMessage(strings.NewReader(m.mail))
		if err != nil {
			t.Fatal(err)
		}
		subject, err := (&mime.WordDecoder{}).DecodeHeader(got.Header.Get("Subject"))
		body, _ := io.ReadAll(quotedprintable.NewReader(got.Body))
		if err != nil || subject != "C-2603-0001 waits – 请受理" || string(body) != "Nobody has taken:\r\nC-2603-0001 (Line stopped)\r\n" {
			t.Errorf("%s: %q, %v: %q", name, subject, err, body)
		}
		id := got.Header.Get("Message-ID")
		if at, err := got.Header.Date(); err != nil || !at.Equal(night.Truncate(time.Second)) || !strings.HasSuffix(id, "@optoste.example>") {
			t.Errorf("%s: %v", name, got.Header)
		}
		m.mail = ""
		if err := m.alarm(t).Ring(t.Context(), ring(byMail)); err != nil || !strings.Contains(m.mail, id) {
			t.Errorf("%s: the second try has another id: %v\n%s", name, err, m.mail)
		}
	}
}

// TestMailRefused holds what is tried again, and what never will be taken.
func TestMailRefused(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]struct {
		refuse map[string]string
		never  bool
	}{
		"a wrong password":    {map[string]string{"AUTH": "535 no"}, true},
		"nobody of this name": {map[string]string{"RCPT": "550 nobody of this name"}, true},
		"a full mailbox":      {map[string]string{"RCPT": "452 full"}, false},
		"busy":                {map[string]string{"MAIL": "421 later"}, false},
		"the words":           {map[string]string{"DATA": "554 spam"}, true},
	} {
		m := serve(t, &mailer{refuse: v.refuse})
		err := m.alarm(t).Ring(t.Context(), ring(byMail))
		if err == nil || errors.Is(err, bot.ErrRefused) != v.never || strings.Contains(err.Error(), "4711") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := alarm.New(alarm.Config{}).Ring(t.Context(), ring(byMail)); !errors.Is(err, bot.ErrRefused) {
		t.Errorf("without a server: %v", err)
	}
}

// TestMailInTheOpen gives no password to a server that others may stand before.
func TestMailInTheOpen(t *testing.T) {
	t.Parallel()
	m := serve(t, &mailer{plain: true})
	_, port, _ := net.SplitHostPort(m.addr)
	s, err := alarm.ParseServer("smtp://bot:password-4711@localhost:" + port + "?from=service@optoste.example")
	if err != nil {
		t.Fatal(err)
	}
	err = alarm.New(alarm.Config{Mail: s, Time: 5 * time.Second}).Ring(t.Context(), ring(byMail))
	if !errors.Is(err, bot.ErrRefused) {
		t.Errorf("%v", err)
	}
	if diff := cmp.Diff([]string{"EHLO localhost"}, m.took); diff != "" {
		t.Error(diff)
	}
}

// TestExamineMail says who we are, and sends nothing.
func TestExamineMail(t *testing.T) {
	t.Parallel()
	m := serve(t, &mailer{})
	x := alarm.Examiner{Alarm: m.alarm(t), Alarms: []duty.Outside{{ID: "mail", Email: "night@optoste.example"}}}
	if list := x.Examine(t.Context()); len(list) != 1 || list[0].Problem != "" || m.mail != "" {
		t.Errorf("%+v, sent %q", list, m.mail)
	}
	m = serve(t, &mailer{refuse: map[string]string{"AUTH": "535 no"}})
	x.Alarm = m.alarm(t)
	if list := x.Examine(t.Context()); len(list) != 1 || list[0].Problem == "" || strings.Contains(list[0].Problem, "4711") {
		t.Errorf("%+v", list)
	}
}
