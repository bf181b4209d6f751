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
	"sync/atomic"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// customer is somebody who reports a malfunction. He acts on what stands in his chat and on nothing else:
// he answers the newest question, once.
type customer struct {
	platform *fake.Server
	dice     *rand.Rand
	who      *fake.Person
	lang     string
	serial   string
	words    string
	severity string
	photos   [3][]byte
	wake     chan struct{} // something may be new
	hooked   *atomic.Bool  // updates come by a webhook
	answered string        // the question that he answered last
	last     *fake.Press   // of a button

	mu      sync.Mutex
	updates []*fake.Update
	seen    int64 // the bot's message that he has acted on
	begun   time.Time
	sent    bool // he has pressed "send"
	claims  map[string]bool
	repeats int // updates that came again for no reason, presses that were repeated
	redone  int // answers given again because the bot asked for it
}

func newCustomer(p *fake.Server, n int, dice *rand.Rand, hooked *atomic.Bool) *customer {
	c := &customer{
		platform: p, dice: dice, hooked: hooked, lang: []string{"en", "zh-hans"}[n%2], serial: fmt.Sprintf("DR-2026-%04d", n),
		words:    fmt.Sprintf("Camera %d shows no image since Monday, alarm %04d-A", n%8, 7919*n%10000),
		severity: []string{"line_down", "degraded", "question"}[n%3], wake: make(chan struct{}, 1), claims: map[string]bool{},
	}
	for i := range c.photos {
		c.photos[i] = photo(n, i)
	}
	c.who = p.NewPerson(fake.Profile{First: "Customer " + strconv.Itoa(n), Lang: c.lang})
	return c
}

// photo draws a picture that nobody else sends.
func photo(n, i int) []byte {
	const side = 12
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
	c.did(c.who.Start(""))
	for ctx.Err() == nil {
		q, ok := c.newest()
		if !ok {
			select {
			case <-c.wake:
			case <-time.After(time.Second):
			case <-ctx.Done():
			}
			continue
		}
		think := between(c.dice, 100*time.Millisecond, 1500*time.Millisecond)
		if q.Text == c.answered { // he has just answered that: perhaps it is on its way
			think += 8 * time.Second
		}
		if !pause(ctx, think) {
			return
		}
		if again, ok := c.newest(); ok && again.ID == q.ID { // while he thought, nothing came
			c.act(q)
		}
	}
}

// did notes what he did, and lets things go wrong with it now and then: the same update comes again.
func (c *customer) did(list ...*fake.Update) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.updates = append(c.updates, list...)
	for _, u := range list {
		if c.dice.IntN(10) == 0 && c.hooked.Load() { // a poll brings an update again only when it was not confirmed
			c.repeats++
			u.Again()
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
	sorry   // his last message could not be worked, he shall go on
)

// signs are the words by which he knows what a message asks, the last ones first.
var signs = []struct {
	words string
	asks  ask
}{
	{"Does this belong to claim", belongs},
	{"这是关于报修单", belongs},
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
func read(m fake.Shown) ask {
	for _, s := range signs {
		if strings.Contains(m.Text, s.words) {
			return s.asks
		}
	}
	return nothing
}

// button returns the data of the first button that ends so.
func button(m fake.Shown, end string) string {
	for _, row := range m.Buttons {
		for _, b := range row {
			if strings.HasSuffix(b.Data, end) {
				return b.Data
			}
		}
	}
	return ""
}

// newest returns the newest message that he has something to do for.
func (c *customer) newest() (fake.Shown, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.who.Chat().Said()
	apology := false
	for i := len(said) - 1; i >= 0; i-- {
		m := said[i]
		asks := read(m)
		switch {
		case asks == nothing:
			continue
		case asks == sorry:
			apology = apology || m.ID > c.seen
			continue
		case asks == filed:
			c.claims[claimNumber.FindString(m.Text)] = true
			return m, false
		case asks == check && files(m) < len(c.photos): // the others are still on their way
			return m, false
		}
		return m, m.ID > c.seen || apology
	}
	return fake.Shown{}, false
}

var (
	claimNumber = regexp.MustCompile(`C-\d{4}-\d{4}`)
	fileLine    = regexp.MustCompile(`(?:Files: |附件：)(\d+)`)
)

// files returns how many files the summary has.
func files(m fake.Shown) int {
	found := fileLine.FindStringSubmatch(m.Text)
	if found == nil {
		return 0
	}
	n, _ := strconv.Atoi(found[1])
	return n
}

// act answers a message.
func (c *customer) act(m fake.Shown) {
	c.mu.Lock()
	if m.ID <= c.seen {
		c.redone++
	}
	said := c.who.Chat().Said()
	c.seen, c.answered = said[len(said)-1].ID, m.Text
	c.mu.Unlock()
	switch read(m) {
	case whatToDo:
		c.press(m, ".report")
	case whichMachine:
		c.say(c.serial)
	case whatHappens:
		c.say(c.words)
	case howBad:
		c.press(m, "."+c.severity)
	case pictures:
		c.album()
	case check:
		c.mu.Lock()
		c.sent = true
		c.mu.Unlock()
		c.press(m, ".send")
	case belongs:
		c.press(m, ".add")
	case nothing, filed, sorry:
	}
}

// say writes, and sometimes the words are on their way for long: then his last press, once more, overtakes
// them, as presses can (platform-facts.md 10).
func (c *customer) say(text string) {
	chat := c.who.Chat()
	if c.last == nil || c.dice.IntN(5) > 0 {
		c.did(chat.Say(c.who, text))
		return
	}
	release := c.platform.Hold(chat)
	u := chat.Say(c.who, text)
	c.did(c.last.Repeat().Update)
	c.mu.Lock()
	c.repeats++
	c.mu.Unlock()
	time.AfterFunc(between(c.dice, 50*time.Millisecond, time.Second), release)
	c.did(u)
}

// press presses a button, and sometimes presses it twice.
func (c *customer) press(m fake.Shown, end string) {
	p := c.who.Chat().Press(c.who, m.ID, button(m, end))
	c.last = p
	c.did(p.Update)
	if c.dice.IntN(4) == 0 {
		c.did(p.Repeat().Update)
		c.mu.Lock()
		c.repeats++
		c.mu.Unlock()
	}
}

// album sends the photos at once; they arrive in any order.
func (c *customer) album() {
	var posts []fake.Post
	for _, p := range c.photos {
		m := &fake.Media{Kind: fake.Photo, Content: p, Width: 12, Height: 12}
		if c.dice.IntN(10) == 0 {
			m.FailGet, m.FailFetch = c.dice.IntN(3), c.dice.IntN(3)
		}
		posts = append(posts, fake.Post{Media: m})
	}
	c.did(c.who.Chat().Album(c.who, c.dice.Perm(len(posts)), posts...)...)
}
