package paper

import (
	_ "embed" // the fonts
	"fmt"
	"slices"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// The fonts' bytes are shared by all documents and never written; font/README.md has their origin.
var (
	//go:embed font/NotoSans-Regular.ttf
	latinTTF []byte
	//go:embed font/NotoSans-SemiBold.ttf
	latinBoldTTF []byte
	//go:embed font/NotoSansSC-Regular.ttf
	hanTTF []byte
)

// lastRune is the last code point fpdf can print: its tables end with the basic plane.
const lastRune = 0xFFFD

// substitute stands for a character that no font has; both Chinese and Western readers know it.
const substitute = '□'

// face is one font file, opened for one document.
type face struct {
	family string // fpdf's name for it
	ttf    []byte
	bold   bool
	font   *sfnt.Font
	buf    sfnt.Buffer
	known  map[rune]glyph
	apart  map[rune]bool // printed from twin instead
	twin   *face         // the same font under a second name
}

// glyph is what the layout knows of a character in a face.
type glyph struct {
	ok      bool
	advance int // in thousandths of the font size
}

func openFace(family string, ttf []byte, bold bool) (*face, error) {
	f, err := sfnt.Parse(ttf)
	if err != nil {
		return nil, fmt.Errorf("parse font %s: %w", family, err)
	}
	return &face{family: family, ttf: ttf, bold: bold, font: f, known: map[rune]glyph{}}, nil
}

func (f *face) glyph(r rune) glyph {
	if g, seen := f.known[r]; seen {
		return g
	}
	g := f.look(r)
	f.known[r] = g
	return g
}

func (f *face) look(r rune) glyph {
	if r > lastRune {
		return glyph{}
	}
	id, err := f.font.GlyphIndex(&f.buf, r)
	if err != nil || id == 0 {
		return glyph{}
	}
	adv, err := f.font.GlyphAdvance(&f.buf, id, fixed.I(1000), font.HintingNone)
	if err != nil {
		return glyph{}
	}
	return glyph{ok: true, advance: adv.Round()}
}

// maxNeighbours is how many consecutive code points one fpdf font may hold. fpdf writes their widths
// in time that grows with the cube of their number: a message with 8000 Chinese characters in the
// order of Unicode would keep it busy for minutes.
const maxNeighbours = 100

// spread moves single characters to the twin so that no longer row of neighbours is left. Only
// unusual documents have one; the twin is not loaded otherwise.
func (f *face) spread() {
	used := make([]rune, 0, len(f.known))
	for r, g := range f.known {
		if g.ok && r > 0xFF { // fpdf always writes the widths up to U+00FF
			used = append(used, r)
		}
	}
	slices.Sort(used)
	f.apart = map[rune]bool{}
	row, previous := 0, rune(0xFF)
	for _, r := range used {
		if r != previous+1 {
			row = 0
		}
		if row++; row > maxNeighbours {
			f.apart[r], row = true, 0
		}
		previous = r
	}
	f.twin = &face{family: f.family + "2", ttf: f.ttf, bold: f.bold}
}

// faces is all fonts of one document. It remembers glyphs, so it belongs to one goroutine.
type faces struct {
	latin, latinBold, han *face
	chinese               bool // prefer Chinese forms of the punctuation both have: “ ” … —
}

func openFaces(lang string) (*faces, error) {
	latin, err := openFace("NotoSans", latinTTF, false)
	if err != nil {
		return nil, err
	}
	latinBold, err := openFace("NotoSansSemiBold", latinBoldTTF, true)
	if err != nil {
		return nil, err
	}
	han, err := openFace("NotoSansSC", hanTTF, false)
	if err != nil {
		return nil, err
	}
	chinese := strings.HasPrefix(strings.ToLower(lang), "zh")
	return &faces{latin: latin, latinBold: latinBold, han: han, chinese: chinese}, nil
}

// pick is the face that prints r; false when none has it.
func (fs *faces) pick(r rune, bold bool) (*face, glyph, bool) {
	first, second := fs.latin, fs.han
	if bold {
		first = fs.latinBold
	}
	if fs.chinese && r >= 0x2000 { // letters and digits stay Latin, punctuation and symbols do not
		first, second = second, first
	}
	f, g := first, first.glyph(r)
	if !g.ok {
		f, g = second, second.glyph(r)
	}
	if f.apart[r] {
		f = f.twin
	}
	return f, g, g.ok
}

// spread prepares the faces for printing what they have been asked about so far.
func (fs *faces) spread() {
	for _, f := range []*face{fs.latin, fs.latinBold, fs.han} {
		f.spread()
	}
}

// has reports whether r can be printed in every style.
func (fs *faces) has(r rune) bool {
	_, _, plain := fs.pick(r, false)
	_, _, bold := fs.pick(r, true)
	return plain && bold
}

// advance is the width of r in mm, 0 for a mark that stands on the character before it.
func (fs *faces) advance(r rune, st style) float64 {
	_, g, _ := fs.pick(r, st.bold)
	return float64(g.advance) * st.size * mmPerPoint / 1000
}

// width is the width of s in mm.
func (fs *faces) width(s string, st style) float64 {
	var w float64
	for _, r := range s {
		w += fs.advance(r, st)
	}
	return w
}

// run is a piece of a line in one face.
type run struct {
	face  *face
	text  string
	width float64
}

// runs cuts a cleaned line where the font changes.
func (fs *faces) runs(s string, st style) []run {
	var all []run
	start := 0
	for i, r := range s {
		f, _, _ := fs.pick(r, st.bold)
		if len(all) == 0 || all[len(all)-1].face != f {
			if len(all) > 0 {
				all[len(all)-1].text = s[start:i]
			}
			all, start = append(all, run{face: f}), i
		}
		all[len(all)-1].width += fs.advance(r, st)
	}
	if len(all) > 0 {
		all[len(all)-1].text = s[start:]
	}
	return all
}
