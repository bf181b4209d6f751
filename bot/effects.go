package bot

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/desk"
)

// effect does one effect under its key and gives a result worth telling to the frame as [Did].
// f is the frame that asked; nil when the engine itself did.
func (t *turn) effect(ctx context.Context, eff Effect, f *Frame) error {
	key, err := t.key(eff, f)
	if err != nil {
		return err
	}
	did := Did{Effect: eff.kind()}
	tell := true
	switch eff := eff.(type) {
	case OpenClaim:
		did.Claim, err = t.openClaim(ctx, key, eff, f)
	case AddToClaim:
		did.Claim, did.Refused, err = t.addToClaim(ctx, key, eff)
	case AnswerCustomer:
		did.Claim, did.Refused, err = t.answerCustomer(ctx, key, eff, f)
		if ev, ok := t.in.Event.(Attached); ok && f != nil && ev.Album != "" {
			t.s.Passed = Passed{ev.Album, eff.ID, f.Flow}
		}
	case CorrectAnswer:
		did.Claim, did.Refused, err = t.correctAnswer(ctx, key, eff)
	case ActOnClaim:
		did.Claim, did.Refused, err = t.act(ctx, key, eff)
		if t.serving && err == nil && did.Refused == "" { // the room hears of it, and not this chat
			t.say = append(t.say, Say("staff.done", "Claim", did.Claim.ID, "Status", Say("status."+string(did.Claim.Status))))
		}
	case LinkAccount:
		did.Refused, err = t.linkAccount(ctx, eff)
	case NewLink:
		did.Code, err = t.newLink(ctx)
	case SwapTurn:
		did.Refused, err = t.swapTurn(ctx, key, eff)
	case UndoSwap:
		did.Refused, err = t.undoSwap(ctx, key, eff)
	case LetIn:
		did, err = t.letIn(ctx, key)
	case MakeCopy:
		did, err = t.makeCopy(ctx, eff)
	case TellDesk:
		tell = false
		err = t.e.store.Post(ctx, t.e.forDesk(key, eff.Told, t.in)...)
	case LinkPerson:
		tell = false
		err = t.putPerson(ctx, func(p *claim.Person) { p.Company, p.Why = eff.Company, eff.Why })
	case SetLanguage:
		tell = false
		err = t.putPerson(ctx, func(p *claim.Person) { p.Lang = eff.Lang })
	case Remind:
		tell = false
		t.remind(f, eff)
	case FetchFile:
		tell = false
		err = t.e.jobs.Fetch(ctx, Inbound{
			ID: fetchedID(eff.Fetched.Of), Sent: t.in.Sent, From: t.in.From, To: t.in.To, Message: t.in.Message, Public: t.in.Public,
			Event: eff.Fetched,
		})
	case WantPlate:
		tell = false
		err = t.e.store.Post(ctx, Inbound{
			ID: key.String(), Sent: t.in.Sent, From: t.in.From, To: t.in.To,
			Event: PlateWanted{Frame: f.ID, File: eff.File},
		})
	}
	if errors.Is(err, ErrMismatch) {
		t.e.log.ErrorContext(ctx, "effect repeated with other arguments", "effect", key.String())
	}
	if err != nil {
		return fmt.Errorf("do %s: %w", eff.kind(), err)
	}
	t.did = append(t.did, eff.kind())
	if err := t.e.at("after-effect"); err != nil {
		return err
	}
	if !tell || f == nil || t.s.frame(f.ID) == nil {
		return nil
	}
	if f.Step == "" {
		return t.begin(ctx, f.ID, did)
	}
	return t.answer(ctx, f.ID, did, "")
}

// key returns the key under which an effect of this inbound happens once. The same claim is opened once for the
// question that leads to it: the press that a dead process worked may come as it was, and the person, who saw no
// answer, may have pressed again meanwhile.
func (t *turn) key(eff Effect, f *Frame) (EffectKey, error) {
	args, err := json.Marshal(eff)
	if err != nil {
		return EffectKey{}, fmt.Errorf("encode effect: %w", err)
	}
	sum := sha256.Sum256(args)
	hash, cause := hex.EncodeToString(sum[:]), t.in.ID
	if _, ok := eff.(OpenClaim); ok && f != nil {
		cause = fmt.Sprintf("%s/%s/%d/%s", t.in.Key(), f.ID, f.Asked.UnixMicro(), hash[:16])
	}
	return EffectKey{cause, eff.kind(), eff.subject(), hash}, nil
}

func (t *turn) remind(f *Frame, r Remind) {
	keep := t.s.Timers[:0:0]
	for _, have := range t.s.Timers {
		if have.Name != r.Name || have.Frame != f.ID {
			keep = append(keep, have)
		}
	}
	keep = append(keep, Timer{r.Name, f.ID, f.Version, t.e.now().Add(r.After)})
	t.s.Timers = keep
}

// openClaim files the claim and remembers which messages it was made of. In a room of the desk it is that of a customer
// who has called, and the flow has said who that is.
func (t *turn) openClaim(ctx context.Context, key EffectKey, eff OpenClaim, f *Frame) (claim.Claim, error) {
	c := eff.Claim
	if t.inDesk() {
		c.By = t.actor()
	} else {
		c.Reporter = t.s.Person
		c.Reporter.Lang = t.lang()
		c.Lang = t.lang()
		c.Channel, c.Chat, c.Thread = t.in.To.Channel, t.in.To.Chat, t.in.To.Thread
	}
	c.Opened, c.Changed = t.in.Sent, t.in.Sent
	if id := c.Reporter.Company; id != "" {
		company, err := t.e.store.Company(ctx, id)
		if err != nil && !errors.Is(err, ErrNotFound) {
			return claim.Claim{}, err
		}
		c.Customer = company.Name
	}
	c, err := t.e.store.OpenClaim(ctx, key, c, func(c claim.Claim) []Inbound {
		return t.e.forDesk(key, Told{News: NewsOpened, Claim: c.ID, By: t.actor(), Files: filesOf(c)}, t.in)
	})
	if err != nil {
		return claim.Claim{}, err
	}
	t.opened = c.ID
	if f != nil && !t.inDesk() {
		for _, a := range f.Answers {
			t.s.Filed = append(t.s.Filed, Filed{a.Message, c.ID, a.Text, f.ID})
		}
		t.s.Filed = append(t.s.Filed, Filed{Claim: c.ID, Frame: f.ID}) // files may still be on their way
		t.s.Filed = lastN(t.s.Filed, maxFiled)
	}
	return c, nil
}

// notYet leaves out files that a claim has: the same file again adds nothing.
func notYet(c claim.Claim, files []File) []File {
	var fresh []File
	for _, f := range files {
		same := func(e claim.Evidence) bool { return e.Hash == f.Hash }
		if !slices.ContainsFunc(c.Evidence, same) && !slices.ContainsFunc(fresh, func(have File) bool { return have.Hash == f.Hash }) {
			fresh = append(fresh, f)
		}
	}
	return fresh
}

// addToClaim adds the customer's words or files; an edit of earlier words is a revision that
// keeps what they were (promise P10). Where something was waited for, an addition is the answer.
func (t *turn) addToClaim(ctx context.Context, key EffectKey, eff AddToClaim) (c claim.Claim, refused string, err error) {
	if err := t.refresh(ctx); err != nil {
		return c, "", err
	}
	err = errMerged
	for errors.Is(err, errMerged) {
		c, err = t.addTo(ctx, key, eff)
	}
	if errors.Is(err, ErrNotFound) {
		refused, err = "claim.unknown", nil
	}
	if err == nil && refused == "" && t.in.Message != "" && eff.Was == "" {
		t.s.Filed = lastN(append(t.s.Filed, Filed{Message: t.in.Message, Claim: c.ID, Text: eff.Text}), maxFiled)
	}
	return c, refused, err
}

// errMerged means that a claim was merged while it was added to.
var errMerged = errors.New("claim was merged meanwhile")

func (t *turn) addTo(ctx context.Context, key EffectKey, eff AddToClaim) (claim.Claim, error) {
	to, err := t.destinationOf(ctx, eff)
	if err != nil {
		return claim.Claim{}, err
	}
	return t.e.store.ChangeClaim(ctx, key, to.kept, func(c claim.Claim) (ClaimChange, error) {
		switch {
		case !sees(t.s.Person, t.in.To, c):
			return ClaimChange{}, ErrNotFound
		case c.Merger.Into != "" && to.read == c.ID:
			return ClaimChange{}, errMerged
		}
		e := claim.Event{Kind: claim.EventAdded, By: t.actor(), At: t.in.Sent, Note: eff.Text}
		news := NewsAdded
		if eff.Was != "" {
			e.Kind, e.From, e.To, e.Note = claim.EventRevised, eff.Was, eff.Text, ""
			news = NewsRevised
		}
		fresh := notYet(c, eff.Files)
		for _, f := range fresh {
			c.Evidence = append(c.Evidence, evidence(f, eff.Text, t.in))
			e.Files = append(e.Files, f.Hash)
		}
		if len(eff.Files) > 0 && len(fresh) == 0 && eff.Text == "" {
			return ClaimChange{Claim: c}, nil
		}
		c.Changed = t.in.Sent
		events := []claim.Event{e}
		if now, moved, ok := c.Answered(t.actor(), t.in.Sent); ok && eff.Was == "" {
			c, events, news = now, append(events, moved), NewsSupplied
		}
		told := Told{News: news, Claim: to.read, By: t.actor(), Text: eff.Text, Files: fresh, About: eff.Was}
		if to.read == c.ID && t.in.To.Lane() == (Chat{c.Channel, c.Chat}) { // what is answered there is answered by one of its messages
			told.Of = t.original()
		}
		if eff.ID != to.read {
			told.Other = eff.ID
		}
		return ClaimChange{c, events, t.e.forDesk(key, told, t.in)}, nil
	})
}

// answerCustomer puts an engineer's words into the customer's conversation. Only what an
// engineer sends from a room of the desk gets there (promise P7).
func (t *turn) answerCustomer(ctx context.Context, key EffectKey, eff AnswerCustomer, f *Frame) (claim.Claim, string, error) {
	if !t.inDesk() {
		return claim.Claim{}, "claim.unknown", nil
	}
	answers, err := t.e.traced(ctx, t.in)
	if err != nil {
		return claim.Claim{}, "", err
	}
	var now claim.Claim
	c, err := t.e.store.ChangeClaim(ctx, key, eff.ID, func(c claim.Claim) (ClaimChange, error) {
		if now = c; !c.Reachable() {
			return ClaimChange{}, claim.ErrNoChat
		}
		e := claim.Event{Kind: claim.EventAnswered, By: t.actor(), At: t.in.Sent, Note: eff.Text}
		for _, f := range eff.Files {
			e.Files = append(e.Files, f.Hash)
		}
		c.Changed = t.in.Sent
		letter := t.letterTo(c, key)
		if _, window := t.in.Event.(Filled); window {
			letter.Words = clip(eff.Text, 1000)
		}
		told := Told{News: NewsAnswer, Claim: c.ID, By: t.actor(), Text: eff.Text, Files: eff.Files, Letter: letter}
		if answers.Claim == c.ID {
			told.Of = answers.Repeats
		}
		then := []Inbound{forCustomer(key, c, told, t.in)}
		return ClaimChange{c, []claim.Event{e}, append(then, t.toOthers(key, c, told, t.otherRooms())...)}, nil
	})
	if refused := refusal(err); refused != "" {
		return now, refused, nil
	}
	if err == nil && t.in.Message != "" && f != nil {
		t.s.Letters = lastN(append(t.s.Letters, Posted{t.in.Message, c.ID, key.String() + "/customer", f.Flow, eff.Text}), maxFiled)
	}
	return c, "", err
}

// makeCopy prints a claim for the customer's own records.
func (t *turn) makeCopy(ctx context.Context, eff MakeCopy) (Did, error) {
	did := Did{Effect: eff.kind()}
	if err := t.refresh(ctx); err != nil {
		return did, err
	}
	c, err := t.e.store.Claim(ctx, eff.ID)
	if errors.Is(err, ErrNotFound) || err == nil && !sees(t.s.Person, t.in.To, c) {
		did.Refused = "claim.unknown"
		return did, nil
	}
	if err != nil {
		return did, err
	}
	c, events, err := t.history(ctx, c)
	if err != nil {
		return did, err
	}
	paper := desk.Copy(c, events, t.lang(), t.e.words(t.lang()), linked(t.s.Person, c))
	pdf, err := t.e.printer.PDF(paper)
	if err != nil {
		return did, fmt.Errorf("print claim: %w", err)
	}
	did.Claim = c
	did.Paper = blocksText(paper, t.e.texts.Render(t.lang(), Say("format.label")))
	did.File, err = t.e.media.Put(ctx, bytes.NewReader(pdf), string(c.ID)+".pdf", int64(len(pdf)))
	return did, err
}

// sees tells whether a person may see a claim: who reported it, and people linked to the company
// of one of its machines (promise P7).
func sees(p claim.Person, at Address, c claim.Claim) bool {
	return c.Channel == at.Channel && c.Reporter.ID == p.ID || linked(p, c)
}

func linked(p claim.Person, c claim.Claim) bool {
	for _, l := range c.Lines {
		if p.Linked(l.Company) {
			return true
		}
	}
	return false
}

// evidence turns a file that came with an inbound into a claim's evidence.
func evidence(f File, caption string, in Inbound) claim.Evidence {
	return claim.Evidence{Hash: f.Hash, Name: f.Name, Mime: f.Mime, Size: f.Size, Unsafe: f.Unsafe, Caption: caption, At: in.Sent}
}

// filesOf returns a claim's evidence as files to be sent.
func filesOf(c claim.Claim) []File {
	files := make([]File, len(c.Evidence))
	for i, e := range c.Evidence {
		files[i] = File{Hash: e.Hash, Name: e.Name, Mime: e.Mime, Size: e.Size, Unsafe: e.Unsafe}
	}
	return files
}
