package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
)

// What an engineer types in a room of the desk stays there, unless it begins with the mark of a command.
// "!" is one as good as "/", which some platforms keep to themselves.

// deskMarks begin a command in the desk's room. The second is what a Chinese keyboard types.
var deskMarks = []string{"!", "！"}

// unmark turns a desk's mark in front of a text into the slash that every command has; ok tells whether there is one.
func unmark(text string) (_ string, ok bool) {
	text = strings.TrimSpace(text)
	for _, mark := range deskMarks {
		if marked, ok := strings.CutPrefix(text, mark); ok {
			return "/" + marked, true
		}
	}
	return text, false
}

// typed finds the command that somebody has typed, in a message or in front of a caption, and what follows it. Where the
// desk has people of its own, its commands are understood in private, too.
func (t *turn) typed(text string) (c Command, rest string, ok bool) {
	text, marked := strings.TrimSpace(text), false
	if t.inRoom() || t.e.staffed() {
		text, marked = unmark(text)
	}
	name, rest, ok := t.e.house.command(text, t.e.commands)
	switch {
	case !ok:
		return Command{}, "", false
	case name == back:
		return Command{Name: back}, "", true
	case t.inRoom() && !strings.HasPrefix(text, "/"): // engineers may say "help" among themselves
		return Command{}, "", false
	}
	c, ok = t.understands(name)
	if c.Desk == "" && marked && t.staff.ID == "" { // a customer may shout
		return Command{}, "", false
	}
	return c, rest, ok
}

// understands returns the command of this name, if it is one where the turn is.
func (t *turn) understands(name string) (Command, bool) {
	c, ok := t.e.house.commandNamed(name)
	return c, ok && t.flow(c) != ""
}

// flow returns the flow of a command where the turn is; empty = none. In private, the desk's people have its commands
// beside the customers'; to anybody else it is said that they are the desk's (see admit).
func (t *turn) flow(c Command) string {
	switch {
	case t.inRoom():
		return c.Desk
	case t.staff.ID != "" && c.Flow == t.e.house.Root:
		return t.root()
	case c.Desk != "" && (t.staff.ID != "" || c.Flow == "" && t.e.staffed()):
		return c.Desk
	}
	return c.Flow
}

// command does what a command says. rest is what followed it, files are what came with it.
func (t *turn) command(ctx context.Context, c Command, rest string, files []File) error {
	if c.Name == back {
		return t.back()
	}
	if meant, ok := t.understands(rest); ok && c.Name == begin { // a link into the private chat
		return t.command(ctx, meant, "", files)
	}
	args := Args{Payload: rest, Files: files}
	if rest == "" {
		args.Payload = c.Payload
	}
	if c.Claim {
		var err error
		if args.Claim, err = t.claimHere(ctx); err != nil {
			return err
		}
	}
	return t.start(ctx, t.flow(c), args, t.in.Event)
}

// claimHere returns the claim in whose thread something was said, or whose card it answers; empty = none.
func (t *turn) claimHere(ctx context.Context) (claim.ID, error) {
	place, err := t.e.store.PlaceAt(ctx, t.in.To, t.in.ReplyTo)
	switch {
	case errors.Is(err, ErrNotFound):
		m, err := t.e.traced(ctx, t.in) // news of a claim is as good as its card
		return m.Claim, err
	case err != nil:
		return "", fmt.Errorf("look for claim: %w", err)
	}
	return place.Claim, nil
}
