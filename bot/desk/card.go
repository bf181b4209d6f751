package desk

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
)

// Words renders a key of the catalogue with arguments in pairs, in the document's language.
type Words func(key string, pairs ...any) string

// Title names a claim's card.
func Title(c claim.Claim, say Words) string {
	return say("card.title", "Claim", string(c.ID), "Severity", say("severity."+string(c.Severity)))
}

// Beside is what a card shows of the machines of a claim that the claim itself does not hold.
type Beside struct {
	Others map[claim.Serial][]claim.Claim // other claims on a machine, in the order in which they are shown
	Zones  map[claim.Serial]string        // IANA time zone of a machine's site; none = not known
}

// Card is what engineers see of a claim, in English with the customer's own words beside it. in judges the description.
func Card(c claim.Claim, b Beside, in rules.Intake, say Words) Document {
	d := Document{Title: Title(c, say), Lang: "en"}
	d.field(say, "card.status", say("status."+string(c.Status)))
	if c.Owner.ID != "" {
		d.field(say, "card.owner", c.Owner.Name)
	}
	d.field(say, "card.customer", customer(c, say))
	if !c.Unreached.IsZero() {
		since := c.Unreached.In(claim.Shantou).Format("2006-01-02 15:04")
		d.field(say, "card.unreached", say("card.unreached_since", "Channel", say("channel."+c.Channel), "Since", since))
	}
	d.field(say, "card.opened", opened(c, b, say))
	for _, l := range c.Lines {
		d.field(say, "card.machine", machine(l, say))
		d.field(say, "card.coverage", coverage(l.Verdict, say, true))
		d.decided(l, say)
		d.things(say, "card.others", earlier(b.Others[l.Serial], say))
	}
	if c.Duplicate != "" && c.Duplicate != c.Merger.Into {
		d.field(say, "card.duplicate", string(c.Duplicate))
	}
	if c.Merger.Into != "" {
		d.field(say, "card.into", string(c.Merger.Into))
	}
	d.things(say, "card.also", also(c))
	d.field(say, "card.evidence", strconv.Itoa(len(c.Evidence)))
	d.things(say, "card.missing", missing(c, in, say))
	d.things(say, "card.asked", asked(c.Asked, say))
	if c.Description != "" {
		d.Blocks = append(d.Blocks, Block{Kind: Quote, Text: c.Description})
	}
	return d
}

// decided says what engineers have found out about a machine, and decided.
func (d *Document) decided(l claim.Line, say Words) {
	f := l.Findings
	var fault []string
	if f.Class != claim.ClassUnknown {
		fault = append(fault, say("card.class."+string(f.Class)))
	}
	if part := f.Suspected(); part != "" {
		fault = append(fault, say("card.part", "Part", part))
	}
	d.things(say, "card.fault", fault)
	if f.Exclusion.State != claim.NoExclusion {
		d.field(say, "card.exclusion", say("card.exclusion."+string(f.Exclusion.State), "Reason", f.Exclusion.Reason))
	}
	if f.Override.Holds() {
		d.field(say, "card.override", "“"+f.Override.Reason+"”")
	}
	if r := l.Ruled; r.Times > 0 {
		d.field(say, "card.decided", say("card.by", "Choice", say("desk.choice."+r.Choice), "Name", r.By.Name))
	}
}

// opened tells when a claim was sent, by the engineers' clock and by that of the machine's site.
func opened(c claim.Claim, b Beside, say Words) string {
	const form = "2006-01-02 15:04"
	zone := cmp.Or(b.Zones[c.Lines[0].Serial], c.Reporter.Zone)
	site, err := time.LoadLocation(zone)
	if zone == "" || err != nil || site.String() == claim.Shantou.String() {
		return say("card.at", "At", c.Opened.In(claim.Shantou).Format(form), "Site", "", "Zone", "")
	}
	return say("card.at", "At", c.Opened.In(claim.Shantou).Format(form), "Site", c.Opened.In(site).Format(form), "Zone", zone)
}

// Copy is a claim for the customer's own records. linked says whether the reader is linked to the
// machine's company: model and dates are shown to nobody else (promise P7).
func Copy(c claim.Claim, events []claim.Event, lang string, say Words, linked bool) Document {
	d := Document{Title: say("paper.title", "Claim", string(c.ID)), Lang: lang, Footer: say("paper.footer")}
	d.field(say, "paper.opened", claim.DateOf(c.Opened).String())
	d.field(say, "paper.status", say("status."+string(c.Status)))
	d.field(say, "paper.severity", say("severity."+string(c.Severity)))
	for _, l := range c.Lines {
		if !linked {
			l.Model = ""
		}
		d.field(say, "paper.machine", machine(l, say))
		d.field(say, "paper.coverage", coverage(l.Public(), say, linked))
	}
	d.heading(say("paper.terms"))
	for _, l := range c.Lines {
		d.terms(l.Public().Terms, say)
	}
	d.Blocks = append(d.Blocks, Block{Text: say("report.noship")})
	d.heading(say("paper.description"))
	d.Blocks = append(d.Blocks, Block{Kind: Quote, Text: c.Description})
	d.heading(say("paper.evidence"))
	files := slices.DeleteFunc(slices.Clone(c.Evidence), func(e claim.Evidence) bool { return e.Internal })
	for i, e := range files {
		name := cmp.Or(e.Name, strconv.Itoa(i+1)) // many channels keep no name of a picture
		d.Blocks = append(d.Blocks, Block{Kind: Field, Label: name, Text: fmt.Sprintf("%s, %s, SHA-256 %.12s…", e.Mime, Size(e.Size), e.Hash)})
	}
	if len(files) == 0 {
		d.Blocks = append(d.Blocks, Block{Text: say("paper.none")})
	}
	d.heading(say("paper.history"))
	for _, e := range events {
		d.Blocks = append(d.Blocks, Block{Kind: Field, Label: e.At.In(claim.Shantou).Format("2006-01-02 15:04"), Text: happened(e, say)})
	}
	return d
}

func (d *Document) field(say Words, label, text string) {
	d.Blocks = append(d.Blocks, Block{Kind: Field, Label: say(label), Text: text})
}

// things is a field of several things; of none it is left out.
func (d *Document) things(say Words, label string, names []string) {
	if len(names) > 0 {
		d.field(say, label, strings.Join(names, ", "))
	}
}

func (d *Document) heading(text string) {
	d.Blocks = append(d.Blocks, Block{Kind: Heading, Text: text})
}

// terms lists who pays which leg (domain.md 5.3).
func (d *Document) terms(t claim.Terms, say Words) {
	for _, leg := range Legs(t) {
		d.field(say, leg.Leg, say(leg.Who))
	}
}

// Leg is one way that something travels, and who pays it: both are keys of the catalogue.
type Leg struct{ Leg, Who string }

// Legs lists the legs that arise under the terms, in the order in which a part travels.
func Legs(t claim.Terms) []Leg {
	var legs []Leg
	for _, l := range []struct {
		key string
		who claim.Party
	}{
		{"leg.to_optoste", t.ToOptoste},
		{"leg.china_customs", t.ChinaCustoms},
		{"leg.to_customer", t.ToCustomer},
		{"leg.first_leg", t.FirstLeg},
		{"leg.duties", t.Duties},
		{"leg.service", t.Service},
	} {
		if l.who != claim.Nobody {
			legs = append(legs, Leg{l.key, "party." + string(l.who)})
		}
	}
	return legs
}

func customer(c claim.Claim, say Words) string {
	who := c.Reporter.Name
	if who == "" {
		who = say("card.nameless")
	}
	switch {
	case !c.Reachable():
		return say("card.caller", "Name", who, "Company", c.Customer, "Contact", c.Contact, "Lang", c.Lang)
	case c.Reporter.Company == "":
		return say("card.stranger", "Name", who, "Lang", c.Lang)
	}
	return say("card.linked", "Name", who, "Company", c.Customer, "Lang", c.Lang)
}

// also numbers the claims that were merged into it.
func also(c claim.Claim) (list []string) {
	for _, id := range c.Also {
		list = append(list, string(id))
	}
	return list
}

func earlier(list []claim.Claim, say Words) (lines []string) {
	for _, c := range list {
		lines = append(lines, say("card.other", "Claim", string(c.ID), "Day", c.Date, "Status", say("status."+string(c.Status)), "Words", clip(c.Description)))
	}
	return lines
}

// clip shortens a customer's words to what tells one fault from another.
func clip(words string) string {
	const most = 50
	r := []rune(strings.Join(strings.Fields(words), " "))
	if len(r) > most {
		return string(r[:most]) + "…"
	}
	return string(r)
}

func missing(c claim.Claim, in rules.Intake, say Words) (names []string) {
	for _, gap := range c.Missing(in.Enough) {
		names = append(names, say("card.missing."+string(gap)))
	}
	return names
}

// asked names what is asked for, the engineer's own words last.
func asked(q claim.Inquiry, say Words) (names []string) {
	for _, item := range q.Items {
		names = append(names, say("item."+string(item)))
	}
	if q.Words != "" {
		names = append(names, "“"+q.Words+"”")
	}
	return names
}

func machine(l claim.Line, say Words) string {
	text := string(l.Serial)
	if text == "" {
		text = say("serial.missing")
	}
	if l.Model != "" {
		text += ", " + l.Model
	}
	if l.Check {
		text += ", " + say("card.check")
	}
	return text
}

// coverage says what the verdict is and on which rules it rests. A stranger learns the coverage and
// its row: dates, flags and the other rules tell of deliveries, contracts and earlier cases
// (promise P7).
func coverage(v claim.Verdict, say Words, linked bool) string {
	if !linked {
		text := say(CoverKey(claim.Verdict{Coverage: rules.ForStranger(v), Overridden: v.Overridden}))
		if v.Terms.Row != "" {
			text += " (" + string(v.Terms.Row) + ")"
		}
		return text
	}
	text := say(CoverKey(v))
	if !v.LastDay.IsZero() {
		text += ", " + say("card.last_day", "Day", v.LastDay)
	}
	var ids []string
	for _, id := range v.Because {
		ids = append(ids, string(id))
	}
	if len(ids) > 0 {
		text += " (" + strings.Join(ids, ", ") + ")"
	}
	marks := []string{text}
	for _, f := range v.Flags {
		marks = append(marks, string(f))
	}
	return strings.Join(marks, ", ")
}

// CoverKey returns the key of a verdict's coverage in few words. What staff have set does not rest on the dates.
func CoverKey(v claim.Verdict) string {
	if v.Overridden {
		return "cover.short.granted." + string(v.Coverage)
	}
	return "cover.short." + string(v.Coverage)
}

func happened(e claim.Event, say Words) string {
	switch e.Kind {
	case claim.EventStatus:
		return say("event.status", "From", say("status."+e.From), "To", say("status."+e.To))
	case claim.EventRevised:
		return say("event.revised", "From", e.From, "To", e.To)
	case claim.EventCorrected:
		return say("event.corrected", "From", e.From, "To", e.To)
	case claim.EventSerial:
		return say("event.serial", "To", e.To)
	case claim.EventRated:
		return say("event.rated", "Score", e.To, "Note", e.Note)
	case claim.EventOwner: // who and why are the engineers' own affair
		return say("event.owner")
	case claim.EventDecided:
		return say("event.decided")
	default:
		return say("event."+string(e.Kind), "Note", e.Note, "Files", len(e.Files))
	}
}

// Size writes a number of bytes as people read it: 3.4 MB.
func Size(bytes int64) string {
	switch {
	case bytes >= 1e6:
		return fmt.Sprintf("%.1f MB", float64(bytes)/1e6)
	case bytes >= 1e3:
		return fmt.Sprintf("%.0f kB", float64(bytes)/1e3)
	}
	return fmt.Sprintf("%d B", bytes)
}
