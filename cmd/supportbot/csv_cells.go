package main

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/optoste/supportbot/bot/claim"
)

const (
	maxCell   = 200  // characters of a model, part or company name
	maxNote   = 2000 // characters of a contract note
	firstYear = 1980 // a year before is a slip of the pen, and so is one after the last
	lastYear  = 2100
)

func (p *parser) serial(column string) claim.Serial {
	typed := p.cell(column)
	s, ok := claim.ParseSerial(typed)
	switch {
	case typed == "":
		p.wrong("%s is empty", column)
	case !ok:
		p.wrong(`%s %q is no serial number: 4 to 40 letters, digits, "-", "/" and ".", with at least one digit`, column, typed)
	}
	return s
}

func (p *parser) short(column string, limit int) string {
	s := p.cell(column)
	if n := utf8.RuneCountInString(s); n > limit {
		p.wrong("%s has %d characters; %d fit", column, n, limit)
	}
	return s
}

// written is how people and Excel write days with the year first.
var written = regexp.MustCompile(`^(\d{4})([-/.])(\d{1,2})([-/.])(\d{1,2})$`)

func (p *parser) day() claim.Date {
	typed := p.cell("delivered_on")
	if typed == "" {
		return claim.Date{}
	}
	m := written.FindStringSubmatch(typed)
	if m == nil || m[2] != m[4] {
		p.wrong("delivered_on %q is not a day of the form 2026-11-23", typed)
		return claim.Date{}
	}
	d, err := claim.ParseDate(fmt.Sprintf("%s-%02s-%02s", m[1], m[3], m[5]))
	if err != nil || d.Year < firstYear || d.Year > lastYear {
		p.wrong("delivered_on %q is a day that cannot be; write it in the form 2026-11-23", typed)
		return claim.Date{}
	}
	return d
}

// country reads an ISO 3166-1 alpha-2 code.
func (p *parser) country() string {
	typed := strings.ToUpper(p.cell("country"))
	if typed == "" {
		return ""
	}
	if len(typed) != 2 || strings.Trim(typed, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != "" {
		p.wrong("country %q is not two letters, for example PE", typed)
		return ""
	}
	region, err := language.ParseRegion(typed)
	switch {
	case err != nil || !region.IsCountry():
		p.wrong("country %q is no country's code; ISO 3166-1 has two letters for each, for example PE", typed)
	case region.Canonicalize().String() != typed:
		p.wrong("country %q is written %s in ISO 3166-1", typed, region.Canonicalize())
	}
	return typed
}

func (p *parser) zone() string {
	typed := p.cell("time_zone")
	if typed == "" {
		return ""
	}
	if _, err := time.LoadLocation(typed); err != nil || typed == "Local" {
		p.wrong("time_zone %q is not known; write it like America/Lima or Asia/Shanghai", typed)
	}
	return typed
}

// company reads whose machine it is; isNew tells that no earlier line named the company.
func (p *parser) company() (c claim.Company, isNew bool) {
	c.Name = p.short("company", maxCell)
	c.ID = slug(c.Name)
	if id := p.cell(companyID); id != "" {
		c.ID = slug(id)
		if c.Name == "" {
			p.wrong("company is empty, but %s is %q; name the company", companyID, id)
		}
	}
	if c.ID == "" {
		if c.Name != "" {
			p.wrong("company %q has neither letters nor digits", c.Name)
		}
		return claim.Company{}, false
	}
	known, ok := p.names[c.ID]
	if ok && slug(known.name) != slug(c.Name) {
		p.wrong("%s %s is %q here and %q in line %d; keep one name", companyID, c.ID, c.Name, known.name, known.line)
	}
	return c, !ok
}

// slug makes a company's id of its name: letters and digits of any script in lower case, with "-"
// between them. The same name gives the same id at every import; full width and case do not count.
func slug(name string) claim.CompanyID {
	words := strings.FieldsFunc(strings.ToLower(norm.NFKC.String(name)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	return claim.CompanyID(strings.Join(words, "-"))
}
