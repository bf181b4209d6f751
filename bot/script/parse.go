package script

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Error is a fault in a transcript, or one that showed up when it was played, with its place.
type Error struct {
	File string
	Line int // from 1
	Err  error
}

// Error returns the form that editors jump to: "report.txt:12: what is wrong".
func (e *Error) Error() string { return fmt.Sprintf("%s:%d: %v", e.File, e.Line, e.Err) }

// Unwrap returns the fault without its place.
func (e *Error) Unwrap() error { return e.Err }

// File is a parsed transcript. It keeps every byte of what it was parsed from, and may be played
// several times, also at once.
type File struct {
	Name  string
	Scene Scene

	entries []entry
	tail    []string // comments and blank lines after the last entry
	bom     bool
	newline string // "\n", or "\r\n" when every line ends like that
	column  int    // where texts begin, in characters
}

// entry is a cue with all that belongs to it.
type entry struct {
	line   int
	before []string // comments and blank lines in front
	raw    []string // the lines as they stand
	step   step
}

// step is what the player does at an entry.
//
//sumtype:decl
type step interface{ step() }

// heading is a header cue: it has been read into the scene.
type heading struct{}

// output is a cue that the player rewrites.
type output struct{ effects bool }

// input is something that a person does.
type input struct {
	person Person
	place  Place
	reply  int // number of the bot's message; 0 = none
	late   bool
	ago    time.Duration // how long before its delivery it was sent
	doing
}

// order is a control cue for the stage.
type order struct {
	cue     string
	control Control
}

// again delivers the last input once more.
type again struct{}

// pressAgain sends the last press under a new number.
type pressAgain struct{}

func (heading) step()    {}
func (output) step()     {}
func (input) step()      {}
func (order) step()      {}
func (again) step()      {}
func (pressAgain) step() {}

const (
	bom           = "\ufeff"
	defaultColumn = 9
	maxColumn     = 24
)

// Parse reads a transcript. The error joins an [*Error] for every mistake. name is only used in
// messages.
func Parse(name string, text []byte) (*File, error) {
	f := &File{Name: name}
	if at := badByte(text); at >= 0 {
		line := 1 + bytes.Count(text[:at], []byte("\n"))
		return nil, &Error{name, line, errors.New("this is not UTF-8 text: save the file as UTF-8")}
	}
	s, hasBOM := strings.CutPrefix(string(text), bom)
	f.bom, f.newline = hasBOM, "\n"
	if n := strings.Count(s, "\n"); n > 0 && n == strings.Count(s, "\r\n") {
		f.newline = "\r\n"
	}
	p := parser{file: f}
	p.split(strings.Split(s, f.newline))
	f.column = p.column()
	p.read()
	if len(p.errs) > 0 {
		return nil, errors.Join(p.errs...)
	}
	return f, nil
}

// badByte returns where text stops being UTF-8, or -1.
func badByte(text []byte) int {
	for at := 0; at < len(text); {
		r, size := utf8.DecodeRune(text[at:])
		if r == utf8.RuneError && size == 1 {
			return at
		}
		at += size
	}
	return -1
}

// Format returns the transcript as text. What was not rewritten has the bytes it was parsed from.
func (f *File) Format() []byte {
	var lines []string
	for _, e := range f.entries {
		lines = append(append(lines, e.before...), e.raw...)
	}
	lines = append(lines, f.tail...)
	text := strings.Join(lines, f.newline)
	if f.bom {
		text = bom + text
	}
	return []byte(text)
}

// parser reads one file in two passes: lines into entries, entries into steps.
type parser struct {
	file    *File
	scene   setting
	playing bool   // the first cue of the play has come
	broken  bool   // the header has mistakes
	last    *input // the person whose input `late:` adds to
	errs    []error
}

func (p *parser) fail(line int, err error) {
	p.errs = append(p.errs, &Error{p.file.Name, line, err})
}

// split groups the lines. A blank line belongs to the entry above when an indented line follows.
func (p *parser) split(lines []string) {
	f := p.file
	var gap []string // blank lines and comments since the last entry
	open := false    // an indented line may follow
	for i, line := range lines {
		switch {
		case blank(line):
			gap = append(gap, line)
		case strings.HasPrefix(line, "#"):
			gap, open = append(gap, line), false
		case !indented(line):
			f.entries = append(f.entries, entry{line: i + 1, before: gap, raw: []string{line}})
			gap, open = nil, true
		case open:
			last := &f.entries[len(f.entries)-1]
			last.raw = append(append(last.raw, gap...), line)
			gap = nil
		default:
			gap = append(gap, line)
			p.fail(i+1, errors.New("an indented line continues a cue, but there is none right above it"))
		}
	}
	f.tail = gap
}

func blank(line string) bool { return strings.TrimSpace(line) == "" }

func indented(line string) bool {
	r, _ := utf8.DecodeRuneInString(line)
	return unicode.IsSpace(r)
}

// column returns where the first text of the file begins: the rewriter follows it.
func (p *parser) column() int {
	for _, e := range p.file.entries {
		if _, text, ok := cutCue(e.raw[0]); ok && text != "" {
			line := strings.TrimRightFunc(e.raw[0], unicode.IsSpace)
			return min(utf8.RuneCountInString(line)-utf8.RuneCountInString(text), maxColumn)
		}
	}
	return defaultColumn
}

// cutCue splits "mei@desk (group): text" at the first colon; a Chinese one is as good.
func cutCue(line string) (head, text string, ok bool) {
	at := strings.IndexAny(line, ":：")
	if at < 0 {
		return "", "", false
	}
	_, size := utf8.DecodeRuneInString(line[at:])
	return strings.TrimSpace(line[:at]), strings.TrimSpace(line[at+size:]), true
}

// text returns what an entry says: its lines without indentation, joined.
func (e entry) text() string {
	_, first, _ := cutCue(e.raw[0])
	lines := []string{first}
	for _, l := range e.raw[1:] {
		lines = append(lines, strings.TrimSpace(l))
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// read turns entries into steps. The scene comes first, because cues name its persons.
func (p *parser) read() {
	line := 1
	for i := range p.file.entries {
		e := &p.file.entries[i]
		step, err := p.cue(*e)
		if err != nil {
			p.fail(e.line, err)
		}
		e.step, line = step, e.line
	}
	p.begin(line)
}

func (p *parser) cue(e entry) (step, error) {
	head, _, ok := cutCue(e.raw[0])
	if !ok {
		return nil, errors.New("a line begins with a cue and a colon, like \"mei: hello\"; indent it if it continues the line above")
	}
	if read := header(head); read != nil {
		if p.playing {
			return nil, fmt.Errorf("%s: belongs to the header, above the first line of the play", head)
		}
		return heading{}, read(&p.scene, e.text())
	}
	if !p.begin(e.line) {
		return heading{}, nil // the header's mistakes are told; what follows from them is not
	}
	h, err := parseHead(head)
	if err != nil {
		return nil, err
	}
	if h.isOutput() {
		return output{effects: h.name == cueEffects}, p.checkOutput(h)
	}
	if read, ok := controls[head]; ok {
		return p.control(read(e.text()))
	}
	return p.input(h, e.text())
}

// begin ends the header and tells whether it is in order.
func (p *parser) begin(line int) bool {
	if !p.playing {
		p.playing = true
		for _, err := range p.scene.close() {
			p.fail(line, err)
		}
		p.file.Scene = p.scene.Scene
		p.broken = len(p.errs) > 0
	}
	return !p.broken
}
