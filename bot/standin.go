package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/safety"
)

// emergency tells whether a customer's words are an emergency (promise P9). Engineers may speak of
// fire among themselves.
func (e *Engine) emergency(in Inbound) bool {
	return !e.isDesk(in.To) && safety.Emergency(wordsOf(in.Event))
}

// standIn speaks when no turn could: S-STOP after emergency words, else one word that the house
// cannot answer now. It needs no store and may say it twice rather than never. A program that is
// being stopped is no such case: the next one answers in a moment.
func (e *Engine) standIn(in Inbound, why error) {
	if in.From.ID == "" || e.isDesk(in.To) {
		return
	}
	words := wordsOf(in.Event)
	ctx, cancel := context.WithTimeout(context.Background(), leaseTime)
	defer cancel()
	lang := e.language(in.From.Lang)
	if e.emergency(in) {
		if !e.warned.first(in.ID, e.now()) {
			return // and the turn that is taken later will not say it again
		}
		e.direct(ctx, in.To, safety.Sentence(safety.Stop, alarmLang(words, "", lang)))
		for _, room := range e.rooms() {
			e.direct(ctx, room, e.texts.Render("en", Say("alarm.standin", "Person", in.From.Name, "Channel", in.To.Channel, "Text", words)))
		}
		return
	}
	if fromPerson(in.Event) && !errors.Is(why, context.Canceled) && e.away.first(in.To.Channel+"/"+in.To.Chat, e.now()) {
		e.direct(ctx, in.To, e.texts.Render(lang, Say("away")))
	}
}

// direct sends past every store and lane.
func (e *Engine) direct(ctx context.Context, to Address, text string) {
	a, ok := e.adapters[to.Channel]
	if !ok {
		return
	}
	for _, m := range Fit(Message{Text: text}, a.Capabilities()) {
		if _, err := a.Send(ctx, Outgoing{To: to, Message: m}); err != nil {
			e.log.ErrorContext(ctx, "stand-in not sent", "channel", to.Channel, "err", err)
		}
	}
}

// fromPerson tells whether somebody waits for an answer to the event.
func fromPerson(ev Event) bool {
	switch ev.(type) {
	case Said, Chose, Filled, Attached, Odd:
		return true
	default:
		return false
	}
}

// wordsOf returns what a person wrote in an event.
func wordsOf(ev Event) string {
	switch ev := ev.(type) {
	case Said:
		return ev.Text
	case Edited:
		return ev.Text
	case Filled:
		return ev.words()
	case Attached:
		return ev.Caption
	default:
		return ""
	}
}

// setAside puts an inbound that has failed too often out of the way: the person and the desk are
// told, and the chat goes on.
func (t *turn) setAside(ctx context.Context) error {
	t.s.see(t.in.ID)
	if err := t.e.store.SetAside(ctx, t.in, "started three times without a finish"); err != nil {
		return fmt.Errorf("set update aside: %w", err)
	}
	t.e.log.ErrorContext(ctx, "update set aside: look at it and its log lines", "in", t.in.ID, "event", t.in.Event.event())
	if _, ok := t.in.Event.(Waited); ok { // nobody waits for an answer, and it shall not come back
		t.s.Timers = slices.DeleteFunc(t.s.Timers, func(timer Timer) bool { return !timer.At.After(t.e.now()) })
	} else if told, ok := t.in.Event.(Told); ok && told.Letter != nil {
		if err := t.e.became(ctx, Outgoing{To: t.in.To, Letter: told.Letter}, LetterFailed); err != nil {
			return err
		}
	} else if t.in.From.ID != "" && !t.inRoom() {
		t.say = append(t.say, Say("set_aside"))
		t.asking = t.s.top() != nil && t.s.Attempts == maxStarts+1 // perhaps the question itself fails
	}
	told := Told{News: NewsSetAside, By: t.actor(), About: t.in.ID}
	if err := t.effect(ctx, TellDesk{told}, nil); err != nil {
		return err
	}
	return t.compose()
}
