package bot

import (
	"strconv"
	"strings"
	"unicode"
)

// compose makes the reply of the turn: what was said and the question that is now open, as one
// message wherever possible.
func (t *turn) compose() error {
	lang := t.lang()
	if t.raw != "" {
		t.reply(Message{Text: t.raw})
		t.s.Unsent = append(t.s.Unsent, t.outs...)
		return nil
	}
	t.withhold()
	var parts []string
	for _, s := range t.say {
		parts = append(parts, t.e.texts.Render(lang, s))
	}
	choices := append(t.offered(t.offer), t.links...)
	if f := t.s.top(); t.asking && f != nil {
		step, err := t.present(f)
		if err != nil {
			return err
		}
		if f.Asked.IsZero() {
			f.Asked = t.e.now()
		}
		p, err := t.e.house.flow(f.Flow).ask(f, step)
		if err != nil {
			return err
		}
		for _, s := range p.Text {
			parts = append(parts, t.e.texts.Render(lang, s))
		}
		choices = nil
		for _, o := range p.Options {
			choices = append(choices, Choice{ID: frameChoice(f.ID, f.Version, o.ID), Label: Plain(t.e.texts.Render(lang, o.Label))})
		}
	}
	if t.card != "" {
		t.out(Outgoing{Card: t.card})
	}
	text := strings.Join(parts, "\n\n")
	if text != "" || len(t.files) > 0 {
		t.reply(Message{Text: text, Choices: choices, Files: t.files, Prompt: t.asking && t.s.top() != nil, Mentions: t.mentions})
		if !t.isNews() || !t.stillOpen(t.s.Shown) { // a number typed below news answers the question above
			t.s.Shown = choices
		}
	}
	t.letter(lang)
	t.s.Unsent = append(t.s.Unsent, t.outs...) // what a crash left unsent goes first
	return nil
}

// letter says which of the messages bring a letter to a customer, and notes which claim they are about.
func (t *turn) letter(lang string) {
	for i := range t.outs {
		if t.outs[i].Letter != nil {
			t.outs[i].Rest = len(t.outs) - 1 - i
		}
		if t.outs[i].Concerns == "" {
			t.outs[i].Concerns = t.opened
		}
	}
	ev, ok := t.in.Event.(Told)
	if !ok || ev.Letter == nil || ev.Letter.Amends == "" || len(t.outs) != 1 || len(t.after) == 0 { // what needs several messages is said once more
		return
	}
	t.outs[0].Amends = ev.Letter.Amends
	var parts []string
	for _, s := range t.after {
		parts = append(parts, t.e.texts.Render(lang, s))
	}
	t.out(Outgoing{Message: Message{Text: strings.Join(parts, "\n\n")}, Notice: ev.Letter.ID})
	t.outs[1].Letter = nil
}

// offered renders options that lead away from any question: they never grow old.
func (t *turn) offered(list []Option) []Choice {
	var choices []Choice
	for _, o := range list {
		id := frameChoice(commandFrame, 0, strings.TrimSpace(o.ID+" "+o.Rest))
		if o.Claim != "" {
			id = claimChoice(o.Claim, o.ID)
		}
		choices = append(choices, Choice{ID: id, Label: Plain(t.e.texts.Render(t.lang(), o.Label))})
	}
	return choices
}

// message renders one part of the page.
func (t *turn) message(p Prompt) Message {
	parts := make([]string, len(p.Text))
	for i, s := range p.Text {
		parts[i] = t.e.texts.Render(t.lang(), s)
	}
	return Message{Text: strings.Join(parts, "\n\n"), Choices: t.offered(p.Options)}
}

// withhold keeps back files that could do harm; it is said that they are there.
func (t *turn) withhold() {
	var pass []File
	for _, f := range t.files {
		if f.Unsafe {
			t.say = append(t.say, Say("desk.withheld", "Name", short(f.Name)))
			continue
		}
		pass = append(pass, f)
	}
	t.files = pass
}

// reply says a message in as many parts as its channel needs: each of them is sent once.
func (t *turn) reply(m Message) {
	parts := []Message{m}
	if a, ok := t.e.adapters[t.to().Channel]; ok {
		parts = Fit(m, a.Capabilities())
	}
	spent := t.spend(m.Choices)
	for i, part := range parts {
		last := i == len(parts)-1
		part.Prompt = m.Prompt && last
		o := Outgoing{Message: part}
		if last {
			o.Alert = t.alert
		}
		if i == 0 {
			o.Spent = spent
		}
		t.out(o)
	}
}

// out puts a message behind what the turn says already.
func (t *turn) out(o Outgoing) {
	o.ID, o.To = t.in.ID+"/"+strconv.Itoa(len(t.outs)+1), t.to()
	switch ev := t.in.Event.(type) {
	case Told:
		if t.inRoom() {
			o.About, o.Later, o.Repeats = t.news, t.news != "" || t.alert != "", ev.Of
			if ev.News == NewsRevised {
				o.Revises = ev.Of
			}
			break
		}
		o.Letter = ev.Letter
		if t.alert == "" { // which may be about several
			o.Concerns = ev.Claim
		}
		if len(t.outs) == 0 {
			o.ReplyTo = ev.Of
		}
	case Waited:
		o.Later = ev.Timer.Name == nudge // others answer what somebody did
	default:
		if t.in.Public && len(t.outs) == 0 {
			o.ReplyTo = t.in.Message
		}
	}
	t.outs = append(t.outs, o)
}

// to returns where the reply goes: where the person wrote, or wrote last when the house speaks of
// its own accord.
func (t *turn) to() Address {
	if t.in.To.Chat != "" {
		return t.in.To
	}
	return t.s.To
}

// alarmLang chooses the language of S-STOP without any store: that of the words if they are
// Chinese, else the person's.
func alarmLang(words, chosen, platform string) string {
	for _, r := range words {
		if unicode.Is(unicode.Han, r) {
			return "zh"
		}
	}
	if chosen != "" {
		return chosen
	}
	return platform
}

// short cuts somebody's words for quoting them back.
func short(s string) string { return clip(s, 120) }

// clip cuts a text to so many characters.
func clip(s string, most int) string {
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
