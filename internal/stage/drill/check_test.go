//go:build !embedded && unix

package drill_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/store/media"
	"github.com/optoste/supportbot/store/postgres"
)

func (d *drill) check(t *testing.T, ctx context.Context) {
	t.Helper()
	d.checkClaims(t, ctx)
	for _, c := range d.customers {
		d.checkChat(t, c)
	}
	for i, o := range d.crowd {
		if !o.answered() {
			t.Errorf("onlooker %d has not both answers in their order:\n%s", i, chat(o))
		}
	}
	for i, v := range d.victims {
		if v.told.IsZero() {
			t.Errorf("victim %d was not told to stop:\n%s", i, chat(v))
		}
	}
	d.checkChannel(t)
	if d.unexplained > d.deathsInAll() {
		t.Errorf("%d repeats that only a death while sending explains, of %d deaths", d.unexplained, d.deathsInAll())
	}
	d.checkUpdates(t)
	d.checkDesk(t)
	d.checkReplicas(t, ctx)
	for _, p := range d.platforms() {
		for _, m := range p.mistakes() {
			t.Errorf("mistake towards %s: %s", p.name(), m)
		}
	}
	for _, p := range points {
		if d.deaths.hits[p] < d.hits {
			t.Errorf("%d deaths at %s, want %d", d.deaths.hits[p], p, d.hits)
		}
	}
	for _, f := range d.deaths.faults {
		t.Error(f)
	}
}

// checkClaims compares the claims in the database, and their files, with what the customers said.
func (d *drill) checkClaims(t *testing.T, ctx context.Context) {
	t.Helper()
	db, err := postgres.Open(ctx, d.url)
	must(t, err)
	defer db.Close()
	files, err := media.Open(ctx, "file://"+d.media())
	must(t, err)
	defer files.Close()
	d.checkTalks(t, ctx, db)
	list, err := db.FindClaims(ctx, bot.ClaimFilter{Limit: 10 * len(d.customers)})
	must(t, err)
	of := map[claim.PersonID][]claim.Claim{}
	for _, c := range list {
		of[c.Reporter.ID] = append(of[c.Reporter.ID], c)
	}
	for n, c := range d.customers {
		mine := of[claim.PersonID(c.person())]
		if len(mine) != 1 || !c.sent {
			t.Errorf("customer %d (sent %t) has %d claims, want one:\n%s%s", n, c.sent, len(mine), chat(c), d.told(c))
			continue
		}
		if problem := d.complete(ctx, files, c, mine[0]); problem != "" {
			t.Errorf("customer %d, %s: %s\n%s%s", n, mine[0].ID, problem, chat(c), d.told(c))
		}
	}
	if len(list) != len(d.customers) {
		t.Errorf("%d claims of %d customers", len(list), len(d.customers))
	}
}

// complete compares a claim with what its customer said; empty = nothing is missing.
func (d *drill) complete(ctx context.Context, files *media.Bucket, who *customer, c claim.Claim) string {
	want := who.hashes()
	for _, e := range c.Evidence {
		if !want[e.Hash] {
			return "has a file that nobody sent, or one twice: " + e.Hash
		}
		delete(want, e.Hash)
		r, err := files.Get(ctx, e.Hash)
		if err != nil {
			return "its file is not kept: " + err.Error()
		}
		content, err := io.ReadAll(r)
		r.Close()
		if err != nil || !slices.ContainsFunc(who.photos[:], func(p []byte) bool { return bytes.Equal(p, content) }) {
			return fmt.Sprintf("its file %s is another one: %v", e.Hash, err)
		}
	}
	switch {
	case len(want) > 0:
		return fmt.Sprintf("lacks %d files", len(want))
	case len(c.Lines) != 1 || string(c.Lines[0].Serial) != who.serial:
		return fmt.Sprintf("is about %v, not %s", c.Lines, who.serial)
	case !strings.Contains(c.Description, who.words):
		return fmt.Sprintf("says %q, not %q", c.Description, who.words)
	case string(c.Severity) != who.severity:
		return fmt.Sprintf("is %s, not %s", c.Severity, who.severity)
	}
	return ""
}

// checkChat looks at what stands in a customer's chat: each question, in its order, and nothing more often
// than what went wrong explains. An older question stands again only right before the newest one, which then
// stands again as well.
func (d *drill) checkChat(t *testing.T, c *customer) {
	t.Helper()
	asked, newest := map[ask]int{}, nothing
	list := slices.DeleteFunc(said(c.shows()), func(m shown) bool { return slices.Contains([]ask{nothing, sorry, belongs, begun}, read(m)) })
	for i, m := range list {
		asks := read(m)
		asked[asks]++
		if asks < newest && (asked[asks] == 1 || i+1 == len(list) || read(list[i+1]) != newest) {
			t.Errorf("chat of %s: a message out of order:\n%s%s", c.serial, chat(c), d.told(c))
			return
		}
		newest = max(newest, asks)
	}
	for asks := whatToDo; asks <= filed; asks++ {
		inWindow := c.forms > 0 && asks >= whichMachine && asks <= howBad
		if asked[asks] == 0 && !inWindow {
			t.Errorf("chat of %s: question %d was never asked:\n%s", c.serial, asks, chat(c))
		}
	}
	again, explained := repeats(c), d.explained(c)
	d.unexplained += max(again-explained, 0)
	if again > explained+2 { // a process may have died while it sent what was queued
		t.Errorf("chat of %s: %d repeats, explained are %d:\n%s%s", c.serial, again, explained, chat(c), d.told(c))
	}
}

// repeats counts questions and their like that stand in a chat already.
func repeats(p phone) int {
	seen, n := map[string]bool{}, 0
	for _, m := range said(p.shows()) {
		if read(m) != nothing && seen[m.text] {
			n++
		}
		seen[m.text] = true
	}
	return n
}

// cuts is how many calls about a chat took effect, but nobody learned of it.
func (d *drill) cuts(chat string) (n int) {
	for _, w := range d.weather {
		n += w.cuts[chat]
	}
	return n
}

// explained is how many repeats are excused: an update came more than once, or nobody learned that a
// message had been sent.
func (d *drill) explained(c *customer) int {
	n := d.cuts(c.chat()) + c.redone
	for _, u := range c.deliveries {
		n += max(u.tries()-1, 0)
	}
	return n
}

// checkChannel wants an answer to each mention, and more only where that is explained.
func (d *drill) checkChannel(t *testing.T) {
	t.Helper()
	cuts := d.cuts(d.slack.channel.ID())
	for i, p := range d.passersby {
		again, explained := p.answers()-1, p.repeats()+cuts
		d.unexplained += max(again-explained, 0)
		if again < 0 || again > explained+2 { // see checkChat
			t.Errorf("passer-by %d has %d answers, %d repeats are explained: %s", i, again+1, explained, p.told)
		}
	}
}

// checkUpdates wants each update acknowledged, and none given up; on Slack those are that nobody was there for
// when it came and came again, and presses (platform-facts.md 63, 79).
func (d *drill) checkUpdates(t *testing.T) {
	t.Helper()
	for n, c := range d.customers {
		for _, u := range c.deliveries {
			if !u.acked() && !u.lost() {
				t.Errorf("customer %d: %s is not acknowledged, %d deliveries", n, u, u.tries())
			}
		}
	}
	for _, p := range d.platforms() {
		if n := p.pending(); n > 0 {
			t.Errorf("%d updates of %s are not acknowledged", n, p.name())
		}
	}
}

var cardTitle = regexp.MustCompile(`^(C-\d{4}-\d{4}) · `)

// cards counts the cards of each claim on the desk.
func (d *drill) cards() map[string]int {
	list := map[string]int{}
	for _, m := range d.telegram.desk.Said() {
		if found := cardTitle.FindStringSubmatch(m.Text); found != nil {
			list[found[1]]++
		}
	}
	return list
}

// checkDesk wants a topic and a card for each claim; more only where a call was cut or a replica died.
func (d *drill) checkDesk(t *testing.T) {
	t.Helper()
	cards, topics := d.cards(), map[string]int{}
	for _, topic := range d.telegram.desk.Topics() {
		topics[claimNumber.FindString(topic.Name)]++
	}
	for i, v := range d.victims {
		if !d.alarmed(v) {
			t.Errorf("the desk was not told of victim %d", i)
		}
	}
	excess := func(list map[string]int) (n int) {
		for _, count := range list {
			n += count - 1
		}
		return n
	}
	if len(cards) != len(d.customers) || len(topics) != len(d.customers) {
		t.Errorf("%d cards and %d topics for %d claims", len(cards), len(topics), len(d.customers))
	}
	explained := d.cuts(strconv.FormatInt(d.telegram.desk.ID(), 10)) + d.deathsInAll()
	if n := excess(cards) + excess(topics); n > explained {
		t.Errorf("%d cards and topics too many, explained are %d", n, explained)
	}
}

// alarmed tells whether the desk knows of a victim.
func (d *drill) alarmed(v *victim) bool {
	for _, m := range d.telegram.desk.Said() {
		if strings.HasPrefix(m.Text, "EMERGENCY") && strings.Contains(m.Text, v.at()) {
			return true
		}
	}
	return false
}

func (d *drill) deathsInAll() int {
	n := d.deaths.random
	for _, hits := range d.deaths.hits {
		n += hits
	}
	return n
}

// checkReplicas looks at the replicas that live, and at what all have logged.
func (d *drill) checkReplicas(t *testing.T, ctx context.Context) {
	t.Helper()
	never := []string{"panic", "goroutine "}
	for _, p := range d.platforms() {
		never = append(never, p.secrets()...)
	}
	for _, r := range d.replicas {
		for name, most := range map[string]float64{"go_goroutines": 300, "process_resident_memory_bytes": 400 << 20, "process_open_fds": 500} {
			if n, err := metric(ctx, r.addr, name); err != nil || n > most || n == 0 {
				t.Errorf("%s: %s %.0f, at most %.0f: %v", r.name, name, n, most, err)
			}
		}
		for _, line := range r.written() {
			if slices.ContainsFunc(never, func(s string) bool { return strings.Contains(line, s) }) {
				t.Errorf("%s has logged: %s", r.name, line)
			}
		}
	}
}

// logged counts the lines of all replicas in which something stands.
func (d *drill) logged(what string) (n int) {
	for _, r := range d.replicas {
		for _, line := range r.written() {
			if strings.Contains(line, what) {
				n++
			}
		}
	}
	return n
}

// metric reads one number from /metrics.
func metric(ctx context.Context, addr, name string) (float64, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+addr+"/metrics", http.NoBody)
	if err != nil {
		return 0, err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	found := regexp.MustCompile(`(?m)^` + name + ` (\S+)$`).FindSubmatch(b)
	if found == nil {
		return 0, fmt.Errorf("no %s: %w", name, err)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

// checkReady wants the truth from /readyz, and to have seen both kinds of it.
func (d *drill) checkReady(t *testing.T) {
	t.Helper()
	for _, lie := range d.prober.lies {
		t.Error("/readyz: " + lie)
	}
	if d.prober.ready == 0 || d.prober.away == 0 {
		t.Errorf("/readyz was asked too seldom: ready %d, away %d", d.prober.ready, d.prober.away)
	}
}
