package slack_test

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack"
)

func TestPause(t *testing.T) {
	t.Parallel()
	a := slack.New(slack.Config{Token: token})
	for name, c := range map[string]struct {
		n     int
		code  string
		after time.Duration
		want  time.Duration
	}{
		"first":         {0, "", 0, 500 * time.Millisecond},
		"third":         {2, "", 0, 2 * time.Second},
		"hundredth":     {99, "", 0, 30 * time.Second},
		"told how long": {0, "", 7 * time.Second, 7 * time.Second},
		"token":         {0, "invalid_auth", 0, time.Minute},
		"some refusal":  {0, "internal_error", 0, 500 * time.Millisecond},
	} {
		if got := a.Pause(c.n, c.code, c.after); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}
