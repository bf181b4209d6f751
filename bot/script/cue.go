package script

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The cues of what comes out.
const (
	cueBot     = "bot"
	cueDesk    = "desk"
	cueEffects = "do"
	cueLate    = "late"
)

// controls reads each control cue.
var controls = map[string]func(text string) (step, error){
	"wait":        readWait,
	"again":       bare("again", again{}),
	"press again": bare("press again", pressAgain{}),
	"restart":     bare("restart", order{"restart", Restart{}}),
	"flush":       bare("flush", order{"flush", Flush{}}),
	"back":        bare("back", order{"back", Back{}}),
	"away":        readAway,
	"refuse":      readRefuse,
	"crash":       readCrash,
}

func isCue(name string) bool {
	_, control := controls[name]
	return header(name) != nil || control || slices.Contains([]string{cueBot, cueDesk, cueEffects, cueLate, "press"}, name)
}

func bare(cue string, s step) func(string) (step, error) {
	return func(text string) (step, error) {
		if text != "" {
			return nil, fmt.Errorf("nothing stands behind %s:, but here is %q", cue, text)
		}
		return s, nil
	}
}

func readWait(text string) (step, error) {
	d, err := parseSpan(text)
	return order{"wait", Wait{For: d}}, err
}

func readAway(text string) (step, error) {
	switch p := Part(text); p {
	case Database, Sessions, Files:
		return order{"away", Away{p}}, nil
	}
	return nil, fmt.Errorf("away: takes %s, %s or %s away, not %q", Database, Sessions, Files, text)
}

func readCrash(text string) (step, error) {
	switch p := Point(text); p {
	case AfterEffect, AfterSave, AfterSend:
		return order{"crash", Crash{p}}, nil
	}
	return nil, fmt.Errorf("crash: comes %s, %s or %s, not %q", AfterEffect, AfterSave, AfterSend, text)
}

// readRefuse reads "429 5s", "403" and "403 mei".
func readRefuse(text string) (step, error) {
	words := strings.Fields(text)
	if len(words) == 0 || len(words) > 3 {
		return nil, fmt.Errorf("refuse: is followed by a status and perhaps a time and a person, like %q, not %q", "429 5s mei", text)
	}
	var r Refuse
	var err error
	if r.Status, err = strconv.Atoi(words[0]); err != nil || r.Status < http.StatusBadRequest || r.Status > 599 {
		return nil, fmt.Errorf("%q is not a status with which a platform refuses, like 429, 403 or 502", words[0])
	}
	for _, word := range words[1:] {
		switch d, err := parseSpan(word); {
		case err == nil && r.For == 0:
			r.For = d
		case isName(word) && r.Person == "":
			r.Person = word
		default:
			return nil, fmt.Errorf("refuse: %q is neither a time nor a person", word)
		}
	}
	return order{"refuse", r}, nil
}

// head is a cue taken apart: "mei@desk (reply bot 3)".
type head struct {
	name   string // of the person, or bot, desk, do
	to     string // "bot to NAME"
	at     string // "NAME@at"
	number int    // of a message: reply or edits
	ago    time.Duration
	words  []string // in brackets: group, note, reply, edits, sent
}

var (
	headForm  = regexp.MustCompile(`^([^@()]*?)(?:@([^@() ]+))?((?: *\([^()]*\))*)$`)
	wordForms = []*regexp.Regexp{
		regexp.MustCompile(`^(group)$`),
		regexp.MustCompile(`^(thread)$`),
		regexp.MustCompile(`^(note|form|page)$`),
		regexp.MustCompile(`^(reply)(?: (?:bot|desk))? ([1-9]\d{0,5})$`),
		regexp.MustCompile(`^(edits) ([1-9]\d{0,5})$`),
		regexp.MustCompile(`^(sent) (.+) ago$`),
	}
)

func parseHead(text string) (head, error) {
	m := headForm.FindStringSubmatch(text)
	if m == nil || strings.TrimSpace(m[1]) == "" {
		return head{}, fmt.Errorf("%q is not a cue", text)
	}
	h := head{name: strings.TrimSpace(m[1]), at: m[2]}
	if to, ok := strings.CutPrefix(h.name, cueBot+" to "); ok {
		h.name, h.to = cueBot, strings.TrimSpace(to)
	}
	brackets := strings.NewReplacer("(", ",", ")", ",").Replace(m[3])
	for word := range strings.SplitSeq(brackets, ",") {
		if word = strings.TrimSpace(word); word == "" {
			continue
		}
		if err := h.word(word); err != nil {
			return head{}, err
		}
	}
	return h, nil
}

func (h *head) word(word string) (err error) {
	for _, form := range wordForms {
		m := form.FindStringSubmatch(word)
		if m == nil {
			continue
		}
		if slices.Contains(h.words, m[1]) {
			return fmt.Errorf("%q stands twice", m[1])
		}
		h.words = append(h.words, m[1])
		switch {
		case m[1] == "sent":
			h.ago, err = parseSpan(m[2])
		case len(m) > 2:
			h.number, err = strconv.Atoi(m[2])
		}
		return err
	}
	return fmt.Errorf("(%s) is not understood", word)
}

func (h head) has(word string) bool { return slices.Contains(h.words, word) }

// only refuses words in brackets that have no meaning at this cue.
func (h head) only(words ...string) error {
	for _, w := range h.words {
		if !slices.Contains(words, w) {
			return fmt.Errorf("(%s) has no meaning behind %q", w, h.name)
		}
	}
	return nil
}

func (h head) isOutput() bool {
	return h.name == cueBot || h.name == cueDesk || h.name == cueEffects
}

func (p *parser) checkOutput(h head) error {
	if h.to != "" {
		if _, err := p.person(h.to); err != nil {
			return err
		}
	}
	return h.only("group", "thread", "note", "form", "page", "reply", "edits")
}

// control checks that the person of a control cue is in the play.
func (p *parser) control(s step, err error) (step, error) {
	if err != nil {
		return nil, err
	}
	if o, ok := s.(order); ok {
		if r, ok := o.control.(Refuse); ok && r.Person != "" {
			_, err = p.person(r.Person)
		}
	}
	return s, err
}

// input reads what a person does; `late:` is one of the person of the last input.
func (p *parser) input(h head, text string) (step, error) {
	in := input{reply: h.number, ago: h.ago}
	if h.name == cueLate && h.at == "" {
		if p.last == nil {
			return nil, errors.New("late: adds to what a person did, but nobody has done anything yet")
		}
		if err := h.only(); err != nil {
			return nil, err
		}
		in.person, in.place, in.late = p.last.person, p.last.place, true
	} else {
		var err error
		if in.person, err = p.person(h.name); err != nil {
			return nil, err
		}
		if in.place, err = p.place(h, in.person); err != nil {
			return nil, err
		}
	}
	p.last = &in
	var err error
	in.doing, err = parseDoing(text)
	return in, err
}

func (p *parser) person(name string) (Person, error) {
	if found := p.file.Scene.find(name); found != nil {
		return *found, nil
	}
	var names []string
	for _, known := range p.file.Scene.Persons {
		names = append(names, known.Name)
	}
	cues := append(slices.Collect(maps.Keys(controls)), cueBot, cueDesk, cueEffects, cueLate)
	slices.Sort(cues)
	return Person{}, fmt.Errorf("%q is neither a cue nor a person; persons are %s; cues are %s", name, listed(names, "and"), listed(cues, "and"))
}

// place returns where a person's cue says that it happens.
func (p *parser) place(h head, who Person) (Place, error) {
	if err := h.only("group", "thread", "reply", "sent"); err != nil {
		return Place{}, err
	}
	if h.at == cueDesk {
		if !who.Engineer {
			return Place{}, fmt.Errorf("%s does not belong to the desk: %q", who.Name, "person: "+who.Name+", engineer")
		}
		if h.has("group") || h.has("thread") {
			return Place{}, fmt.Errorf("%s is at the desk and in the group at once", who.Name)
		}
		return Place{Room: Desk}, nil
	}
	if h.has("group") && h.has("thread") {
		return Place{}, fmt.Errorf("%s is in the group and in a thread of it at once", who.Name)
	}
	channel := p.file.Scene.On
	if h.at != "" {
		channel = h.at
	}
	switch {
	case h.has("group"):
		return Place{Room: Group, Channel: channel}, nil
	case h.has("thread"):
		return Place{Room: Thread, Channel: channel, Person: who.Name}, nil
	}
	return Place{Room: Private, Channel: channel, Person: who.Name}, nil
}
