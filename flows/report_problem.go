package flows

import (
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func askProblem(s malfunction) bot.Prompt {
	switch {
	case s.More:
		return bot.Prompt{
			Text:    []bot.Text{bot.Say("description.more")},
			Options: []bot.Option{{ID: "enough", Label: bot.Say("description.enough"), Words: "words.skip"}},
		}
	case s.Enough:
		return bot.Prompt{
			Text:    []bot.Text{bot.Say("description.change", "Now", clip(s.description(), 300))},
			Options: []bot.Option{{ID: "keep", Label: bot.Say("option.keep")}},
		}
	}
	return bot.Prompt{Text: []bot.Text{bot.Say("description.ask")}}
}

func answerProblem(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	if t.Option != "" { // "enough" or "keep": what is there is taken
		s.Enough, s.More = true, false
		return s, bot.Next{}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		if serial, ok := claim.ParseSerial(ev.Text); ok && !t.Edit && slices.Contains(s.numbers(), serial) { // typed twice: the answer was late
			return s, bot.Next{Step: stepProblem, Say: []bot.Text{bot.Say("serial.noted", "Serial", serial)}}
		}
		return s.describe(ev.Text, t)
	case bot.Attached:
		if ev.Caption == "" {
			return keepFiles(s, ev, t, stepProblem)
		}
		s, refused := takeFiles(s, ev.Files, t)
		s, n := s.describe(ev.Caption, t)
		n.Say = append(append(refused, gotFiles("media.kept", ev.Files)...), n.Say...)
		return s, n
	default:
		return s, bot.Next{Quiet: true}
	}
}

// describe takes words as the description. Too few get one friendly request for what is missing,
// never a second one.
func (s malfunction) describe(text string, t bot.Turn) (malfunction, bot.Next) {
	switch {
	case t.Edit:
		s.setWords(t.Message, text)
	case s.Enough: // it was answered before: the new words replace the old
		s.setWords("", text)
		s.Words[0].Message = t.Message
	default:
		s.Words = append(s.Words, words{t.Message, text})
	}
	if s.More || t.Policy.Intake.Enough(s.description()) {
		s.Enough, s.More = true, false
		return s, bot.Next{}
	}
	s.Enough, s.More = false, true
	return s, bot.Next{Step: stepProblem}
}

func askSeverity(malfunction) bot.Prompt {
	return bot.Prompt{Text: []bot.Text{bot.Say("severity.ask")}, Options: []bot.Option{
		{ID: string(claim.LineDown), Label: bot.Say("severity.line_down"), Words: "words.line_down"},
		{ID: string(claim.Degraded), Label: bot.Say("severity.degraded"), Words: "words.degraded"},
		{ID: string(claim.Question), Label: bot.Say("severity.question"), Words: "words.question"},
	}}
}

func answerSeverity(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	if t.Option != "" {
		s.Level = claim.Severity(t.Option)
		return s, bot.Next{}
	}
	switch ev := t.Event.(type) {
	case bot.Said:
		s.Words = append(s.Words, words{t.Message, ev.Text})
		return s, bot.Next{Step: stepSeverity, Say: []bot.Text{bot.Say("kept.choose")}}
	case bot.Attached:
		return keepFiles(s, ev, t, stepSeverity)
	default:
		return s, bot.Next{Quiet: true}
	}
}

func askMedia(s malfunction) bot.Prompt {
	if len(s.Files) > 0 {
		return bot.Prompt{
			Text: append(gotFiles("media.have", s.Files), bot.Say("media.more")),
			Options: []bot.Option{
				{ID: "done", Label: bot.Say("media.done"), Words: "words.done"},
				{ID: "clear", Label: bot.Say("media.clear")},
			},
		}
	}
	return bot.Prompt{
		Text:    []bot.Text{bot.Say("media.ask")},
		Options: []bot.Option{{ID: "done", Label: bot.Say("media.skip"), Words: "words.done"}},
	}
}

// settle is how long an album may pause before its answer is sent: items arrive one by one with
// no end mark (platform-facts.md 15).
const settle = 2 * time.Second

func answerMedia(s malfunction, t bot.Turn) (malfunction, bot.Next) {
	switch t.Option {
	case "done":
		s.Done = true
		return s, bot.Next{}
	case "clear":
		s.Files, s.Album = nil, 0
		return s, bot.Next{Step: stepMedia}
	}
	switch ev := t.Event.(type) {
	case bot.Attached:
		s = s.takeCaption(ev.Caption, t)
		return s.attach(ev, t, stepMedia)
	case bot.Waited:
		return s.albumEnds()
	case bot.Said:
		s.Words = append(s.Words, words{t.Message, ev.Text})
		return s, bot.Next{Step: stepMedia, Say: []bot.Text{bot.Say("kept.added")}}
	default:
		return s, bot.Next{Quiet: true}
	}
}

// attach takes files and goes straight on to the summary: more can be sent there, too. Of an
// album each item is taken without a word; one answer says what arrived.
func (s malfunction) attach(ev bot.Attached, t bot.Turn, here bot.StepID) (malfunction, bot.Next) {
	had := len(s.Files)
	s, refused := takeFiles(s, ev.Files, t)
	if ev.Album != "" {
		s.Album += len(s.Files) - had
		return s, bot.Next{Quiet: true, Say: refused, Do: []bot.Effect{bot.Remind{Name: "album", After: settle}}}
	}
	fresh := s.Files[had:]
	say := slices.Concat(refused, gotFiles("media.got", fresh))
	if len(say) == 0 {
		say = []bot.Text{bot.Say("media.same")}
	}
	if len(s.Files) == 0 {
		return s, bot.Next{Step: here, Say: say}
	}
	s.Done = true
	return s, bot.Next{Say: say}
}

// albumEnds says what an album brought.
func (s malfunction) albumEnds() (malfunction, bot.Next) {
	fresh := s.Files[len(s.Files)-min(s.Album, len(s.Files)):]
	s.Album = 0
	say := gotFiles("media.got", fresh)
	if len(say) == 0 {
		say = []bot.Text{bot.Say("media.same")}
	}
	s.Done = s.Done || len(s.Files) > 0
	return s, bot.Next{Say: say}
}

// keepFiles takes files that came while another question is open, and asks that again. An album
// is answered once, by its first item.
func keepFiles(s malfunction, ev bot.Attached, t bot.Turn, step bot.StepID) (malfunction, bot.Next) {
	had := len(s.Files)
	s, refused := takeFiles(s, ev.Files, t)
	s = s.takeCaption(ev.Caption, t)
	if ev.Album != "" && had > 0 && len(refused) == 0 {
		return s, bot.Next{Quiet: true}
	}
	return s, bot.Next{Step: step, Say: append(refused, gotFiles("media.kept", s.Files[had:])...)}
}

func (s malfunction) takeCaption(caption string, t bot.Turn) malfunction {
	if caption != "" {
		s.Words = append(s.Words, words{t.Message, caption})
		s.Enough = s.Enough || t.Policy.Intake.Enough(caption)
	}
	return s
}

// takeFiles keeps what can be kept, each file once, and says what could not be.
func takeFiles(s malfunction, files []bot.File, t bot.Turn) (malfunction, []bot.Text) {
	kept, say := acceptFiles(s.Files, files, t)
	s.Files = append(slices.Clone(s.Files), kept...)
	return s, say
}

// acceptFiles sorts arriving files: those to keep, and words for those that cannot be.
func acceptFiles(have, files []bot.File, t bot.Turn) (kept []bot.File, say []bot.Text) {
	limits := t.Policy.Intake
	for _, f := range files {
		switch {
		case f.Link != "":
			say = append(say, bot.Say("file.upload", "Name", clip(f.Name, 40), "Limit", limits.MaxUploadBytes>>20, "Link", f.Link))
		case f.Refused == bot.FileTooBig:
			say = append(say, bot.Say("file.too_big", "Name", clip(f.Name, 40), "Limit", t.MaxFile>>20))
		case f.Refused != "":
			say = append(say, bot.Say("file."+string(f.Refused), "Name", clip(f.Name, 40)))
		case hasFile(have, f) || hasFile(kept, f):
		case len(have)+len(kept) >= limits.MaxFiles:
			say = append(say, bot.Say("file.too_many", "Name", clip(f.Name, 40), "Limit", limits.MaxFiles))
		default:
			kept = append(kept, f)
		}
	}
	return kept, say
}

func hasFile(list []bot.File, f bot.File) bool {
	return slices.ContainsFunc(list, func(have bot.File) bool { return have.Hash == f.Hash })
}

// gotFiles says how many files of which kind arrived; nothing when none did.
func gotFiles(key string, files []bot.File) []bot.Text {
	if items := countFiles(files); len(items) > 0 {
		return []bot.Text{bot.Say(key, "Files", items)}
	}
	return nil
}

// countFiles counts files by kind: 4 pictures, 1 video.
func countFiles(files []bot.File) []bot.Text {
	n := map[bot.FileKind]int{}
	for _, f := range files {
		if f.Refused == "" {
			n[f.Kind()]++
		}
	}
	var items []bot.Text
	for _, kind := range []bot.FileKind{bot.Picture, bot.Video, bot.Audio, bot.Document} {
		if n[kind] > 0 {
			items = append(items, bot.Say("files."+string(kind), "N", n[kind]))
		}
	}
	return items
}
