package main

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func TestRoom(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		free  uint64
		known bool
		want  string
	}{
		{5e9, true, "ok"},
		{littleRoom, true, "ok"},
		{littleRoom - 1, true, "warning"},
		{noRoom, true, "warning"},
		{noRoom - 1, true, "WRONG"},
		{0, true, "WRONG"},
		{0, false, "ok"},
	} {
		if f := room(bot.Finding{}, "dir", c.free, c.known); verdict(f) != c.want {
			t.Errorf("%d bytes, known %t: %+v, want %s", c.free, c.known, f, c.want)
		}
	}
}

func TestClockFinding(t *testing.T) {
	t.Parallel()
	server := time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC)
	for off, want := range map[time.Duration]string{
		0: "", 999 * time.Millisecond: "", 6 * time.Second: "", -5 * time.Second: "",
		7 * time.Second: "6s ahead of", -6 * time.Second: "6s behind",
	} {
		f := clockFinding(server, server.Add(off))
		if (want == "") != (f.Problem == "") || !strings.Contains(f.Problem, want) {
			t.Errorf("%s: %+v, want %q", off, f, want)
		}
	}
}

// TestExamineAllWaitsForNobody has one part that looks at its context and one that does not.
func TestExamineAllWaitsForNobody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		t.Helper()
		done := make(chan struct{})
		began := time.Now()
		list := examineAll(t.Context(), []examined{
			{"deaf", nil, look(func(context.Context) []bot.Finding { <-done; return nil })},
			{"polite", nil, look(func(ctx context.Context) []bot.Finding {
				<-ctx.Done()
				return []bot.Finding{{What: "polite", Problem: ctx.Err().Error()}}
			})},
			{"quick", nil, look(func(context.Context) []bot.Finding { return []bot.Finding{{What: "quick"}} })},
		})
		close(done)
		var names []string
		for _, f := range list {
			names = append(names, f.What+" "+verdict(f))
		}
		if got := strings.Join(names, ", "); got != "deaf WRONG, polite WRONG, quick ok" {
			t.Errorf("findings %s", got)
		}
		if took := time.Since(began); took > examineTime+3*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

func TestLocal(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]string{"": "127.0.0.1:80", "0.0.0.0": "127.0.0.1:80", "::": "[::1]:80", "192.0.2.1": "192.0.2.1:80", "name": "name:80"} {
		if got := (address{host, "80"}).local(); got != want {
			t.Errorf("%q is reached at %s, want %s", host, got, want)
		}
	}
}

func TestPrintFindings(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	list := oncePerName([]bot.Finding{
		{What: "API", Problem: "away", Do: "call\nsomebody"},
		{What: "a name that says it all"},
		{What: "Clock", Detail: "right"},
		{What: "API", Problem: "really away", Do: "wait"},
		{What: "Memory", Detail: "1 MB", Problem: "little\x1b[31m", Do: "buy\nmore", Minor: true},
	})
	printFindings(&out, list)
	const want = `ok       a name that says it all
ok       Clock   right
WRONG    API     really away
         do: wait
warning  Memory  little [31m
         do: buy more
`
	if out.String() != want {
		t.Errorf("printed\n%s", out.String())
	}
}

func TestSecretsAreHidden(t *testing.T) {
	t.Parallel()
	hide := secrets(map[string]string{"REDIS_URL": "redis://bot:p%40ss%2Fw@host", "TELEGRAM_TOKEN": "123:abc", "LISTEN": ":8080"},
		[]string{"https_proxy=http://mei:geheim@proxy:3128"})
	got := hide.Replace("p@ss/w p%40ss%2Fw bot:p%40ss%2Fw@ 123:abc geheim :8080 proxy:3128")
	for _, secret := range []string{"p@ss", "p%40ss", "123:abc", "geheim"} {
		if strings.Contains(got, secret) {
			t.Errorf("shows %q: %s", secret, got)
		}
	}
	if !strings.HasSuffix(got, " :8080 proxy:3128") {
		t.Errorf("hides too much: %s", got)
	}
}

// The next year is missed a month before it begins.
func TestDeskCalendarFinding(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]string{
		"2026-06-01": "", "2026-11-30": "", "2026-12-01": "holidays of 2027", "2027-06-01": "holidays of 2027",
		"2027-12-15": "holidays of 2027 and 2028", "2025-12-31": "holidays of 2025", "2026-01-01": "",
	} {
		day, err := time.ParseInLocation(time.DateOnly, at, claim.Shantou)
		if err != nil {
			t.Fatal(err)
		}
		list := deskFile{}.findings(day, nil)
		last := list[len(list)-1]
		if (want == "") != (len(list) == 1) || !strings.Contains(last.Problem, want) || verdict(last) == "WRONG" {
			t.Errorf("on %s: %+v, want %q", at, list, want)
		}
	}
}
