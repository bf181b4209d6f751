package stage

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"regexp"
	"time"

	"github.com/optoste/supportbot/bot/duty"
)

// phone is what rings outside of the chat for the built program: a server on loopback that takes every alarm.
type phone struct {
	server *http.Server
	desk   []byte // the sample desk with each of its alarms ringing there
}

// outside is where an alarm of the sample desk goes.
var outside = regexp.MustCompile(`(?m)^( +)(webhook|email): .*$`)

func newPhone(ctx context.Context) (*phone, error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open phone: %w", err)
	}
	p := &phone{server: &http.Server{ReadHeaderTimeout: time.Minute, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // what it is told is looked at elsewhere
		w.WriteHeader(http.StatusNoContent)
	})}}
	p.desk = outside.ReplaceAll(duty.DefaultYAML(), []byte("${1}webhook: http://"+l.Addr().String()+"/ring"))
	if bytes.Equal(p.desk, duty.DefaultYAML()) {
		return nil, errors.New("open phone: the sample desk has no alarms")
	}
	go p.server.Serve(l) //nolint:errcheck // it ends when it is closed
	return p, nil
}

// Close ends the server. A nil phone is none.
func (p *phone) Close() error {
	if p == nil {
		return nil
	}
	return p.server.Close()
}
