package stage_test

import (
	"bytes"
	"cmp"
	"compress/zlib"
	"context"
	"fmt"
	"io"
	"regexp"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/internal/stage"
)

// mark stands in a [kind] for a word that appears nowhere else.
const mark = "MARK"

// kind is one way in which words come into the desk's room.
type kind struct {
	name    string
	says    string // what is done, as in a transcript
	windows string // the same where forms are shown; empty = as says
	named   string // the person whose account has the mark as its name; empty = it is in the words
	word    string // what is looked for in place of a mark
	sent    bool   // the customer receives it; else only engineers may ever read it (promise P7)
}

// kinds are played one after the other: wang works on C-2603-0001, li helps, chen has not opened a claim's thread and
// corrects himself. zhao is in the room and none of the desk's people.
var kinds = []kind{
	{name: "talk in the room", says: `zhao@desk: MARK is the old firmware`},
	{name: "talk once more, after the hint", says: `zhao@desk: and the customer is MARK`},
	{name: "an emergency's words", says: `zhao@desk: there is smoke MARK`},
	{name: "talk that is a customer's command", says: `zhao@desk: claims MARK`},
	{name: "talk that begins like a command", says: `zhao@desk: reply C-2603-0001 MARK`},
	{name: "a misspelt command", says: `chen@desk: !reploy C-2603-0001 MARK`},
	{name: "a misspelt command with /", says: `chen@desk: /antwort C-2603-0001 MARK`},
	{name: "an answer at no claim", says: `chen@desk: !reply MARK`},
	{name: "an answer at a claim that is not there", says: `chen@desk: !reply C-2603-0099 MARK`},
	{name: "words behind !help", says: `chen@desk: !help MARK`},
	{name: "the name of a file among engineers", says: `zhao@desk: <document MARK.pdf>`},
	{name: "the name of a picture among engineers", says: `zhao@desk: <photo a.jpg> <photo MARK.jpg>`},
	{name: "a caption among engineers", says: `zhao@desk: <document list.pdf> MARK`},
	{name: "talk in the claim's thread", says: `li@desk (reply 1): MARK`},
	{name: "a caption in the claim's thread", says: `li@desk (reply 1): <document plan.pdf> MARK`},
	{name: "the name of a file in the claim's thread", says: `li@desk (reply 1): <document MARK.pdf>`},

	{name: "the reason of an action that is refused", says: `li@desk: !resolve C-2603-0001 MARK`},
	{name: "words behind !take", says: `wang@desk: !take C-2603-0001 MARK`},
	{name: "why a claim is given back", says: `li@desk: !release C-2603-0001 MARK`},
	{name: "why it cannot be given back", says: `li@desk: !release C-2603-0001 MARK`},
	{name: "the name of who takes it", says: `wang@desk: [Take @1]`, word: "Wang Lei", sent: true},
	{name: "why it cannot be closed", says: `li@desk: !close C-2603-0001 MARK`},

	{name: "a note", says: `li@desk: !note C-2603-0001 MARK`},
	{name: "a note in the thread", says: `li@desk (reply 1): !note MARK`},
	{name: "a note by the button", says: "li@desk: [Note @1]\nli@desk: MARK", windows: "li@desk: [Note @1]\nli@desk: {Your words MARK}"},
	{name: "a file with a note", says: `li@desk (reply 1): <document MARK.pdf> !note as drawn`},
	{name: "a note that was not wanted after all", says: "li@desk: !note C-2603-0001\nli@desk: [Never mind]\nli@desk: MARK"},
	{name: "words behind !severity", says: "li@desk: !severity C-2603-0001 MARK\nli@desk: [Never mind]"},
	{name: "words in place of how bad it is", says: "li@desk: [How bad @1]\nli@desk: MARK\nli@desk: [Never mind]"},

	{name: "a decision that is not one", says: "li@desk: !decide C-2603-0001 MARK\nli@desk: [Never mind]"},
	{name: "why something is decided, and then not", says: "li@desk: !decide C-2603-0001 suspect MARK\nli@desk: [Never mind]"},
	{name: "the suspected part", says: "li@desk: !decide C-2603-0001 hardware\nli@desk: MARK\nli@desk: [Save]"},
	{name: "why something is suspected", says: "li@desk: !decide C-2603-0001 suspect MARK\nli@desk: [Save]"},
	{name: "words in place of what shows it", says: "wang@desk: !decide C-2603-0001 exclude rewired\nwang@desk: MARK\nwang@desk: [Never mind]"},
	{name: "why something is excluded", says: "wang@desk: !decide C-2603-0001 exclude MARK\nwang@desk: <photo r.jpg>\nwang@desk: [Send]"},
	{name: "why it is taken back", says: "li@desk: !decide C-2603-0001 clear MARK\nli@desk: [Send]"},
	{
		name:    "the same by the button",
		says:    "wang@desk: [Decide @1]\nwang@desk: [Exclusion…]\nwang@desk: [Exclusion confirmed]\nwang@desk: MARK\nwang@desk: <photo r.jpg>\nwang@desk: [Send]",
		windows: "wang@desk: [Decide @1]\nwang@desk: {Decision Exclusion confirmed\n  Reason MARK}\nwang@desk: <photo r.jpg>\nwang@desk: [Send]",
	},
	{
		name: "the name of the file that shows it",
		says: "wang@desk: !decide C-2603-0001 unrelated no\nwang@desk: [Send]\nwang@desk: !decide C-2603-0001 suspect so\nwang@desk: [Save]\n" +
			"wang@desk: !decide C-2603-0001 exclude rewired\nwang@desk: <document MARK.pdf>\nwang@desk: [Send]\nwang@desk: !decide C-2603-0001 ours no\nwang@desk: [Send]",
	},
	{name: "why the dates are set aside", says: "li@desk: !decide C-2603-0001 out MARK\nli@desk: [Send]"},
	{name: "why they count again", says: "li@desk: !decide C-2603-0001 dates MARK\nli@desk: [Send]"},
	{name: "what was decided by nobody who could", says: "li@desk: !decide C-2603-0002 suspect MARK"},
	{name: "the name of nobody in a hand-over", says: "wang@desk: !handover C-2603-0001 MARK\nwang@desk: [Never mind]"},
	{name: "why a claim is handed over", says: "wang@desk: !handover C-2603-0001 chen MARK"},
	{name: "why it cannot be handed over", says: "wang@desk: !handover C-2603-0001 chen MARK"},
	{name: "why it is handed back", says: "li@desk: !handover C-2603-0001 Wang Lei MARK"},

	{
		name:    "what is said after an answer was stopped",
		says:    "wang@desk: [Reply to the customer @1]\nwang@desk: [Do not send]\nwang@desk: MARK",
		windows: "wang@desk: !reply C-2603-0001\nwang@desk: [Do not send]\nwang@desk: MARK",
	},
	{
		name:    "what is said when the form was closed",
		says:    "wang@desk: !reply C-2603-0001\nwang@desk: no\nwang@desk: MARK",
		windows: "wang@desk: [Reply to the customer @1]\nwang@desk: MARK",
	},
	{
		name: "what another engineer says while one answers",
		says: "wang@desk: !reply C-2603-0001\nzhao@desk: MARK\nwang@desk: [Do not send]",
	},
	{
		name: "another engineer's file while one answers",
		says: "wang@desk: !reply C-2603-0001\nzhao@desk: <document MARK.pdf>\nwang@desk: [Do not send]",
	},
	{
		name:    "a solution that is refused when it is sent",
		says:    "wang@desk: [Resolve @1]\nli@desk: !release C-2603-0001\nwang@desk: MARK\nwang@desk: !take C-2603-0001",
		windows: "wang@desk: [Resolve @1]\nli@desk: !release C-2603-0001\nwang@desk: {Your words MARK}\nwang@desk: !take C-2603-0001",
	},
	{
		name: "words with a file that did not arrive, and were stopped then",
		says: "away: files\nwang@desk (reply 1): <document cable.pdf> !reply MARK\nback:\nwang@desk: [Do not send]",
	},
	{name: "a file that could do harm", says: `wang@desk (reply 1): <document MARK.exe> !reply Here is the tool.`},

	{name: "talk that is edited", says: "chen@desk: hello\nchen@desk: and good morning\nchen@desk: edit 6: hello MARK"},
	{name: "talk that is edited into an answer", says: `chen@desk: edit 7: !reply C-2603-0001 MARK`},
	{name: "talk that is edited while an answer is asked for", says: "chen@desk: !reply C-2603-0001\nchen@desk: edit 7: MARK\nchen@desk: [Do not send]"},
	{name: "an answer that is edited", says: "chen@desk: !reply C-2603-0001 Good morning.\nchen@desk: edit 9: !reply C-2603-0001 MARK", sent: true},
	{name: "an answer that is edited into talk", says: `chen@desk: edit 9: MARK`},
	{name: "an answer that is edited into one on another claim", says: `chen@desk: edit 9: !reply C-2603-0002 MARK`},
	{name: "an answer that is edited into a note", says: `chen@desk: edit 9: !note C-2603-0001 MARK`},
	{name: "a note that is edited", says: "chen@desk: !note C-2603-0001 old\nchen@desk: edit 10: !note C-2603-0001 MARK"},
	{name: "a note that is edited into an answer", says: `chen@desk: edit 10: !reply C-2603-0001 MARK`},

	{name: "an answer", says: `wang@desk: !reply C-2603-0001 MARK`, sent: true},
	{name: "an answer in the thread", says: `wang@desk (reply 1): !reply MARK`, sent: true},
	{
		name:    "an answer by the button",
		says:    "wang@desk: [Reply to the customer @1]\nwang@desk: MARK",
		windows: "wang@desk: [Reply to the customer @1]\nwang@desk: {Your answer MARK}", sent: true,
	},
	{name: "a caption of an answer", says: `wang@desk: <document cable.pdf> !reply C-2603-0001 MARK`, sent: true},
	{name: "the name of a file in an answer", says: `wang@desk: <document MARK.pdf> !reply C-2603-0001`, sent: true},
	{name: "a solution", says: `wang@desk: !resolve C-2603-0001 MARK`, sent: true},
	{name: "why it goes on", says: `li@desk: !reopen C-2603-0001 MARK`},
	{name: "why a claim is declined", says: `wang@desk: !decline C-2603-0002 MARK`, sent: true},
	{name: "why a declined claim goes on", says: `li@desk: !reopen C-2603-0002 MARK`},
	{name: "why claims are merged", says: `wang@desk: !merge C-2603-0002 C-2603-0001 MARK`},
	{name: "words while a merger is confirmed", says: "wang@desk: !merge C-2603-0002 C-2603-0001\nwang@desk: MARK"},
	{name: "why a merged claim goes on by itself", says: `li@desk: !unmerge C-2603-0002 MARK`},
	{name: "a company that is not there", says: "li@desk: !company C-2603-0002 MARK\nli@desk: [Never mind]"},
	{
		name: "who has called, from where, and what shows the day",
		says: "li@desk: !open\nli@desk: OS-2025-0417\nli@desk: It hums\nli@desk: [Only a question]\nli@desk: MARK\nli@desk: [Nuts Ltd]\n" +
			"li@desk: MARK\nli@desk: 2026-02-20\nli@desk: MARK\nli@desk: [English]\nli@desk: [Open it]",
	},
	{name: "a company as somebody who called has said it", says: "li@desk: !company C-2603-0003 MARK\nli@desk: [MARK, as written]"},
	{name: "what was to be opened, and was not", says: "li@desk: !open\nli@desk: [Not known]\nli@desk: MARK\nli@desk: [Never mind]"},
	{name: "the name of who only helps", says: `li@desk: !note C-2603-0002 seen`, word: "Li Na"},
	{name: "the name of his account", says: `wang@desk: !reply C-2603-0002 We look at it`, named: "wang"},
	{name: "what somebody sends who is none of the desk's people", says: `zhao@desk: !reply C-2603-0001 MARK`},
	{name: "the same in the thread", says: `zhao@desk (reply 1): !reply MARK`},
}

// scene is what the kinds are played in, and asking is how customers look at everything afterwards: a colleague may
// see the claims, a stranger knows the serial number.
const (
	scene = `at:      2026-03-02 10:00
machine: OS-2025-0417, VS-600, delivered 2025-10-02, company Nuts Ltd
person:  mei, Nuts Ltd, lang en
person:  ana, Nuts Ltd, lang en
person:  bob, lang en
person:  wang, engineer, lang en
person:  li, engineer, lang en
person:  zhao, engineer, lang en
person:  chen, engineer, lang en

mei: /report OS-2025-0417
mei: It ejects good product since this morning, always
mei: degraded
mei: skip
mei: send
mei: /report OS-2025-0417
mei: [No, another fault]
mei: The feeder is noisy since yesterday, only sometimes
mei: question
mei: skip
mei: send
`
	asking = `
mei: claims
mei: C-2603-0001
mei: [Copy for my records]
mei: claims
mei: C-2603-0002
mei: [Why?]
mei: [Copy for my records]
mei: [Add something]
mei: Nothing new
mei: done
mei: [No, not yet]
ana: claims
ana: C-2603-0001
ana: [Copy for my records]
ana: /report OS-2025-0417
ana: [No, another fault]
ana: It ejects good product, we think, always
ana: down
ana: skip
ana: send
bob: /claims
bob: C-2603-0001
bob: /report OS-2025-0417
bob: It ejects good product since Monday, always
bob: down
bob: skip
bob: send
bob: [Status]
bob: [Copy for my records]
bob: /person
`
	pages = "mei: <page>\nana: <page>\nbob: <page>\n"
)

// TestNoLeak has engineers write in every way there is, with a mark in each, and looks for the marks in all that
// customers receive (promise P7): what was not sent is nowhere, what was sent has arrived, and the stranger
// has none of it.
func TestNoLeak(t *testing.T) {
	t.Parallel()
	if *update {
		return
	}
	for name, p := range map[string]struct {
		on      string
		windows bool
		stage   leaky
	}{
		"engine":   {"telegram", false, &stage.Engine{}},
		"windows":  {"slack", true, &stage.Engine{}},
		"telegram": {"telegram", false, stage.NewHosted(stage.Telegram())},
		"forum":    {"telegram", false, stage.NewHosted(stage.TelegramForum())},
		"slack":    {"slack", true, stage.NewHosted(stage.Slack())},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			closed(t, p.stage)
			f, err := script.Parse("leak", []byte("on: "+p.on+"\n"+story(p.windows)))
			if err != nil {
				t.Fatal(err)
			}
			w := &witness{leaky: p.stage}
			if _, err := script.Play(t.Context(), f, w); err != nil {
				t.Fatal(err)
			}
			w.check(t, w.all(t))
		})
	}
}

// marker is the word of a kind. It begins and ends so that none is a part of another.
func marker(kind int) string { return fmt.Sprintf("Qx%02dz", kind) }

// story writes the transcript: the kinds between what comes before and what customers ask afterwards.
func story(windows bool) string {
	var b strings.Builder
	cast := scene
	for i, k := range kinds {
		if k.named != "" {
			cast = strings.Replace(cast, "person:  "+k.named+",", "person:  "+k.named+", named "+marker(i)+",", 1)
		}
	}
	b.WriteString(cast)
	for i, k := range kinds {
		says := k.says
		if windows && k.windows != "" {
			says = k.windows
		}
		b.WriteString(strings.ReplaceAll(says, mark, marker(i)) + "\n")
	}
	if b.WriteString(asking); windows {
		b.WriteString(pages)
	}
	return b.String()
}

// leaky is a stage whose files can be read.
type leaky interface {
	closing
	File(ctx context.Context, hash string) ([]byte, error)
}

// witness is a stage that keeps what people see outside the desk's room.
type witness struct {
	leaky
	saw []stage.Received
}

func (w *witness) Heard(ctx context.Context) ([]script.Heard, error) {
	list, err := w.leaky.Heard(ctx)
	for _, h := range list {
		if place, ok := placeOf(h); ok && place.Room != script.Desk {
			w.saw = append(w.saw, stage.Received{By: place.Person, How: fmt.Sprintf("%T", h), What: fmt.Sprintf("%+v", h)})
		}
		if s, ok := h.(script.Shown); ok && s.Place.Room != script.Desk {
			for _, f := range s.Message.Files {
				w.saw = append(w.saw, stage.Received{By: s.Place.Person, How: "file", What: f.Name, Hash: f.Hash})
			}
		}
	}
	return list, err
}

// placeOf returns where something is seen; false = it is not seen.
func placeOf(h script.Heard) (script.Place, bool) {
	switch h := h.(type) {
	case script.Shown:
		return h.Place, true
	case script.Noted:
		return h.Place, true
	case script.Opened:
		return h.Place, true
	case script.Mistaken:
		return h.Place, true
	case script.Paged:
		return h.Place, true
	case script.Done:
	}
	return script.Place{}, false
}

// all returns what customers have received, files with what stands in them.
func (w *witness) all(t *testing.T) []stage.Received {
	t.Helper()
	list := w.saw
	if h, ok := w.leaky.(*stage.Hosted); ok {
		list = append(list, h.Received()...)
	}
	for i, r := range list {
		if r.Hash == "" {
			continue
		}
		content, err := w.File(t.Context(), r.Hash)
		if err != nil {
			t.Fatalf("%s has received %q: %v", r.By, r.What, err)
		}
		list[i].What += "\n" + contentOf(content)
	}
	return list
}

// check looks for the marks.
func (w *witness) check(t *testing.T, list []stage.Received) {
	t.Helper()
	papers := map[string]bool{}
	for _, r := range list {
		if r.Hash != "" && strings.Contains(r.What, "It ejects good product") {
			papers[r.By] = true
		}
	}
	if len(papers) < 3 {
		t.Errorf("papers of %v can be read, want those of mei, ana and bob", papers)
	}
	for i, k := range kinds {
		arrived := false
		for _, r := range list {
			switch {
			case !strings.Contains(r.What, cmp.Or(k.word, marker(i))):
			case !k.sent:
				t.Errorf("%s: %s reads by %s:\n%s", k.name, reader(r), r.How, r.What)
			case r.By == "bob":
				t.Errorf("%s: the stranger reads by %s:\n%s", k.name, r.How, r.What)
			default:
				arrived = arrived || r.By == "mei"
			}
		}
		if k.sent && !arrived {
			t.Errorf("%s: the reporter has not received it", k.name)
		}
	}
}

func reader(r stage.Received) string {
	if r.By == "" {
		return "somebody"
	}
	return r.By
}

// packed are the parts of a PDF that are written small.
var packed = regexp.MustCompile(`(?s)stream\n(.*?)\nendstream`)

// contentOf returns what stands in a file, that of a PDF unpacked: its texts are UTF-16 there, and what is ASCII can be
// read without the zeros.
func contentOf(file []byte) string {
	words := bytes.Clone(file)
	for _, m := range packed.FindAllSubmatch(file, -1) {
		in, err := zlib.NewReader(bytes.NewReader(m[1]))
		if err != nil {
			continue // not packed
		}
		if plain, err := io.ReadAll(in); err == nil {
			words = append(words, plain...)
		}
	}
	return string(bytes.ReplaceAll(words, []byte{0}, nil))
}
