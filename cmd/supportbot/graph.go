package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/flows"
)

// statusGraph is the name under which the life of a claim is drawn; a flow is called by its own.
const statusGraph = "status"

func graphCommand() *cobra.Command {
	var only string
	cmd := command("graph", "Draw the flows and the life of a claim as Mermaid", nil, func(cmd *cobra.Command, _ []string) error {
		list := graphs(flows.House().Flows)
		if only == "" {
			for _, g := range list {
				fmt.Fprintf(cmd.OutOrStdout(), "## %s\n\n```mermaid\n%s```\n\n", g.title, g.text)
			}
			return nil
		}
		var names []string
		for _, g := range list {
			if g.name == only {
				fmt.Fprint(cmd.OutOrStdout(), g.text)
				return nil
			}
			names = append(names, g.name)
		}
		return usagef("there is no flow %q; there are %s", only, strings.Join(names, ", "))
	})
	cmd.Flags().StringVar(&only, "flow", "", "draw only this flow, or 'status' for the life of a claim")
	cmd.Long = "Draw the flows and the life of a claim as Mermaid, in a Markdown document; one alone as bare Mermaid."
	return cmd
}

// graph is one drawing.
type graph struct{ name, title, text string }

// graphs draws everything, in the order of the registration.
func graphs(list []bot.Flow) []graph {
	var life strings.Builder
	drawStatuses(&life, claim.Transitions)
	drawn := []graph{{statusGraph, "The life of a claim", life.String()}}
	for _, f := range list {
		var b strings.Builder
		g := f.Graph()
		drawFlow(&b, g)
		drawn = append(drawn, graph{g.Flow, "Flow " + g.Flow, b.String()})
	}
	return drawn
}

// drawFlow draws the steps in their order. Nodes are numbered, because words such as "end" mean
// something to Mermaid.
func drawFlow(w io.Writer, g bot.Graph) {
	fmt.Fprintln(w, "flowchart TD")
	node := map[bot.StepID]string{}
	for i, s := range g.Steps {
		node[s] = fmt.Sprintf("s%d", i+1)
		fmt.Fprintf(w, "    %s[\"%s\"]\n", node[s], quoted(string(s)))
	}
	if len(g.Steps) == 0 { // it says something and is over
		fmt.Fprintln(w, "    begin((begin)) --> over((over))")
		return
	}
	fmt.Fprintf(w, "    begin((begin)) --> %s\n", node[g.Steps[0]])
	for _, e := range g.Edges {
		fmt.Fprintf(w, "    %s --> %s\n", node[e.From], node[e.To])
	}
}

// drawStatuses draws who may take each edge, and under which condition.
func drawStatuses(w io.Writer, list []claim.Transition) {
	fmt.Fprintf(w, "stateDiagram-v2\n    [*] --> %s\n", claim.Open)
	from := map[claim.Status]bool{}
	for _, t := range list {
		from[t.From] = true
		var roles []string
		for _, r := range t.By {
			roles = append(roles, cmp.Or(string(r), "program"))
		}
		label := cmp.Or(strings.Join(roles, " or "), "anybody")
		if t.Guard != "" {
			label += ", if " + string(t.Guard)
		}
		fmt.Fprintf(w, "    %s --> %s: %s\n", t.From, t.To, quoted(label))
	}
	for _, t := range list {
		if !from[t.To] {
			from[t.To] = true
			fmt.Fprintf(w, "    %s --> [*]\n", t.To)
		}
	}
}

// quoted writes a label as Mermaid wants it.
func quoted(s string) string { return strings.ReplaceAll(s, `"`, "#quot;") }
