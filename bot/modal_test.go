package bot_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

// badge is the state of a flow that asks for two things, in a form where one can be shown.
type badge struct {
	Name  string `json:"name,omitempty"`
	Shift string `json:"shift,omitempty"`
	Sure  bool   `json:"sure,omitempty"`
}

// passFlow makes a pass. Its first question is a menu; "fill" leads to the form.
func passFlow() bot.Script[badge] {
	return bot.Script[badge]{
		Name: "pass", Title: func(s badge) bot.Text { return bot.Say("title", "Name", s.Name) },
		Steps: []bot.Step[badge]{
			{
				ID: "menu", To: []bot.StepID{"form"},
				Ask: func(s badge) bot.Prompt { return ask("menu?", option("fill"), option("leave")) },
				Answer: func(s badge, t bot.Turn) (badge, bot.Next) {
					if t.Option == "fill" {
						return s, bot.Next{Step: "form"}
					}
					return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("left")}}
				},
			},
			{
				ID: "form", To: []bot.StepID{"menu"},
				Ask: func(s badge) bot.Prompt {
					p := ask("name?", option("none"))
					p.Form = &bot.Form{
						Title: bot.Say("pass"), Submit: bot.Say("make"), Text: []bot.Text{bot.Say("above")},
						Fields: []bot.Field{
							{ID: "name", Label: bot.Say("name"), Hint: bot.Say("hint"), Value: s.Name},
							{ID: "shift", Label: bot.Say("shift"), Optional: true, Options: []bot.Option{option("day"), option("night")}},
						},
					}
					return p
				},
				Answer: func(s badge, t bot.Turn) (badge, bot.Next) {
					switch ev := t.Event.(type) {
					case bot.Said:
						s.Name = ev.Text
					case bot.Filled:
						s.Shift = t.Values["shift"]
						switch name := t.Values["name"]; name {
						case "nobody":
							return s, bot.Next{Step: "menu", Errors: map[string]bot.Text{"name": bot.Say("who?")}}
						case "OS-2025-0417":
							return s, bot.Next{Look: []bot.Lookup{bot.FindMachine{Serial: "OS-2025-0417"}}}
						default:
							s.Name = name
						}
					case bot.Found:
						if ev.Wait > 0 {
							return s, bot.Next{Step: "menu", Errors: map[string]bot.Text{"name": bot.Say("too many")}}
						}
						return s, bot.Next{Step: "menu", Errors: map[string]bot.Text{"name": bot.Say("a machine")}}
					default:
					}
					return s, bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("made", "Name", s.Name, "Shift", s.Shift)}}
				},
			},
		},
	}
}

// passLab is a lab whose channel shows forms.
func passLab(t *testing.T) *lab {
	t.Helper()
	l := newLab(t)
	l.house.Flows = append(l.house.Flows, passFlow(), bot.Script[remark]{Name: "page", Begin: func(s remark, t bot.Turn) (remark, bot.Next) {
		if _, ok := t.Event.(bot.Found); !ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ListClaims{}}}
		}
		return s, bot.Next{End: true, Page: []bot.Prompt{ask("welcome", option("pass")), ask("yours", bot.Option{ID: "show", Label: bot.Say("show"), Claim: "C-1"})}}
	}})
	l.house.Page = "page"
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "pass", Flow: "pass"})
	l.engine = l.start()
	return l
}

// ack works an inbound while the channel can show a form, and returns what stands beside the acknowledgement.
func (l *lab) ack(in bot.Inbound) bot.Ack {
	l.t.Helper()
	in.Modal = true
	ack, err := l.engine.Handle(l.t.Context(), in)
	if err != nil {
		l.t.Fatalf("%v: %v", in.Event, err)
	}
	return ack
}

// form has Mei press for the form, and returns its ID.
func (l *lab) form() bot.ChoiceID {
	l.t.Helper()
	ack := l.ack(l.event("mei", bot.Chose{Choice: l.button("mei", "fill")}))
	if ack.Modal == nil {
		l.t.Fatalf("the press is answered by %+v, want a form", ack)
	}
	return ack.Modal.ID
}

// filled is what Mei fills in.
func (l *lab) filled(form bot.ChoiceID, name, shift string) bot.Inbound {
	return l.event("mei", bot.Filled{Form: form, Typed: map[string]string{"name": name}, Chosen: map[string]string{"shift": shift}})
}

// mistakes wants these errors beside an acknowledgement, and nothing else.
func mistakes(t *testing.T, ack bot.Ack, want map[string]string) {
	t.Helper()
	if diff := cmp.Diff(bot.Ack{Errors: want}, ack); diff != "" {
		t.Errorf("answer to what was filled in (-want +got):\n%s", diff)
	}
}

func TestFormIsShownAndNothingElseDone(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	l.hears("mei: menu? [fill] [leave]")
	press := l.button("mei", "fill")
	in := l.event("mei", bot.Chose{Choice: press})
	want := &bot.Modal{
		ID: press, Title: "pass", Text: "above", Submit: "make", Close: "form.close",
		Inputs: []bot.Input{
			{ID: "name", Label: "name", Hint: "hint"},
			{ID: "shift", Label: "shift", Optional: true, Choices: []bot.Choice{{ID: "day", Label: "day"}, {ID: "night", Label: "night"}}},
		},
	}
	for range 2 { // delivered again it is shown again
		if diff := cmp.Diff(bot.Ack{Modal: want}, l.ack(in)); diff != "" {
			t.Errorf("answer to the press (-want +got):\n%s", diff)
		}
	}
	l.hears()
	l.press("leave") // whoever closes the window has done nothing
	l.hears("mei: left")
}

// TestFormOvertakesNothing works a text that was sent before a window was opened, and arrives after it.
func TestFormOvertakesNothing(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	l.hears("mei: menu? [fill] [leave]")
	text := l.event("mei", bot.Said{Text: "leave"})
	if ack := l.ack(l.event("mei", bot.Chose{Choice: l.button("mei", "fill")})); ack.Modal == nil {
		t.Fatalf("the press is answered by %+v, want a form", ack)
	}
	l.handle(text)
	l.hears("mei: left")
}

// TestFormThatCannotBeShown hands a press over once more, with the same ID: it is asked in the chat, once.
func TestFormThatCannotBeShown(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	l.hears("mei: menu? [fill] [leave]")
	in := l.event("mei", bot.Chose{Choice: l.button("mei", "fill")})
	if ack := l.ack(in); ack.Modal == nil {
		t.Fatalf("the press is answered by %+v, want a form", ack)
	}
	l.handle(in)
	l.hears("mei: name? [none]")
	l.handle(in)
	if ack := l.ack(in); ack.Modal != nil {
		t.Errorf("a press that was answered in the chat opens %+v", ack.Modal)
	}
	l.hears()
}

func TestFormIsFilledInOnce(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	l.hears("mei: menu? [fill] [leave]")
	in := l.filled(l.form(), " Mei ", "night")
	for range 2 {
		if diff := cmp.Diff(bot.Ack{}, l.ack(in)); diff != "" {
			t.Errorf("answer to what was filled in (-want +got):\n%s", diff)
		}
	}
	l.hears("mei: made Mei night")
}

func TestFormOfACommand(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.house.Commands = append(l.house.Commands, bot.Command{Name: "fill", Flow: "direct"})
	direct := passFlow()
	direct.Name, direct.Steps = "direct", direct.Steps[1:]
	direct.Steps[0].To = nil
	l.house.Flows = append(l.house.Flows, direct)
	l.engine = l.start()
	ack := l.ack(l.event("mei", bot.Said{Text: "/fill"}))
	if ack.Modal == nil || ack.Modal.ID != "f0.0.fill" {
		t.Fatalf("the command is answered by %+v, want its form", ack)
	}
	l.hears()
	l.ack(l.filled(ack.Modal.ID, "Mei", ""))
	l.hears("mei: made Mei ")
	l.handle(l.event("mei", bot.Said{Text: "/fill"})) // typed, where no window can be shown
	l.hears("mei: name? [none]")
}

func TestFormMistakes(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	l.hears("mei: menu? [fill] [leave]")
	form := l.form()
	mistakes(t, l.ack(l.filled(form, "nobody", "day")), map[string]string{"name": "who?"})
	mistakes(t, l.ack(l.filled(form, "  ", "day")), map[string]string{"name": "form.needed"})
	l.hears()
	l.ack(l.filled(form, "Mei", "noon")) // noon is none of the choices
	l.hears("mei: made Mei ")
}

// TestFormTooLate works what was filled in when the window is gone: what is wrong is said in the chat.
func TestFormTooLate(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	form := l.form()
	l.hears("mei: menu? [fill] [leave]")
	l.handle(l.filled(form, "nobody", "day"))
	l.hears("mei: form.wrong (name) (who?) / menu? [fill] [leave]")
	l.handle(l.filled(l.form(), "Mei", "day"))
	l.hears("mei: made Mei day")
	l.handle(l.filled(form, "Mei again", "day"))
	l.hears("mei: form.unused Mei again")
}

func TestFormOutOfDate(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	form := l.form()
	l.press("leave")
	l.hears("mei: menu? [fill] [leave]", "mei: left")
	mistakes(t, l.ack(l.filled(form, "Mei", "day")), map[string]string{"": "form.old"})
	mistakes(t, l.ack(l.filled("f9.9.fill", "Mei", "day")), map[string]string{"": "form.old"})
	mistakes(t, l.ack(l.filled("nonsense", "Mei", "day")), map[string]string{"": "form.old"})
	l.hears()
}

// TestFormCountsLookups has nobody try serial numbers out by a form that is refused again and again.
func TestFormCountsLookups(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	form := l.form()
	l.hears("mei: menu? [fill] [leave]")
	for range 40 {
		mistakes(t, l.ack(l.filled(form, "OS-2025-0417", "")), map[string]string{"name": "a machine"})
	}
	mistakes(t, l.ack(l.filled(form, "OS-2025-0417", "")), map[string]string{"name": "too many"})
}

func TestFormEmergency(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	l.say("mei", "/pass")
	form := l.form()
	l.hears("mei: menu? [fill] [leave]")
	ack := l.ack(l.filled(form, "there is smoke", "day"))
	if ack.Note == "" || ack.Errors != nil {
		t.Errorf("an emergency is answered by %+v, want S-STOP in the window", ack)
	}
	if heard := l.chat.take(); len(heard) == 0 || heard[0] != "mei: "+ack.Note {
		t.Errorf("heard %q, want S-STOP in the chat, too", heard)
	}
}

// TestModalIsNotStored has what waits in a store not ask for a window: it would be too late.
func TestModalIsNotStored(t *testing.T) {
	t.Parallel()
	b, err := json.Marshal(bot.Inbound{ID: "1", Event: bot.Chose{Choice: "f1.1.a"}, Modal: true})
	if err != nil {
		t.Fatal(err)
	}
	var in bot.Inbound
	if err := json.Unmarshal(b, &in); err != nil || in.Modal {
		t.Errorf("read back: Modal is %t, %v", in.Modal, err)
	}
}

func TestPage(t *testing.T) {
	t.Parallel()
	l := passLab(t)
	want := bot.Ack{Page: []bot.Message{
		{Text: "welcome", Choices: []bot.Choice{{ID: "f0.0.pass", Label: "pass"}}},
		{Text: "yours", Choices: []bot.Choice{{ID: "cC-1.show", Label: "show"}}},
	}}
	if diff := cmp.Diff(want, l.ack(l.event("mei", bot.Visited{}))); diff != "" {
		t.Errorf("page (-want +got):\n%s", diff)
	}
	l.hears()
	desk := l.event("wang", bot.Visited{})
	desk.To = deskRoom
	if diff := cmp.Diff(bot.Ack{}, l.ack(desk)); diff != "" {
		t.Errorf("page in the desk's room (-want +got):\n%s", diff)
	}
}
