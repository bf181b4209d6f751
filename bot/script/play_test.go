package script_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// TestRewriting holds plays and what becomes of them.
func TestRewriting(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"lines are added where nothing was expected": {
			"mei:     hi\n\nmei:     ho\n",
			"mei:     hi\nbot:     mei wrote: hi\n\nmei:     ho\nbot:     mei wrote: ho\n",
		},
		"wrong, crooked and surplus lines go": {
			"mei:     hi\nbot: mei wrote:\n   hi\ndesk: never\ndo: never\nbot to ivan: never\nagain:\n",
			"mei:     hi\nbot:     mei wrote: hi\nagain:\n",
		},
		"comments stay": {
			"mei:     hi\n# greets\n\nbot: x\n# not this\n\nbot: y\n# at last\nmei:     ho\n# no more\nbot: z\n# gone\nbot: z\n# end\n",
			"mei:     hi\n# greets\n\nbot:     mei wrote: hi\n# not this\n# at last\nmei:     ho\n# no more\nbot:     mei wrote: ho\n# gone\n# end\n",
		},
		"what passes in the ten seconds stands with the input before": {
			"mei:     <photo a.jpg>\nmei:     ho\n",
			"mei:     <photo a.jpg>\nbot:     1 received: photo a.jpg\nmei:     ho\nbot:     mei wrote: ho\n",
		},
		"a control comes at once": {
			"mei:     <photo a.jpg>\nrestart:\n",
			"mei:     <photo a.jpg>\nrestart:\ndo:      restarted\nbot:     1 received: photo a.jpg\n",
		},
		"chats are sorted": {
			"ivan:    hi\nmei:     /start\nivan:    /start\nivan:    [Report]\nwang@desk: [Answer]\nwang@desk: done\n",
			"ivan:    hi\nbot:     ivan wrote: hi\nmei:     /start\nbot:     Hello, mei!\n\n           What can I do for you?\n         [Report] [中文]\n" +
				"ivan:    /start\nbot:     Hello, ivan!\n\n           What can I do for you?\n         [Report] [中文]\n" +
				"ivan:    [Report]\ndo:      opened C-2603-0001\n         told the desk\nbot:     Your claim is C-2603-0001.\ndesk:    *C-2603-0001* ivan\n         [Take] [Answer]\n" +
				"wang@desk: [Answer]\ndesk (note): Recorded: f1.1.answer\nwang@desk: done\ndesk:    Sent.\nbot to mei: wang says: done\n",
		},
		"all that is released at once is sorted": {
			"refuse:  403\nwang@desk: x\nmei (group): hi\nivan:    hi\nmei:     hi\nback:\n",
			"refuse:  403\nwang@desk: x\nmei (group): hi\nivan:    hi\nmei:     hi\nback:\n" +
				"bot:     wang says: x\nbot:     mei wrote: hi\nbot to ivan: ivan wrote: hi\nbot (group): mei wrote: hi\ndesk:    Sent.\n",
		},
		"the desk comes first when it spoke last": {
			"refuse:  403\nmei (group): hi\nivan:    hi\nmei:     hi\nwang@desk: x\nback:\n",
			"refuse:  403\nmei (group): hi\nivan:    hi\nmei:     hi\nwang@desk: x\nback:\n" +
				"desk:    Sent.\nbot to mei: mei wrote: hi\nbot to mei: wang says: x\nbot to ivan: ivan wrote: hi\nbot (group): mei wrote: hi\n",
		},
		"many stay in order": {
			"refuse:  403\n" + strings.Repeat("ivan:    a\nmei:     x\nivan:    b\nmei:     y\n", 15) + "back:\n",
			"refuse:  403\n" + strings.Repeat("ivan:    a\nmei:     x\nivan:    b\nmei:     y\n", 15) + "back:\n" +
				strings.Repeat("bot:     mei wrote: x\nbot:     mei wrote: y\n", 15) + strings.Repeat("bot to ivan: ivan wrote: a\nbot to ivan: ivan wrote: b\n", 15),
		},
		"forms are filled in": {
			"mei:     <shortcut>\nmei:     {Serial\n  How bad Worse}\nmei:     {Serial OS-2\n  Serial of the part? P-1\n  and P-2}\nmei:     {}\n",
			"mei:     <shortcut>\nbot (form): *Report*\n         Two\n         things:\n         Serial OS-1\n         Serial of the part?\n         How bad (Bad) | Worse\n         [Go] [No]\n" +
				"mei:     {Serial\n  How bad Worse}\nbot (form): Serial is missing\n         Serial of the part? Not yet.\n" +
				"mei:     {Serial OS-2\n  Serial of the part? P-1\n  and P-2}\nbot:     f0.0.report \"OS-2\" \"P-1\\nand P-2\" f1.0.bad\n" +
				"mei:     {}\nbot:     f0.0.report \"OS-1\" \"\" f1.0.bad\n",
		},
		"pages are looked at": {
			"mei:     <page>\nmei:     [Report @page]\n",
			"mei:     <page>\nbot (page): Hello, mei\n         [Report]\n\n         No claims.\nmei:     [Report @page]\ndo:      opened C-2603-0001\n         told the desk\n" +
				"bot:     Your claim is C-2603-0001.\ndesk:    *C-2603-0001* mei\n         [Take] [Answer]\n",
		},
		"threads are named when they are not that of the last input": {
			"refuse:  403\nmei (thread): hi\nivan (thread): ho\nmei (group): hey\nmei (thread): ha\nback:\n",
			"refuse:  403\nmei (thread): hi\nivan (thread): ho\nmei (group): hey\nmei (thread): ha\nback:\n" +
				"bot (thread): mei wrote: hi\nbot (thread): mei wrote: ha\nbot to ivan (thread): ivan wrote: ho\nbot (group): mei wrote: hey\n",
		},
		"other channels and groups are named": {
			"mei:     <photo a.jpg>\nmei@slack (group): hi\nmei@slack: <photo b.jpg>\nmei:     ho\n",
			"mei:     <photo a.jpg>\nbot:     1 received: photo a.jpg\nmei@slack (group): hi\nbot@slack (group): mei wrote: hi\n" +
				"mei@slack: <photo b.jpg>\nbot:     1 received: photo b.jpg\nmei:     ho\nbot:     mei wrote: ho\n",
		},
	} {
		got, err := play(t, c.text, &counter{})
		if err != nil || got != c.want {
			t.Errorf("%s: %v\n%s", name, err, script.Diff(c.want, got))
		}
		twice, err := play(t, got, &counter{})
		if err != nil || twice != got {
			t.Errorf("%s: played again: %v\n%s", name, err, script.Diff(got, twice))
		}
	}
}

// TestWindowsLines checks that a file from Windows stays one.
func TestWindowsLines(t *testing.T) {
	t.Parallel()
	f, err := script.Parse("t.txt", []byte("\ufeff"+strings.ReplaceAll(header+"mei:     hi\n  there\n# end\n", "\n", "\r\n")))
	if err != nil {
		t.Fatal(err)
	}
	want := "\ufeff" + strings.ReplaceAll(header+"mei:     hi\n  there\nbot:     mei wrote: hi\n         there\n# end\n", "\n", "\r\n")
	got, err := script.Play(t.Context(), f, &counter{})
	if err != nil || string(got) != want {
		t.Errorf("%v\n%q\n%q", err, got, want)
	}
}

// TestFaults holds plays that cannot go on, and what is said about it. The first line is 6.
func TestFaults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text, want string
		stage      counter
	}{
		"no buttons":         {text: "mei: [Yes]", want: "t.txt:6: mei sees no button [Yes]; there is none here"},
		"unknown button":     {text: "mei: /start\nmei: /start\nmei: [Yes]", want: "t.txt:8: mei sees no button [Yes]; there are message 2: [Report] [中文]; message 1: [Report] [中文]"},
		"another's button":   {text: "mei: /start\nivan: [Report]", want: "t.txt:7: ivan sees no button [Report]; there is none here"},
		"not under this":     {text: "mei: hi\nmei: /start\nmei: [Report @1]", want: "mei sees no button [Report] under message 1; there are message 2: [Report] [中文]"},
		"no such message":    {text: "mei: hi\nmei: [Report @7]", want: "mei sees no button [Report]: the bot has no message number 7 here: it has sent 1"},
		"replaced button":    {text: "mei: /start\nmei: [Report]\nwang@desk: [Take]\nwang@desk: [Take]", want: "t.txt:9: wang sees no button [Take]; there are message 1: [Answer]; message 1 had it before it was replaced: [Take @1] presses that"},
		"no form":            {text: "mei: {}", want: "t.txt:6: mei is shown no form to fill in"},
		"no such field":      {text: "mei: <shortcut>\nmei: {Name x}", want: "t.txt:7: mei sees no field that \"Name x\" begins with"},
		"no such choice":     {text: "mei: <shortcut>\nmei: {How bad Good}", want: "t.txt:7: mei cannot choose this: \"How bad Good\""},
		"no page":            {text: "mei: /start\nmei: [Report @page]", want: "t.txt:7: mei sees no button [Report] on the page; there are none"},
		"reply to nothing":   {text: "mei (reply 2): hi", want: "no message number 2 here: it has sent 0"},
		"edit of nothing":    {text: "mei: hi\nivan: ho\nmei: edit 2: hu", want: "t.txt:8: mei has written 1 here so far, so number 2 cannot be edited"},
		"again of nothing":   {text: "again:", want: "t.txt:6: nobody has done anything yet"},
		"press of nothing":   {text: "mei: hi\npress again:", want: "t.txt:7: nobody has pressed a button yet"},
		"lacking":            {text: "mei: hi\nflush:", stage: counter{lacks: script.Flush{}}, want: "t.txt:7: flush: this stage cannot do that; the header can leave the stage out, like \"stages: 1 2\""},
		"no time":            {text: "mei: hi\nmei: ho", stage: counter{lacks: script.Wait{}}, want: "t.txt:7: in the 10s before: wait: this stage cannot"},
		"no time at end":     {text: "mei: hi", stage: counter{lacks: script.Wait{}}, want: "t.txt:6: afterwards: wait: this stage cannot"},
		"broken stage":       {text: "mei: hi", stage: counter{fails: errors.New("no answer")}, want: "t.txt:6: deliver it: no answer"},
		"too late too often": {text: "mei: hi\n" + strings.Repeat("late: x\n", 51), want: "t.txt:57: more than 50 late inputs"},
	} {
		got, err := play(t, c.text, &c.stage)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\n got %v\nwant %s", name, err, c.want)
		}
		if last := c.text[strings.LastIndex(strings.TrimSpace(c.text), "\n")+1:]; !strings.Contains(got, last) {
			t.Errorf("%s: the rest of the file is lost:\n%s", name, got)
		}
	}
}

func TestFaultKeepsTheRest(t *testing.T) {
	t.Parallel()
	got, err := play(t, "mei:     hi\nbot:     Hello\n\n# press\nmei:     [No]\nbot:     old\n# end\nagain:\n", &counter{})
	want := "mei:     hi\nbot:     mei wrote: hi\n\n# press\nmei:     [No]\nbot:     old\n# end\nagain:\n"
	if err == nil || got != want {
		t.Errorf("%v\n%s", err, script.Diff(want, got))
	}
}

// TestFaultInBetween checks that what was heard before time could not pass is written down.
func TestFaultInBetween(t *testing.T) {
	t.Parallel()
	got, err := play(t, "mei:     hi\nbot:     old\nmei:     ho\nbot:     kept\n", &counter{lacks: script.Wait{}})
	want := "mei:     hi\nbot:     mei wrote: hi\nmei:     ho\nbot:     kept\n"
	if err == nil || got != want {
		t.Errorf("%v\n%s", err, script.Diff(want, got))
	}
}

func TestSetupFault(t *testing.T) {
	t.Parallel()
	text := header + "policy: unknown\nmei: hi\nbot: old\n"
	f, err := script.Parse("t.txt", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	got, err := script.Play(t.Context(), f, &counter{})
	if string(got) != text || err == nil || err.Error() != `t.txt:1: set the scene: there is no policy "unknown"` {
		t.Errorf("%v\n%s", err, got)
	}
}

func TestErrCannotIsFound(t *testing.T) {
	t.Parallel()
	_, err := play(t, "restart:", &counter{lacks: script.Restart{}})
	var place *script.Error
	if !errors.Is(err, script.ErrCannot) || !errors.As(err, &place) || place.Line != 6 {
		t.Errorf("got %v", err)
	}
}

// TestDelivery checks numbers, orders and times: what a stage builds its inbounds from.
func TestDelivery(t *testing.T) {
	t.Parallel()
	stage := &counter{}
	_, err := play(t, `mei: /start <link OS-2025-0417>
again:
late: <sticker>
late: two
again:
wait: 1h
mei (sent 22m ago): \[x]
ivan: /start
ivan: [中文]
press again:
ivan (group): @bot <photo>
ivan: <video v.mp4 2KB> <voice>
mei: edit 2: three
wang@desk: hm
mei (reply bot 1): hm
late: x
mei: edit 1: \[y]
mei: /start
mei: /start
mei: [Report]
wang@desk: [Take]
wang@desk: [Take @2]
`, stage)
	if err != nil {
		t.Fatal(err)
	}
	type row struct {
		Number int
		Order  int64
		Sent   string // after 10:00
		Who    string
		Place  script.Place
		Act    script.Act
	}
	mei, ivan := script.Place{Room: script.Private, Channel: "web", Person: "mei"}, script.Place{Room: script.Private, Channel: "web", Person: "ivan"}
	press := script.Pressed{Label: "中文", Choice: "f1.1.中文", Message: "1"}
	want := []row{
		{1, 100, "0s", "mei", mei, script.Linked{Serial: "OS-2025-0417"}},
		{1, 100, "0s", "mei", mei, script.Linked{Serial: "OS-2025-0417"}},
		{2, 50, "-5s", "mei", mei, script.Odd{Kind: "sticker"}},
		{3, 51, "-4.999s", "mei", mei, script.Typed{Text: "two"}},
		{3, 51, "-4.999s", "mei", mei, script.Typed{Text: "two"}},
		{4, 400, "38m10s", "mei", mei, script.Typed{Text: "[x]"}},
		{5, 500, "1h0m20s", "ivan", ivan, script.Typed{Text: "/start"}},
		{6, 600, "1h0m30s", "ivan", ivan, press},
		{7, 700, "1h0m30s", "ivan", ivan, press},
		{8, 800, "1h0m40s", "ivan", script.Place{Room: script.Group, Channel: "web"}, script.Typed{Text: "@bot <photo>"}},
		{9, 900, "1h0m50s", "ivan", ivan, script.Attached{Files: []script.Attachment{{Kind: "video", Name: "v.mp4", Size: 2048, Sized: true}, {Kind: "voice"}}}},
		{10, 1000, "1h1m0s", "mei", mei, script.Edited{Of: 3, Text: "three"}},
		{11, 1100, "1h1m10s", "wang", script.Place{Room: script.Desk}, script.Typed{Text: "hm"}},
		{12, 1200, "1h1m20s", "mei", mei, script.Typed{Text: "hm"}},
		{13, 1150, "1h1m15s", "mei", mei, script.Typed{Text: "x"}},
		{14, 1400, "1h1m30s", "mei", mei, script.Edited{Of: 1, Text: "[y]"}},
		{15, 1500, "1h1m40s", "mei", mei, script.Typed{Text: "/start"}},
		{16, 1600, "1h1m50s", "mei", mei, script.Typed{Text: "/start"}},
		{17, 1700, "1h2m0s", "mei", mei, script.Pressed{Label: "Report", Choice: "f1.0.report", Message: "11"}},
		{18, 1800, "1h2m10s", "wang", script.Place{Room: script.Desk}, script.Pressed{Label: "Take", Choice: "f1.0.take", Message: "2"}},
		{19, 1900, "1h2m20s", "wang", script.Place{Room: script.Desk}, script.Pressed{Label: "Take", Choice: "f1.0.take", Message: "2"}},
	}
	var got []row
	for _, in := range stage.inbox {
		got = append(got, row{in.Number, in.Order, in.Sent.Sub(stage.scene.At).String(), in.From.Name, in.Place, in.Act})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if last := stage.inbox[13]; last.ReplyTo != "1" {
		t.Errorf("the reply goes to %q", last.ReplyTo)
	}
	if wall := stage.now.Sub(stage.scene.At); wall != time.Hour+150*time.Second {
		t.Errorf("at the end the clock has moved by %s", wall)
	}
}

// TestControls checks what the stage is asked for, without the ten seconds between inputs.
func TestControls(t *testing.T) {
	t.Parallel()
	stage := &counter{}
	_, err := play(t, "wait: 1w 2d 3h\nrestart:\nflush:\naway: database\naway: sessions\nback:\nrefuse: 429 5s\nrefuse: 403 mei\nrefuse: 502 ivan 1m\ncrash: after-send\n", stage)
	if err != nil {
		t.Fatal(err)
	}
	want := []script.Control{
		script.Wait{For: (9*24 + 3) * time.Hour},
		script.Restart{},
		script.Flush{},
		script.Away{What: script.Database},
		script.Away{What: script.Sessions},
		script.Back{},
		script.Refuse{Status: 429, For: 5 * time.Second},
		script.Refuse{Status: 403, Person: "mei"},
		script.Refuse{Status: 502, For: time.Minute, Person: "ivan"},
		script.Crash{At: script.AfterSend},
	}
	if diff := cmp.Diff(want, stage.apply); diff != "" {
		t.Error(diff)
	}
}

// blind is a counter that keeps its effects to itself.
type blind struct{ counter }

func (*blind) EffectBlind() {}

func (b *blind) Heard(ctx context.Context) (list []script.Heard, err error) {
	all, err := b.counter.Heard(ctx)
	for _, h := range all {
		if _, effect := h.(script.Done); !effect {
			list = append(list, h)
		}
	}
	return list, err
}

func TestEffectBlind(t *testing.T) {
	t.Parallel()
	text := "mei:     /start\nbot:     x\nmei:     [Report]\n# one\ndo:      opened C-2603-0001\nbot:     old\ndo:      any\n   thing\ndesk:    old\n"
	want := "mei:     /start\nbot:     Hello, mei!\n\n           What can I do for you?\n         [Report] [中文]\n" +
		"mei:     [Report]\n# one\ndo:      opened C-2603-0001\nbot:     Your claim is C-2603-0001.\ndo:      any\n   thing\ndesk:    *C-2603-0001* mei\n         [Take] [Answer]\n"
	got, err := play(t, text, &blind{})
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, script.Diff(want, got))
	}
}

// odd is a stage that tells nonsense.
type odd struct {
	counter
	tells []script.Heard
	once  bool
}

func (o *odd) Heard(ctx context.Context) ([]script.Heard, error) {
	if len(o.inbox) == 0 {
		return o.counter.Heard(ctx)
	}
	tells := o.tells
	if o.once {
		o.tells = nil
	}
	return tells, nil
}

func TestStageMistakes(t *testing.T) {
	t.Parallel()
	place := script.Place{Room: script.Private, Channel: "web", Person: "mei"}
	for want, tells := range map[string][]script.Heard{
		"a message without an id":                   {script.Shown{Place: place}},
		"replaces a message that was never shown":   {script.Shown{Place: place, ID: "1", Replace: true}},
		"shows message 1 a second time":             {script.Shown{Place: place, ID: "1"}, script.Shown{Place: place, ID: "1"}},
		"the stage tells a <nil>, which nobody can": {nil},
	} {
		if _, err := play(t, "mei: hi", &odd{tells: tells}); err == nil || !strings.Contains(err.Error(), "t.txt:6: ") || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestRendering(t *testing.T) {
	t.Parallel()
	place := script.Place{Room: script.Private, Channel: "web", Person: "mei"}
	long := strings.Repeat("long ", 8) + "label"
	message := bot.Message{
		Text:    " \r\n one  \r\n\n  two\u00a0\n<photo x>\n [a] \n[a] b\n\xff\n\n",
		Choices: choices([]string{long + "\n1", long + " 2", "3"}),
		Files:   []bot.File{{Name: "a\nb.jpg", Mime: "image/jpeg"}},
	}
	want := "mei: hi\nbot:     one\n\n           two\n         \\<photo x>\n         \\ [a]\n         [a] b\n         \ufffd\n         <photo a b.jpg>\n" +
		"         [" + long + " 1]\n         [" + long + " 2] [3]\nbot:\n"
	got, err := play(t, "mei: hi\n", &odd{tells: []script.Heard{script.Shown{Place: place, ID: "1", Message: message}, script.Shown{Place: place, ID: "2"}}, once: true})
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, script.Diff(want, got))
	}
}

func TestCoverage(t *testing.T) {
	t.Parallel()
	var all, one, two script.Coverage
	for _, step := range []string{"serial", "photos"} {
		all.Walk(script.Edge{Flow: "report", From: "start", To: bot.StepID(step)})
	}
	for _, id := range []claim.RuleID{"D1", "D2"} {
		all.Rule(id)
	}
	for _, key := range []string{"hello", "bye"} {
		all.Text(key)
	}
	want := []string{"edge report: start -> photos", "edge report: start -> serial", "rule D1", "rule D2", "text bye", "text hello"}
	if diff := cmp.Diff(want, one.Unused(all)); diff != "" {
		t.Error(diff)
	}
	one.Walk(script.Edge{Flow: "report", From: "start", To: "photos"})
	two.Rule("D1")
	two.Text("hello")
	two.Text("hello")
	one.Text("hello")
	one.Merge(two)
	if diff := cmp.Diff([]string{want[1], want[3], want[4]}, one.Unused(all)); diff != "" {
		t.Error(diff)
	}
	if one.Texts["hello"] != 3 {
		t.Errorf("hello was used 3 times, not %d", one.Texts["hello"])
	}
	two.Text("bye")
	if one.Texts["bye"] != 0 {
		t.Error("a merged coverage still grows with the other")
	}
}

func TestDiff(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ want, got, diff string }{
		{"a\nb\n", "a\nb\n", ""},
		{"a\nb\nc", "a\nx\nc", "    1   a\n    2 - b\n      + x\n    3   c\n"},
		{"1\n2\n3\n4\n5\n6\n7\n8\n9", "1\n2\n4\n5\n6\n7\n8\n9\n10", "    1   1\n    2   2\n    3 - 3\n    4   4\n    5   5\n  ...\n    8   8\n    9   9\n      + 10\n"},
		{"", "a", "    1 - \n      + a\n"},
		{"a", "a\na\na", "    1   a\n      + a\n      + a\n"},
		{"a\na\na", "a", "    1   a\n    2 - a\n    3 - a\n"},
	} {
		if got := script.Diff(c.want, c.got); got != c.diff {
			t.Errorf("%q to %q:\n%s\nwant\n%s", c.want, c.got, got, c.diff)
		}
	}
	long := strings.Repeat("a\nb\n", 3000)
	if got := script.Diff(long, strings.Repeat("b\na\n", 3000)); strings.Count(got, " - ") == 0 {
		t.Error("long texts have no difference")
	}
}
