package adaptertest

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

// Windowed is a [Harness] of a channel that shows a [bot.Modal] in a window of its own.
type Windowed interface {
	Harness
	// Window returns the window that the person sees; false = none is open.
	Window(t testing.TB) (Window, bool)
	// Submit lets the person fill in fields of the window, by their ids, and send it. It comes to the bot as
	// what [Harness].Deliver delivers; the window closes, or shows what the bot says about it, before it is
	// acknowledged.
	Submit(t testing.TB, values map[string]string) Delivery
	// NoWindows lets the platform refuse to open windows.
	NoWindows()
}

// Window is a window as a person sees it: as it is read, nothing left of marks.
type Window struct {
	Title  string
	Text   string // all that stands above the fields
	Submit string // label of the button that sends it; empty = there is none
	Fields []Field
}

// Field is a field of a window.
type Field struct {
	ID       string
	Label    string
	Hint     string
	Value    string // what stands there from the start; of Choices the chosen one's ID
	Long     bool
	Optional bool
	Choices  []bot.Choice
	Problem  string // what the bot says is wrong with what was filled in
}

// RunWindows runs what a channel that shows windows has to do beside [Run]. newHarness is called once a case;
// the cases run in parallel.
func RunWindows(t *testing.T, newHarness func(t *testing.T) Windowed) {
	t.Helper()
	for name, f := range map[string]func(*windows){
		"window as it was made":         (*windows).shows,
		"no window":                     (*windows).refused,
		"filled in":                     (*windows).filledIn,
		"corrected":                     (*windows).corrected,
		"sent twice":                    (*windows).sentTwice,
		"answered by a word":            (*windows).noted,
		"not worked while it was open":  (*windows).notWorked,
		"closed and pressed once again": (*windows).pressedAgain,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			f(&windows{bench: newBench(t, h), h: h})
		})
	}
}

// windows is one case's view of a harness with windows.
type windows struct {
	*bench
	h Windowed
}

const formID = bot.ChoiceID("f1.1.form")

// asked is a form of which one field must be filled in.
func asked() *bot.Modal {
	return &bot.Modal{
		ID: formID, Title: "*A* <machine> & co", Text: "What is *wrong* with " + bot.Escape("<!here> *it*") + "?", Submit: "Send <!channel>", Close: "Close",
		Inputs: []bot.Input{{ID: "serial", Label: "Number"}, {ID: "words", Label: "What happened", Long: true, Optional: true}},
	}
}

// press lets the person press a button, which a window with the form answers.
func (w *windows) press(m *bot.Modal) bot.Inbound {
	w.Helper()
	id := w.send(bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: formID, Label: "Report"}}})
	w.answers(func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		if _, ok := in.Event.(bot.Chose); ok && in.Modal {
			return bot.Ack{Modal: m}, nil
		}
		return bot.Ack{}, nil
	})
	_, in := w.deliver(Update{Press: &Press{Message: id, Choice: formID}})
	if !in.Modal {
		w.Error("a press does not tell that a window can be shown")
	}
	return in
}

// open lets a window be opened, which is expected to be there.
func (w *windows) open(m *bot.Modal) (Window, bot.Inbound) {
	w.Helper()
	in := w.press(m)
	shown, ok := w.h.Window(w.T)
	if !ok {
		w.Fatal("there is no window")
	}
	return shown, in
}

// submit lets the person send the window, and returns what the bot hears.
func (w *windows) submit(values map[string]string) (Delivery, bot.Inbound) {
	w.Helper()
	d := w.h.Submit(w.T, values)
	in := w.next()
	w.acked(d)
	return d, in
}

func (w *windows) closed() {
	w.Helper()
	if shown, ok := w.h.Window(w.T); ok {
		w.Errorf("the window is still open: %+v", shown)
	}
}

func (w *windows) shows() {
	m := asked()
	m.Inputs = nil
	want := Window{Title: m.Title, Text: bot.Plain(m.Text), Submit: m.Submit}
	for i, text := range nasty {
		id := fmt.Sprintf("f%d", i)
		m.Inputs = append(m.Inputs,
			bot.Input{ID: id, Label: text, Hint: text, Value: text, Long: true, Optional: i%2 == 0},
			bot.Input{ID: id + "of", Label: text, Value: "b", Choices: []bot.Choice{{ID: "a", Label: brief(text)}, {ID: "b", Label: "B"}}})
		want.Fields = append(want.Fields,
			Field{ID: id, Label: text, Hint: text, Value: text, Long: true, Optional: i%2 == 0},
			Field{ID: id + "of", Label: text, Value: "b", Choices: []bot.Choice{{ID: "a", Label: brief(text)}, {ID: "b", Label: "B"}}})
	}
	got, _ := w.open(m)
	if diff := cmp.Diff(want, got); diff != "" {
		w.Errorf("the window (-want +got):\n%s", diff)
	}
	if n := len(w.said()); n != 1 {
		w.Errorf("%d messages stand in the chat, want only that with the button", n)
	}
	w.silent()
}

// brief is a text that every channel shows as a label.
func brief(text string) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), 40)])
}

func (w *windows) refused() {
	w.h.NoWindows()
	first := w.press(asked())
	second := w.next()
	want := first
	want.Modal = false
	if diff := cmp.Diff(want, second); diff != "" {
		w.Errorf("without a window (-want +got):\n%s", diff)
	}
	w.closed()
	w.silent()
}

func (w *windows) filledIn() {
	m := asked()
	m.Inputs = append(m.Inputs, bot.Input{ID: "which", Label: "Which", Choices: []bot.Choice{{ID: "a", Label: "A"}, {ID: "b", Label: "B"}}})
	for i, text := range nasty {
		m.Inputs[0].ID = fmt.Sprintf("serial%d", i)
		_, pressed := w.open(m)
		_, in := w.submit(map[string]string{m.Inputs[0].ID: "OS-1", "words": text, "which": "b"})
		want := bot.Filled{Form: formID, Typed: map[string]string{m.Inputs[0].ID: "OS-1", "words": text}, Chosen: map[string]string{"which": "b"}}
		if diff := cmp.Diff(bot.Event(want), in.Event); diff != "" {
			w.Errorf("filled in (-want +got):\n%s", diff)
		}
		if !in.Modal || in.To != pressed.To || in.Public != pressed.Public {
			w.Errorf("filled in, heard %+v, want it where the button was pressed, %+v, while the window is open", in, pressed.To)
		}
	}
	w.silent()
}

func (w *windows) corrected() {
	w.open(asked())
	w.answers(func(context.Context, bot.Inbound) (bot.Ack, error) {
		return bot.Ack{Errors: map[string]string{"words": "say <more> *please*", "": "not <yet>"}}, nil
	})
	_, wrong := w.submit(map[string]string{"serial": "OS-1", "words": "x"})
	shown, open := w.h.Window(w.T)
	if !open || len(shown.Fields) != 2 || shown.Fields[0].Problem != "not <yet>" || shown.Fields[1].Problem != "say <more> *please*" {
		w.Fatalf("what is wrong does not stand at the fields: %+v", shown)
	}
	w.answers(func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, nil })
	_, right := w.submit(map[string]string{"serial": "OS-1", "words": "it leaks"})
	if right.ID == wrong.ID {
		w.Error("what was corrected has the ID of what was wrong, so it would be taken for its redelivery")
	}
	w.closed()
	w.silent()
}

func (w *windows) sentTwice() {
	w.open(asked())
	d, first := w.submit(map[string]string{"serial": "OS-1"})
	d.Again(w.T)
	if second := w.next(); second.ID != first.ID {
		w.Errorf("the same has the ID %s, then %s", first.ID, second.ID)
	}
	w.silent()
}

func (w *windows) noted() {
	w.open(asked())
	w.answers(func(context.Context, bot.Inbound) (bot.Ack, error) {
		return bot.Ack{Note: "Stop <!here> *now*"}, nil
	})
	w.submit(map[string]string{"serial": "OS-1"})
	shown, _ := w.h.Window(w.T)
	if shown.Text != "Stop <!here> *now*" || shown.Submit != "" || len(shown.Fields) > 0 {
		w.Errorf("the window shows %+v, want the note alone", shown)
	}
	w.silent()
}

// notWorked is a turn that fails: what was typed comes again, when it is too late to show what is wrong.
func (w *windows) notWorked() {
	w.open(asked())
	w.answers(func(_ context.Context, in bot.Inbound) (bot.Ack, error) {
		if in.Modal {
			return bot.Ack{}, errors.New("the store is away")
		}
		return bot.Ack{}, nil
	})
	_, first := w.submit(map[string]string{"serial": "OS-1", "words": "it leaks"})
	second := w.next()
	if second.Modal || second.ID != first.ID {
		w.Errorf("heard %+v after %+v failed, want the same without a window", second, first)
	}
	if diff := cmp.Diff(first.Event, second.Event); diff != "" {
		w.Errorf("it comes again (-first +second):\n%s", diff)
	}
	w.closed()
	w.silent()
}

// pressedAgain fills in the same in two windows: two answers.
func (w *windows) pressedAgain() {
	w.open(asked())
	_, first := w.submit(map[string]string{"serial": "OS-1"})
	w.open(asked())
	if _, second := w.submit(map[string]string{"serial": "OS-1"}); second.ID == first.ID {
		w.Error("the same words in another window have the ID of the first")
	}
	w.silent()
}
