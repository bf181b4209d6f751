// Package paper renders what is finished for printing: a [desk.Document] becomes an A4 PDF, a [Chart] a PNG.
// It brings its own fonts, so the same document gives the same bytes on every machine.
package paper

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/go-pdf/fpdf"

	"github.com/optoste/supportbot/bot/desk"
)

// PDF renders doc as an A4 file. All strings are printed as they stand: nothing in them is markup
// or a link. What the fonts cannot show (emoji, Thai, Arabic ...) is printed as a box, control
// characters are left out, more than two blank lines in a row are two. An empty document is one empty page.
//
// The same document gives the same bytes: a document has no date of its own, so the dates in the
// file's properties are a constant. Size and time grow linearly with the text. PDF is safe for
// concurrent use.
func PDF(doc desk.Document) ([]byte, error) {
	faces, err := openFaces(doc.Lang)
	if err != nil {
		return nil, err
	}
	pages := paginate(compose(doc, faces))
	p := newPrinter(doc, faces)
	faces.spread()
	for i, pg := range pages {
		p.page(pg)
		p.margins(i+1, len(pages))
	}
	var out bytes.Buffer
	if err := p.pdf.Output(&out); err != nil {
		return nil, fmt.Errorf("write pdf: %w", err)
	}
	return out.Bytes(), nil
}

// written is the date in every file's properties.
var written = time.Date(2000, time.January, 1, 0, 0, 0, 0, time.UTC)

// languageTag is what may stand in the catalogue, where fpdf does not escape.
var languageTag = regexp.MustCompile(`^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$`)

// printer puts placed rows on fpdf's pages.
type printer struct {
	pdf    *fpdf.Fpdf
	faces  *faces
	loaded map[*face]bool
	title  string // on the second and later pages
	footer string
}

func newPrinter(doc desk.Document, fs *faces) *printer {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(written)
	pdf.SetModificationDate(written)
	pdf.SetLineJoinStyle("round")
	if languageTag.MatchString(doc.Lang) {
		pdf.SetLang(doc.Lang)
	}
	title := fs.oneLine(doc.Title)
	pdf.SetTitle(title, true)
	pdf.SetCreator("supportbot", true)
	return &printer{
		pdf: pdf, faces: fs, loaded: map[*face]bool{},
		title:  fs.shorten(title, smallText, textWidth),
		footer: fs.shorten(fs.oneLine(doc.Footer), smallText, textWidth-numberWidth),
	}
}

// page draws one page's rows; consecutive bars become one, so that no seam shows.
func (p *printer) page(pg page) {
	p.pdf.AddPage()
	for i, r := range pg {
		if r.rule != nil {
			p.line(r.top+r.rule.drop, *r.rule)
		}
		if r.bar && (i == 0 || !pg[i-1].bar || pg[i-1].block != r.block) {
			end := i
			for end+1 < len(pg) && pg[end+1].block == r.block {
				end++
			}
			setInk(p.pdf.SetFillColor, barInk)
			p.pdf.Rect(marginLeft, r.top, barWidth, pg[end].top+pg[end].height-r.top, "F")
		}
		for _, s := range r.spans {
			p.text(marginLeft+s.x, r.top+r.baseline, s.text, s.style)
		}
	}
}

// margins draws what stands outside the text: the title again, the footer and the page's number.
func (p *printer) margins(n, of int) {
	if n > 1 {
		p.text(marginLeft, headerBaseline, p.title, smallText)
	}
	p.line(footerRuleTop, hairline)
	p.text(marginLeft, footerBaseline, p.footer, smallText)
	number := strconv.Itoa(n) + " / " + strconv.Itoa(of)
	x := marginLeft + textWidth - p.faces.width(number, smallText)
	p.text(x, footerBaseline, number, smallText)
}

func (p *printer) line(y float64, r rule) {
	setInk(p.pdf.SetDrawColor, r.ink)
	p.pdf.SetLineWidth(r.thick)
	p.pdf.Line(marginLeft, y, marginLeft+textWidth, y)
}

// text prints one line from x on, in as many pieces as it needs fonts.
func (p *printer) text(x, baseline float64, s string, st style) {
	setInk(p.pdf.SetTextColor, st.ink)
	for _, r := range p.faces.runs(s, st) {
		if !p.loaded[r.face] {
			p.pdf.AddUTF8FontFromBytes(r.face.family, "", r.face.ttf)
			p.loaded[r.face] = true
		}
		p.pdf.SetFont(r.face.family, "", st.size)
		fat := st.bold && !r.face.bold
		if fat { // the Chinese font has one weight: an outline of the same ink thickens it
			setInk(p.pdf.SetDrawColor, st.ink)
			p.pdf.SetLineWidth(st.size * mmPerPoint * fattening)
			p.pdf.SetTextRenderingMode(2)
		}
		p.pdf.Text(x, baseline, r.text)
		if fat {
			p.pdf.SetTextRenderingMode(0)
		}
		x += r.width
	}
}

func setInk(set func(r, g, b int), c ink) { set(c.r, c.g, c.b) }

// oneLine cleans s for a place that has only one line.
func (fs *faces) oneLine(s string) string {
	return strings.Join(strings.Fields(fs.clean(s)), " ")
}
