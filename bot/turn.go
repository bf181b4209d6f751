package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
	"github.com/optoste/supportbot/bot/safety"
)

// turn is the work on one inbound between open and save: a copy of the session that changes,
// and what is to be said. Nothing leaves the house before it is saved.
type turn struct {
	e        *Engine
	in       Inbound
	was      Session // before the turn
	s        Session
	handed   Event             // what frames are given in place of in's event; nil = that
	note     Text              // beside the acknowledgement
	filling  *Form             // that was filled in
	values   map[string]string // what stands in it, by [Field].ID
	answered Ack               // what else stands beside the acknowledgement
	raw      string
	say      []Text
	after    []Text // in a message of its own
	outs     []Outgoing

	board   MessageID // the message with the last question's buttons, and those: see board.go
	shown   []Choice
	pressed taken
	news    claim.ID // the claim that the desk is told about
	opened  claim.ID // the claim that was opened in this turn
	alert   string   // the alert that is shown

	mentions []Mention // whom it calls

	staff   duty.Person // who of the desk's people acts; zero = nobody of them, or not known
	left    duty.Person // whose account it is that is in no room of the desk any more; zero = nobody's
	serving bool        // in private: a flow of the desk runs for one of its people

	moot      bool // the inbound means nothing any more: what was written before it is not late
	refreshed bool // the company of s.Person is known to be right
	asking    bool // the top frame's question stands at the end of the reply
	offer     []Option
	page      []Prompt // what stands on the person's page
	links     []Choice // buttons that lead elsewhere
	files     []File
	quiet     bool      // files are kept without a word: they came with an emergency
	card      claim.ID  // whose card is shown in front of the reply
	did       []string  // effects done, for the log line
	edit      MessageID // the earlier message whose new wording is being worked
	depth     int
}

// maxDepth bounds how many events one inbound may lead to: look-ups, effects, moves.
const maxDepth = 24

// run decides: it works the inbound's event and whatever follows from it.
func (t *turn) run(ctx context.Context) error {
	t.s.see(t.in.ID)
	if t.in.From.ID != "" && t.in.Order != 0 {
		t.meet()
	}
	if err := t.identify(ctx); err != nil {
		return err
	}
	if err := t.welcomeBack(ctx); err != nil {
		return err
	}
	if !t.tooMany() {
		if err := t.route(ctx); err != nil {
			return err
		}
		if err := t.window(); err != nil {
			return err
		}
	}
	if t.in.Order != 0 && !t.moot && (t.in.Order > t.s.Order || t.in.Sent.After(t.s.Sent)) {
		t.s.Order, t.s.Sent = t.in.Order, t.in.Sent
	}
	return t.compose()
}

// meet notes who wrote, from where, and how late the message came at the earliest.
func (t *turn) meet() {
	now := t.e.now()
	if t.s.Person.ID == "" {
		t.s.Person.ID = t.in.From.ID
	}
	if t.in.From.Name != "" {
		t.s.Person.Name = t.in.From.Name
	}
	if t.in.From.Lang != "" {
		t.s.Lang = t.in.From.Lang
	}
	t.s.Gone = false
	t.s.To = t.in.To
	t.s.Active = now
	if delay := now.Sub(t.in.Sent); t.s.Skew == nil || delay < *t.s.Skew {
		t.s.Skew = &delay
	}
}

// route finds out what the event means in this conversation.
func (t *turn) route(ctx context.Context) error {
	if !t.emergency() && t.inGroup() {
		return nil
	}
	switch ev := t.in.Event.(type) {
	case Said:
		if t.emergency() {
			return t.alarm(ctx, ev.Text)
		}
		return t.said(ctx, ev)
	case Chose:
		return t.chose(ctx, ev.Choice)
	case Attached:
		if t.emergency() {
			if err := t.alarm(ctx, ev.Caption); err != nil {
				return err
			}
			return t.keepFiles(ctx, ev)
		}
		return t.attached(ctx, ev)
	case Edited:
		if t.emergency() {
			return t.alarm(ctx, ev.Text)
		}
		return t.edited(ctx, ev)
	case Filled:
		if t.emergency() {
			return t.alarm(ctx, ev.words())
		}
		return t.filled(ctx, ev)
	case Visited:
		return t.visited(ctx)
	case Odd:
		t.say = append(t.say, oddText(ev.Kind))
		if t.s.top() == nil {
			return t.start(ctx, t.root(), Args{}, Said{Text: "/start"})
		}
		t.asking = true
		return nil
	case Waited:
		return t.waited(ctx, ev)
	case PlateWanted:
		return t.plate(ctx, ev)
	case Told:
		return t.told(ctx, ev)
	case Fetched:
		return t.fetched(ctx, ev)
	case Presence:
		return t.presence(ctx, ev)
	case Moved:
		return t.e.moved(ctx, t.in.To, ev.Chat)
	case Did, Found:
		return fmt.Errorf("route inbound: %s comes only from within a turn", ev.event())
	}
	return fmt.Errorf("route inbound: unknown event %T", t.in.Event)
}

// oddText answers a message that the bot has no use for; unknown kinds get a polite one, too.
func oddText(kind string) Text {
	switch kind {
	case "sticker", "location", "contact":
		return Say("odd." + kind)
	}
	return Say("odd.other")
}

// inRoom tells whether the turn is in a room of the desk.
func (t *turn) inRoom() bool { return t.e.isDesk(t.in.To) }

// inDesk tells whether the turn acts for the desk: in its room, by one of its people if it has any of its own, or
// in private while one of them uses the desk's commands.
func (t *turn) inDesk() bool {
	if !t.inRoom() {
		return t.serving
	}
	return t.staff.ID != "" || !t.e.staffed() || !acts(t.in.Event)
}

func (t *turn) root() string {
	switch {
	case t.inRoom():
		return t.e.house.Desk
	case t.staff.ID != "" && t.e.house.Staff != "":
		return t.e.house.Staff
	}
	return t.e.house.Root
}

// alarm says S-STOP and nothing else, and tells the desk. The words are kept in the draft.
func (t *turn) alarm(ctx context.Context, words string) error {
	t.raw = safety.Sentence(safety.Stop, alarmLang(words, t.s.Person.Lang, t.in.From.Lang))
	if _, err := t.late(ctx, Said{Text: words}); err != nil {
		return err
	}
	t.say, t.offer, t.asking = nil, nil, false
	if t.e.warned.has(t.in.ID, t.e.now()) {
		t.raw = ""
	}
	return t.effect(ctx, TellDesk{Told{News: NewsEmergency, By: t.actor(), Lang: t.lang(), Text: words, About: t.draftTitle()}}, nil)
}

// said works a typed text: a command, a late addition, the label or number of a button, or the
// answer to the question that is open.
func (t *turn) said(ctx context.Context, ev Said) error {
	if c, rest, ok := t.typed(ev.Text); ok {
		return t.command(ctx, c, rest, nil)
	}
	if c, ok := Pick(t.s.Shown, ev.Text); !ok || c.ID == "" {
		if err := t.quoted(ctx); err != nil {
			return err
		}
	}
	if t.isLate() {
		return t.cameLate(ctx, ev)
	}
	if gone, err := t.replaced(); err != nil || gone {
		t.asking = true
		return errors.Join(err, t.cameLate(ctx, ev))
	}
	if c, ok := Pick(t.s.Shown, ev.Text); ok {
		return t.chose(ctx, c.ID)
	}
	if f := t.s.top(); f != nil {
		option, err := t.meant(f, ev.Text)
		if err != nil || option != "" {
			return errors.Join(err, t.press(ctx, f, frameChoice(f.ID, f.Version, option), option))
		}
	}
	if t.behind() {
		return nil
	}
	return t.answerTop(ctx, ev)
}

// replaced tells whether a release has removed the question that was open: what is typed answers
// that one, not the one that is asked now.
func (t *turn) replaced() (bool, error) {
	f := t.s.top()
	if f == nil || f.Step == "" {
		return false, nil
	}
	version := f.Version
	_, err := t.present(f)
	return f.Version != version, err
}

// meant returns the option of the present question that the catalogue has the typed word for.
func (t *turn) meant(f *Frame, typed string) (string, error) {
	step, err := t.present(f)
	if err != nil {
		return "", err
	}
	p, err := t.e.house.flow(f.Flow).ask(f, step)
	if err != nil {
		return "", err
	}
	for _, o := range p.Options {
		if o.Words != "" && slices.Contains(t.e.texts.Words(o.Words), Fold(typed)) {
			return o.ID, nil
		}
	}
	return "", nil
}

// keepFiles hands files that came with an emergency to the draft, without a word.
func (t *turn) keepFiles(ctx context.Context, ev Attached) error {
	raw := t.raw
	if t.s.top() == nil {
		return nil
	}
	ev.Caption, t.quiet = "", true
	if err := t.attached(ctx, ev); err != nil {
		return err
	}
	t.raw, t.say, t.offer, t.asking = raw, nil, nil, false
	return nil
}

// turn returns what a step may know.
func (t *turn) turn(f *Frame, ev Event, option string) Turn {
	in := Turn{
		Event: ev, Option: option, Sent: t.in.Sent, Message: t.in.Message, To: t.in.To,
		Person: t.person(), Staff: t.staff, Room: t.inRoom(), Policy: t.e.policy(), Roster: t.e.roster(), MaxFile: t.maxFile(), Langs: t.e.texts.Languages(), Drafts: t.drafts(f.ID), Args: f.Args,
		Values: t.values,
		First:  t.was.Version == 0,
	}
	if t.edit != "" {
		in.Edit, in.Message = true, t.edit
	}
	if n := len(t.s.Filed); n > 0 {
		in.Last = t.s.Filed[n-1].Claim
	}
	return in
}

// maxFile returns how large a file may be that comes through the channel.
func (t *turn) maxFile() int64 {
	most := t.e.policy().Intake.MaxFileBytes
	if a, ok := t.e.adapters[t.in.To.Channel]; ok {
		if channel := a.Capabilities().MaxFile; channel > 0 {
			most = min(most, channel)
		}
	}
	return most
}

// person returns who is spoken with, in the language in which the person is answered.
func (t *turn) person() claim.Person {
	p := t.s.Person
	p.Lang = t.lang()
	return p
}

// lang returns the chosen language, else the platform's, else the catalogue's first.
func (t *turn) lang() string {
	for _, l := range []string{t.s.Person.Lang, t.in.From.Lang, t.s.Lang} {
		for _, have := range t.e.texts.Languages() {
			if len(l) >= len(have) && l[:len(have)] == have {
				return have
			}
		}
	}
	return t.e.texts.Languages()[0]
}

// drafts lists the open frames that have a title, newest first, but for one.
func (t *turn) drafts(but FrameID) []Draft {
	var list []Draft
	for i := len(t.s.Frames) - 1; i >= 0; i-- {
		f := &t.s.Frames[i]
		if f.ID == but {
			continue
		}
		if title, ok, err := t.e.house.flow(f.Flow).title(f); ok && err == nil {
			list = append(list, Draft{f.ID, f.Flow, title})
		}
	}
	return list
}

// draftTitle names the newest draft for the desk, in English.
func (t *turn) draftTitle() string {
	for _, d := range t.drafts("") {
		return t.e.texts.Render("en", d.Title)
	}
	return ""
}

// actor is who acts, as the history keeps it: one of the desk's people by his name in its file, on whichever
// channel; others by their accounts.
func (t *turn) actor() claim.Actor {
	by := claim.Actor{Role: claim.Customer, ID: t.in.From.ID, Name: t.s.Person.Name}
	switch {
	case t.inDesk() && t.staff.ID != "":
		return claim.Actor{Role: claim.Staff, ID: claim.PersonID(t.staff.ID), Name: t.staff.Name}
	case t.inDesk():
		by.Role = claim.Staff
	case t.inRoom():
		by.Role = claim.Outsider
	}
	return by
}

// remember notes that the present message answered a step, so that its edit finds the answer.
func (t *turn) remember(f *Frame, step StepID) {
	a := Answered{Message: t.in.Message, Step: step, Text: wordsOf(t.in.Event)}
	if t.edit != "" {
		a.Message = t.edit
	}
	if a.Message != "" && a.Text != "" {
		f.Answers = append(slices.Clone(f.Answers), a)
	}
}
