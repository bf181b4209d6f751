package rules

import (
	"slices"

	"github.com/optoste/supportbot/bot/claim"
)

// Acts sorts what may have been done to a machine (domain.md E23, E26). An act that stands in no
// list is looked at by a person.
type Acts struct {
	Normal  []claim.Act `yaml:"normal"`  // normal use by the operator: no consequence
	Suspect []claim.Act `yaml:"suspect"` // suspected misuse, improper installation or alteration
	Review  []claim.Act `yaml:"review"`  // no exclusion by itself: somebody asks who and when
}

// exclusion weighs misuse, improper installation and alteration by others. The bot never goes
// beyond a suspicion; only an engineer's written decision with evidence excludes (E20).
func (j *judgement) exclusion() {
	x := j.Findings.Exclusion
	j.degree = x.Degree()
	if j.degree == claim.NoExclusion {
		j.degree = j.told()
	}
	switch {
	case j.degree != claim.ExclusionSuspected && j.degree != claim.ExclusionConfirmed:
		return
	case x.AtOurRequest:
		j.degree = claim.ExclusionCleared
		j.because("E22")
		return
	case x.Unrelated:
		j.degree = claim.ExclusionCleared
		j.because("E24")
		return
	}
	if j.part.known {
		j.because("E25") // the page names systems only; serviced parts are treated alike
	}
	if j.degree == claim.ExclusionSuspected {
		j.because("E20")
		j.flag(claim.ExclusionReview)
		return
	}
	if x.AfterShipping {
		j.because("E21")
	}
	j.coverage = claim.Excluded
	j.last, j.period = claim.Date{}, ""
}

// told returns what the acts that people told, and damage on the way to us, give reason to suspect.
func (j *judgement) told() claim.Suspicion {
	degree := claim.NoExclusion
	for _, a := range j.Findings.Acts {
		switch {
		case slices.Contains(j.e.Acts.Normal, a):
			j.because("E23")
		case slices.Contains(j.e.Acts.Suspect, a):
			j.because("E23")
			degree = claim.ExclusionSuspected
		case slices.Contains(j.e.Acts.Review, a):
			j.because("E26")
			j.flag(claim.ExclusionReview)
		default:
			j.because("E23")
			j.flag(claim.ExclusionReview)
		}
	}
	if j.Findings.Damage == claim.DamageOnReturn {
		j.because("E19")
		degree = claim.ExclusionSuspected
	}
	return degree
}
