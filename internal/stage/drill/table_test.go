//go:build !embedded && unix

package drill_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// chat writes down what stands in a person's chat.
func chat(p phone) string {
	var b strings.Builder
	for _, m := range p.shows() {
		who := "  he: "
		if m.bot {
			who = "  bot: "
		}
		line := strings.ReplaceAll(m.text, "\n", " / ")
		fmt.Fprintf(&b, "%s %s%s%.120s %v files %d\n", m.at.Format(time.TimeOnly), m.id, who, line, m.buttons, m.files)
	}
	return b.String()
}

// told returns what the replicas have logged about a person's chat.
func (d *drill) told(p phone) string {
	var list []string
	for _, r := range d.replicas {
		for _, line := range r.written() {
			if strings.Contains(line, p.chat()) {
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
	row("requests: 2xx, else, cut, nobody", "%d, %d, %d, %d", d.balancer.passed.Load(), d.balancer.refused.Load(), d.balancer.cut.Load(), d.balancer.nobody.Load())
	row("/readyz: ready, away, no answer", "%d, %d, %d", d.prober.ready, d.prober.away, d.prober.silent)
	cards := 0
	for _, n := range d.cards() {
		cards += n
	}
	row("claims on the desk, cards, topics", "%d, %d, %d", len(d.cards()), cards, len(d.telegram.desk.Topics()))
	row("in danger, onlookers, in a channel", "%d, %d, %d", len(d.victims), len(d.crowd), len(d.passersby))
	row("talks, messages each way", "%d, %d", len(d.talks), letters)
	row("Slack: stored, kept in the spool", "%d, %d", d.logged("slack update not worked in time"), d.logged("is kept in the spool"))
	row("Slack: connections renewed", "%d", d.renewed)
	row("repeats of no update or cut", "%d", d.unexplained)
	for i, p := range d.platforms() {
		fmt.Fprintf(&b, "on %s\n", p.name())
		for _, name := range slices.Sorted(maps.Keys(d.weather[i].done)) {
			row(name, "%d", d.weather[i].done[name])
		}
		d.counted(p, i, row)
	}
	return b.String()
}

// counted adds what people of one platform did and saw.
func (d *drill) counted(on platform, i int, row func(name, format string, args ...any)) {
	updates, deliveries, lost, presses, customers, again, repeated, redone, errors, messages, forms, resent := 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
	for n := i; n < len(d.customers); n += len(d.platforms()) {
		c := d.customers[n]
		customers++
		updates += len(c.deliveries)
		again += c.repeats
		redone += c.redone
		errors += c.errors
		forms += c.forms
		resent += c.resent
		for _, u := range c.deliveries {
			deliveries += u.tries()
			switch {
			case u.lost() && u.once():
				presses++
			case u.lost():
				lost++
			}
		}
		repeated += repeats(c)
		messages += len(said(c.shows()))
	}
	slowest := time.Duration(0)
	for n := i; n < len(d.victims); n += len(d.platforms()) {
		slowest = max(slowest, d.victims[n].told.Sub(d.victims[n].wrote))
	}
	row("calls refused with 429", "%d", on.refused())
	row("customers", "%d", customers)
	row("windows filled in, sent again", "%d, %d", forms-resent, resent)
	row("their updates, deliveries", "%d, %d", updates, deliveries)
	row("given up: messages, presses", "%d, %d", lost, presses)
	row("updates and presses repeated", "%d", again)
	row("errors seen, presses again", "%d", errors)
	row("answers asked for again", "%d", redone-errors)
	row("messages to customers, repeats", "%d, %d", messages, repeated)
	row("slowest S-STOP", "%s", slowest.Round(100*time.Millisecond))
}
