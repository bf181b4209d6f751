//go:build !embedded && unix

package drill_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// customer is somebody who reports a malfunction. He acts on what stands in his chat and on nothing else:
// he answers the newest question, once.
type customer struct {
	phone
	dice     *rand.Rand
	lang     string
	serial   string
	words    string
	severity string
	photos   [3][]byte
	wake     chan struct{} // something may be new
	answered string        // the question that he answered last
	pressed  *tap          // the button that he pressed last
	tap      delivery      // the press that answers what he has seen; nil = he answered otherwise
	taps     int           // how often he has pressed for it
	types    bool          // he begins his report by a word; else by a button, which may open a window
	filled   delivery      // what he has filled in and sent last; nil = nothing

	mu         sync.Mutex
	deliveries []delivery
	seen       int64 // the bot's message that he has acted on
	begun      time.Time
	sent       bool // he has pressed "send"
	forms      int  // windows that he has filled in and sent
	resent     int  // the same once more, because it was not heard
	claims     map[string]bool
	repeats    int // what came again for no reason, presses that were repeated
	redone     int // answers given again because the bot asked for it
	errors     int // presses of which he saw that they were not taken
}

// tap is a button under a message.
type tap struct {
	on     shown
	button string
}

func newCustomer(p platform, n int, dice *rand.Rand) *customer {
	lang := []string{"en", "zh"}[n/2%2]
	c := &customer{
		phone: p.person("Customer "+strconv.Itoa(n), lang), dice: dice, lang: lang, serial: fmt.Sprintf("DR-2026-%04d", n),
		words:    fmt.Sprintf("Camera %d shows no image since Monday, alarm %04d-A", n%8, 7919*n%10000),
		severity: []string{"line_down", "degraded", "question"}[n%3], wake: make(chan struct{}, 1), claims: map[string]bool{},
		types: n/4%2 == 0,
	}
	for i := range c.photos {
		c.photos[i] = photo(n, i)
	}
	return c
}

// side is how many dots a photo is wide and high.
const side = 12

// photo draws a picture that nobody else sends.
func photo(n, i int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, side, side))
	noise := rand.New(rand.NewPCG(uint64(n), uint64(i)))
	for at := range side * side {
		img.Set(at%side, at/side, color.RGBA{uint8(noise.IntN(256)), uint8(noise.IntN(256)), uint8(noise.IntN(256)), 255})
	}
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err) // memory does not fail
	}
	return b.Bytes()
}

// hashes are the SHA-256 of his photos.
func (c *customer) hashes() map[string]bool {
	list := map[string]bool{}
	for _, p := range c.photos {
		sum := sha256.Sum256(p)
		list[hex.EncodeToString(sum[:])] = true
	}
	return list
}

// live begins after a time, and acts until ctx ends.
func (c *customer) live(ctx context.Context, after time.Duration) {
	if !pause(ctx, after) {
		return
	}
	c.mu.Lock()
	c.begun = time.Now()
	c.mu.Unlock()
	c.did(c.greet())
	for ctx.Err() == nil {
		if w, open := c.window(); open {
			if !pause(ctx, c.reads()) {
				return
			}
			if now, open := c.window(); open && now.id == w.id { // while he thought, it stayed
				c.fills(now)
			}
			continue
		}
		q, ok := c.newest()
		if !ok {
			select {
			case <-c.wake:
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			continue
		}
		if !pause(ctx, c.thinks(q)) {
			return
		}
		if _, open := c.window(); open { // it is in front of all that
			continue
		}
		if again, ok := c.newest(); ok && again.order == q.order { // while he thought, nothing came
			c.act(ctx, q)
		}
	}
}

// thinks is how long he thinks before he acts on a message.
func (c *customer) thinks(q shown) time.Duration {
	think := between(c.dice, 100*time.Millisecond, 1500*time.Millisecond)
	switch {
	case c.failed():
		think += time.Second << c.taps
	case q.text == c.answered: // he has just answered that: perhaps it is on its way
		think += 8 * time.Second
	}
	return think
}

// reads is how long he thinks before he sends a window, or looks after what he has sent.
func (c *customer) reads() time.Duration {
	think := between(c.dice, 100*time.Millisecond, 1500*time.Millisecond)
	if c.filled != nil && c.filled.lost() {
		think += time.Second << min(c.taps, mostTaps)
	}
	return think
}

// fills fills in a window and sends it. Where that was not heard, it stays, and he sends it again; when it is too
// late for it, he goes on in the chat.
func (c *customer) fills(w window) {
	if w.wrong {
		c.shut()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.seen = 0 // what the chat asks for is to be answered there
		return
	}
	if c.filled != nil && !c.filled.acked() && !c.filled.lost() {
		return // it is on its way
	}
	sent, ok := c.fill(map[string]string{"serial": c.serial, "description": c.words, "severity": c.severity})
	if !ok {
		return
	}
	c.did(sent)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.filled != nil && c.filled.lost() {
		c.taps++
		c.resent++
	}
	c.filled, c.tap = sent, nil
	c.forms++
}

// mostTaps is how often he presses a button that shows him an error.
const mostTaps = 6

// failed tells whether he sees an error at the button that he pressed, and has not lost patience.
func (c *customer) failed() bool {
	return c.tap != nil && c.tap.once() && c.tap.lost() && c.taps < mostTaps
}

// did notes what he did, and lets things go wrong with it now and then: it comes again.
func (c *customer) did(list ...delivery) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deliveries = append(c.deliveries, list...)
	for _, u := range list {
		if c.dice.IntN(10) == 0 && u.again() {
			c.repeats++
		}
	}
}

// ask is what a message asks of a customer.
type ask int

const (
	nothing ask = iota
	whatToDo
	whichMachine
	whatHappens
	howBad
	pictures
	check
	filed
	belongs // does this belong to the claim?
	begun   // he has begun a report: shall it go on?
	sorry   // his last message could not be worked, he shall go on
)

// signs are the words by which he knows what a message asks, the last ones first.
var signs = []struct {
	words string
	asks  ask
}{
	{"Does this belong to claim", belongs},
	{"这是关于报修单", belongs},
	{"You have a report in progress", begun},
	{"份未完成的报修", begun},
	{"Your claim is C-", filed},
	{"您的报修单号是", filed},
	{"Please check:", check},
	{"请核对：", check},
	{"4/4 ", pictures},
	{"3/4 ", howBad},
	{"2/4 ", whatHappens},
	{"1/4 ", whichMachine},
	{"What can I do for you?", whatToDo},
	{"请问需要什么帮助", whatToDo},
	{"I could not process your last message", sorry},
	{"您的上一条消息无法处理", sorry},
}

// read understands a message.
func read(m shown) ask {
	for _, s := range signs {
		if strings.Contains(m.text, s.words) {
			return s.asks
		}
	}
	return nothing
}

// ends returns the data of the first button that ends so; empty = there is none.
func (m shown) ends(end string) string {
	for _, b := range m.buttons {
		if strings.HasSuffix(b.data, end) {
			return b.data
		}
	}
	return ""
}

// newest returns the newest message that he has something to do for.
func (c *customer) newest() (shown, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	list := said(c.shows())
	apology := false
	for i := len(list) - 1; i >= 0; i-- {
		m := list[i]
		asks := read(m)
		switch {
		case asks == nothing:
			continue
		case asks == sorry:
			apology = apology || m.order > c.seen
			continue
		case asks == filed:
			c.claims[claimNumber.FindString(m.text)] = true
			return m, false
		case asks == check && files(m) < len(c.photos): // the others are still on their way
			return m, false
		}
		return m, m.order > c.seen || apology || c.failed()
	}
	return shown{}, false
}

var (
	claimNumber = regexp.MustCompile(`C-\d{4}-\d{4}`)
	fileLine    = regexp.MustCompile(`(?:Files: |附件：)(\d+)`)
)

// files returns how many files the summary has.
func files(m shown) int {
	found := fileLine.FindStringSubmatch(m.text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// end is how the data of the button ends with which he answers a question; empty = with words, or pictures.
func (c *customer) end(of ask) string {
	return map[ask]string{whatToDo: ".report", howBad: "." + c.severity, check: ".send", belongs: ".add", begun: ".d0"}[of]
}

// act answers a message.
func (c *customer) act(ctx context.Context, m shown) {
	asks := read(m)
	if _, slack := c.phone.(slackPhone); slack && c.types && asks == whatToDo {
		c.sees(m)
		c.did(c.command("report"))
		return
	}
	with := m.ends(c.end(asks))
	if c.end(asks) != "" && with == "" { // somebody has taken the button away: his press was heard
		return
	}
	c.sees(m)
	switch asks {
	case whichMachine:
		c.write(ctx, c.serial)
	case whatHappens:
		c.write(ctx, c.words)
	case pictures:
		c.album()
	case whatToDo, howBad, check, belongs, begun:
		c.tapOn(m, with, asks == check)
	case nothing, filed, sorry:
	}
}

// sees notes that he acts on a message.
func (c *customer) sees(m shown) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if m.order <= c.seen {
		c.redone++
		if c.failed() {
			c.errors++
		}
	} else {
		c.taps = 0
	}
	list := said(c.shows())
	c.seen, c.answered, c.tap = list[len(list)-1].order, m.text, nil
}

// write writes, and sometimes the words are on their way for long: then his last press, once more, overtakes
// them.
func (c *customer) write(ctx context.Context, text string) {
	if c.pressed == nil || c.dice.IntN(5) > 0 {
		c.did(c.say(text))
		return
	}
	long := between(c.dice, 50*time.Millisecond, time.Second)
	c.did(c.slowly(ctx, text, long, c.pressAgain))
}

// pressAgain repeats his last press, as a nervous finger or a second device does.
func (c *customer) pressAgain() {
	c.did(c.press(c.pressed.on, c.pressed.button))
	c.mu.Lock()
	defer c.mu.Unlock()
	c.repeats++
}

// tapOn presses a button, and sometimes presses it twice.
func (c *customer) tapOn(m shown, button string, sends bool) {
	c.mu.Lock()
	c.sent = c.sent || sends
	c.mu.Unlock()
	c.pressed = &tap{m, button}
	p := c.press(m, button)
	c.mu.Lock()
	c.tap = p
	c.taps++
	c.mu.Unlock()
	c.did(p)
	if c.dice.IntN(4) == 0 {
		c.pressAgain()
	}
}

// album sends the photos at once; they arrive in any order.
func (c *customer) album() {
	var list []picture
	places := c.dice.Perm(len(c.photos))
	for i, content := range c.photos {
		p := picture{content: content, side: side, placement: places[i]}
		if c.dice.IntN(10) == 0 {
			p.fails = [2]int{c.dice.IntN(3), c.dice.IntN(3)}
		}
		list = append(list, p)
	}
	c.did(c.send(list)...)
}
