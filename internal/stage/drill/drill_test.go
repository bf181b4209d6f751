//go:build !embedded && unix

package drill_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"
)

// drill is one run.
type drill struct {
	plan
	*house
	weather     []*weather // of each platform
	prober      *prober
	customers   []*customer
	crowd       []*onlooker
	victims     []*victim
	passersby   []*passerby
	talks       []*talk
	rescued     sync.WaitGroup
	chats       map[string]*customer
	renewed     int // how often Slack has ended its connections
	unexplained int // repeats that neither an update nor a cut call explains
	began       time.Time
	calm        time.Time // when the faults were over
	done        time.Time // when everybody had his answer
}

// TestDrill kills two replicas of the built program again and again, and everything that they depend on,
// while people report malfunctions. Nobody helps: a customer does what the newest message in his chat asks
// for, the platforms deliver as Telegram and Slack do. Afterwards every customer who pressed "send" has exactly
// one complete claim, every message is answered, in order, and nothing was said more often than the
// faults explain (promises P1 to P5).
func TestDrill(t *testing.T) {
	p := newPlan(t)
	d := &drill{plan: p, house: openHouse(t, p), chats: map[string]*customer{}}
	d.people()
	for i, on := range d.platforms() {
		d.weather = append(d.weather, newWeather(on, p.dice(uint64(20+i))))
	}
	d.prober = &prober{stores: d.stores, client: &http.Client{Timeout: 5 * time.Second}}
	for _, r := range d.replicas { // so that a program that cannot work at all is seen at once
		must(t, r.start(t.Context(), "", d.collected()...))
		r.kill()
	}
	d.began = time.Now()

	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
	defer cancel()
	var probing sync.WaitGroup
	defer probing.Wait()
	probe, stop := context.WithCancel(ctx)
	defer stop()
	for _, r := range d.replicas {
		probing.Go(func() { d.prober.watch(probe, r.addr) })
	}
	living, leave := context.WithCancel(ctx)
	defer leave()
	d.trouble(t, living)
	d.calm = time.Now()
	for _, r := range d.replicas {
		must(t, r.start(ctx, "", d.collected()...))
		t.Cleanup(r.kill)
	}
	d.wait(t, ctx)
	d.done = time.Now()
	leave()
	d.rescued.Wait()
	d.check(t, ctx)
	stop()
	probing.Wait()
	d.checkReady(t)
	t.Log(d.table())
}

// people makes customers and onlookers, by turns on each platform. Whenever the bot turns to a customer, he
// looks.
func (d *drill) people() {
	on := func(n int) platform { return d.platforms()[n%len(d.platforms())] }
	for n := range d.plan.customers {
		c := newCustomer(on(n), n, d.dice(1000+uint64(n)))
		d.customers = append(d.customers, c)
		d.chats[c.chat()] = c
	}
	for n := range min(talks, d.plan.customers) {
		d.talks = append(d.talks, newTalk(d.customers[n], n, d.telegram, d.dice(5000+uint64(n))))
	}
	for n := range d.plan.crowd {
		d.crowd = append(d.crowd, newOnlooker(on(n), n))
	}
	for n := range victims {
		d.victims = append(d.victims, newVictim(on(n), n))
	}
	for n := range passersby {
		d.passersby = append(d.passersby, newPasserby(d.slack, n))
	}
	for _, p := range d.platforms() {
		p.inject(slow, 0, d.wake)
	}
}

// wake lets a customer look at what the bot calls the platform for. The call itself is left alone.
func (d *drill) wake(c call) bool {
	if who := d.chats[c.chat]; who != nil {
		select {
		case who.wake <- struct{}{}:
		default:
		}
	}
	return false
}

// victims is how many are in danger meanwhile, passersby how many mention the bot where others read along.
const (
	victims   = 20
	passersby = 20
)

// trouble is all that goes wrong: first while the platforms deliver over HTTP, then, for as long again, with
// long polling and Socket Mode.
func (d *drill) trouble(t *testing.T, ctx context.Context) {
	t.Helper()
	length := time.Duration(d.seconds) * time.Second
	dice := d.dice(2)
	for n, c := range d.customers {
		after := between(dice, 0, length*4/3)
		if n < len(d.talks) { // they have much to say
			after /= 4
			go d.talks[n].live(ctx)
		}
		go c.live(ctx, after)
	}
	for _, v := range d.victims {
		after := between(dice, 0, length*5/3)
		d.rescued.Go(func() { v.live(ctx, after) })
	}
	for _, p := range d.passersby {
		after := between(dice, 0, length*4/3)
		d.rescued.Go(func() { p.live(ctx, after) })
	}
	for _, w := range d.weather {
		w.begin()
	}
	var all sync.WaitGroup
	all.Go(func() {
		if err := d.storesAway(ctx, length/7); err != nil {
			t.Error(err)
		}
	})
	all.Go(func() {
		pause(ctx, length/8)
		d.burst()
		pause(ctx, length/2)
		for _, w := range d.weather {
			all.Go(func() { w.storm(ctx, 2*time.Second) })
		}
	})
	forgetful, stop := context.WithCancel(ctx)
	defer stop()
	for _, w := range d.weather {
		go w.forget(forgetful)
	}
	d.kills(ctx, length, pace{500 * time.Millisecond, 5}, d.delivered())
	stop()
	renewing, stop := context.WithCancel(ctx)
	defer stop()
	go d.renew(renewing, length/9)
	d.kills(ctx, length*2/3, pace{3 * time.Second, 40}, d.collected()) // the lease of a dead poller takes ten seconds
	stop()
	all.Wait()
	for _, w := range d.weather {
		w.end()
	}
}

// kills lets the replicas live and die for so long, and until each point was hit often enough.
func (d *drill) kills(ctx context.Context, long time.Duration, pace pace, env []string) {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	var all sync.WaitGroup
	for i, r := range d.replicas {
		all.Go(func() { r.keep(ctx, d.dice(uint64(10+i+100*len(env))), pace, env...) })
	}
	pause(ctx, long)
	for i := 0; !d.deaths.enough(d.hits) && i < 600; i++ {
		pause(ctx, 100*time.Millisecond)
	}
	stop()
	all.Wait()
}

// burst lets everybody in the crowd write at the same moment.
func (d *drill) burst() {
	for _, p := range d.platforms() {
		defer p.hold()()
	}
	for _, o := range d.crowd {
		o.write()
	}
}

// patience is how long the last answers may take when everything works again: a conversation that was
// killed in is somebody's for as long as its lease.
const patience = 3 * time.Minute

// wait waits until everybody has what he wants and nothing is left to do.
func (d *drill) wait(t *testing.T, ctx context.Context) {
	t.Helper()
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		missing := d.missing()
		if missing == "" {
			return
		}
		if !pause(ctx, 200*time.Millisecond) {
			t.Errorf("%s after the faults were over: %s", patience, missing)
			return
		}
	}
}

// missing says what is still to come.
func (d *drill) missing() string {
	open, silent := 0, 0
	for _, c := range d.customers {
		c.mu.Lock()
		if len(c.claims) == 0 {
			open++
		}
		c.mu.Unlock()
	}
	for _, o := range d.crowd {
		if !o.answered() {
			silent++
		}
	}
	for _, p := range d.passersby {
		if p.answers() == 0 {
			silent++
		}
	}
	danger := 0
	for _, v := range d.victims {
		if !v.warned() || !d.alarmed(v) {
			danger++
		}
	}
	pending := 0
	for _, p := range d.platforms() {
		pending += p.pending()
	}
	for _, r := range d.replicas {
		pending += r.spooled()
	}
	for _, t := range d.talks {
		if missing := t.silent(); missing != "" {
			return missing
		}
	}
	cards := len(d.cards())
	if open+silent+danger+pending == 0 && cards >= len(d.customers) {
		return ""
	}
	return fmt.Sprintf("%d customers without a claim, %d others without their answers, %d victims in danger, %d updates not acknowledged, %d claims on the desk",
		open, silent, danger, pending, cards)
}

// renew ends the connections of Socket Mode now and then until ctx ends, as Slack does every few hours.
func (d *drill) renew(ctx context.Context, every time.Duration) {
	for pause(ctx, every) {
		d.slack.Disconnect("refresh_requested")
		d.renewed++
	}
}
