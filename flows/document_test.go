package flows_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
)

// deskDocument is what engineers are told of all this.
const deskDocument = "../docs/desk.md"

// rows returns the lines of a table in the document, by the name in the marks around it, each as its cells. The
// heading is not among them.
func rows(t *testing.T, name string) (list [][]string) {
	t.Helper()
	b, err := os.ReadFile(deskDocument)
	if err != nil {
		t.Fatal(err)
	}
	_, table, begun := strings.Cut(string(b), "<!-- "+name+" -->\n")
	table, _, ended := strings.Cut(table, "<!-- /"+name+" -->\n")
	if !begun || !ended {
		t.Fatalf("%s: no table between the marks of %s", deskDocument, name)
	}
	for line := range strings.Lines(table) {
		var cells []string
		for cell := range strings.SplitSeq(strings.Trim(strings.TrimSpace(line), "|"), "|") {
			cells = append(cells, strings.TrimSpace(cell))
		}
		list = append(list, cells)
	}
	return list[min(2, len(list)):]
}

// compare tells which lines of a table are missing, and which are not so.
func compare(t *testing.T, table string, want [][]string) {
	t.Helper()
	got := rows(t, table)
	same := func(list [][]string, row []string) bool {
		return slices.ContainsFunc(list, func(other []string) bool { return slices.Equal(other, row) })
	}
	for _, row := range want {
		if !same(got, row) {
			t.Errorf("%s, %s: this line is missing:\n| %s |", deskDocument, table, strings.Join(row, " | "))
		}
	}
	for _, row := range got {
		if !same(want, row) {
			t.Errorf("%s, %s: this line is not so:\n| %s |", deskDocument, table, strings.Join(row, " | "))
		}
	}
}

// english is the catalogue's words for a key, as they stand in the room.
func english(t *testing.T) func(key string) string {
	t.Helper()
	texts, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		t.Fatal(err)
	}
	return func(key string) string { return bot.Plain(texts.Render("en", bot.Say(key))) }
}

// TestActionsInDocument wants a line for each button of a card and each command of the desk. Those that do the same
// share it.
func TestActionsInDocument(t *testing.T) {
	t.Parallel()
	house, say := flows.House(), english(t)
	buttons, commands := map[string]string{}, map[string]string{} // the flows that they lead to
	for _, options := range house.Card {
		for _, o := range options {
			buttons[say(o.Label.Key)] = house.Buttons[o.ID].Flow
		}
	}
	for _, c := range house.Commands {
		if c.Desk != "" && c.Payload == "" {
			commands["`!"+c.Name+"`"] = c.Desk
		}
	}
	for _, row := range rows(t, "actions") {
		if len(row) != 4 {
			t.Errorf("%s: a line of the actions has %d cells: %q", deskDocument, len(row), row)
			continue
		}
		command, _, _ := strings.Cut(row[1], " ")
		button, typed := buttons[row[0]], commands[command]
		switch {
		case row[0] != "" && button == "", command != "" && typed == "", row[0] == "" && command == "":
			t.Errorf("%s: no card has a button %q, or %s is no command of the desk", deskDocument, row[0], command)
		case button != "" && typed != "" && button != typed:
			t.Errorf("%s: %q does not do what %s does", deskDocument, row[0], command)
		}
		if slices.Contains(row[2:], "") {
			t.Errorf("%s: it does not say what %q, %s does and what the customer is told", deskDocument, row[0], command)
		}
		delete(buttons, row[0])
		delete(commands, command)
	}
	for label := range buttons {
		t.Errorf("%s: the button %q is missing", deskDocument, label)
	}
	for name := range commands {
		t.Errorf("%s: the command %s is missing", deskDocument, name)
	}
}

// TestStatusesInDocument compares what the document says of each status with what its card shows.
func TestStatusesInDocument(t *testing.T) {
	t.Parallel()
	house, say := flows.House(), english(t)
	statuses := map[claim.Status]bool{}
	for _, tr := range claim.Transitions {
		statuses[tr.From], statuses[tr.To] = true, true
	}
	var want [][]string
	for s := range statuses {
		var labels []string
		for _, o := range house.Card[s] {
			labels = append(labels, say(o.Label.Key))
		}
		want = append(want, []string{"`" + string(s) + "`", say("status." + string(s)), strings.Join(labels, ", ")})
	}
	compare(t, "statuses", want)
}

// What the document calls those who may move a claim, and the guards.
var (
	roleNames  = map[claim.Role]string{claim.Staff: "engineer", claim.Customer: "customer", claim.System: "program"}
	guardNames = map[claim.Guard]string{
		"":                       "",
		claim.NothingOutstanding: "no part, board or quotation is outstanding",
		claim.QuietFor14Days:     "nothing has changed for 14 days",
		claim.Within14Days:       "at most 14 days have passed",
		claim.HasReason:          "a reason is given",
		claim.FreeWithReason:     "a reason is given, and no part, board or quotation is outstanding",
		claim.AsBefore:           "it stood so before it was merged",
		claim.ClosedLongEnough: "nothing is outstanding, and the customer has confirmed, or 14 days are over; a line that was down is never " +
			"closed by the program alone",
	}
)

// TestTransitionsInDocument compares the moves in the document with the claim's life.
func TestTransitionsInDocument(t *testing.T) {
	t.Parallel()
	var want [][]string
	for _, tr := range claim.Transitions {
		who := "anybody"
		if len(tr.By) > 0 {
			var names []string
			for _, r := range tr.By {
				names = append(names, roleNames[r])
			}
			who = strings.Join(names, ", ")
		}
		guard, ok := guardNames[tr.Guard]
		if !ok {
			t.Errorf("no words for the guard %s", tr.Guard)
		}
		want = append(want, []string{"`" + string(tr.From) + "`", "`" + string(tr.To) + "`", who, guard})
	}
	compare(t, "transitions", want)
}

// TestDecisionsInDocument compares the decisions in the document with those of the rules. The row is read by people.
func TestDecisionsInDocument(t *testing.T) {
	t.Parallel()
	say := english(t)
	var want [][]string
	for _, c := range rules.Choices {
		var asked []string
		for word, is := range map[string]bool{"the part": c.Part, "a reason": c.Why, "a file that shows it": c.Proof} {
			if is {
				asked = append(asked, word)
			}
		}
		slices.SortFunc(asked, func(a, b string) int { return len(a) - len(b) })
		to := ""
		if c.To != "" {
			to = "`" + string(c.To) + "`"
		}
		want = append(want, []string{say("desk.choice." + c.Name), "`" + c.Name + "`", strings.Join(asked, ", "), "", to})
	}
	got := rows(t, "decisions")
	for _, row := range got {
		if len(row) != 5 || row[3] == "" {
			t.Fatalf("%s, decisions: %q has not five cells with a row", deskDocument, row)
		}
		row[3] = ""
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("%s, decisions (-want +got):\n%s", deskDocument, diff)
	}
}
