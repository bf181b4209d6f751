package paper

import (
	"strings"

	"github.com/optoste/supportbot/bot/desk"
)

// The layout's measures, for tests.
const (
	TextLeft   = marginLeft
	TextRight  = marginLeft + textWidth
	TextBottom = textBottom
	MMPerPoint = mmPerPoint
	Substitute = substitute
)

// FontFiles returns the embedded fonts by name; they are the originals, not copies.
func FontFiles() map[string][]byte {
	return map[string][]byte{"NotoSans": latinTTF, "NotoSansSemiBold": latinBoldTTF, "NotoSansSC": hanTTF}
}

// Fonts is the fonts of one document.
type Fonts struct{ fs *faces }

// OpenFonts opens the fonts for a language.
func OpenFonts(lang string) (Fonts, error) {
	fs, err := openFaces(lang)
	return Fonts{fs}, err
}

// Has reports whether r can be printed.
func (f Fonts) Has(r rune) bool { return f.fs.has(r) }

// Clean is what of s reaches the paper.
func (f Fonts) Clean(s string) string { return f.fs.clean(s) }

// Lines is s as body text wrapped to width mm.
func (f Fonts) Lines(s string, width float64) []string { return f.fs.lines(s, bodyText, width) }

// Shorten is s as small text cut to width mm.
func (f Fonts) Shorten(s string, width float64) string { return f.fs.shorten(s, smallText, width) }

// Width is the width of s as body text in mm.
func (f Fonts) Width(s string) float64 { return f.fs.width(s, bodyText) }

// Advances returns each character's width by font name, in thousandths of the font size.
func (f Fonts) Advances(r rune) map[string]int {
	widths := map[string]int{}
	for _, one := range []*face{f.fs.latin, f.fs.latinBold, f.fs.han} {
		if g := one.glyph(r); g.ok {
			widths[strings.ToLower(one.family)] = g.advance
		}
	}
	return widths
}

// Row is where a row of a block was put.
type Row struct {
	Block       int // index of the block, -1 for the title
	Text        string
	Top, Bottom float64
}

// Layout returns the rows of every page.
func Layout(doc desk.Document) ([][]Row, error) {
	fs, err := openFaces(doc.Lang)
	if err != nil {
		return nil, err
	}
	var pages [][]Row
	for _, pg := range paginate(compose(doc, fs)) {
		var rows []Row
		for _, r := range pg {
			one := Row{Block: r.block, Top: r.top, Bottom: r.top + r.height}
			for _, s := range r.spans {
				one.Text += s.text + " "
			}
			rows = append(rows, one)
		}
		pages = append(pages, rows)
	}
	return pages, nil
}

// Drawn is values as the library gets them.
var Drawn = drawn

// StepFrom is the round number that a scale counts by.
var StepFrom = stepFrom
