package main

import (
	"testing"
	"time"

	"github.com/optoste/supportbot/bot/measure"
)

func TestSpell(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0 s", 59*time.Second + 999*time.Millisecond: "59 s", time.Minute: "1 min", 59 * time.Minute: "59 min",
		time.Hour: "1 h 0 min", 80 * time.Minute: "1 h 20 min", 48*time.Hour - 1: "47 h 59 min", 76*time.Hour + 59*time.Minute: "3 d 4 h",
	} {
		if got := spell(d); got != want {
			t.Errorf("spell(%v) = %q, want %q", d, got, want)
		}
	}
}

func TestShare(t *testing.T) {
	t.Parallel()
	for s, want := range map[measure.Share]string{
		{}: "-", {Of: 3}: "0 of 3 (0 %)", {Count: 2, Of: 3}: "2 of 3 (67 %)", {Count: 1, Of: 3}: "1 of 3 (33 %)", {Count: 3, Of: 3}: "3 of 3 (100 %)",
	} {
		if got := share(s); got != want {
			t.Errorf("share(%v) = %q, want %q", s, got, want)
		}
	}
}
