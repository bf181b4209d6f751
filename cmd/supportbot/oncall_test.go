package main_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/store/sqlite"
)

func TestOnCall(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	for at, want := range map[string]string{
		"2026-11-27 18:00": `On call at 2026-11-27 18:00, by the clock of Asia/Shanghai:
LEVEL                  WHO       UNTIL             BECAUSE
First line             Wang Lei  2026-11-30 09:00  it is their week
Second line (manager)  Li Na     2026-11-30 09:00  it is their week
`,
		"2026-10-01T01:00:00Z": `On call at 2026-10-01 09:00, by the clock of Asia/Shanghai:
LEVEL                  WHO      UNTIL             BECAUSE
First line             Chen Yu  2026-10-05 09:00  stands in: National Day, Wang Lei is with his family
Second line (manager)  Li Na    2026-10-05 09:00  it is their week
`,
	} {
		if out := p.must(t, "oncall", "--at", at); out != want {
			t.Errorf("at %s:\n%s", at, out)
		}
	}
	contains(t, p.must(t, "oncall"), "On call at 20", "First line", "Second line")
}

// TestOnCallAfterASwap shows what engineers have swapped, also beside a program that runs.
func TestOnCallAfterASwap(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	db, err := sqlite.Open(t.Context(), filepath.Join(p.dir, "data"))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	from := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	swap := bot.Swap{Override: duty.Override{Level: "first_line", Person: "chen", From: from, To: from.AddDate(0, 0, 1), By: "Wang Lei"}}
	if _, err := db.AddSwap(t.Context(), bot.EffectKey{Inbound: "swap"}, swap, func(bot.Swap) []bot.Inbound { return nil }); err != nil {
		t.Fatal(err)
	}
	const want = "First line             Chen Yu  2026-11-28 18:00  stands in: as Wang Lei has arranged it\n"
	contains(t, p.must(t, "oncall", "--at", "2026-11-27 18:00"), want)
	contains(t, p.must(t, "oncall", "--at", "2026-11-28 18:00"), "First line             Wang Lei")
	contains(t, p.must(t, "oncall", "--at", "2026-11-27 18:00", "--json"), `"by":"Wang Lei"`)
}

func TestOnCallAsJSON(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(newPlace(t).must(t, "oncall", "--at", "2026-10-01 09:00", "--json")), "\n")
	var got struct {
		Level, Name, Person string
		PersonName          string `json:"person_name"`
		Until               time.Time
		Override            bool
		Reason              string
	}
	if err := json.Unmarshal([]byte(lines[0]), &got); err != nil {
		t.Fatal(err)
	}
	if len(lines) != 2 || got.Level != "first_line" || got.Name != "First line" || got.Person != "chen" || got.PersonName != "Chen Yu" ||
		!got.Until.Equal(time.Date(2026, 10, 5, 1, 0, 0, 0, time.UTC)) || !got.Override || !strings.HasPrefix(got.Reason, "National Day") {
		t.Errorf("%q: %+v", lines, got)
	}
	if want := `"until":"2026-10-05T01:00:00Z","override":false}`; !strings.HasSuffix(lines[1], want) {
		t.Errorf("%s, want %s", lines[1], want)
	}
}

// desk is the default desk file with texts replaced in pairs.
func desk(pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(string(duty.DefaultYAML()))
}

func TestDeskFiles(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on")
	p.file(t, "good.yaml", desk("Chen Yu", "Chen\x1b[31m Yi", "zone: Asia/Shanghai  ", "zone: America/Lima  "))
	p.file(t, "bad.yaml", desk("order: [wang, chen]", "order: [wang, zhao]", "bundle_within: 2m", "bundle_within: soon"))
	good, bad := p.with("DESK_FILE=good.yaml"), p.with("DESK_FILE=bad.yaml")
	out := good.must(t, "oncall", "--at", "2026-11-30 09:00")
	contains(t, out, "On call at 2026-11-30 09:00, by the clock of America/Lima:", "Chen [31m Yi", "2026-12-06 20:00")
	contains(t, good.must(t, "config"), "\nDESK_FILE ", " good.yaml ")
	for _, command := range []string{"oncall", "serve", "demo", "config"} {
		bad.with("LISTEN=x").run(t, command).want(t, 2, "bad.yaml:16: bundle_within: is \"soon\"", "bad.yaml:88: levels[0].order[1]: \"zhao\" is nobody's id", "LISTEN=x")
	}
	p.with("DESK_FILE=none.yaml").run(t, "oncall", "--at", "noon").want(t, 2, "DESK_FILE=none.yaml: cannot be read", "--at")
}

func TestServeWarnsOfTheDesk(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on")
	head, rest, _ := strings.Cut(desk("order: [li]", "order: [chen]"), "  years:\n")
	_, tail, _ := strings.Cut(rest, "\n# Who answers.")
	p.file(t, "desk.yaml", head+"  years: []\n#"+tail)
	said := p.with("DESK_FILE=desk.yaml").start(t, "serve").stop(t)
	contains(t, said, `"msg":"the desk file holds what is hardly meant","where":"desk.yaml:`, "Li Na is never on call", `"msg":"the desk file does not know the holidays of this year, so every week counts as a plain one","year":20`)
	if said := p.start(t, "serve").stop(t); strings.Contains(said, "desk file") {
		t.Errorf("of the built-in desk it says\n%s", said)
	}
}

func TestDoctorOfTheDesk(t *testing.T) {
	t.Parallel()
	p := newPlace(t, "WEB_CHAT=on", "LISTEN=127.0.0.1:0")
	found := p.doctor(t, 0)
	found["Desk"].is(t, "ok", "the built-in one, of sample people: whoever is in the engineers' room is an engineer")
	if f, ok := found["Desk people"]; ok {
		t.Errorf("sample people are missed: %+v", f)
	}
	phone := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodHead || r.URL.Path != "/" {
			t.Errorf("the alarm rings: %s %s", r.Method, r.URL)
		}
	}))
	t.Cleanup(phone.Close)
	p.file(t, "desk.yaml", desk("accounts: {}  ", `accounts: {slack: U024BE7LH}  `, "order: [li]", "order: [chen]", "https://alarm.example/optoste", phone.URL+"/key-4711"))
	p.file(t, "bad.yaml", desk("version: ", "name: "))
	p.with("DESK_FILE=desk.yaml", "SMTP_URL=mail.example").run(t, "oncall").want(t, 2, "SMTP_URL: must be a URL as smtp://user:password@host:587")
	found = p.with("DESK_FILE=desk.yaml").doctor(t, 1)
	found["Alarm night_phone"].is(t, "ok", "a webhook, whose host answers")
	found["Alarm by e-mail"].is(t, "wrong", "SMTP_URL is not set")
	found["Desk"].is(t, "ok", "desk.yaml: version 1, 3 people, 2 levels")
	found["Desk people"].is(t, "warning", "no account is linked of Chen Yu, Li Na: nothing is done for them, and no direct message reaches them make a code for each with 'supportbot desk link', or write their ids on the channels under accounts in desk.yaml")
	found["Desk file"].is(t, "warning", "Li Na is never on call")
	found = p.with("DESK_FILE=bad.yaml").doctor(t, 1)
	found["Settings"].is(t, "wrong", "bad.yaml:10: name: is not a field of the desk")
	if f, ok := found["Desk"]; ok {
		t.Errorf("%+v, though the file is wrong", f)
	}
}
