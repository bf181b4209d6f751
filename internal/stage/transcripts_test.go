package stage_test

import (
	"context"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

var update = flag.Bool("update", false, "rewrite the bot's lines of the transcripts as they are now")

// transcripts lists all transcripts, by their path below flows/testdata.
func transcripts(t *testing.T) []string {
	t.Helper()
	root := filepath.Join("..", "..", "flows", "testdata")
	list, err := filepath.Glob(filepath.Join(root, "*", "*.txt"))
	if err != nil || len(list) == 0 {
		t.Fatalf("no transcripts below %s: %v", root, err)
	}
	return list
}

// load reads a transcript.
func load(t *testing.T, path string) (*script.File, []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	f, err := script.Parse(path, b)
	if err != nil {
		t.Fatal(err)
	}
	return f, b
}

// TestTranscripts plays every transcript on the engine alone. What the bot says must be what
// stands there, and everything that can be said, asked and decided must be reached by one.
func TestTranscripts(t *testing.T) { //nolint:tparallel // what was walked is looked at when all have played
	t.Parallel()
	var mu sync.Mutex
	var walked script.Coverage
	t.Run("play", func(t *testing.T) {
		for _, path := range transcripts(t) {
			name := strings.TrimSuffix(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), ".txt")
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				cover := play(t, path, &stage.Engine{})
				mu.Lock()
				defer mu.Unlock()
				walked.Merge(cover)
			})
		}
	})
	if t.Failed() || *update {
		return
	}
	for _, unused := range walked.Unused(stage.All(t.Context())) {
		t.Errorf("no transcript reaches %s", unused)
	}
}

// TestTranscriptsOnThePage plays the transcripts of the web page over its HTTP protocol, with the
// same words.
func TestTranscriptsOnThePage(t *testing.T) {
	t.Parallel()
	played := 0
	for _, path := range transcripts(t) {
		f, want := load(t, path)
		if f.Scene.On != "web" || !f.Scene.OnStage(2) || *update {
			continue
		}
		played++
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			st := &stage.Web{}
			closed(t, st)
			got, err := script.Play(t.Context(), f, st)
			if err != nil {
				t.Fatal(err)
			}
			if d := script.Diff(string(want), string(got)); d != "" {
				t.Errorf("%s on the page:\n%s", path, d)
			}
		})
	}
	if played == 0 && !*update {
		t.Error("no transcript plays on the page")
	}
}

// TestTranscriptsOnPlatforms plays all transcripts behind the adapter of each chat platform, with the same words but
// for those that tell of another one.
func TestTranscriptsOnPlatforms(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	for _, p := range []struct {
		name  string
		begin func() stage.Platform
		not   map[string]string
	}{{"telegram", stage.Telegram, notOnTelegram}, {"slack", stage.Slack, notOnSlack}} {
		for _, path := range transcripts(t) {
			f, _ := load(t, path)
			name := strings.TrimSuffix(filepath.Base(filepath.Dir(path))+"/"+filepath.Base(path), ".txt")
			why, not := p.not[strings.TrimSuffix(name, ".zh")]
			switch {
			case not && f.Scene.On == p.name:
				t.Errorf("%s plays on %s, so it cannot be left out because %s", name, p.name, why)
			case not || !f.Scene.OnStage(2):
				continue
			}
			t.Run(p.name+" "+name, func(t *testing.T) {
				t.Parallel()
				playOn(t, name, stage.NewHosted(p.begin()))
			})
		}
	}
}

// notOnTelegram names transcripts that tell of what is not so on Telegram, and why.
var notOnTelegram = map[string]string{
	"report/chinese":       "a picture has a name there, and the copy of the claim says it",
	"anytime/words":        "files that are sent together arrive together there, so the answer is one",
	"files/too-large":      "the page takes larger files, and says so",
	"groups/threads":       "who asks in a group is answered in private there",
	"forms/report":         "no windows are shown there",
	"forms/change":         "no windows are shown there",
	"forms/reply":          "no windows are shown there",
	"forms/ask":            "no windows are shown there",
	"forms/decide":         "no windows are shown there",
	"forms/office":         "no windows are shown there",
	"forms/bench":          "no page stands there",
	"safety/away-slack":    "the alarm names the channel",
	"faults/killed":        "files that are sent together arrive together there; faults/one-by-one is the same story",
	"faults/lost-sessions": "a message can come late there; Telegram keeps the order of a chat (platform-facts.md 10)",
}

// notOnSlack names transcripts whose words are not those of Slack, and why.
var notOnSlack = map[string]string{
	"anytime/words":         "there are no locations and contacts to send",
	"claims/add-and-edit":   "every picture has a name there, and a refusal says it",
	"faults/files":          "every picture has a name there, and a refusal says it",
	"faults/killed":         "its files are fetched while the talk goes on; faults/one-by-one is the same story",
	"files/arriving":        "every picture has a name there, and larger files are taken",
	"groups/private":        "who asks in a channel is answered there, in a thread",
	"limits/messages":       "files that are sent together are one message there",
	"report/under-warranty": "every picture has a name there, and the copy of the claim says it",
	"safety/away":           "the alarm names the channel",
}

// TestThreadsOnSlack has in the desk's room one card for each claim, and what belongs to it in its thread.
func TestThreadsOnSlack(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	st := stage.NewHosted(stage.Slack())
	playOn(t, "claims/desk", st)
	if within, beside := st.Threads(); within == 0 || beside != 1 {
		t.Errorf("%d messages stand in threads and %d beside them, want the card alone beside", within, beside)
	}
}

// TestTranscriptsInAForum plays stories whose desk is a group with topics: the words are the same, each claim's
// in a topic of its own.
func TestTranscriptsInAForum(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	for _, name := range []string{"claims/desk", "claims/typed", "report/under-warranty", "report/several-machines"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			st := stage.NewHosted(stage.TelegramForum())
			playOn(t, name, st)
			if within, _ := st.Threads(); within == 0 {
				t.Error("no claim has a topic")
			}
		})
	}
}

// TestTranscriptsOfTheProgram plays whole stories against the built program: its own process, its
// files, killed and started again.
func TestTranscriptsOfTheProgram(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	path := program(t)
	for _, name := range []string{
		"report/stranger", "report/chinese", "serial/deep-link", "anytime/drafts", "claims/desk", "safety/stop.zh", "faults/killed", "faults/killed.zh",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			playOn(t, name, stage.NewProgram(path, nil, nil))
		})
	}
}

// way is how "supportbot serve" reaches customers and desk, and the stories that are played so.
type way struct {
	name      string
	customers func() stage.Platform
	desk      func() stage.Platform // nil = where the customers are
	stories   []string
}

// stage is the built program, served so.
func (w way) stage(path string) *stage.Served {
	customers := w.customers()
	if w.desk == nil {
		return stage.NewServed(path, customers, customers)
	}
	return stage.NewServed(path, customers, w.desk())
}

// ways are played with the program's own files behind it. By polling go those in which nothing comes again that
// was stored.
var ways = []way{
	{"Telegram", stage.Telegram, nil, []string{
		"report/stranger", "report/under-warranty", "report/out-of-warranty.zh", "claims/desk", "safety/stop", "faults/one-by-one",
		"faults/answers-refused",
	}},
	{"Telegram polled", stage.TelegramPolled, nil, []string{
		"report/under-warranty.zh", "report/out-of-warranty", "claims/desk.zh", "claims/typed.zh", "safety/stop.zh", "faults/one-by-one",
		"faults/answers-refused.zh",
	}},
	{"Slack", stage.Slack, nil, []string{"report/out-of-warranty", "claims/desk", "safety/stop", "faults/one-by-one", "faults/answers-refused", "groups/threads", "forms/change", "forms/report"}},
	{"Slack by socket", stage.SlackSocket, nil, []string{"report/out-of-warranty.zh", "claims/desk.zh", "claims/typed.zh", "safety/stop.zh", "faults/answers-refused.zh", "groups/threads.zh", "forms/reply.zh"}},
	{"Telegram and a desk on Slack", stage.Telegram, stage.Slack, []string{"mixed/telegram-slack", "mixed/telegram-slack.zh", "faults/answers-refused.zh"}},
	{"Slack and a desk on Telegram", stage.Slack, stage.Telegram, []string{"mixed/slack-telegram", "mixed/slack-telegram.zh", "faults/answers-refused"}},
}

// TestTranscriptsServed plays whole stories against "supportbot serve" with fake platforms before it and its own
// files behind it.
func TestTranscriptsServed(t *testing.T) {
	t.Parallel()
	path := program(t)
	for _, w := range ways {
		for _, name := range w.stories {
			if f, _ := load(t, transcript(name)); *update && f.Scene.OnStage(1) {
				continue
			}
			t.Run(w.name+" "+name, func(t *testing.T) {
				t.Parallel()
				playOn(t, name, w.stage(path))
			})
		}
	}
}

// TestMissedOnSlack plays a story in which the description is written while the program does not run, and Slack
// never comes with it: it is answered all the same, and nothing else twice.
func TestMissedOnSlack(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	path := program(t)
	for name, platform := range map[string]func() stage.Platform{"posted": stage.Slack, "socket": stage.SlackSocket} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			customers := platform()
			st := stage.NewServed(path, customers, customers)
			st.Missed = []int{3}
			playOn(t, "report/out-of-warranty", st)
		})
	}
}

// TestTranscriptsOfVisitors plays stories of strangers on the page of "supportbot serve", with a desk on Slack.
func TestTranscriptsOfVisitors(t *testing.T) {
	t.Parallel()
	path := program(t)
	for _, name := range []string{"mixed/page-slack", "mixed/page-slack.zh"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			playOn(t, name, stage.NewVisited(path, stage.Slack()))
		})
	}
}

// built is the program, built once for all tests of this process, in a folder that TestMain removes.
var built = sync.OnceValues(func() (string, error) {
	var err error
	if folder, err = os.MkdirTemp("", "supportbot-stage-"); err != nil {
		return "", err
	}
	return stage.Build(context.Background(), folder, "stage")
})

var folder string

// atEnd gives back what the tests of this process share.
var atEnd []func() error

func TestMain(m *testing.M) {
	code := m.Run()
	for _, end := range append(atEnd, func() error { return os.RemoveAll(folder) }) {
		if err := end(); err != nil {
			panic(err)
		}
	}
	os.Exit(code)
}

func program(t *testing.T) string {
	t.Helper()
	path, err := built()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// closing is a stage that has something to give back.
type closing interface {
	script.Stage
	io.Closer
}

// closed closes a stage when its test is over, and lets go of it: testing keeps what cleans up until the test around
// it is over, and a stage is large.
func closed(t *testing.T, st closing) {
	t.Helper()
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
		st = nil
	})
}

// transcript is the file of a story, by its path below flows/testdata.
func transcript(name string) string { return "../../flows/testdata/" + name + ".txt" }

// playOn plays a transcript, by its path below flows/testdata, and compares, or writes what no other stage plays.
func playOn(t *testing.T, name string, st closing) {
	t.Helper()
	f, want := load(t, transcript(name))
	closed(t, st)
	got, err := script.Play(t.Context(), f, st)
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(transcript(name), got, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if d := script.Diff(anyChannel.Replace(string(want)), anyChannel.Replace(string(got))); d != "" {
		t.Errorf("%s:\n%s", name, d)
		if p, ok := st.(interface{ Journal() string }); ok {
			t.Logf("the program has logged:\n%s", p.Journal())
		}
	}
}

// anyChannel makes one of the names of the channels: a transcript is played on others as well.
var anyChannel = strings.NewReplacer("Telegram", "<channel>", "Slack", "<channel>", "the web page", "<channel>", "网页", "<channel>")

func play(t *testing.T, path string, st *stage.Engine) script.Coverage {
	t.Helper()
	f, want := load(t, path)
	if !f.Scene.OnStage(1) {
		return script.Coverage{}
	}
	closed(t, st)
	got, err := script.Play(t.Context(), f, st)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		return script.Coverage{}
	}
	if d := script.Diff(string(want), string(got)); d != "" {
		t.Errorf("%s:\n%s\n(make scripts rewrites the bot's lines)", path, d)
	}
	return st.Walked()
}
