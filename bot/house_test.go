package bot_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/flows"
)

// flow makes a flow of steps that lead to the named ones.
func flow(name string, steps ...bot.Step[struct{}]) bot.Flow {
	return bot.Script[struct{}]{Name: name, Steps: steps}
}

func step(id bot.StepID, to ...bot.StepID) bot.Step[struct{}] {
	return bot.Step[struct{}]{ID: id, To: to}
}

// sound is a house without a mistake.
func sound() bot.House {
	return bot.House{
		Flows: []bot.Flow{flow("home", step("menu", "menu")), flow("desk"), flow("nudge")},
		Root:  "home", Desk: "desk", Nudge: "nudge",
		Commands: []bot.Command{{Name: "start", Flow: "home"}},
		Buttons:  map[string]bot.Button{"show": {Flow: "home"}, "reply": {Flow: "desk", Desk: true}},
		Card:     map[claim.Status][]bot.Option{claim.Open: {{ID: "reply"}}},
		News:     map[bot.News]string{bot.NewsOpened: "desk"},
	}
}

// TestHouseCheck makes each kind of mistake alone.
func TestHouseCheck(t *testing.T) {
	t.Parallel()
	for want, spoil := range map[string]func(*bot.House){
		"":                                func(*bot.House) {},
		`root leads to flow "x"`:          func(h *bot.House) { h.Root = "x" },
		`root leads to flow ""`:           func(h *bot.House) { h.Root = "" },
		`desk leads to flow "x"`:          func(h *bot.House) { h.Desk = "x" },
		`nudge leads to flow "x"`:         func(h *bot.House) { h.Nudge = "x" },
		`command start leads to flow "x"`: func(h *bot.House) { h.Commands[0].Flow = "x" },
		`command start of the desk leads to flow "x"`: func(h *bot.House) { h.Commands[0].Desk = "x" },
		`command start leads to flow ""`:              func(h *bot.House) { h.Commands[0].Flow = "" },
		`button show leads to flow "x"`:               func(h *bot.House) { h.Buttons["show"] = bot.Button{Flow: "x"} },
		`news opened leads to flow "x"`:               func(h *bot.House) { h.News[bot.NewsOpened] = "x" },
		"button gone of the card of open":             func(h *bot.House) { h.Card = map[claim.Status][]bot.Option{claim.Open: {{ID: "gone"}}} },
		"button show of the card of open":             func(h *bot.House) { h.Card = map[claim.Status][]bot.Option{claim.Open: {{ID: "show"}}} },
		`command "start" stands twice`:                func(h *bot.House) { h.Commands = append(h.Commands, h.Commands...) },
		`command "back" stands twice`:                 func(h *bot.House) { h.Commands = []bot.Command{{Name: "back", Flow: "home"}} },
		`flow "desk" stands twice`:                    func(h *bot.House) { h.Flows = append(h.Flows, flow("desk")) },
		"flow a: step one leads to two":               func(h *bot.House) { h.Flows = append(h.Flows, flow("a", step("one", "two"))) },
		`flow a: step "one" stands twice`:             func(h *bot.House) { h.Flows = append(h.Flows, flow("a", step("one"), step("one"))) },
		`flow a: step "former" stands twice`: func(h *bot.House) {
			h.Flows = append(h.Flows, flow("a", renamed("one", "former"), renamed("two", "former")))
		},
		"flow a: step one leads to former": func(h *bot.House) {
			h.Flows = append(h.Flows, flow("a", step("one", "former"), renamed("two", "former")))
		},
	} {
		h := sound()
		spoil(&h)
		err := h.Check()
		switch {
		case want == "" && err != nil:
			t.Errorf("a sound house: %v", err)
		case want != "" && (err == nil || !strings.HasPrefix(err.Error(), want) || strings.Contains(err.Error(), "\n")):
			t.Errorf("%v; want %s alone", err, want)
		}
	}
}

func renamed(id, was bot.StepID) bot.Step[struct{}] {
	return bot.Step[struct{}]{ID: id, Was: []bot.StepID{was}}
}

// TestHouseCheckReportsAll makes every mistake at once: each is named, in the same order each time.
func TestHouseCheckReportsAll(t *testing.T) {
	t.Parallel()
	h := bot.House{
		Flows:    []bot.Flow{flow("a", step("one", "two", "three")), flow("a")},
		Commands: []bot.Command{{Name: "x", Flow: "gone"}, {Name: "x", Flow: "a"}},
		Buttons:  map[string]bot.Button{"b": {Flow: "gone"}, "c": {Flow: "gone"}},
		Card:     map[claim.Status][]bot.Option{claim.Open: {{ID: "d"}}},
		News:     map[bot.News]string{bot.NewsOpened: "gone", bot.NewsAdded: "gone"},
	}
	_, err := bot.New(bot.Config{House: h})
	if err == nil {
		t.Fatal("an engine was made of it")
	}
	want := []string{
		`check flows: root leads to flow "", which does not exist`,
		`desk leads to flow "", which does not exist`,
		`nudge leads to flow "", which does not exist`,
		`command x leads to flow "gone", which does not exist`,
		`button b leads to flow "gone", which does not exist`,
		`button c leads to flow "gone", which does not exist`,
		"button d of the card of open is none of the desk's",
		`news added leads to flow "gone", which does not exist`,
		`news opened leads to flow "gone", which does not exist`,
		`command "x" stands twice`,
		"flow a: step one leads to two, which does not exist",
		"flow a: step one leads to three, which does not exist",
		`flow "a" stands twice`,
	}
	if diff := cmp.Diff(want, strings.Split(err.Error(), "\n")); diff != "" {
		t.Errorf("mistakes (-want +got):\n%s", diff)
	}
}

func TestHouseOfTheProduct(t *testing.T) {
	t.Parallel()
	if err := flows.House().Check(); err != nil {
		t.Error(err)
	}
}

func TestGraph(t *testing.T) {
	t.Parallel()
	want := bot.Graph{Flow: "a", Steps: []bot.StepID{"one", "two"}, Edges: []bot.Edge{{"one", "two"}, {"one", "one"}, {"two", "one"}}}
	if diff := cmp.Diff(want, flow("a", step("one", "two", "one"), step("two", "one")).Graph()); diff != "" {
		t.Errorf("graph (-want +got):\n%s", diff)
	}
}
