package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// A call for engineers is made in four moves, each of which a crash may cut off and any replica goes on with. The
// change of a claim leaves notices, one for each audience (calls.go). When all claims that are due have left
// theirs, what waits for one audience becomes an alert, in one commit. An alert is handed on: a message as news
// for its chat, an alarm as a job. And the message is edited whenever one of its claims waits for nobody any more.

// houseRoom is the conversation of the house with itself. No channel has it.
var houseRoom = Address{Channel: "house", Chat: "calls"}

const (
	noticeBatch = 1000 // notices that are looked at together
	// mostCopies is how many messages are edited when a claim that they called for waits no more: the newest. A
	// button under an older one tells who has it. Platforms take few edits a minute.
	mostCopies = 24
)

// workNotices says what has waited for others of its audience.
func (e *Engine) workNotices(ctx context.Context, now time.Time) (int, error) {
	list, err := e.store.Notices(ctx, noticeBatch)
	if err != nil {
		return 0, fmt.Errorf("read notices: %w", err)
	}
	made := 0
	if len(list) > 0 {
		if made, err = e.bundle(ctx, list, now); err != nil {
			return made, err
		}
	}
	handed, err := e.handOn(ctx, now)
	return made + handed, err
}

// bundle makes alerts of notices whose time has come, and returns how many audiences they have.
func (e *Engine) bundle(ctx context.Context, list []Notice, now time.Time) (made int, err error) {
	people, err := e.accounts(ctx)
	if err != nil {
		return 0, err
	}
	desk := e.duty()
	sent, err := e.store.Alerted(ctx, now.Add(-desk.BundleWithin))
	if err != nil {
		return 0, fmt.Errorf("read times of alerts: %w", err)
	}
	plain := make([]duty.Notice, len(list))
	for i, n := range list {
		plain[i] = n.Notice
	}
	for _, b := range desk.Bundle(plain, now, sent) {
		if b.At.After(now) {
			continue
		}
		of := slices.DeleteFunc(slices.Clone(list), func(n Notice) bool { return n.Audience() != b.Notices[0].Audience() })
		err := e.store.MakeAlerts(ctx, now, e.alertsOf(of[0].ID, b.Notices, people), of)
		switch {
		case errors.Is(err, ErrConflict): // another replica was quicker
		case err != nil:
			return made, fmt.Errorf("make alerts: %w", err)
		default:
			made++
		}
	}
	return made, nil
}

// alertsOf makes the alerts of notices of one audience. What shall be said in the room is said in each of them.
func (e *Engine) alertsOf(id string, list []duty.Notice, people accounts) []Alert {
	switch first := list[0]; first.Way {
	case duty.Alarm:
		return []Alert{{ID: id, Notices: list}}
	case duty.Direct:
		if a, ok := people.private(first.Person); ok {
			return []Alert{{ID: id, Notices: list, To: Address{Channel: a.Channel, Chat: a.Chat}, Person: a.ID}}
		}
		list = byName(list)
	case duty.Mention:
	}
	var alerts []Alert
	for _, room := range e.rooms() {
		alerts = append(alerts, Alert{ID: id + "/" + room.Channel + "/" + room.Chat, Notices: list, To: room})
	}
	return alerts
}

// byName has said in the room what somebody was not reached with.
func byName(list []duty.Notice) []duty.Notice {
	list = slices.Clone(list)
	for i, n := range list {
		list[i].Called = []duty.Called{{People: []duty.PersonID{n.Person}}}
		list[i].Way, list[i].Person = duty.Mention, ""
	}
	return list
}

// handOn gives alerts to what carries them.
func (e *Engine) handOn(ctx context.Context, now time.Time) (int, error) {
	list, err := e.store.WaitingAlerts(ctx, workBatch)
	if err != nil {
		return 0, fmt.Errorf("read alerts: %w", err)
	}
	for _, a := range list {
		if err := e.carry(ctx, a, now); err != nil {
			return 0, fmt.Errorf("hand alert on: %w", err)
		}
		if err := e.store.HandOn(ctx, a.ID); err != nil {
			return 0, fmt.Errorf("hand alert on: %w", err)
		}
	}
	if len(list) > 0 {
		e.Poke()
	}
	return len(list), nil
}

// carry hands one alert on; the second time it changes nothing.
func (e *Engine) carry(ctx context.Context, a Alert, now time.Time) error {
	if a.To.Channel == "" {
		if e.alarms == nil {
			return nil
		}
		return e.jobs.Ring(ctx, a.ID)
	}
	return e.store.Post(ctx, e.showing(a, "alert/"+a.ID, now))
}

// showing makes the inbound by which a chat shows an alert as it now is.
func (e *Engine) showing(a Alert, id string, now time.Time) Inbound {
	first := a.Notices[0]
	in := Inbound{ID: id, Sent: now, To: a.To, From: Sender{ID: a.Person}, Event: Told{
		News: NewsPing, Claim: first.Claim, Alert: a.ID,
		Call: &Call{Severity: first.Severity, Waits: now.Sub(first.Since), Whom: e.called(first.Called)},
	}}
	if p, ok := e.duty().Person(first.Person); ok && len(p.Languages) > 0 {
		in.From.Lang = p.Languages[0]
	}
	return in
}

// called says who is meant, by names.
func (e *Engine) called(list []duty.Called) (whom []Called) {
	desk := e.duty()
	for _, c := range list {
		one := Called{Level: levelName(desk, c.Level), ByName: c.Level == "" && len(c.People) > 0}
		for _, id := range meant(desk, c) {
			if p, ok := desk.Person(id); ok && !desk.Sample { // the file may have changed; who is none of ours is not named
				one.People = append(one.People, p.Name)
			}
		}
		if len(one.People) > 0 || !one.ByName {
			whom = append(whom, one)
		}
	}
	return whom
}

// meant lists whom a call means.
func meant(desk *duty.Desk, c duty.Called) (ids []duty.PersonID) {
	if c.Level != "" || len(c.People) > 0 {
		return c.People
	}
	for _, p := range desk.People {
		ids = append(ids, p.ID)
	}
	return ids
}

func levelName(desk *duty.Desk, id duty.LevelID) string {
	for _, l := range desk.Levels {
		if l.ID == id {
			return l.Name
		}
	}
	return string(id)
}

// callOver has every copy of what called for a claim show that it waits no more.
func (e *Engine) callOver(ctx context.Context, in Inbound, id claim.ID) error {
	list, err := e.store.AlertsOf(ctx, id, mostCopies)
	if err != nil {
		return fmt.Errorf("read alerts: %w", err)
	}
	var then []Inbound
	for _, a := range list {
		if a.To.Channel != "" {
			then = append(then, e.showing(a, in.ID+"/"+a.ID, in.Sent))
		}
	}
	if err := e.store.Post(ctx, then...); err != nil {
		return fmt.Errorf("show that a call is over: %w", err)
	}
	e.Poke()
	return nil
}

// alerted completes what is told of an alert by how its claims now are. Without a Call nothing is to be said.
func (t *turn) alerted(ctx context.Context, told Told) (Told, error) {
	a, err := t.e.store.Alert(ctx, told.Alert)
	if errors.Is(err, ErrNotFound) { // it is long ago
		told.Call = nil
		return told, nil
	}
	if err != nil {
		return told, fmt.Errorf("read alert: %w", err)
	}
	claims, err := t.e.callers(ctx, a)
	if err != nil {
		return told, err
	}
	call := *told.Call
	call.Claims, call.Direct = claims, a.Person != ""
	told.Call = &call
	t.alert = a.ID
	if !call.Direct {
		t.mentions, err = t.e.mentions(ctx, a, claims)
	}
	if len(claims) > 1 { // it belongs to none of them alone
		told.Claim = ""
	}
	return told, err
}

// callers tells how the claims of an alert now are.
func (e *Engine) callers(ctx context.Context, a Alert) ([]Caller, error) {
	now := e.now()
	var list []Caller
	for _, n := range a.Notices {
		c, err := e.store.Claim(ctx, n.Claim)
		if err != nil {
			return nil, fmt.Errorf("read claim of an alert: %w", err)
		}
		one := Caller{Claim: c.ID, Severity: severity(c), Waits: max(0, now.Sub(n.Since)), Whom: e.called(n.Called)}
		if !unowned(c.Status) {
			one.Over, one.Owner = c.Status, c.Owner.Name
		}
		if a.Person != "" {
			one.Machine, one.Words = machines(c), short(c.Description)
		}
		list = append(list, one)
	}
	return list, nil
}

// machines names the machines of a claim.
func machines(c claim.Claim) string {
	var list []string
	for _, l := range c.Lines {
		list = append(list, strings.TrimPrefix(string(l.Serial)+", "+l.Model, ", "))
	}
	return strings.TrimSuffix(strings.Join(list, "; "), ", ")
}

// mentions lists the accounts of who is meant by claims that still wait, on the channel of the alert.
func (e *Engine) mentions(ctx context.Context, a Alert, claims []Caller) ([]Mention, error) {
	people, err := e.accounts(ctx)
	if err != nil {
		return nil, err
	}
	desk := e.duty()
	var list []Mention
	for i, n := range a.Notices {
		if claims[i].Over != "" {
			continue
		}
		for _, c := range n.Called {
			for _, id := range meant(desk, c) {
				p, known := desk.Person(id)
				account, there := people.on(id, a.To.Channel)
				if m := (Mention{p.Name, account}); known && there && !slices.Contains(list, m) {
					list = append(list, m)
				}
			}
		}
	}
	return list, nil
}

// deliverAlert sends an alert, or edits the message that it is already. Before it was sent, it may have become
// pointless.
func (e *Engine) deliverAlert(ctx context.Context, a Adapter, o Outgoing) ([]MessageID, error) {
	alert, err := e.store.Alert(ctx, o.Alert)
	switch {
	case errors.Is(err, ErrNotFound):
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("read alert: %w", err)
	case alert.Message != "":
		return e.editAlert(ctx, a, o, alert)
	}
	claims, err := e.callers(ctx, alert)
	if err != nil || !slices.ContainsFunc(claims, func(c Caller) bool { return c.Over == "" }) {
		return nil, err
	}
	ids, err := e.deliverNews(ctx, a, o)
	if err != nil || len(ids) == 0 {
		return ids, err
	}
	alert.To, alert.Message, alert.Shown = o.To, last(ids), o.Text
	if err := e.store.PutAlert(ctx, alert); err != nil {
		return ids, fmt.Errorf("store where an alert stands: %w", err)
	}
	return ids, nil
}

// editAlert shows in a message that was sent how its claims now are, where the channel lets it.
func (e *Engine) editAlert(ctx context.Context, a Adapter, o Outgoing, alert Alert) ([]MessageID, error) {
	moved := alert.To.Lane() != o.To.Lane() // the chat has other names for its messages
	if moved || alert.Shown == o.Text || !a.Capabilities().Edit {
		return nil, nil
	}
	o.Replace, o.About, o.ReplyTo = alert.Message, "", ""
	_, err := e.sendParts(ctx, a, o)
	if err != nil && !errors.Is(err, ErrNotFound) && !errors.Is(err, ErrRefused) { // else nobody sees it any more
		return nil, err
	}
	alert.Shown = o.Text
	if err := e.store.PutAlert(ctx, alert); err != nil {
		return nil, fmt.Errorf("store what an alert shows: %w", err)
	}
	return []MessageID{alert.Message}, nil
}

// unreached has said in the room, by name, what somebody was to be told in private and could not be.
func (e *Engine) unreached(ctx context.Context, id string) error {
	alert, err := e.store.Alert(ctx, id)
	if errors.Is(err, ErrNotFound) || err == nil && (alert.Person == "" || alert.Message != "") {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read alert: %w", err)
	}
	if err := e.store.MakeAlerts(ctx, e.now(), e.alertsOf(id+"/unreached", byName(alert.Notices), nil), nil); err != nil {
		return fmt.Errorf("call in the room: %w", err)
	}
	e.Poke()
	return nil
}
