package adaptertest

import (
	"context"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

// Paged is a [Harness] of a channel that keeps a page for each person.
type Paged interface {
	Harness
	// Visit lets the person look at the page.
	Visit(t testing.TB) Delivery
	// Page returns what stands there: all texts together, and the labels of the buttons.
	Page(t testing.TB) (text string, choices []string)
	// PressPage lets the person press a button there.
	PressPage(t testing.TB, choice bot.ChoiceID) Delivery
}

// RunPage runs what a channel that keeps pages has to do beside [Run]. newHarness is called once a case; the
// cases run in parallel.
func RunPage(t *testing.T, newHarness func(t *testing.T) Paged) {
	t.Helper()
	for name, f := range map[string]func(*bench, Paged){"page": page, "page with nothing new": nothingNew, "button of the page": pressPage} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			f(newBench(t, h), h)
		})
	}
}

// visit lets the person look at the page, which the bot fills anew.
func (b *bench) visit(h Paged, page []bot.Message) bot.Inbound {
	b.Helper()
	b.answers(func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{Page: page}, nil })
	d := h.Visit(b.T)
	in := b.next()
	b.acked(d)
	if _, ok := in.Event.(bot.Visited); !ok || in.To != h.Chat() || in.Public {
		b.Errorf("a visit is heard as %+v, want bot.Visited in the private chat", in)
	}
	return in
}

func page(b *bench, h Paged) {
	text, labels := "", []string{}
	var list []bot.Message
	for _, s := range nasty {
		list = append(list, bot.Message{Text: bot.Escape(s), Choices: []bot.Choice{{ID: "f0.0.report", Label: brief(s)}}})
		if text != "" {
			text += "\n"
		}
		text += s
		labels = append(labels, brief(s))
	}
	first := b.visit(h, list)
	got, choices := h.Page(b.T)
	if diff := cmp.Diff(append([]string{text}, labels...), append([]string{got}, choices...)); diff != "" {
		b.Errorf("the page (-want +got):\n%s", diff)
	}
	if second := b.visit(h, []bot.Message{{Text: "Nothing is open."}}); second.ID == first.ID {
		b.Error("two visits have the same ID")
	}
	if got, choices := h.Page(b.T); got != "Nothing is open." || len(choices) > 0 {
		b.Errorf("the page shows %q, %q, want what is true now", got, choices)
	}
	if n := len(b.said()); n > 0 {
		b.Errorf("%d messages stand in the chat", n)
	}
	b.silent()
}

// nothingNew leaves the page as it was, and asks nothing again: whoever looks, looks again.
func nothingNew(b *bench, h Paged) {
	b.visit(h, []bot.Message{{Text: "One claim is open."}})
	b.visit(h, nil)
	b.answers(func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, errors.New("the store is away") })
	d := h.Visit(b.T)
	b.next()
	b.acked(d)
	if got, _ := h.Page(b.T); got != "One claim is open." {
		b.Errorf("the page shows %q", got)
	}
	b.silent()
}

func pressPage(b *bench, h Paged) {
	b.visit(h, []bot.Message{{Text: "What can I do?", Choices: []bot.Choice{{ID: "f0.0.help", Label: "Help"}, {ID: "f0.0.report", Label: "Report"}}}})
	b.answers(func(context.Context, bot.Inbound) (bot.Ack, error) { return bot.Ack{}, nil })
	d := h.PressPage(b.T, "f0.0.report")
	in := b.next()
	b.acked(d)
	if e, ok := in.Event.(bot.Chose); !ok || e.Choice != "f0.0.report" || e.On != "" || in.To != h.Chat() || in.Public {
		b.Errorf("pressed on the page, heard %+v, want it in the private chat", in)
	}
	b.silent()
}
