//go:build stage

package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/optoste/supportbot/bot"
)

// The variable DIE_AT, as "after-save 5", lets the program die when a turn reaches the point for the
// fifth time: by SIGKILL, so that nothing is finished, given back or said. The points are those of the
// engine and "before-ack".

// beforeAck is the point at which a delivery has been worked, or a batch stored, and is not acknowledged.
const beforeAck = "before-ack"

var passed atomic.Int64 // how often the point was reached

// deaths is the engine's hook for the named points of a turn.
func deaths() func(point string) error {
	return func(point string) error {
		die(point)
		return nil
	}
}

// die ends the program when the point is the one to die at, and says so first: a test counts.
func die(point string) {
	at, count, _ := strings.Cut(os.Getenv("DIE_AT"), " ")
	n, err := strconv.ParseInt(count, 10, 64)
	if err != nil || at != point || passed.Add(1) != n {
		return
	}
	fmt.Fprintln(os.Stderr, "stage: dies at "+point)
	_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	select {} // nothing goes on while it dies
}

// posted dies between putting updates into the inbox and the next poll, which acknowledges them.
func posted(err error) error {
	if err == nil {
		die(beforeAck)
	}
	return err
}

// worked dies between a turn and the acknowledgement of what an adapter receives by itself.
func worked(handle bot.Handler) bot.Handler {
	return func(ctx context.Context, in bot.Inbound) (bot.Ack, error) {
		ack, err := handle(ctx, in)
		if err == nil {
			die(beforeAck)
		}
		return ack, err
	}
}

// dying dies between a channel's handler and the acknowledgement, which is written when this returns.
func dying(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		die(beforeAck)
	})
}
