package stage

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/script"
)

// Program is stage 3: the built program, its own process, played over the page's protocol. A
// restart is a kill without warning.
type Program struct {
	process

	page  *page
	notes []script.Heard
}

var _ script.EffectBlind = (*Program)(nil)

// NewProgram is the program at a path, which [Build] made, with settings of its own. wipe empties its session
// store while it runs; nil = that is a file.
func NewProgram(path string, env []string, wipe func(context.Context) error) *Program {
	return &Program{process: process{Path: path, Env: env, Wipe: wipe}}
}

// Setup writes the scene and starts the program.
func (p *Program) Setup(ctx context.Context, s script.Scene) error {
	id := func(who script.Person) claim.PersonID { return claim.PersonID(idOf(who.Name)) }
	if err := p.set(s, web.Name, id, accounts(s, web.Name, id)); err != nil {
		return err
	}
	return p.start(ctx)
}

var opened = regexp.MustCompile(`Open (http://\S+) in a browser`)

// start starts the program and waits until it says its address. The page's browser goes on with
// its cookie, as after a reload.
func (p *Program) start(ctx context.Context) error {
	out, err := p.launch("demo")
	if err != nil {
		return err
	}
	p.url = ""
	for lines := bufio.NewScanner(out); p.url == "" && lines.Scan(); {
		if m := opened.FindStringSubmatch(lines.Text()); m != nil {
			p.url = m[1]
		}
	}
	p.await()
	if p.url == "" {
		<-p.ended
		return fmt.Errorf("start program: it ended\n%s", p.log)
	}
	if err := p.setClock(ctx); err != nil {
		return err
	}
	before := p.page
	if p.page, err = openPage(ctx, p.url, p.now); err != nil {
		return err
	}
	if before != nil {
		p.page.last, p.page.stands, p.page.posted = before.last, before.stands, before.posted
	}
	return nil
}

// Say posts an input as the page does, and has the program do what follows from it.
func (p *Program) Say(ctx context.Context, in script.Input) error {
	note, err := p.page.post(ctx, p.link, in)
	if err != nil {
		return fmt.Errorf("%w\n%s", err, p.log)
	}
	if note != "" {
		p.notes = append(p.notes, script.Noted{Place: in.Place, Text: note})
	}
	return p.setClock(ctx)
}

// Apply does what a control cue asks for.
func (p *Program) Apply(ctx context.Context, c script.Control) error {
	switch c := c.(type) {
	case script.Wait:
		for _, step := range steps(c.For) {
			p.pass(step)
			if err := p.setClock(ctx); err != nil {
				return err
			}
		}
		return nil
	case script.Restart:
		return errors.Join(p.kill(), p.start(ctx))
	case script.Flush:
		if p.Wipe != nil {
			return p.Wipe(ctx)
		}
		return errors.Join(p.kill(), p.wipe(), p.start(ctx))
	default:
		return script.ErrCannot
	}
}

// Heard returns what the pages show since the last call.
func (p *Program) Heard(ctx context.Context) ([]script.Heard, error) {
	shown, err := p.page.shown(ctx)
	out := slices.Concat(p.notes, shown)
	p.notes = nil
	return out, err
}
