package script

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/optoste/supportbot/bot/claim"
)

// setting is a scene while its header is read.
type setting struct {
	Scene
	seen map[string]bool // cues that may stand only once
}

// header returns what reads a header cue, or nil when it is none.
func header(cue string) reader {
	switch cue {
	case "on":
		return once(cue, (*setting).on)
	case "at":
		return once(cue, (*setting).at)
	case "lang":
		return once(cue, (*setting).lang)
	case "stages":
		return once(cue, (*setting).stages)
	case "machine":
		return each((*setting).machine)
	case "part":
		return each((*setting).part)
	case "person":
		return each((*setting).person)
	case "policy":
		return each((*setting).policy)
	case "roster":
		return each((*setting).roster)
	}
	return nil
}

// reader adds what stands behind a header cue to the scene.
type reader func(s *setting, text string) error

// once refuses a second cue of a name and an empty one.
func once(cue string, read reader) reader {
	return func(s *setting, text string) error {
		if s.seen[cue] {
			return fmt.Errorf("%s: is set already, above", cue)
		}
		if s.seen == nil {
			s.seen = make(map[string]bool)
		}
		s.seen[cue] = true
		return read(s, text)
	}
}

// each reads a cue that may hold several lines.
func each(read reader) reader {
	return func(s *setting, text string) error {
		var errs []error
		for line := range strings.SplitSeq(text, "\n") {
			if line != "" {
				errs = append(errs, read(s, line))
			}
		}
		if len(errs) == 0 {
			return errors.New("nothing stands behind the colon")
		}
		return errors.Join(errs...)
	}
}

func (s *setting) on(text string) error {
	if !isWord(text) {
		return fmt.Errorf("%q is not the name of a channel: one word", text)
	}
	s.On = text
	return nil
}

func (s *setting) lang(text string) (err error) {
	s.Lang, err = parseLang(text)
	return err
}

func (s *setting) at(text string) (err error) {
	s.At, err = parseTime(text)
	return err
}

func (s *setting) stages(text string) error {
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ' ' || r == ',' }) {
		n, err := strconv.Atoi(word)
		if err != nil || n < 1 {
			return fmt.Errorf("%q is not the number of a stage", word)
		}
		s.Stages = append(s.Stages, n)
	}
	if len(s.Stages) == 0 {
		return errors.New("stages: names the stages on which the file plays, like \"1 2\"")
	}
	return nil
}

func (s *setting) policy(line string) error {
	s.Policy = append(s.Policy, line)
	return nil
}

func (s *setting) roster(line string) error {
	s.Roster = append(s.Roster, line)
	return nil
}

func (s *setting) machine(line string) error {
	items := attributes(line)
	serial, err := parseSerial(items.next())
	if err != nil {
		return err
	}
	m := claim.Machine{Serial: serial, Model: items.next()}
	if m.Model == "" {
		return fmt.Errorf("machine %s has no model: %q", serial, "OS-2025-0417, VS-600, delivered 2025-06-30")
	}
	if slices.ContainsFunc(s.Registry.Machines, func(o claim.Machine) bool { return o.Serial == serial }) {
		return fmt.Errorf("machine %s is there already", serial)
	}
	delivered, err := parseDelivered(items)
	if err != nil {
		return fmt.Errorf("machine %s: %w", serial, err)
	}
	m.Delivered = delivered
	m.Country, m.ContractNote = items.take("country"), items.take("contract")
	if m.Zone, err = parseZone(items.take("zone")); err != nil {
		return err
	}
	if m.Company, err = s.company(items.take("company")); err != nil {
		return err
	}
	s.Registry.Machines = append(s.Registry.Machines, m)
	return items.rest("delivered, company, country, zone, contract")
}

func (s *setting) part(line string) error {
	items := attributes(line)
	serial, err := parseSerial(items.next())
	if err != nil {
		return err
	}
	p := claim.Part{Serial: serial, Name: items.next()}
	if p.Machine, err = parseSerial(items.take("in")); err != nil {
		return fmt.Errorf("part %s: %q says in which machine it is: %w", serial, "in OS-2025-0417", err)
	}
	if !slices.ContainsFunc(s.Registry.Machines, func(m claim.Machine) bool { return m.Serial == p.Machine }) {
		return fmt.Errorf("part %s: there is no machine %s above", serial, p.Machine)
	}
	if p.Delivered, err = parseDelivered(items); err != nil {
		return fmt.Errorf("part %s: %w", serial, err)
	}
	s.Registry.Parts = append(s.Registry.Parts, p)
	return items.rest("in, delivered")
}

func (s *setting) person(line string) (err error) {
	items := attributes(line)
	p := Person{Name: items.next(), Engineer: items.flag("engineer"), Shown: items.take("named")}
	switch {
	case !isName(p.Name):
		return fmt.Errorf("%q cannot be a person's name here: one word of letters, digits, \"-\" and \"_\" (the display name is `named ...`)", p.Name)
	case isCue(p.Name):
		return fmt.Errorf("no person can be called %q: that is a cue", p.Name)
	case s.find(p.Name) != nil:
		return fmt.Errorf("%s is there already", p.Name)
	}
	if p.Shown == "" {
		p.Shown = p.Name
	}
	if p.Lang, err = parseLang(items.take("lang")); err != nil {
		return err
	}
	if p.Zone, err = parseZone(items.take("zone")); err != nil {
		return err
	}
	if p.Company, err = s.company(items.next()); err != nil {
		return err
	}
	s.Persons = append(s.Persons, p)
	return items.rest("engineer, named, lang, zone, and one company")
}

// company returns the ID of a company and puts it into the registry.
func (s *setting) company(name string) (claim.CompanyID, error) {
	if name == "" {
		return "", nil
	}
	id := claim.CompanyID(strings.Join(strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}), "-"))
	if id == "" {
		return "", fmt.Errorf("%q is no name of a company", name)
	}
	for _, c := range s.Registry.Companies {
		if c.ID == id && c.Name != name {
			return "", fmt.Errorf("the company is %q here and %q above", name, c.Name)
		}
		if c.ID == id {
			return id, nil
		}
	}
	s.Registry.Companies = append(s.Registry.Companies, claim.Company{ID: id, Name: name})
	return id, nil
}

func (s *Scene) find(name string) *Person {
	for i := range s.Persons {
		if s.Persons[i].Name == name {
			return &s.Persons[i]
		}
	}
	return nil
}

// close says what the header lacks, and gives persons the scene's language.
func (s *setting) close() (errs []error) {
	if s.On == "" && !s.seen["on"] {
		errs = append(errs, fmt.Errorf("the header does not say on which channel people write: %q", "on: telegram"))
	}
	if s.At.IsZero() && !s.seen["at"] {
		errs = append(errs, fmt.Errorf("the header does not say when the play begins: %q (time in Shantou)", "at: 2026-03-02 10:00"))
	}
	if len(s.Persons) == 0 {
		errs = append(errs, fmt.Errorf("the header names no person: %q", "person: mei, Nuts Ltd"))
	}
	for i := range s.Persons {
		if s.Persons[i].Lang == "" {
			s.Persons[i].Lang = s.Lang
		}
	}
	return errs
}

// parseDelivered reads "delivered 2025-06-30" and "delivered unknown".
func parseDelivered(items *items) (claim.Date, error) {
	switch word := items.take("delivered"); word {
	case "":
		return claim.Date{}, fmt.Errorf("say when it was delivered: %q or %q", "delivered 2025-06-30", "delivered unknown")
	case "unknown":
		return claim.Date{}, nil
	default:
		return claim.ParseDate(word)
	}
}

func parseSerial(typed string) (claim.Serial, error) {
	s, ok := claim.ParseSerial(typed)
	if !ok {
		return "", fmt.Errorf("%q is not a serial number", typed)
	}
	if string(s) != typed {
		return "", fmt.Errorf("write the serial number %q as the registry does: %q", typed, s)
	}
	return s, nil
}

func parseLang(tag string) (string, error) {
	if strings.Trim(tag, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") != "" {
		return "", fmt.Errorf("%q is not the tag of a language, like en or zh-Hant", tag)
	}
	return tag, nil
}

func parseZone(name string) (string, error) {
	if _, err := time.LoadLocation(name); err != nil || name == "Local" {
		return "", fmt.Errorf("%q is not a time zone, like America/Lima", name)
	}
	return name, nil
}
