package paper_test

import (
	"bytes"
	"compress/zlib"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/optoste/supportbot/adapters/paper"
)

// printed is one piece of text found in a PDF, in points from the lower left corner.
type printed struct {
	x, y, size float64
	font, text string
}

// sheet is a PDF read back: what stands on each page, and which glyph each font has for a character.
type sheet struct {
	pages  [][]printed
	raw    []string // the drawing operations of each page
	glyphs map[string]func(r rune) int
	names  map[string]string // of the fonts
}

var (
	objectStart = regexp.MustCompile(`(?:^|\n)(\d+) 0 obj\n`)
	streamSize  = regexp.MustCompile(`/Length (\d+)`)
	contents    = regexp.MustCompile(`/Contents (\d+) 0 R`)
	kids        = regexp.MustCompile(`/Kids \[([^\]]*)\]`)
	fontName    = regexp.MustCompile(`/(F[0-9a-f]{40}) (\d+) 0 R`)
	descendant  = regexp.MustCompile(`/DescendantFonts \[(\d+) 0 R\]`)
	baseFont    = regexp.MustCompile(`/BaseFont /utf8(\w+)`)
	glyphMap    = regexp.MustCompile(`/CIDToGIDMap (\d+) 0 R`)
	operation   = regexp.MustCompile(`(?s)BT /(F[0-9a-f]{40}) ([\d.]+) Tf ET|BT ([\d.-]+) ([\d.-]+) Td \(((?:\\.|[^\\)])*)\) Tj ET`)
)

// readPDF reads what fpdf writes; it is no general reader.
func readPDF(t *testing.T, file []byte) sheet {
	t.Helper()
	if !bytes.HasPrefix(file, []byte("%PDF-1.")) || !bytes.HasSuffix(file, []byte("%%EOF\n")) {
		t.Fatalf("not a PDF: %.20q ... %q", file, file[max(0, len(file)-20):])
	}
	heads, streams := objects(t, file)
	s := sheet{glyphs: map[string]func(rune) int{}, names: map[string]string{}}
	for _, head := range heads {
		if list := kids.FindStringSubmatch(head); list != nil {
			for id := range strings.SplitSeq(strings.TrimSpace(list[1]), " 0 R") {
				if id = strings.TrimSpace(id); id != "" {
					content := contents.FindStringSubmatch(heads[id])
					s.raw = append(s.raw, string(streams[content[1]]))
					s.pages = append(s.pages, readPage(t, streams[content[1]]))
				}
			}
		}
		for _, f := range fontName.FindAllStringSubmatch(head, -1) {
			font := descendant.FindStringSubmatch(heads[f[2]])
			table := streams[glyphMap.FindStringSubmatch(heads[font[1]])[1]]
			s.names[f[1]] = strings.TrimRight(baseFont.FindStringSubmatch(heads[f[2]])[1], "2")
			s.glyphs[f[1]] = func(r rune) int { return int(table[2*r])<<8 | int(table[2*r+1]) }
		}
	}
	return s
}

// objects returns every object's text before its stream, and the inflated streams.
func objects(t *testing.T, file []byte) (heads map[string]string, streams map[string][]byte) {
	t.Helper()
	heads, streams = map[string]string{}, map[string][]byte{}
	for rest := file; ; {
		at := objectStart.FindSubmatchIndex(rest)
		if at == nil {
			return heads, streams
		}
		id := string(rest[at[2]:at[3]])
		rest = rest[at[1]:]
		end := bytes.Index(rest, []byte("endobj"))
		begin := bytes.Index(rest, []byte("stream\n"))
		if begin < 0 || begin > end {
			heads[id] = string(rest[:end])
			rest = rest[end:]
			continue
		}
		heads[id] = string(rest[:begin])
		size, err := strconv.Atoi(streamSize.FindStringSubmatch(heads[id])[1])
		if err != nil {
			t.Fatal(err)
		}
		data := rest[begin+len("stream\n"):][:size]
		rest = rest[begin+size:]
		if strings.Contains(heads[id], "FlateDecode") {
			in, err := zlib.NewReader(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			if data, err = io.ReadAll(in); err != nil {
				t.Fatal(err)
			}
		}
		streams[id] = data
	}
}

func readPage(t *testing.T, content []byte) []printed {
	t.Helper()
	var all []printed
	var now printed
	for _, op := range operation.FindAllSubmatch(content, -1) {
		if len(op[1]) > 0 {
			now.font, now.size = string(op[1]), number(t, op[2])
			continue
		}
		now.x, now.y = number(t, op[3]), number(t, op[4])
		now.text = unescape(op[5])
		all = append(all, now)
	}
	return all
}

func number(t *testing.T, b []byte) float64 {
	t.Helper()
	f, err := strconv.ParseFloat(string(b), 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// unescape decodes a PDF string of UTF-16.
func unescape(b []byte) string {
	var raw []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' {
			if i++; b[i] == 'r' {
				raw = append(raw, '\r')
				continue
			}
		}
		raw = append(raw, b[i])
	}
	var units []uint16
	for i := 0; i+1 < len(raw); i += 2 {
		units = append(units, uint16(raw[i])<<8|uint16(raw[i+1]))
	}
	return string(utf16.Decode(units))
}

// words joins what is printed on all pages, a line for each baseline.
func (s sheet) words() string {
	var out strings.Builder
	for _, page := range s.pages {
		y := -1.0
		for _, p := range page {
			if p.y != y {
				out.WriteString("\n")
			}
			y = p.y
			out.WriteString(p.text)
		}
	}
	return out.String() + "\n"
}

// check fails for a character without a glyph, for text outside the margins or over other text.
func (s sheet) check(t *testing.T) {
	t.Helper()
	fonts := open(t, "en")
	for n, page := range s.pages {
		end, line := 0.0, 0.0
		for _, p := range page {
			width := 0.0
			for _, r := range p.text {
				if s.glyphs[p.font](r) == 0 {
					t.Fatalf("page %d: no glyph for %q (%U) in %q", n+1, r, r, p.text)
				}
				advance, ok := fonts.Advances(r)[s.names[p.font]]
				if !ok {
					t.Fatalf("page %d: font %s does not have %U", n+1, s.names[p.font], r)
				}
				width += float64(advance) * p.size / 1000
			}
			left, right, y := p.x*paper.MMPerPoint, (p.x+width)*paper.MMPerPoint, p.y*paper.MMPerPoint
			if left < paper.TextLeft-0.01 || right > paper.TextRight+0.01 || y < 10 || y > 285 {
				t.Errorf("page %d: %q from %.2f to %.2f mm at %.1f", n+1, p.text, left, right, y)
			}
			if y == line && left < end-0.01 {
				t.Errorf("page %d: %q begins at %.2f mm, what is before it ends at %.2f", n+1, p.text, left, end)
			}
			end, line = right, y
		}
	}
}
