package stage

import (
	"context"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
)

// All lists what transcripts must reach: every edge between steps, every text of the flows in every language, and
// the rules that decide at intake. Texts of the rules are reached by bot/rules' own tests.
func All(context.Context) script.Coverage {
	var all script.Coverage
	for _, f := range flows.House().Flows {
		g := f.Graph()
		for _, e := range g.Edges {
			all.Walk(script.Edge{Flow: g.Flow, From: e.From, To: e.To})
		}
	}
	catalogue, err := text.New(flows.Texts)
	if err != nil {
		panic(err) // the texts are part of the program
	}
	for _, lang := range catalogue.Languages() {
		for _, key := range catalogue.Keys(lang) {
			if !strings.HasPrefix(key, "format.") && elsewhere[key] == "" && !(lang != "en" && forDesk(key)) {
				all.Text(lang + "/" + key)
			}
		}
	}
	for _, id := range []claim.RuleID{"W1", "D1", "D2", "D3", "D10", "D15", "D19", "D12", "D14", "E1", "E3", "E16"} {
		all.Rule(id)
	}
	return all
}

// forDesk tells whether a text is for the engineers' room alone, whose language is English.
func forDesk(key string) bool {
	return strings.HasPrefix(key, "card.") || strings.HasPrefix(key, "desk.") || strings.HasPrefix(key, "call.") || strings.HasPrefix(key, "ring.") || key == "edit.desk" || key == "alarm.standin"
}

// elsewhere names the texts that no transcript can reach, and where they are reached instead.
var elsewhere = map[string]string{
	"button.unknown":                   "a forged button: TestForgedButtons",
	"claim.unknown":                    "somebody else's claim: TestForgedButtons",
	"account.off":                      "no desk file, and transcripts have one: package bot's tests",
	"set_aside":                        "a fault of the program: package bot's tests of P5",
	"desk.call.unrung":                 "an alarm that does not ring: package bot's tests",
	"desk.given_up":                    "a message that its platform refuses for good: package bot's tests",
	"letter.failed":                    "a message that its platform refuses for good: package bot's tests",
	"desk.machine_text":                "no translator is plugged in: package bot's tests",
	"desk.swap.stranger":               "no desk file is set: package flows' tests",
	"desk.swap.no_level":               "one of the desk's people who takes no turns: package flows' tests",
	"desk.set_aside":                   "a fault of the program: package bot's tests of P5",
	"form.needed":                      "a field left empty, which platforms refuse themselves: package bot's tests",
	"file.lost":                        "a platform that loses a file: adapters with a fetch of their own",
	"plate.too_large":                  "a picture of more than 50 megapixels: adapters/plate",
	"web.off":                          "a program without the engineers' page: package bot's tests",
	"web.here":                         "who has logged in to the page: package bot's tests",
	"card.nameless":                    "a person without a name: bot/desk",
	"desk.refused.nothing_outstanding": "a part that is out: bot/claim",
	"card.class.question":              "what no engineer decides: bot/desk",
	"event.status":                     "an engineer's move: bot/desk",
	"status.taken":                     "an engineer's move: bot/desk",
	"status.waiting_customer":          "an engineer's move: bot/desk",
	"status.remote_fix":                "an engineer's move: bot/desk",
	"status.waiting_parts":             "an engineer's move: bot/desk",
	"status.resolved":                  "an engineer's move: bot/desk",
	"status.closed":                    "an engineer's move: bot/desk",
	"status.reopened":                  "an engineer's move: bot/desk",
	"status.merged":                    "an engineer's move: bot/desk",
	"status.declined":                  "an engineer's move: bot/desk",
}
