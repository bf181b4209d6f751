package stage_test

import (
	"context"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

// What people type who try whether one channel's marks do something on another: whom they would ping, and where
// they would lead.
const (
	hostileName  = "<!channel> <@U1> @here .@boss *bold* `code` [a](b) <b>x"
	hostileWords = hostileName + `</b> <https://evil.example|bank> [bank](https://evil.example) <a href="https://evil.example">bank</a>` +
		" tg://user?id=1 /@boss @@boss (@boss) _it_ ~no~ ```pre``` &lt;!here&gt; \\*z\\* {{.Name}} ||x||\nStatus: closed"
)

// hostile is the story that they play: NAME and WORDS stand for theirs.
const hostile = `at:      2026-03-02 10:00
machine: OS-2025-0417, VS-600, delivered 2025-10-02, company Nuts Ltd
person:  mei, lang en
person:  wang, engineer, lang en

mei:     /report OS-2025-0417
mei:     WORDS
mei:     down
mei:     <document NAME.pdf> <document NAME.exe> WORDS
mei:     send
wang@desk: WORDS
wang@desk: [Reply to the customer]
wang@desk: <document NAME.pdf> WORDS
mei:     [Answer]
mei:     WORDS
mei:     edit 2: again WORDS
mei:     done
mei:     /person
mei:     there is smoke WORDS
`

// harmless is a stage that can tell what would have done harm.
type harmless interface {
	closing
	Harm() []string
}

// TestHostileWords plays it across channels: nobody is pinged, nothing leads elsewhere than it says, and the words
// arrive as they were typed (promise P6).
func TestHostileWords(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	path := program(t)
	for on, st := range map[string]harmless{
		"telegram": stage.NewServed(path, stage.Telegram(), stage.Slack()),
		"slack":    stage.NewServed(path, stage.Slack(), stage.Telegram()),
		"web":      stage.NewVisited(path, stage.Slack()),
	} {
		t.Run(on, func(t *testing.T) {
			t.Parallel()
			f, err := script.Parse("hostile", []byte("on:      "+on+"\n"+hostile))
			if err != nil {
				t.Fatal(err)
			}
			for i := range f.Scene.Persons {
				f.Scene.Persons[i].Shown = hostileName
			}
			closed(t, st)
			m := &meddler{Stage: st}
			if _, err := script.Play(t.Context(), f, m); err != nil {
				t.Fatal(err)
			}
			for _, harm := range st.Harm() {
				t.Error(harm)
			}
			m.check(t, on != "web")
		})
	}
}

// check looks whether everything has arrived as it was typed; named = the customer has a name.
func (m *meddler) check(t *testing.T, named bool) {
	t.Helper()
	var said, files strings.Builder
	for _, s := range m.heard {
		text := bot.Plain(s.Message.Text)
		if strings.HasPrefix(text, "C-2603-0001 · ") && strings.Count(text, "\nStatus:") != 1 {
			t.Errorf("a card is forged:\n%s", text)
		}
		said.WriteString(string(s.Place.Room) + ": " + text + "\n")
		for _, f := range s.Message.Files {
			files.WriteString(string(s.Place.Room) + ": " + f.Name + "\n")
		}
	}
	line, _, _ := strings.Cut(hostileWords, "\n")
	want := []string{
		"“" + line + "”\n“Status: closed”", " added “" + hostileWords + "”", "writes: “there is smoke " + hostileWords + "”. S-STOP",
		"Optoste (Wang Lei) on C-2603-0001:\n" + hostileWords + "\n",
	}
	if named {
		want = append(want, "Customer: "+hostileName+", not linked", "desk: "+hostileName+" asks for a person", "Sent to "+hostileName+" (")
	}
	for _, words := range want {
		if !strings.Contains(said.String(), words) {
			t.Errorf("nobody reads %q in:\n%s", words, said.String())
		}
	}
	if got, want := files.String(), "desk: "+hostileName+".pdf\nprivate: "+hostileName+".pdf\n"; got != want {
		t.Errorf("files are called\n%s, want\n%s", got, want)
	}
}

// meddler is a stage whose persons say something else than the transcript, and which keeps what is shown.
type meddler struct {
	script.Stage
	heard []script.Shown
}

func (m *meddler) Say(ctx context.Context, in script.Input) error {
	other := strings.NewReplacer("WORDS", hostileWords, "NAME", hostileName)
	switch act := in.Act.(type) {
	case script.Typed:
		in.Act = script.Typed{Text: other.Replace(act.Text)}
	case script.Edited:
		act.Text = other.Replace(act.Text)
		in.Act = act
	case script.Attached:
		act.Caption = other.Replace(act.Caption)
		for i := range act.Files {
			act.Files[i].Name = other.Replace(act.Files[i].Name)
		}
		in.Act = act
	case script.Linked, script.Pressed, script.Odd, script.Filled, script.Shortcut, script.Visited:
	}
	return m.Stage.Say(ctx, in)
}

func (m *meddler) Heard(ctx context.Context) ([]script.Heard, error) {
	list, err := m.Stage.Heard(ctx)
	for _, h := range list {
		if s, ok := h.(script.Shown); ok {
			m.heard = append(m.heard, s)
		}
	}
	return list, err
}
