package bot_test

import (
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

var (
	ours    = bot.NewLinks([]byte("0123456789abcdef0123456789abcdef"))
	foreign = bot.NewLinks([]byte("another key of thirty-two bytes!"))
	// payload is what the platforms let through (platform-facts.md 24).
	payload = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
)

func drawSerial(t *rapid.T) claim.Serial {
	return claim.Serial(rapid.StringMatching(`[A-Z0-9][A-Z0-9/.-]{2,31}[0-9]`).Draw(t, "serial"))
}

func TestLinks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		serial := drawSerial(t)
		link, ok := ours.Payload(serial)
		if !ok || !payload.MatchString(link) {
			t.Fatalf("payload of %s is %q, %t", serial, link, ok)
		}
		if got, ok := ours.Open(link); got != serial || !ok {
			t.Errorf("opened %q, %t; want %s", got, ok, serial)
		}
		if got, ok := foreign.Open(link); ok {
			t.Errorf("a foreign key opens it as %s", got)
		}
		at := rapid.IntRange(0, len(link)-1).Draw(t, "cut at")
		if got, ok := ours.Open(link[:at]); ok {
			t.Errorf("cut off after %d it is still %s", at, got)
		}
		other := rapid.SampledFrom(strings.Split("ABCXYZabcxyz0189_-", "")).Draw(t, "other")
		if tampered := link[:at] + other + link[at+1:]; tampered != link {
			if got, ok := ours.Open(tampered); ok {
				t.Errorf("with %q in place %d it is still %s", other, at, got)
			}
		}
	})
}

// TestLinksOfLongSerials offers no link that a platform would cut off.
func TestLinksOfLongSerials(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 40; n++ {
		serial := claim.Serial(strings.Repeat("7", n))
		link, ok := ours.Payload(serial)
		if want := n <= 35; ok != want || len(link) <= 64 != want {
			t.Errorf("%d characters: %d, %t", n, len(link), ok)
		}
		if _, opens := ours.Open(link); opens != ok {
			t.Errorf("%d characters: opens %t, offered %t", n, opens, ok)
		}
	}
}

func TestLinksRefuse(t *testing.T) {
	t.Parallel()
	good, _ := ours.Payload("OS-2025-0417")
	body, signature, _ := strings.Cut(good, "_")
	for name, link := range map[string]string{
		"nothing": "", "words": "hello", "no body": "_" + signature, "no signature": body + "_", "no mark": body + signature,
		"another mark": body + "-" + signature, "twice": good + good, "white space": good + "\n", "padded": good + "=",
		"lower case": strings.ToLower(good), "long": strings.Repeat("A", 4096), "binary": "\xff\x00_\xff",
	} {
		if got, ok := ours.Open(link); ok {
			t.Errorf("%s: %q opens as %s", name, link, got)
		}
	}
}

// FuzzLinks wants only what we signed to open: so it is what we would sign.
func FuzzLinks(f *testing.F) {
	good, _ := ours.Payload("OS-2025-0417")
	for _, s := range []string{good, good[1:], good[:20], "", "_", strings.Repeat("_", 64)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		serial, ok := ours.Open(s)
		if !ok {
			return
		}
		if again, _ := ours.Payload(serial); again != s {
			t.Errorf("%q opens as %s, whose link is %q", s, serial, again)
		}
	})
}
