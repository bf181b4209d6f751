package paper

import "github.com/optoste/supportbot/bot/desk"

const mmPerPoint = 25.4 / 72

// The sheet, in mm: A4 with the text column in the middle.
const (
	marginLeft     = 25.0
	textTop        = 26.0
	textBottom     = 267.0
	textWidth      = 160.0
	textHeight     = textBottom - textTop
	headerBaseline = 17.0
	footerRuleTop  = 276.0
	footerBaseline = 281.5
	numberWidth    = 24.0 // kept free for "123 / 456"
)

// The parts of a block, in mm.
const (
	labelWidth  = 44.0
	valueIndent = 50.0
	quoteIndent = 6.0
	barWidth    = 0.9
	fattening   = 0.022 // outline of imitated bold, as a part of the font size
)

// wholeHeight is up to which height, in mm, a block is never cut by the end of a page.
const wholeHeight = textHeight / 5

type ink struct{ r, g, b int }

var (
	darkInk  = ink{33, 40, 48}
	titleInk = ink{16, 42, 67}
	greyInk  = ink{110, 120, 130}
	quoteInk = ink{60, 70, 80}
	barInk   = ink{159, 179, 200}
)

// style is how a text looks: size in points, leading (from one line to the next) in mm.
type style struct {
	size    float64
	leading float64
	bold    bool
	ink     ink
}

var (
	titleText   = style{size: 20, leading: 9.6, bold: true, ink: titleInk}
	headingText = style{size: 12.5, leading: 6.8, bold: true, ink: titleInk}
	bodyText    = style{size: 10.5, leading: 5.8, ink: darkInk}
	labelText   = style{size: 9.5, leading: 5.8, ink: greyInk}
	quoteText   = style{size: 10.5, leading: 5.8, ink: quoteInk}
	smallText   = style{size: 8, leading: 4, ink: greyInk}
)

// rule is a line across the text column, drop mm under the top of its row.
type rule struct {
	drop, thick float64
	ink         ink
}

var (
	titleRule = rule{drop: 2.6, thick: 0.35, ink: ink{16, 42, 67}}
	hairline  = rule{thick: 0.15, ink: ink{205, 212, 219}}
)

// span is a line of text, x mm right of the column's left edge.
type span struct {
	x     float64
	text  string
	style style
}

// row is one line across the column. It is never cut.
type row struct {
	gap      float64 // free space above, left out at the top of a page
	height   float64
	baseline float64 // under the row's top
	spans    []span
	bar      bool // the mark of a quote at the left
	rule     *rule
	block    int // index in Document.Blocks, -1 for the title
}

// piece is rows that stay on one page as long as they fit on one.
type piece struct {
	rows    []row
	leading bool // a heading: stays with the piece after it
}

// compose turns a document into pieces, in order.
func compose(doc desk.Document, fs *faces) []piece {
	all := composeTitle(doc.Title, fs)
	previous := desk.Heading
	for i, b := range doc.Blocks {
		rows := composeBlock(b, fs)
		if len(rows) == 0 {
			continue
		}
		rows[0].gap = gapBetween(previous, b.Kind)
		for j := range rows {
			rows[j].block = i
		}
		all = append(all, cut(rows, b.Kind)...)
		previous = b.Kind
	}
	return all
}

func composeTitle(title string, fs *faces) []piece {
	rows := textRows(fs, title, titleText, 0)
	if len(rows) == 0 {
		return nil
	}
	under := titleRule
	rows = append(rows, row{height: 6, rule: &under})
	for i := range rows {
		rows[i].block = -1
	}
	return cut(rows, desk.Heading)
}

// composeBlock makes a block's rows; none for a block without words.
func composeBlock(b desk.Block, fs *faces) []row {
	switch b.Kind {
	case desk.Heading:
		return textRows(fs, b.Text, headingText, 0)
	case desk.Field:
		return fieldRows(fs, b)
	case desk.Quote:
		rows := textRows(fs, b.Text, quoteText, quoteIndent)
		for i := range rows {
			rows[i].bar = true
		}
		return rows
	case desk.Para:
	}
	return textRows(fs, b.Text, bodyText, 0)
}

// textRows wraps text into rows that begin indent mm right of the column's edge.
func textRows(fs *faces, text string, st style, indent float64) []row {
	var rows []row
	for _, line := range fs.lines(text, st, textWidth-indent) {
		rows = append(rows, newRow(st, span{x: indent, text: line, style: st}))
	}
	return rows
}

func newRow(st style, spans ...span) row {
	// Capitals and Chinese characters look centred in their line with the baseline here.
	baseline := st.leading/2 + 0.36*st.size*mmPerPoint
	return row{height: st.leading, baseline: baseline, spans: spans}
}

// fieldRows sets label and value side by side; either may be the longer one.
func fieldRows(fs *faces, b desk.Block) []row {
	labels := fs.lines(b.Label, labelText, labelWidth)
	values := fs.lines(b.Text, bodyText, textWidth-valueIndent)
	rows := make([]row, max(len(labels), len(values)))
	for i := range rows {
		rows[i] = newRow(bodyText)
		if i < len(labels) {
			rows[i].spans = append(rows[i].spans, span{text: labels[i], style: labelText})
		}
		if i < len(values) {
			rows[i].spans = append(rows[i].spans, span{x: valueIndent, text: values[i], style: bodyText})
		}
	}
	return rows
}

// gapBetween is the free space between two blocks, in mm.
func gapBetween(above, below desk.Kind) float64 {
	switch {
	case below == desk.Heading && above == desk.Heading:
		return 2
	case below == desk.Heading:
		return 7.5
	case above == desk.Heading:
		return 1.8
	case above == desk.Field && below == desk.Field:
		return 1
	}
	return 3.2
}

// cut makes a block's rows into pieces: one if it is short, else so that neither the first nor
// the last row stands alone on a page.
func cut(rows []row, kind desk.Kind) []piece {
	heading := kind == desk.Heading
	if height(rows) <= wholeHeight || len(rows) < 4 {
		return []piece{{rows: rows, leading: heading}}
	}
	pieces := []piece{{rows: rows[:2]}}
	for i := 2; i < len(rows)-2; i++ {
		pieces = append(pieces, piece{rows: rows[i : i+1]})
	}
	return append(pieces, piece{rows: rows[len(rows)-2:], leading: heading})
}

// height is what rows need, without the gap above the first.
func height(rows []row) float64 {
	var h float64
	for i, r := range rows {
		if i > 0 {
			h += r.gap
		}
		h += r.height
	}
	return h
}
