//go:build !embedded && unix

package drill_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// letters is how many messages go each way in a talk; talks of them go on while everything goes wrong.
const (
	letters = 8
	talks   = 16
)

// talk is what a customer whose claim is open and an engineer say to each other, in numbered messages. The engineer
// is on Telegram, in the topic of the claim.
type talk struct {
	*customer
	n        int
	desk     *telegram
	engineer *fake.Person
	chance   *rand.Rand // the engineer's
	claim    string     // its number; empty = the customer does not know it yet

	mu     sync.Mutex
	asked  []delivery // the engineer's messages
	told   []delivery // the customer's
	notes  []int64    // the engineer's messages by their ids
	finish time.Time
}

func newTalk(c *customer, n int, desk *telegram, chance *rand.Rand) *talk {
	return &talk{customer: c, n: n, desk: desk, chance: chance, engineer: desk.NewPerson(fake.Profile{First: "Engineer " + strconv.Itoa(n)})}
}

// Words that nobody else uses, with the number of the talk and of the message.
func (t *talk) answer(i int) string { return fmt.Sprintf("answer-%d-%d", t.n, i) }
func (t *talk) word(i int) string   { return fmt.Sprintf("word-%d-%d", t.n, i) }

var numbered = regexp.MustCompile(`(answer|word)-(\d+)-(\d+)`)

// live talks when the claim is open, both ways at once.
func (t *talk) live(ctx context.Context) {
	for t.claim == "" {
		if !pause(ctx, 200*time.Millisecond) {
			return
		}
		t.customer.mu.Lock()
		for id := range t.claims {
			t.claim = id
		}
		t.customer.mu.Unlock()
	}
	var both sync.WaitGroup
	both.Go(func() { t.ask(ctx) })
	both.Go(func() { t.tell(ctx) })
	both.Wait()
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finish = time.Now()
}

// topics returns those of the claim, the newest last.
func (t *talk) topics() (list []int64) {
	for _, topic := range t.desk.desk.Topics() {
		if strings.HasPrefix(topic.Name, t.claim+" ") {
			list = append(list, topic.ID)
		}
	}
	return list
}

// ask has the engineer answer in the topic that has the card, one message after the other, without waiting.
func (t *talk) ask(ctx context.Context) {
	for len(t.topics()) == 0 {
		if !pause(ctx, 200*time.Millisecond) {
			return
		}
	}
	topic := t.topics()[len(t.topics())-1]
	for i := range letters {
		u := t.desk.desk.Send(t.engineer, fake.Post{Thread: topic, Text: "!reply " + t.claim + " " + t.answer(i)})
		said := update{t.desk, u}
		if t.chance.IntN(5) == 0 {
			said.again()
		}
		t.mu.Lock()
		t.asked, t.notes = append(t.asked, said), append(t.notes, u.Message())
		t.mu.Unlock()
		if !pause(ctx, between(t.chance, 100*time.Millisecond, 3*time.Second)) {
			return
		}
	}
}

// tell has the customer add to the claim. Where the platform keeps no order he waits for the answer: what it brings
// much later, because nobody was there, is added late. An answer that stands again is not the one to his last words.
func (t *talk) tell(ctx context.Context) {
	t.toClaim(ctx)
	for i := range letters {
		before := t.added()
		said := t.say(t.word(i))
		t.did(said)
		t.mu.Lock()
		t.told = append(t.told, said)
		t.mu.Unlock()
		if _, ordered := t.phone.(telegramPhone); ordered && i%2 == 0 {
			continue
		}
		for until := time.Now().Add(time.Minute); (t.added() == before || !said.acked()) && !said.lost() && time.Now().Before(until); {
			waiting, stop := context.WithTimeout(ctx, time.Second)
			_ = t.wait(waiting, func([]shown) bool { return t.added() > before && said.acked() })
			stop()
		}
	}
}

// toClaim presses the button under the report until he is asked what to add.
func (t *talk) toClaim(ctx context.Context) {
	invited := func(list []shown) bool {
		return slices.ContainsFunc(list, func(m shown) bool {
			return m.bot && (strings.Contains(m.text, "What shall I add to") || strings.Contains(m.text, "补充什么"))
		})
	}
	for !invited(t.shows()) && ctx.Err() == nil {
		for _, m := range slices.Backward(said(t.shows())) {
			if with := m.ends(".add"); read(m) == filed && with != "" {
				t.did(t.press(m, with))
				break
			}
		}
		waiting, stop := context.WithTimeout(ctx, 8*time.Second)
		_ = t.wait(waiting, invited)
		stop()
	}
}

// taken are the words by which he knows that something was added, also late.
var taken = []string{"the engineers see it", "I have added it to C-", "已补充到 C-"}

// added is how often he has read that something was added.
func (t *talk) added() (n int) {
	for _, m := range said(t.shows()) {
		if slices.ContainsFunc(taken, func(words string) bool { return strings.Contains(m.text, words) }) {
			n++
		}
	}
	return n
}

// arrived returns the numbered messages that stand in a chat, in their order, and complains of those of another talk.
func (t *talk) arrived(kind string, texts []string) (list []int, crossed string) {
	for _, text := range texts {
		for _, found := range numbered.FindAllStringSubmatch(text, -1) {
			i, _ := strconv.Atoi(found[3])
			switch {
			case found[1] == kind && found[2] != strconv.Itoa(t.n):
				crossed = text
			case found[1] == kind:
				list = append(list, i)
			}
		}
	}
	return list, crossed
}

// reads returns what each of them reads of the other.
func (t *talk) reads() (customer, engineer []string) {
	for _, m := range said(t.shows()) {
		customer = append(customer, m.text)
	}
	topics := t.topics()
	for _, m := range t.desk.desk.Said() {
		if slices.Contains(topics, m.Thread) && strings.Contains(m.Text, " added ") {
			engineer = append(engineer, m.Text)
		}
	}
	return customer, engineer
}

// wanted are the messages that must arrive: a platform may have given up what the customer said.
func wanted(list []delivery) (want []int) {
	for i, d := range list {
		if !d.lost() {
			want = append(want, i)
		}
	}
	return want
}

// silent says what has not arrived yet; empty = nothing is missing.
func (t *talk) silent() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.finish.IsZero() {
		return fmt.Sprintf("talk %d goes on: %d answers, %d words", t.n, len(t.asked), len(t.told))
	}
	byCustomer, byEngineer := t.reads()
	answers, _ := t.arrived("answer", byCustomer)
	words, _ := t.arrived("word", byEngineer)
	for kind, side := range map[string]struct{ have, want []int }{"answers": {answers, wanted(t.asked)}, "words": {words, wanted(t.told)}} {
		for _, i := range side.want {
			if !slices.Contains(side.have, i) {
				return fmt.Sprintf("talk %d: %s %v, want %v", t.n, kind, side.have, side.want)
			}
		}
	}
	if open := t.unnoted(); open != "" {
		return fmt.Sprintf("talk %d: %s", t.n, open)
	}
	return ""
}

// unnoted says which answer the engineer does not see to be sent; empty = he sees it of all.
func (t *talk) unnoted() string {
	notes := map[int64]string{}
	for _, m := range t.desk.desk.Said() {
		if m.ReplyTo != 0 && slices.Contains(t.notes, m.ReplyTo) {
			notes[m.ReplyTo] = m.Text
		}
	}
	for i, id := range t.notes {
		if !strings.HasPrefix(notes[id], "Sent to ") {
			return fmt.Sprintf("below answer %d stands %q", i, notes[id])
		}
	}
	return ""
}

// checkTalks wants each message of each talk on the other side, once or more, the first ones in their order, and none
// of another talk; and in the claim's history exactly once.
func (d *drill) checkTalks(t *testing.T, ctx context.Context, db bot.Claims) {
	t.Helper()
	for _, talk := range d.talks {
		if missing := talk.silent(); missing != "" {
			t.Errorf("%s\n%s", missing, chat(talk))
		}
		byCustomer, byEngineer := talk.reads()
		for kind, texts := range map[string][]string{"answer": byCustomer, "word": byEngineer} {
			list, crossed := talk.arrived(kind, texts)
			if crossed != "" {
				t.Errorf("talk %d (%s): a message of another one: %s", talk.n, talk.claim, crossed)
			}
			if first := firsts(list); !slices.IsSorted(first) {
				t.Errorf("talk %d (%s): %ss arrived as %v\n%s%s", talk.n, talk.claim, kind, list, chat(talk), d.told(talk))
			}
		}
		events, err := db.Events(ctx, claim.ID(talk.claim))
		if err != nil {
			t.Error(err)
			continue
		}
		var notes []string
		for _, e := range events {
			notes = append(notes, string(e.Kind)+" "+e.Note)
		}
		answers, _ := talk.arrived("answer", notes)
		words, _ := talk.arrived("word", notes)
		if !slices.Equal(answers, wanted(talk.asked)) || !slices.Equal(words, wanted(talk.told)) {
			t.Errorf("talk %d: the claim's history has the answers %v and the words %v", talk.n, answers, words)
		}
	}
}

// firsts leaves out what stands there already.
func firsts(list []int) (first []int) {
	for _, i := range list {
		if !slices.Contains(first, i) {
			first = append(first, i)
		}
	}
	return first
}
