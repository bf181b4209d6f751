package flows

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

func answerLine(s decision, t bot.Turn) (decision, bot.Next) {
	if t.Option == "stop" {
		return s, s.stop()
	}
	if i, err := strconv.Atoi(t.Option); err == nil && i < len(s.Claim.Lines) {
		s.Line = i + 1
		return s.weigh(t), bot.Next{}
	}
	return s, s.again(stepLine, t)
}

func answerPart(s decision, t bot.Turn) (decision, bot.Next) {
	said, typed := t.Event.(bot.Said)
	switch {
	case t.Option == "stop":
		return s, s.stop()
	case t.Option == "skip":
		s.Parted = true
	case t.Option != "":
		s = s.name(t.Option)
	case typed && strings.TrimSpace(said.Text) != "":
		s = s.name(said.Text)
	default:
		return s, s.again(stepPart, t)
	}
	return s.weigh(t).settle(t)
}

func answerChoice(s decision, t bot.Turn) (decision, bot.Next) {
	switch t.Option {
	case "stop":
		return s, s.stop()
	case rules.AboutExclusion, rules.AboutCoverage:
		s.Group = t.Option
		return s, bot.Next{}
	}
	name := t.Option
	switch ev := t.Event.(type) {
	case bot.Filled:
		return s.filled(t)
	case bot.Said:
		name = cmp.Or(name, strings.ToLower(strings.TrimSpace(ev.Text)))
	default:
	}
	if c, ok := rules.ChoiceNamed(name); ok {
		return s.choose(c, "", t)
	}
	return s, s.again(stepChoice, t)
}

// filled takes what was chosen and written in the window. What shows it is asked for in the chat.
func (s decision) filled(t bot.Turn) (decision, bot.Next) {
	c, _ := rules.ChoiceNamed(t.Values[fieldChoice])
	if words := t.Values[fieldPart]; words != "" {
		s = s.name(words).weigh(t)
	}
	s.Parted = true
	if c.Why && t.Values[fieldWords] == "" {
		return s, bot.Next{Errors: map[string]bot.Text{fieldWords: bot.Say("desk.decide.lacks.reason")}}
	}
	if unfit, ok := s.unfit(c, t); ok {
		return s, bot.Next{Errors: map[string]bot.Text{fieldChoice: unfit}}
	}
	return s.choose(c, t.Values[fieldWords], t)
}

func answerGroup(s decision, t bot.Turn) (decision, bot.Next) {
	switch t.Option {
	case "stop":
		return s, s.stop()
	case "back":
		return s.anew(), bot.Next{Step: stepChoice}
	}
	if c, ok := rules.ChoiceNamed(t.Option); ok {
		return s.choose(c, "", t)
	}
	return s, s.again(stepGroup, t)
}

func answerReason(s decision, t bot.Turn) (decision, bot.Next) {
	said, typed := t.Event.(bot.Said)
	switch {
	case t.Option == "stop":
		return s, s.stop()
	case typed && strings.TrimSpace(said.Text) != "":
		s.Reason = strings.TrimSpace(said.Text)
		return s.settle(t)
	}
	return s, bot.Next{Step: stepReason, Say: []bot.Text{bot.Say("desk.decide.lacks.reason")}}
}

func answerProof(s decision, t bot.Turn) (decision, bot.Next) {
	if t.Option == "stop" {
		return s, s.stop()
	}
	if t.Option == "all" {
		for _, e := range s.Claim.Evidence {
			s.Proof = append(s.Proof, e.Hash)
		}
		return s.settle(t)
	}
	if i, err := strconv.Atoi(t.Option); err == nil && i < len(s.Claim.Evidence) {
		s.Proof = []string{s.Claim.Evidence[i].Hash}
		return s.settle(t)
	}
	sent, ok := t.Event.(bot.Attached)
	if !ok {
		return s, bot.Next{Step: stepProof, Say: []bot.Text{bot.Say("desk.decide.lacks.exhibit", "Claim", s.Claim.ID)}}
	}
	kept, say := acceptFiles(nil, sent.Files, t)
	if len(kept) == 0 {
		return s, bot.Next{Step: stepProof, Say: say}
	}
	s.Files = kept
	for _, f := range kept {
		s.Proof = append(s.Proof, f.Hash)
	}
	s, n := s.settle(t)
	n.Say = append(say, n.Say...)
	return s, n
}

func answerConfirm(s decision, t bot.Turn) (decision, bot.Next) {
	if did, ok := t.Event.(bot.Did); ok {
		return s, done(s.Claim.ID, did)
	}
	switch t.Option {
	case "stop":
		return s, s.stop()
	case "back":
		return s.anew(), bot.Next{Step: stepChoice}
	case "send":
		ruling := s.Ruling
		return s, bot.Next{Quiet: true, Do: []bot.Effect{bot.ActOnClaim{
			ID: s.Claim.ID, Files: s.Files, Action: claim.Action{Kind: claim.Decide, Words: s.Reason, Ruling: &ruling},
		}}}
	}
	return s, s.again(stepConfirm, t)
}

func (s decision) stop() bot.Next {
	return bot.Next{End: true, Quiet: true, Say: []bot.Text{bot.Say("act.stopped", "Claim", s.Claim.ID)}}
}

// again asks once more after words that are no answer; anything else goes by in silence.
func (s decision) again(step bot.StepID, t bot.Turn) bot.Next {
	if _, ok := t.Event.(bot.Said); ok {
		return bot.Next{Step: step, Say: []bot.Text{bot.Say("choose.one")}}
	}
	return bot.Next{Quiet: true}
}
