package script

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/optoste/supportbot/bot"
)

const (
	tick      = 10 * time.Second // between two inputs
	lateBy    = 5 * time.Second  // how long before the last input a late one was sent
	orderStep = 100              // between the orders of two inputs, so that late ones fit in
	maxLate   = orderStep / 2
)

var errNothing = errors.New("nobody has done anything yet")

// Play plays a transcript and returns it with what came out as it really was. The file played as
// written when the bytes are those of [File.Format]; [Diff] shows the difference. The error is an
// [*Error]: a cue could not be played, and the rest of the file is returned as it stands.
func Play(ctx context.Context, f *File, stage Stage) ([]byte, error) {
	p := &player{
		file: f, stage: stage, now: f.Scene.At, alone: f.onlyChat(), chats: make(map[Place]*chat), texts: make(map[writer][]int),
		forms: make(map[Place]bot.Modal), pages: make(map[Place][]bot.Message),
	}
	err := p.play(ctx)
	played := *f
	played.entries, played.tail = p.out, slices.Concat(p.spare, f.tail)
	return played.Format(), err
}

// player is one play.
type player struct {
	file  *File
	stage Stage
	now   time.Time // what the stage's clock shows, UTC
	alone Place     // the only chat with a customer; zero when there are several

	last   *Input // what was delivered last
	base   *Input // the last input that was not late
	press  *Input // the last press
	number int    // of the newest input
	lates  int    // since base
	texts  map[writer][]int
	chats  map[Place]*chat
	forms  map[Place]bot.Modal     // shown last
	pages  map[Place][]bot.Message // as they are

	heard []line   // since the last input or control
	old   []entry  // the output cues that stand there in the file
	spare []string // comments whose output cue is gone
	out   []entry  // the rewritten file so far
}

// writer is somebody in a chat: texts are counted there.
type writer struct {
	person string
	place  Place
}

// onlyChat returns the one chat in which customers write, or the zero Place.
func (f *File) onlyChat() (only Place) {
	for _, e := range f.entries {
		in, ok := e.step.(input)
		switch {
		case !ok || in.place.Room == Desk || in.place == only:
		case only != Place{}:
			return Place{}
		default:
			only = in.place
		}
	}
	return only
}

func (p *player) play(ctx context.Context) error {
	if err := p.stage.Setup(ctx, p.file.Scene); err != nil {
		p.out = p.file.entries
		return p.fault(1, fmt.Errorf("set the scene: %w", err))
	}
	err := p.listen(ctx)
	for i, e := range p.file.entries {
		if err == nil {
			err = p.entry(ctx, e)
		}
		if err != nil {
			p.flush()
			p.out = append(p.out, p.file.entries[i:]...)
			return p.fault(e.line, err)
		}
	}
	if p.number > 0 {
		err = p.apply(ctx, order{"wait", Wait{For: tick}})
	}
	p.flush()
	if err != nil {
		return p.fault(p.file.entries[len(p.file.entries)-1].line, fmt.Errorf("afterwards: %w", err))
	}
	return nil
}

func (p *player) fault(line int, err error) error { return &Error{p.file.Name, line, err} }

// entry plays one entry. What came out before is written in front of the next thing that is done.
func (p *player) entry(ctx context.Context, e entry) error {
	switch s := e.step.(type) {
	case heading:
		p.out = append(p.out, e)
		return nil
	case output:
		p.old = append(p.old, e)
		return nil
	case input:
		return p.input(ctx, e, s)
	case order:
		p.flush()
		return p.done(e, p.apply(ctx, s))
	case again:
		p.flush()
		return p.done(e, p.again(ctx))
	case pressAgain:
		p.flush()
		return p.done(e, p.pressAgain(ctx))
	}
	return fmt.Errorf("a cue was parsed into %T, which nobody plays", e.step)
}

// done writes down a played entry.
func (p *player) done(e entry, err error) error {
	if err != nil {
		return err
	}
	e.before, p.spare = slices.Concat(p.spare, e.before), nil
	p.out = append(p.out, e)
	return nil
}

// input plays what a person does, after the time that passes between two inputs.
func (p *player) input(ctx context.Context, e entry, s input) error {
	if p.number > 0 && !s.late {
		if err := p.apply(ctx, order{"wait", Wait{For: tick}}); err != nil {
			return fmt.Errorf("in the %s before: %w", tick, err)
		}
	}
	p.flush()
	in, err := p.resolve(s)
	if err != nil {
		return err
	}
	p.number++
	in.Number = p.number
	if s.late {
		err = p.fallBehind(&in)
	} else {
		p.fallIn(&in, s.ago)
	}
	if err != nil {
		return err
	}
	p.remember(&in)
	return p.done(e, p.say(ctx, in))
}

// remember keeps what later cues refer to.
func (p *player) remember(in *Input) {
	switch in.Act.(type) {
	case Typed, Linked:
		w := writer{in.From.Name, in.Place}
		p.texts[w] = append(p.texts[w], in.Number)
	case Pressed:
		p.press = in
	case Attached, Edited, Filled, Shortcut, Visited, Odd:
	}
}

// fallIn makes the input the newest one.
func (p *player) fallIn(in *Input, ago time.Duration) {
	in.Order = orderStep * int64(in.Number)
	in.Sent = p.now.Add(-ago)
	p.base, p.lates = in, 0
}

// fallBehind lets the input have been sent before the newest one, and after earlier late ones.
func (p *player) fallBehind(in *Input) error {
	if p.base == nil {
		return errNothing
	}
	if p.lates++; p.lates > maxLate {
		return fmt.Errorf("more than %d late inputs in a row", maxLate)
	}
	in.Order = p.base.Order - maxLate + int64(p.lates) - 1
	in.Sent = p.base.Sent.Add(-lateBy + time.Duration(p.lates-1)*time.Millisecond)
	return nil
}

// say delivers an input, again when it is not new.
func (p *player) say(ctx context.Context, in Input) error {
	p.last = &in
	if err := p.stage.Say(ctx, in); err != nil {
		return fmt.Errorf("deliver it: %w", err)
	}
	return p.listen(ctx)
}

func (p *player) again(ctx context.Context) error {
	if p.last == nil {
		return errNothing
	}
	return p.say(ctx, *p.last)
}

func (p *player) pressAgain(ctx context.Context) error {
	if p.press == nil {
		return errors.New("nobody has pressed a button yet")
	}
	in := *p.press
	p.number++
	in.Number = p.number
	p.fallIn(&in, 0)
	return p.say(ctx, in)
}

// apply does what a control cue asks for.
func (p *player) apply(ctx context.Context, o order) error {
	err := p.stage.Apply(ctx, o.control)
	if errors.Is(err, ErrCannot) {
		return fmt.Errorf("%s: %w; the header can leave the stage out, like %q", o.cue, err, "stages: 1 2")
	}
	if err != nil {
		return fmt.Errorf("%s: %w", o.cue, err)
	}
	if w, ok := o.control.(Wait); ok {
		p.now = p.now.Add(w.For)
	}
	return p.listen(ctx)
}

// resolve turns an input as it is written into one that can be delivered.
func (p *player) resolve(s input) (Input, error) {
	in := Input{From: s.person, Place: s.place, Act: s.act}
	c := p.chat(s.place)
	if s.reply > 0 {
		m, err := c.message(s.reply)
		if err != nil {
			return in, err
		}
		in.ReplyTo = m.id
	}
	switch {
	case s.fill != nil:
		filled, err := fillIn(p.forms[s.place], s.fill)
		if err != nil {
			return in, fmt.Errorf("%s %w", s.person.Name, err)
		}
		in.Act = filled
	case s.tap.page:
		pressed, err := pressOn(p.pages[s.place], s.tap.label)
		if err != nil {
			return in, fmt.Errorf("%s %w", s.person.Name, err)
		}
		in.Act = pressed
	case s.tap.label != "":
		pressed, err := c.find(s.tap)
		if err != nil {
			return in, fmt.Errorf("%s sees no button [%s]%w", s.person.Name, s.tap.label, err)
		}
		in.Act = pressed
	case s.edit.of > 0:
		numbers := p.texts[writer{s.person.Name, s.place}]
		if s.edit.of > len(numbers) {
			return in, fmt.Errorf("%s has written %d here so far, so number %d cannot be edited", s.person.Name, len(numbers), s.edit.of)
		}
		in.Act = Edited{Of: numbers[s.edit.of-1], Text: s.edit.text}
	}
	return in, nil
}

// listen takes in what has come out.
func (p *player) listen(ctx context.Context) error {
	list, err := p.stage.Heard(ctx)
	if err != nil {
		return fmt.Errorf("hear what comes out: %w", err)
	}
	for _, h := range list {
		l, err := p.line(h)
		if err != nil {
			return err
		}
		p.heard = append(p.heard, l)
	}
	return nil
}

func (p *player) chat(place Place) *chat {
	c := p.chats[place]
	if c == nil {
		c = &chat{}
		p.chats[place] = c
	}
	return c
}
