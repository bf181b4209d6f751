package bot

import (
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// rejudge returns a line of a claim with the verdict of its present facts: by the edition of the policy that the claim
// keeps, for the day that was frozen when it was opened (domain.md E10). m is the line's machine as the registry has it;
// without a serial number it has none.
func rejudge(p *rules.Policy, c claim.Claim, l claim.Line, m claim.Machine) claim.Line {
	edition, facts := p.EditionOf(c), rules.FactsOf(c, l, m)
	l.Model, l.Company, l.Check = m.Model, m.Company, m.Serial == ""
	l.Verdict, l.Shown = edition.Judge(facts), edition.Shown(facts)
	return l
}
