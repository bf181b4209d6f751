package adaptertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

func (b *bench) textOut() {
	for _, text := range nasty {
		b.send(bot.Message{Text: bot.Escape(text)})
	}
	said := b.said()
	if len(said) != len(nasty) {
		b.Fatalf("%d messages stand in the chat, want %d", len(said), len(nasty))
	}
	for i, text := range nasty {
		if said[i].Text != text {
			b.Errorf("said %q, the chat shows %q", text, said[i].Text)
		}
	}
}

func (b *bench) styles() {
	b.send(bot.Message{Text: "A *bold* word, a `code`, and *" + bot.Escape("<b>*_`&") + "*."})
	want := "A bold word, a code, and <b>*_`&."
	if said := b.said(); len(said) != 1 || said[0].Text != want {
		b.Errorf("the chat shows %+v, want %q", said, want)
	}
}

// longText says texts that fill a message exactly, and by one more.
func (b *bench) longText() {
	c := b.h.Adapter().Capabilities()
	if c.MaxText <= 0 {
		b.Skip("the channel has no limit of text")
	}
	measure := c.Measure
	if measure == nil {
		measure = utf8.RuneCountInString
	}
	for name, unit := range map[string]string{"letters": "a", "Chinese": "喷", "marks": `\*`, "HTML": "<&>", "emoji": "👩‍🔧"} {
		full := strings.Repeat(unit, c.MaxText/max(measure(unit), 1))
		for measure(full) < c.MaxText {
			full += "b"
		}
		for _, text := range []string{full, full + "c"} {
			before := len(b.said())
			b.sendFit(bot.Message{Text: text})
			var shown strings.Builder
			for _, s := range b.said()[before:] {
				shown.WriteString(s.Text)
			}
			if shown.String() != bot.Plain(text) {
				b.Errorf("%s: of %d characters the chat shows %d others", name, utf8.RuneCountInString(bot.Plain(text)), utf8.RuneCountInString(shown.String()))
			}
		}
	}
}

func (b *bench) manyButtons() {
	most := b.h.Adapter().Capabilities().MaxChoices
	for _, n := range []int{most, most + 1} {
		var choices []bot.Choice
		var labels []string
		for i := range n {
			label := fmt.Sprintf("Number *%d* <&>", i)
			labels = append(labels, label)
			choices = append(choices, bot.Choice{ID: bot.ChoiceID(fmt.Sprintf("f1.1.%d", i)), Label: label})
		}
		b.sendFit(bot.Message{Text: "Which?", Choices: choices})
		said := b.said()
		last := said[len(said)-1]
		if n <= most && !slices.Equal(last.Choices, labels) {
			b.Errorf("%d buttons are shown as %q", n, last.Choices)
		}
		if n > most && (len(last.Choices) > 0 || !containsAll(last.Text, labels)) {
			b.Errorf("%d choices are shown as %d buttons under %q, want a numbered list", n, len(last.Choices), last.Text)
		}
	}
}

func (b *bench) longLabels() {
	c := b.h.Adapter().Capabilities()
	if c.MaxChoices == 0 || c.MaxLabel == 0 {
		b.Skip("the channel has no buttons, or labels of any length")
	}
	for _, n := range []int{c.MaxLabel, c.MaxLabel + 1} {
		label := strings.Repeat("喷", n)
		b.sendFit(bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.a", Label: label}}})
		said := b.said()
		last := said[len(said)-1]
		if n <= c.MaxLabel && !slices.Equal(last.Choices, []string{label}) {
			b.Errorf("a label of %d characters is shown as %q", n, last.Choices)
		}
		if n > c.MaxLabel && !strings.Contains(last.Text, label) {
			b.Errorf("a label of %d characters is shown as %q under %q, want a numbered list", n, last.Choices, last.Text)
		}
	}
}

func containsAll(text string, parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return !strings.Contains(text, p) })
}

func (b *bench) manyFiles() {
	most := b.h.Adapter().Capabilities().MaxFiles
	if most == 0 {
		b.Skip("the channel has no files")
	}
	for _, n := range []int{most, most + 1} {
		var files []bot.File
		for i := range n {
			f, err := b.h.Media().Put(b.Context(), bytes.NewReader(fmt.Appendf([]byte("\x89PNG\r\n\x1a\n"), "%d", i)), fmt.Sprintf("picture *%d* <&>.png", i), 1<<20)
			if err != nil {
				b.Fatal(err)
			}
			files = append(files, f)
		}
		before := len(b.said())
		b.sendFit(bot.Message{Text: "The pictures", Files: files})
		shown := 0
		var text strings.Builder
		for _, s := range b.said()[before:] {
			shown += s.Files
			text.WriteString(s.Text)
		}
		if shown != n || text.String() != "The pictures" {
			b.Errorf("%d files are shown as %d, with the text %q", n, shown, &text)
		}
	}
}

func (b *bench) orderOut() {
	var want []string
	for i := range 20 {
		text := fmt.Sprintf("message %d", i)
		want = append(want, text)
		b.send(bot.Message{Text: text})
	}
	var got []string
	for _, s := range b.said() {
		got = append(got, s.Text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		b.Errorf("(-want +got):\n%s", diff)
	}
}

func (b *bench) replace() {
	if !b.h.Adapter().Capabilities().Edit {
		b.Skip("the channel cannot edit")
	}
	b.send(bot.Message{Text: "before"})
	id := b.send(bot.Message{Text: "open", Choices: []bot.Choice{{ID: "f1.1.take", Label: "Take"}}})
	b.send(bot.Message{Text: "after"})
	for range 2 { // a retried edit changes nothing more
		ids, err := b.h.Adapter().Send(b.Context(), bot.Outgoing{ID: newID(), To: b.h.Chat(), Replace: id, Message: bot.Message{
			Text: bot.Escape("taken by <Wang> & *Li*"), Choices: []bot.Choice{{ID: "f1.1.done", Label: "Done"}},
		}})
		if err != nil || !slices.Equal(ids, []bot.MessageID{id}) {
			b.Fatalf("Send(Replace %s) = %q, %v; want the same id", id, ids, err)
		}
	}
	var got []string
	for _, s := range b.said() {
		got = append(got, fmt.Sprint(s.Text, s.Choices))
	}
	if diff := cmp.Diff([]string{"before[]", "taken by <Wang> & *Li*[Done]", "after[]"}, got); diff != "" {
		b.Errorf("(-want +got):\n%s", diff)
	}
}

// refused sends while the platform refuses, checks that nothing stands there, and that the next
// message goes.
func (b *bench) refused(r Refusal) error {
	b.Helper()
	if !b.h.Refuses() {
		b.Skip("the platform cannot refuse: the harness says Refuses() == false")
	}
	b.h.Refuse(r)
	_, err := b.h.Adapter().Send(b.Context(), bot.Outgoing{ID: newID(), To: b.h.Chat(), Message: bot.Message{Text: "refused"}})
	if err == nil {
		b.Fatalf("Send = nil while the platform refuses with %+v", r)
	}
	b.checkSecret("an error", err.Error())
	if said := b.said(); len(said) > 0 {
		b.Errorf("a refused message stands in the chat: %+v", said)
	}
	b.h.Refuse(Refusal{})
	b.send(bot.Message{Text: "goes on"})
	return err
}

func (b *bench) tooMany() {
	err := b.refused(Refusal{After: 7 * time.Second})
	var wait *bot.RetryAfterError
	if !errors.As(err, &wait) || wait.After != 7*time.Second {
		b.Errorf("Send = %v, want a *bot.RetryAfterError of 7s", err)
	}
}

func (b *bench) gone() {
	if err := b.refused(Refusal{Gone: true}); !errors.Is(err, bot.ErrGone) {
		b.Errorf("Send = %v, want bot.ErrGone", err)
	}
}

func (b *bench) noToken() {
	err := b.refused(Refusal{Broken: true})
	var wait *bot.RetryAfterError
	if errors.Is(err, bot.ErrGone) || errors.As(err, &wait) {
		b.Errorf("Send = %v, want an error that means: try again", err)
	}
	fails := true
	b.does(func(context.Context, bot.Inbound) error {
		if fails {
			fails = false
			return errors.New("the handler fails")
		}
		return nil
	})
	d := b.h.Deliver(b.T, Update{Text: "hello"})
	b.next()
	b.next()
	b.acked(d)
	b.checkSecret("a log", b.h.Logs()) // and once more when Run has ended
}
