package plate

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"unicode"
)

// minSide is the shorter side in pixels of the smallest copy.
const minSide = 100

// hardRegions bounds the regions of a kind that are looked at hard.
const hardRegions = 6

// certain is the weight of a text that error correction vouches for; bars
// weigh as many as lines agree.
const certain = 1000

// A searcher holds what one search needs. It serves one goroutine.
type searcher struct {
	levels []*plane // the picture, then copies of half the size each
	bars   []barReader
	found  []finding
}

// A finding is a text and how certain it is.
type finding struct {
	text   string
	weight int
}

// search returns the texts of all codes in a picture until ctx ends.
func search(ctx context.Context, p *plane) []string {
	s := &searcher{levels: []*plane{p}, bars: barReaders()}
	for last := p; min(last.w, last.h) >= 2*minSide; {
		last = last.half()
		s.levels = append(s.levels, last)
	}
	bars, matrices := regions(s.levels)
	for _, hard := range []bool{false, true} {
		var read []region
		known := func(r region) bool {
			return slices.ContainsFunc(read, func(k region) bool { return k.covers(r) })
		}
		if hard {
			bars, matrices = bars[:min(hardRegions, len(bars))], matrices[:min(hardRegions, len(matrices))]
		}
		for n := range max(len(bars), len(matrices)) {
			if n < len(matrices) && ctx.Err() == nil && !known(matrices[n]) {
				if text := s.readMatrix(ctx, matrices[n], hard); s.add(text, certain) {
					read = append(read, matrices[n])
				}
			}
			if n < len(bars) && ctx.Err() == nil && !known(bars[n]) {
				if text, votes := s.readBars(ctx, bars[n], hard); s.add(text, votes) {
					read = append(read, bars[n])
				}
			}
		}
		if len(s.found) > 0 {
			break
		}
		if !hard {
			s.whole(ctx)
		}
	}
	slices.SortStableFunc(s.found, func(a, b finding) int { return cmp.Compare(b.weight, a.weight) })
	var texts []string
	for _, f := range s.found {
		texts = append(texts, f.text)
	}
	return texts
}

// whole tries the whole picture, for a code that no region shows, in all its sizes: the library now
// and then miscounts the modules of a perfectly sharp QR code, and of its smaller copy it does not.
func (s *searcher) whole(ctx context.Context) {
	for _, level := range s.levels {
		if max(level.w, level.h) > wholeSide {
			continue // too large for the readers
		}
		if ctx.Err() != nil || s.add(readBits(level.binarized(usual[0])), certain) {
			return
		}
	}
}

// add notes a text and tells whether there was one.
func (s *searcher) add(text string, weight int) bool {
	text = strings.ToValidUTF8(text, "\uFFFD")
	if strings.TrimSpace(text) == "" {
		return false
	}
	for i := range s.found {
		if s.found[i].text == text {
			s.found[i].weight += weight
			return true
		}
	}
	s.found = append(s.found, finding{text, weight})
	return true
}

// plausible tells that a text can be a serial number: at least four
// characters, all printable but for the separators of industrial Data Matrix
// codes. Chance readings of noise are mostly short, or control characters.
// QR codes need no such test, their error correction is strong.
func plausible(text string) bool {
	return len(text) >= 4 && !strings.ContainsFunc(text, func(c rune) bool {
		return !unicode.IsPrint(c) && c != 0x1d && c != 0x1e && c != 0x04
	})
}
