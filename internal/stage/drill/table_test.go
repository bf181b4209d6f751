//go:build !embedded && unix

package drill_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// chat writes down what stands in a person's chat.
func chat(p *fake.Person) string {
	var b strings.Builder
	for _, m := range p.Chat().Visible() {
		who := "  he: "
		if m.Bot {
			who = "  bot: "
		}
		line := strings.ReplaceAll(m.Text, "\n", " / ")
		fmt.Fprintf(&b, "%s %d%s%.120s %v files %d\n", m.Date.Format(time.TimeOnly), m.ID, who, line, m.Labels(), len(m.Files))
	}
	return b.String()
}

// told returns what the replicas have logged about a person's chat.
func (d *drill) told(p *fake.Person) string {
	var list []string
	for _, r := range d.replicas {
		for _, line := range r.written() {
			if strings.Contains(line, strconv.FormatInt(p.ID(), 10)) {
				list = append(list, fmt.Sprintf("%.400s %s", line, r.name))
			}
		}
	}
	slices.Sort(list)
	return strings.Join(list, "\n")
}

// table is what the drill has done and counted.
func (d *drill) table() string {
	var b strings.Builder
	row := func(name, format string, args ...any) {
		fmt.Fprintf(&b, "  %-34s %s\n", name, fmt.Sprintf(format, args...))
	}
	fmt.Fprintf(&b, "\nwhat was done\n")
	row("seed", "%d", d.seed)
	row("faults for, then until all is done", "%s, %s", d.calm.Sub(d.began).Round(time.Second), d.done.Sub(d.calm).Round(time.Second))
	for _, p := range points {
		row("killed "+p, "%d", d.deaths.hits[p])
	}
	row("killed at a random moment", "%d", d.deaths.random)
	row("starts, without a store", "%d, %d", d.deaths.starts, d.deaths.failures)
	for _, name := range slices.Sorted(maps.Keys(d.weather.done)) {
		row("platform: "+name, "%d", d.weather.done[name])
	}
	row("webhook: 2xx, else, cut, nobody", "%d, %d, %d, %d", d.balancer.passed.Load(), d.balancer.refused.Load(), d.balancer.cut.Load(), d.balancer.nobody.Load())
	d.counted(row)
	return b.String()
}

// counted adds what people did and saw.
func (d *drill) counted(row func(name, format string, args ...any)) {
	updates, deliveries, again, repeated, redone, messages := 0, 0, 0, 0, 0, 0
	for _, c := range d.customers {
		updates += len(c.updates)
		again += c.repeats
		redone += c.redone
		for _, u := range c.updates {
			deliveries += u.Deliveries()
		}
		repeated += repeats(c.who)
		messages += len(c.who.Chat().Said())
	}
	refused := 0
	for _, c := range d.platform.Calls() {
		if c.Status == http.StatusTooManyRequests {
			refused++
		}
	}
	slowest := time.Duration(0)
	for _, v := range d.victims {
		slowest = max(slowest, v.told.Sub(v.wrote))
	}
	row("people in danger, slowest S-STOP", "%d, %s", len(d.victims), slowest.Round(100*time.Millisecond))
	row("customers, onlookers", "%d, %d", len(d.customers), len(d.crowd))
	row("updates of customers, deliveries", "%d, %d", updates, deliveries)
	row("updates and presses repeated", "%d", again)
	row("calls refused with 429", "%d", refused)
	row("messages to customers, repeats", "%d, %d", messages, repeated)
	row("repeats of no update or cut", "%d", d.unexplained)
	row("answers asked for again", "%d", redone)
	row("/readyz: ready, away, no answer", "%d, %d, %d", d.prober.ready, d.prober.away, d.prober.silent)
	cards := 0
	for _, n := range d.cards() {
		cards += n
	}
	row("claims on the desk, cards, topics", "%d, %d, %d", len(d.cards()), cards, len(d.desk.Topics()))
}
