package main

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// The columns of the two kinds of files (domain.md 6.3), found by their names in the first line,
// in any order. All must be there, because an import replaces whole rows: a column left out would
// wipe what the registry has. Cells other than the serial numbers may be empty.
var (
	machineColumns = []string{"serial", "model", "delivered_on", "company", "country", "time_zone", "contract_note"}
	partColumns    = []string{"part_serial", "part", "machine_serial", "delivered_on"}
)

// companyID is the one column that may be left out: then a company's id is made of its name.
const companyID = "company_id"

// badLine is one thing that is wrong with one line of an import; a line may have several.
type badLine struct {
	Line int // from 1, as an editor counts
	Why  string
}

// sheet is what a file of machines or parts holds. partLines has the line of each part.
type sheet struct {
	bot.Registration
	partLines []int
}

// parseCSV reads a file of machines or of parts. What is wrong with single lines is listed, all of
// it, and the lines are left out; the error is about the file as a whole.
func parseCSV(r io.Reader) (sheet, []badLine, error) {
	text, err := readText(r)
	if err != nil {
		return sheet{}, nil, err
	}
	p := parser{rows: csv.NewReader(strings.NewReader(text)), seen: map[string]int{}, names: map[claim.CompanyID]named{}}
	p.rows.Comma = separator(text)
	p.rows.FieldsPerRecord = -1
	row, err := p.header()
	if err != nil {
		return sheet{}, nil, err
	}
	for {
		cells, err := p.rows.Read()
		if errors.Is(err, io.EOF) {
			return p.sheet, p.bad, nil
		}
		p.next(cells, err, row)
	}
}

// parser walks through the lines of one file.
type parser struct {
	sheet
	rows  *csv.Reader
	at    map[string]int // column by name
	cells []string
	line  int
	bad   []badLine
	seen  map[string]int // line by what must not stand twice
	names map[claim.CompanyID]named
}

type named struct {
	name string
	line int
}

// header finds the columns and returns what reads a row of this kind of file.
func (p *parser) header() (row func(), err error) {
	cells, err := p.rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, errors.New("the file is empty; the first line names the columns: " + strings.Join(machineColumns, ","))
	}
	if err != nil {
		return nil, fmt.Errorf("line 1: %w", err)
	}
	p.at = map[string]int{}
	var wrong []string
	for i, c := range cells {
		name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(c)))
		if _, twice := p.at[name]; twice {
			wrong = append(wrong, fmt.Sprintf("column %q stands twice", name))
		}
		p.at[name] = i
	}
	columns, row := machineColumns, p.machine
	if p.has("part_serial") || p.has("machine_serial") {
		columns, row = partColumns, p.part
	}
	for _, c := range columns {
		if !p.has(c) {
			wrong = append(wrong, fmt.Sprintf("column %s is missing (its cells may be empty)", c))
		}
	}
	for _, c := range cells {
		name := strings.NewReplacer(" ", "_", "-", "_").Replace(strings.ToLower(strings.TrimSpace(c)))
		if !slices.Contains(columns, name) && (name != companyID || !p.has("serial")) {
			wrong = append(wrong, fmt.Sprintf("column %q is not known", name))
		}
	}
	if len(wrong) > 0 {
		return nil, fmt.Errorf("line 1: %s; machines have the columns %s (and %s, if you like), parts %s",
			strings.Join(wrong, "; "), strings.Join(machineColumns, ","), companyID, strings.Join(partColumns, ","))
	}
	return row, nil
}

func (p *parser) has(column string) bool { _, ok := p.at[column]; return ok }

// next reads one line that the CSV reader returned.
func (p *parser) next(cells []string, err error, row func()) {
	var broken *csv.ParseError
	if errors.As(err, &broken) {
		p.line = broken.StartLine
		p.wrong("the quotes are not in order: a cell with a quote in it is written \"like \"\"this\"\"\"")
		return
	}
	if strings.TrimSpace(strings.Join(cells, "")) == "" {
		return // Excel writes rows of separators
	}
	p.line, _ = p.rows.FieldPos(0)
	p.cells = cells
	before := len(p.bad)
	if len(cells) > len(p.at) {
		p.wrong("has %d cells, but line 1 names %d columns; a cell with a %q in it must stand in quotes", len(cells), len(p.at), string(p.rows.Comma))
	}
	if strings.ContainsFunc(strings.Join(cells, ""), strange) {
		p.wrong("holds a NUL or another control character; type the cell anew")
	}
	if len(p.bad) == before {
		row()
	}
}

func strange(r rune) bool { return unicode.IsControl(r) && !unicode.IsSpace(r) }

func (p *parser) wrong(format string, args ...any) {
	p.bad = append(p.bad, badLine{p.line, fmt.Sprintf(format, args...)})
}

// cell returns the content of a column, white space joined; a line may be shorter than the first.
func (p *parser) cell(column string) string {
	i, ok := p.at[column]
	if !ok || i >= len(p.cells) {
		return ""
	}
	return strings.Join(strings.Fields(p.cells[i]), " ")
}

func (p *parser) machine() {
	before := len(p.bad)
	m := claim.Machine{
		Serial:       p.serial("serial"),
		Model:        p.short("model", maxCell),
		Delivered:    p.day(),
		Country:      p.country(),
		Zone:         p.zone(),
		ContractNote: p.short("contract_note", maxNote),
	}
	p.once(string(m.Serial), string(m.Serial))
	company, isNew := p.company()
	if len(p.bad) > before {
		return
	}
	if isNew {
		p.names[company.ID] = named{company.Name, p.line}
		p.Companies = append(p.Companies, company)
	}
	m.Company = company.ID
	p.Machines = append(p.Machines, m)
}

func (p *parser) part() {
	before := len(p.bad)
	part := claim.Part{
		Serial:    p.serial("part_serial"),
		Name:      p.short("part", maxCell),
		Machine:   p.serial("machine_serial"),
		Delivered: p.day(),
	}
	// A part that was serviced twice stands twice, with two deliveries (domain.md E13).
	p.once(string(part.Serial)+" "+part.Delivered.String(), strings.TrimSpace("part "+string(part.Serial)+", delivered "+part.Delivered.String()))
	if len(p.bad) == before {
		p.Parts = append(p.Parts, part)
		p.partLines = append(p.partLines, p.line)
	}
}

// once notes what stands in an earlier line already.
func (p *parser) once(key, what string) {
	if strings.TrimSpace(key) == "" {
		return
	}
	if first, twice := p.seen[key]; twice {
		p.wrong("%s stands in line %d already; keep one of the two", what, first)
		return
	}
	p.seen[key] = p.line
}

// lines counts the lines that something is wrong with.
func lines(bad []badLine) int {
	seen := map[int]bool{}
	for _, b := range bad {
		seen[b.Line] = true
	}
	return len(seen)
}

// where writes a bad line as editors and compilers do: "machines.csv:7: ...".
func (b badLine) where(file string) string {
	return file + ":" + strconv.Itoa(b.Line) + ": " + printable(b.Why)
}
