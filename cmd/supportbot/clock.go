//go:build !stage

package main

import (
	"context"
	"net/http"
	"time"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// now is the program's clock. Built with the tag "stage" it is one that a test sets.
func now() time.Time { return time.Now() }

// paced tells whether somebody else says when due work is done.
func paced() bool { return false }

// jobClock is the clock of the jobs; nil = the real one, by which their database goes as well.
func jobClock() func() time.Time { return nil }

// fetchers is how many files are fetched at once; 0 = as many as the jobs think fit.
func fetchers() int { return 0 }

// onServers tells whether the demo may keep its samples elsewhere than in files of its own.
const onServers = false

// samples fills the demo's database and returns whom one may write as.
func samples(ctx context.Context, s settings) (people *web.Demo, mixed bool, err error) {
	mixed, err = putSamples(ctx, s, claim.DateOf(now()))
	if err == nil {
		err = putStaff(ctx, s, s.Desk)
	}
	return demoPeople(s.Desk), mixed, err
}

// scene sets nothing for serve.
func scene(context.Context, settings) error { return nil }

// stageRoutes adds nothing to the program that is shipped.
func stageRoutes(h http.Handler, _ *stores, _ parts) http.Handler { return h }

// posted does nothing more about updates that were put into the inbox.
func posted(err error) error { return err }

// worked does nothing more about what was worked and is to be acknowledged.
func worked(handle bot.Handler) bot.Handler { return handle }

// deaths are not wanted by the program that is shipped.
func deaths() func(point string) error { return nil }
