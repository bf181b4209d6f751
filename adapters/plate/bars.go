package plate

import (
	"context"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/oned"
)

const (
	// barLines is the number of lines read across bars.
	barLines = 11
	// barSamples bounds half the samples of a line, barBits are bits a sample.
	barSamples, barBits = 1600, 2
)

// barBlurs are the blurs, as the sigma of a Gaussian in pixels of the level,
// that are undone before reading bars.
var barBlurs = []float64{0, 1.2, 1.6, 2}

// A barReader reads one family of bar codes.
type barReader struct {
	oned.RowDecoder
	// votes is how many lines must read the same before a text is believed: a
	// check digit is wrong in one of ten wrong readings, and Code 39 has none.
	votes int
}

// barReaders makes readers, which hold state and so serve one search. EAN-8,
// UPC-E, ITF and Codabar are left out: chance stripes look like them.
func barReaders() []barReader {
	return []barReader{
		{oned.NewCode128Reader().(oned.RowDecoder), 2},
		{oned.NewCode93Reader().(oned.RowDecoder), 2},
		{oned.NewEAN13Reader().(oned.RowDecoder), 3},
		{oned.NewCode39Reader().(oned.RowDecoder), 3},
	}
}

// Votes tell how many lines read a text, and how many must.
type votes struct {
	count map[string]int
	need  map[string]int
}

// leader is the text with the most votes, when these suffice.
func (v votes) leader() (string, int) {
	var text string
	for t, n := range v.count {
		if n >= v.need[t] && (n > v.count[text] || n == v.count[text] && t < text) {
			text = t
		}
	}
	return text, v.count[text]
}

// readBars reads lines across a region and returns the text most of them
// agree on with their number, or 0. The levels it looks at are the one the
// region was found in and the next finer one; with hard also other quiet zones
// and contrasts.
func (s *searcher) readBars(ctx context.Context, r region, hard bool) (string, int) {
	v := votes{map[string]int{}, map[string]int{}}
	for _, level := range []int{max(0, r.level-1), r.level} {
		for level+1 < len(s.levels) && r.long/float64(int(1)<<level) > barSamples/2 {
			level++
		}
		for _, sigma := range barBlurs {
			for n := range barLines {
				if ctx.Err() != nil {
					return v.leader()
				}
				// From the middle outward, over the inner 80 percent.
				off := float64((n+1)/2) / (barLines / 2) * 0.8 * r.across
				if n%2 == 1 {
					off = -off
				}
				s.readLine(r, level, off, sigma, hard, v)
				if text, count := v.leader(); count >= 4 {
					return text, count
				}
			}
		}
		if level == 0 && r.level == 0 {
			break
		}
	}
	return v.leader()
}

// readLine reads one line, off pixels beside the middle of the region, as dark
// bars on light and as light ones on dark.
func (s *searcher) readLine(r region, level int, off, sigma float64, hard bool, v votes) {
	margins, contrasts := []float64{0.25}, []float32{0.12}
	if hard {
		margins, contrasts = []float64{0.08, 0.7}, []float32{0.06, 0.12}
	}
	for _, margin := range margins {
		line := s.line(r, level, off, margin)
		if sigma > 0 {
			line = unblurred(line, sigma*2)
		}
		negative := make([]float32, len(line))
		for i, x := range line {
			negative[i] = 255 - x
		}
		for _, contrast := range contrasts {
			s.vote(line, contrast, v)
			s.vote(negative, contrast, v)
		}
	}
}

// line samples the brightness across the bars, two samples a pixel of the
// level, each the mean of some pixels along the bars. It extends over the
// region by a part of its length, for the quiet zone.
func (s *searcher) line(r region, level int, off, margin float64) []float32 {
	p, scale := s.levels[level], float64(int(1)<<level)
	sin, cos := math.Sincos(r.angle)
	x, y := toLevel(r.x-off*sin, level), toLevel(r.y+off*cos, level)
	half := r.long/scale*(1+margin) + 2*blockSide*float64(int(1)<<max(0, r.level-level))
	n := min(int(half*2), barSamples*2)
	line := make([]float32, 2*n+1)
	// A wider mean has less noise, but the angle is only known to a degree.
	wide := min(10, max(2, int(r.across/scale/5)))
	for i := range line {
		u := float64(i-n) / 2
		var sum float64
		for k := -wide; k <= wide; k++ {
			sum += p.at(x+u*cos-float64(k)*sin, y+u*sin+float64(k)*cos)
		}
		line[i] = float32(sum / float64(2*wide+1))
	}
	return line
}

// vote tries all readers on a line, forward and backward.
func (s *searcher) vote(line []float32, contrast float32, v votes) {
	row := binarized(line, contrast)
	if row == nil {
		return
	}
	for range 2 {
		for _, reader := range s.bars {
			var text string
			err := guard(func() error {
				result, err := reader.DecodeRow(0, row, nil)
				if err == nil {
					text = result.GetText()
				}
				return err
			})
			if err == nil && plausible(text) {
				v.count[text]++
				v.need[text] = reader.votes
			}
		}
		row.Reverse()
	}
}

// unblurred undoes a Gaussian blur of sigma samples. After each round the
// line is kept between the darkest and the lightest value near by, which is
// what lets it win back bars thinner than the blur (Jansson's method).
func unblurred(line []float32, sigma float64) []float32 {
	const rounds = 14
	reach := int(12 * sigma)
	low, high := make([]float32, len(line)), make([]float32, len(line))
	for i := range line {
		near := line[max(0, i-reach):min(len(line), i+reach+1)]
		low[i], high[i] = near[0], near[0]
		for _, v := range near {
			low[i], high[i] = min(low[i], v), max(high[i], v)
		}
	}
	kernel := gaussian(sigma)
	now, soft := append([]float32(nil), line...), make([]float32, len(line))
	for range rounds {
		blur(soft, now, kernel)
		for i := range now {
			now[i] = min(high[i], max(low[i], now[i]+1.5*(line[i]-soft[i])))
		}
	}
	return now
}

// binarized turns a line into black and white. The border between a dark and
// a light place is where the brightness passes the mean of both, so neither
// shadows nor a blur that pales thin bars matter. A change of less than
// contrast, a part of the whole range, is noise.
func binarized(line []float32, contrast float32) *gozxing.BitArray {
	low, high := line[0], line[0]
	for _, v := range line {
		low, high = min(low, v), max(high, v)
	}
	noise := contrast * (high - low)
	if high-low < 8 {
		return nil
	}
	var turns []int // the lightest and darkest places in turn, a light one first
	dark, extreme := false, 0
	for i, v := range line {
		d := v - line[extreme]
		if dark {
			d = -d
		}
		switch {
		case d > 0:
			extreme = i
		case -d > noise:
			turns = append(turns, extreme)
			dark, extreme = !dark, i
		}
	}
	turns = append(turns, extreme)

	row := gozxing.NewBitArray(len(line) * barBits)
	for n := 1; n < len(turns); n += 2 {
		end := float64(len(line))
		if n+1 < len(turns) {
			end = crossing(line, turns[n], turns[n+1])
		}
		setBits(row, crossing(line, turns[n-1], turns[n]), end)
	}
	return row
}

// crossing is where a line passes the mean of its values at from and to.
func crossing(line []float32, from, to int) float64 {
	mid := (line[from] + line[to]) / 2
	for i := from; i < to; i++ {
		a, b := line[i]-mid, line[i+1]-mid
		if a == 0 {
			return float64(i)
		}
		if (a < 0) != (b < 0) {
			return float64(i) + float64(a/(a-b))
		}
	}
	return float64(to)
}

// setBits blackens a run, given in samples.
func setBits(row *gozxing.BitArray, from, to float64) {
	for i := int(from*barBits + 0.5); i < min(row.GetSize(), int(to*barBits+0.5)); i++ {
		row.Set(i)
	}
}
