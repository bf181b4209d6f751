package flows

import (
	"slices"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// maxOffered is how many machines are offered as buttons.
const maxOffered = 6

func askSerial(s malfunction) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("serial.ask")}, Form: reportForm(s)}
	if len(s.Lines) > 0 {
		p.Text = []bot.Text{bot.Say("serial.change", "Now", serials(s.Lines))}
		p.Options = append(p.Options, bot.Option{ID: "keep", Label: bot.Say("option.keep")})
	}
	p.Options = append(p.Options, s.offered()...)
	p.Options = append(p.Options, bot.Option{ID: "none", Label: bot.Say("serial.none")})
	return p
}

// offered returns the machines of the person's company as answers.
func (s malfunction) offered() []bot.Option {
	var list []bot.Option
	for i, m := range s.Machines[:min(maxOffered, len(s.Machines))] {
		list = append(list, bot.Option{
			ID: "m" + strconv.Itoa(i), Label: bot.Say("serial.machine", "Serial", m.Serial, "Model", m.Model),
		})
	}
	return list
}

func answerSerial(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	if i, ok := strings.CutPrefix(t.Option, "m"); ok {
		n, err := strconv.Atoi(i)
		if err == nil && n < len(s.Machines) {
			return s.look([]claim.Serial{s.Machines[n].Serial}, t)
		}
	}
	switch t.Option {
	case "keep":
		return s, bot.Next{}
	case "none":
		return s.without()
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		return typedSerial(s, ev.Text, t)
	case bot.Attached:
		return platePicture(s, ev, t)
	case bot.Filled:
		return s.fill(t)
	case bot.Found:
		return foundSerial(s, ev, t)
	default:
		return s, bot.Next{Quiet: true}
	}
}

// typedSerial understands a typed serial number; a sentence is kept as part of the description.
func typedSerial(s malfunction, text string, t bot.Turn) (malfunction, bot.Next) {
	found := claim.FindSerials(text)
	if serial, ok := claim.ParseSerial(text); ok && len(found) < 2 {
		return s.look([]claim.Serial{serial}, t)
	}
	if len(found) < 2 && (len(strings.Fields(text)) >= 3 || hasHan(text)) {
		s.Words = append(s.Words, words{t.Message, text})
		s.Enough = s.Enough || t.Policy.Intake.Enough(s.description())
		s.More = !s.Enough
		if len(found) == 0 {
			return s, bot.Next{Step: stepSerial, Say: []bot.Text{bot.Say("serial.kept")}}
		}
	}
	if len(found) > 0 {
		return s.look(found, t)
	}
	return s, bot.Next{Step: stepSerial, Say: []bot.Text{bot.Say("serial.unclear", "Typed", clip(text, 40))}}
}

// look asks the registry for the first of the numbers; the others wait their turn. The company's
// machines are asked for too, since a link may have made the person one of its people.
func (s malfunction) look(list []claim.Serial, t bot.Turn) (malfunction, bot.Next) {
	s = s.replace(list)
	s.Looking, s.Queue = list[0], list[1:]
	return s, bot.Next{Look: lookFor(list[0], t)}
}

// without goes on without a serial number.
func (s malfunction) without() (malfunction, bot.Next) {
	s = s.replace(nil)
	s.Lines = []machineLine{{}}
	return s, bot.Next{Say: []bot.Text{bot.Say("serial.none_taken")}}
}

// replace forgets what is known of the machines, but for the numbers that others take the place of.
func (s malfunction) replace(list []claim.Serial) malfunction {
	for _, l := range s.Lines {
		if l.Serial != "" && !slices.Contains(list, l.Serial) {
			s.Earlier = append(s.Earlier, string(l.Serial))
		}
	}
	s.Lines, s.Near, s.Queue, s.Looking = nil, nil, nil, ""
	s.Similar, s.Double, s.Apart, s.Reading = "", "", false, false
	return s
}

// platePicture keeps pictures as evidence and has the first one read.
func platePicture(s malfunction, ev bot.Attached, t bot.Turn) (malfunction, bot.Next) {
	s, refused := takeFiles(s, ev.Files, t)
	s = s.takeCaption(ev.Caption, t)
	i := slices.IndexFunc(ev.Files, func(f bot.File) bool { return f.Kind() == bot.Picture && f.Refused == "" })
	if i < 0 {
		if len(refused) == 0 {
			refused = []bot.Text{bot.Say("serial.file_kept")}
		}
		return s, bot.Next{Step: stepSerial, Say: refused}
	}
	if s.Reading {
		return s, bot.Next{Quiet: true, Say: refused} // an album: one picture is being read already
	}
	s.Reading = true
	return s, bot.Next{Quiet: true, Say: append(refused, bot.Say("serial.reading")), Do: []bot.Effect{bot.WantPlate{File: ev.Files[i]}}}
}

// foundSerial takes the answers to look-ups: codes of a plate, a link in one of them, a machine.
func foundSerial(s malfunction, found bot.Found, t bot.Turn) (malfunction, bot.Next) {
	if s.Looking != "" {
		return foundMachine(s, found, t)
	}
	if !s.Reading {
		return s, bot.Next{Quiet: true} // typed in the meantime
	}
	if found.Machine != nil { // a link of ours stood in the code
		s.Looking = found.Machine.Serial
		return foundMachine(s, found, t)
	}
	var list []claim.Serial
	for _, code := range found.Codes {
		if _, payload, ok := strings.Cut(code, "start="); ok {
			return s, bot.Next{Look: []bot.Lookup{bot.ReadLink{Payload: payload}}}
		}
		if serial, ok := claim.ParseSerial(code); ok {
			list = append(list, serial)
		} else {
			list = append(list, claim.FindSerials(code)...)
		}
	}
	if len(list) > 0 {
		return s.look(list[:1], t)
	}
	s.Reading = false
	problem := found.Problem
	if problem == "" {
		problem = "plate.no_serial"
	}
	return s, bot.Next{Step: stepSerial, Say: []bot.Text{bot.Say(problem)}}
}

// foundMachine takes what the registry says about the number that is being looked up, and goes on
// to the next one of the queue.
func foundMachine(s malfunction, found bot.Found, t bot.Turn) (malfunction, bot.Next) {
	typed := s.Looking
	s.Looking = ""
	single := len(s.Lines) == 0 && len(s.Queue) == 0
	if found.Machine == nil && single && len(found.Near) > 0 {
		s.Near = []claim.Serial{typed}
		for _, m := range found.Near {
			s.Near = append(s.Near, m.Serial)
		}
		return s, bot.Next{}
	}
	line := machineLine{Serial: typed}
	if found.Wait > 0 { // too many were looked up: it is taken as it is, and an engineer checks it
		s.Lines = append(s.Lines, line)
		s.Queue = nil
		return s, bot.Next{Say: []bot.Text{bot.Say("serial.unchecked", "Serial", typed)}}
	}
	if found.Machine != nil {
		line.Machine = *found.Machine
		line.Own = t.Person.Linked(line.Machine.Company)
		s.similar(found.Claims, t)
	}
	s.Lines = append(s.Lines, line)
	if len(s.Queue) > 0 {
		s.Looking, s.Queue = s.Queue[0], s.Queue[1:]
		return s, bot.Next{Look: lookFor(s.Looking, t)}
	}
	return s, bot.Next{Say: s.machineTaken()}
}

// similar notes a pending claim on the same serial: the customer is asked only when it is his
// company's (promise P7, domain.md E8).
func (s *malfunction) similar(list []claim.Claim, t bot.Turn) {
	if len(list) == 0 || s.Double != "" || s.Similar != "" {
		return
	}
	c := list[0]
	s.Double = c.ID
	if c.Reporter.ID == t.Person.ID && c.Channel == t.To.Channel || slices.ContainsFunc(c.Lines, func(l claim.Line) bool { return t.Person.Linked(l.Company) }) {
		s.Similar = c.ID
	}
}

// machineTaken says which machine it is, with its model only to people of its company.
func (s malfunction) machineTaken() []bot.Text {
	var say []bot.Text
	for _, l := range s.Lines {
		switch {
		case l.Machine.Serial == "":
			say = append(say, bot.Say("serial.unknown", "Serial", l.Serial))
		case l.Own:
			say = append(say, bot.Say("serial.known", "Serial", l.Serial, "Model", l.Machine.Model))
		default:
			say = append(say, bot.Say("serial.noted", "Serial", l.Serial))
		}
	}
	return say
}

func askNear(s malfunction) bot.Prompt {
	p := bot.Prompt{Text: []bot.Text{bot.Say("near.ask", "Typed", s.Near[0])}}
	for i, serial := range s.Near[1:] {
		p.Options = append(p.Options, bot.Option{ID: "n" + strconv.Itoa(i+1), Label: bot.Say("near.yes", "Serial", serial)})
	}
	if len(p.Options) == 1 {
		p.Options[0].Words = "words.yes"
	}
	p.Options = append(p.Options, bot.Option{ID: "no", Label: bot.Say("near.no", "Typed", s.Near[0]), Words: "words.no"})
	return p
}

func answerNear(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	if t.Option == "no" {
		s.Lines, s.Near = []machineLine{{Serial: s.Near[0]}}, nil
		return s, bot.Next{Say: s.machineTaken()}
	}
	if i, err := strconv.Atoi(strings.TrimPrefix(t.Option, "n")); t.Option != "" && err == nil && i < len(s.Near) {
		return s.look([]claim.Serial{s.Near[i]}, t)
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		if serial, ok := claim.ParseSerial(ev.Text); ok {
			return s.look([]claim.Serial{serial}, t)
		}
		return s, bot.Next{Step: stepNear, Say: []bot.Text{bot.Say("choose.one")}}
	case bot.Found:
		return foundMachine(s, ev, t)
	case bot.Attached:
		return keepFiles(s, ev, t, stepNear)
	default:
		return s, bot.Next{Quiet: true}
	}
}

func askSimilar(s malfunction) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("similar.ask", "Claim", s.Similar)}, Options: []bot.Option{
		{ID: "add", Label: bot.Say("similar.add", "Claim", s.Similar), Words: "words.yes"},
		{ID: "apart", Label: bot.Say("similar.apart"), Words: "words.no"},
	}}
}

// answerSimilar adds to the earlier claim what was told so far, or goes on apart from it.
func answerSimilar(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	switch t.Option {
	case "add":
		start := bot.Start{Flow: flowAdd, Args: bot.Args{Claim: s.Similar, Payload: s.description(), Files: s.Files}}
		return s, bot.Next{End: true, Go: start}
	case "apart":
		s.Apart = true
		return s, bot.Next{}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		s.Words = append(s.Words, words{t.Message, ev.Text})
		return s, bot.Next{Step: stepSimilar, Say: []bot.Text{bot.Say("kept.choose")}}
	case bot.Attached:
		return keepFiles(s, ev, t, stepSimilar)
	default:
		return s, bot.Next{Quiet: true}
	}
}

func serials(lines []machineLine) []bot.Text {
	list := make([]bot.Text, len(lines))
	for i, l := range lines {
		if l.Serial == "" {
			list[i] = bot.Say("serial.missing")
			continue
		}
		list[i] = bot.Say("serial.plain", "Serial", l.Serial)
	}
	return list
}

func hasHan(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r >= 0x4e00 && r <= 0x9fff })
}
