package script

import (
	"fmt"
	"regexp"
	"slices"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/optoste/supportbot/bot"
)

// rowWidth is how long a row of buttons gets, in characters.
const rowWidth = 90

// line is one output cue as it will be written.
type line struct {
	rank    int // sorts what is heard after one input: its order within a chat is kept
	effects bool
	cue     string
	text    []string
}

// line renders one thing that has come out.
func (p *player) line(h Heard) (line, error) {
	switch h := h.(type) {
	case Done:
		return line{effects: true, cue: cueEffects, text: textLines(h.What)}, nil
	case Noted:
		return line{rank: p.rank(h.Place), cue: p.cue(h.Place, "note"), text: textLines(h.Text)}, nil
	case Opened:
		p.forms[h.Place] = h.Form
		return line{rank: p.rank(h.Place), cue: p.cue(h.Place, "form"), text: formLines(h.Form)}, nil
	case Mistaken:
		return line{rank: p.rank(h.Place), cue: p.cue(h.Place, "form"), text: mistakeLines(h)}, nil
	case Paged:
		p.pages[h.Place] = h.Parts
		return line{rank: p.rank(h.Place), cue: p.cue(h.Place, "page"), text: pageLines(h.Parts)}, nil
	case Shown:
		c := p.chat(h.Place)
		n, err := c.take(h)
		if err != nil {
			return line{}, err
		}
		var words []string
		if h.Replace {
			words = append(words, fmt.Sprintf("edits %d", n))
		}
		if to := c.number(h.ReplyTo); to > 0 {
			words = append(words, fmt.Sprintf("reply %d", to))
		}
		return line{rank: p.rank(h.Place) + 1, cue: p.cue(h.Place, words...), text: messageLines(h.Message)}, nil
	}
	return line{}, fmt.Errorf("the stage tells a %T, which nobody can write down", h)
}

// rank orders the chats: that of the last input, the persons as the header names them, groups,
// and the desk. Effects come before all of them.
func (p *player) rank(place Place) int {
	people := len(p.file.Scene.Persons)
	n := people + 2
	switch {
	case p.last != nil && p.last.Place == place:
		n = 1
	case place.Room == Desk:
		n = people + 4
	case place.Room == Group:
		n = people + 3
	default:
		for i, who := range p.file.Scene.Persons {
			if who.Name == place.Person {
				n = i + 2
			}
		}
	}
	return 2 * n // a note comes before the messages
}

// cue returns how the transcript names a place.
func (p *player) cue(place Place, words ...string) string {
	name, at := cueBot, ""
	if place.Channel != "" && place.Channel != p.file.Scene.On {
		at = "@" + place.Channel
	}
	if place.Room == Thread {
		words = append([]string{"thread"}, words...)
	}
	switch {
	case place.Room == Desk:
		name = cueDesk + at
	case place.Room == Group:
		name, words = cueBot+at, append([]string{"group"}, words...)
	case place != p.alone && (p.last == nil || p.last.Place != place):
		name = cueBot + " to " + place.Person + at
	}
	if len(words) > 0 {
		name += " (" + strings.Join(words, ", ") + ")"
	}
	return name
}

// flush writes down what was heard since the last input or control.
func (p *player) flush() {
	sort.SliceStable(p.heard, func(i, j int) bool { return p.heard[i].rank < p.heard[j].rank })
	var fresh []entry
	for i, l := range p.heard {
		if i > 0 && l.effects && p.heard[i-1].effects {
			last := &fresh[len(fresh)-1]
			last.raw = append(last.raw, p.indent(l.text)...)
			continue
		}
		fresh = append(fresh, entry{raw: p.write(l.cue, l.text), step: output{l.effects}})
	}
	_, blind := p.stage.(EffectBlind)
	p.merge(fresh, blind)
	p.heard, p.old = nil, nil
}

// merge puts fresh output cues where the old ones stood and keeps the comments between them.
func (p *player) merge(fresh []entry, keepEffects bool) {
	for _, o := range p.old {
		switch {
		case keepEffects && o.step.(output).effects:
			p.out = append(p.out, o)
		case len(fresh) == 0:
			p.spare = append(p.spare, comments(o.before)...)
		default:
			fresh[0].before = o.before
			p.out = append(p.out, fresh[0])
			fresh = fresh[1:]
		}
	}
	p.out = append(p.out, fresh...)
}

func comments(lines []string) (kept []string) {
	for _, l := range lines {
		if !blank(l) {
			kept = append(kept, l)
		}
	}
	return kept
}

// write returns the lines of an output cue.
func (p *player) write(cue string, text []string) []string {
	cue += ":"
	if len(text) == 0 {
		return []string{cue}
	}
	pad := max(1, p.file.column-utf8.RuneCountInString(cue))
	lines := p.indent(text)
	lines[0] = cue + strings.Repeat(" ", pad) + strings.TrimLeftFunc(text[0], unicode.IsSpace)
	return lines
}

func (p *player) indent(text []string) []string {
	lines := make([]string, len(text))
	for i, l := range text {
		if l != "" {
			lines[i] = strings.Repeat(" ", p.file.column) + l
		}
	}
	return lines
}

// messageLines renders a message: its text, its files, its buttons.
func messageLines(m bot.Message) []string {
	lines := textLines(m.Text)
	var files []string
	for _, f := range m.Files {
		files = append(files, strings.TrimSpace("<"+fileWord(f)+" "+oneLine(f.Name))+">")
	}
	return slices.Concat(lines, rows(files), rows(labels(m.Choices)))
}

// formLines renders a form.
func formLines(m bot.Modal) []string {
	lines := textLines("*" + m.Title + "*")
	lines = append(lines, textLines(m.Text)...)
	for _, in := range m.Inputs {
		value := in.Value
		if len(in.Choices) > 0 {
			var list []string
			for _, c := range in.Choices {
				label := c.Label
				if string(c.ID) == in.Value {
					label = "(" + label + ")"
				}
				list = append(list, label)
			}
			value = strings.Join(list, " | ")
		}
		lines = append(lines, textLines(in.Label+" "+value)...)
	}
	return append(lines, "["+oneLine(m.Submit)+"] ["+oneLine(m.Close)+"]")
}

// mistakeLines renders what a form says about what was filled in, in the order of its fields.
func mistakeLines(m Mistaken) []string {
	var lines []string
	for _, in := range m.Form.Inputs {
		if why, ok := m.Errors[in.ID]; ok {
			lines = append(lines, textLines(in.Label+" "+why)...)
		}
	}
	return lines
}

// pageLines renders a page: its parts with a blank line between them.
func pageLines(parts []bot.Message) []string {
	var lines []string
	for i, m := range parts {
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, messageLines(m)...)
	}
	return lines
}

// rows puts words side by side.
func rows(words []string) (list []string) {
	for _, w := range words {
		last := len(list) - 1
		if last < 0 || utf8.RuneCountInString(list[last])+1+utf8.RuneCountInString(w) > rowWidth {
			list = append(list, w)
			continue
		}
		list[last] += " " + w
	}
	return list
}

// fileWord is what a transcript calls a kind of file.
func fileWord(f bot.File) string {
	switch {
	case f.Mime == "application/pdf":
		return "pdf"
	case f.Kind() == bot.Picture:
		return "photo"
	case f.Kind() == bot.Video:
		return "video"
	case f.Kind() == bot.Audio:
		return "voice"
	}
	return "document"
}

var lookalike = regexp.MustCompile(`^(\\.*|\[.*\]|<(pdf|photo|video|voice|document)( .*)?>)$`)

// textLines splits a text into lines without spaces at their ends. A line that would read as
// buttons or files gets a backslash.
func textLines(text string) []string {
	text = strings.TrimSpace(strings.ReplaceAll(strings.ToValidUTF8(text, "\ufffd"), "\r", ""))
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	for i, l := range lines {
		l = strings.TrimRightFunc(l, unicode.IsSpace)
		if lookalike.MatchString(strings.TrimSpace(l)) {
			l = `\` + l
		}
		lines[i] = l
	}
	return lines
}
