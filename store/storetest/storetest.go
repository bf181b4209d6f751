// Package storetest says what every store must do. A store's own test calls [Store], [Sessions]
// or [Media] with a function that opens an empty one.
package storetest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/optoste/supportbot/bot"
)

// Store checks a [bot.Store]. open returns an empty one; the suite closes it.
func Store(t *testing.T, open func(t *testing.T) bot.Store) {
	t.Helper()
	for _, c := range slices.Concat(claimCases(), findCases(), unconfirmedCases(), historyCases(), registryCases(), snapshotCases(), inboxCases(), outboxCases(),
		uploadCases(), letterCases(), moveCases(), alertCases(), ledgerCases(), swapCases(), staffCases(), loginCases(), smallCases(), faultCases()) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := open(t)
			t.Cleanup(func() { closeIt(t, s) })
			c.run(t, s)
		})
	}
}

// storeCase is one named thing that a store must do.
type storeCase struct {
	name string
	run  func(t *testing.T, s bot.Store)
}

// writers is how many goroutines go at one row at once.
const writers = 16

// atOnce runs f in many goroutines that start together and returns their errors.
func atOnce(f func(i int) error) []error {
	errs := make([]error, writers)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range writers {
		wg.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	wg.Wait()
	return errs
}

// must fails the test at an error.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected error: %v", err)
	}
}

// got is must for a call with a result.
func got[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

// wantErr fails unless the error is the wanted one.
func wantErr(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("error = %v, want %v", err, want)
	}
}

// same compares values: times as moments, JSON as JSON, nil lists as empty ones.
func same(t *testing.T, what string, have, want any) {
	t.Helper()
	if diff := cmp.Diff(want, have, cmpopts.EquateEmpty(), cmpopts.IgnoreUnexported(bot.Frame{}), asJSON()); diff != "" {
		t.Fatalf("%s (-want +have):\n%s", what, diff)
	}
}

func asJSON() cmp.Option {
	return cmp.Transformer("JSON", func(raw json.RawMessage) any {
		var v any
		if len(raw) > 0 && json.Unmarshal(raw, &v) != nil {
			return string(raw)
		}
		return v
	})
}

func closeIt(t *testing.T, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// call is one method of a port with arguments that would do something.
type call struct {
	name string
	do   func(ctx context.Context) error
}

// allMethods fails when a method of the port is not among the calls.
func allMethods(t *testing.T, port reflect.Type, calls []call) {
	t.Helper()
	for i := range port.NumMethod() {
		name := port.Method(i).Name
		if name != "Close" && !slices.ContainsFunc(calls, func(c call) bool { return c.name == name }) {
			t.Errorf("%s.%s has no call in this test", port.Name(), name)
		}
	}
}

// Texts that must come back byte for byte.
var (
	emoji = "it stopped 😱 — 它停了 👩🏽‍🔧 <b>&amp;</b> \"x\" 'y' \\u0000 \t\r\n%s"
	long  = strings.Repeat("0123456789abcde€", 64<<10/18+1)
)

const nul = "before\x00after"

// day is a morning in March 2026, on which most stories of this suite play.
func day(n int) time.Time { return time.Date(2026, 3, n, 2, 30, 15, 123456000, time.UTC) }

func name(what string, i int) string { return fmt.Sprintf("%s-%03d", what, i) }
