package plate

import (
	"context"
	"math"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/qrcode"
)

const (
	// cutSide is the side in pixels of the square that is cut out for a
	// matrix code, largeSide of that for a code of many modules, blurredSide
	// of that for a blurred one.
	cutSide, largeSide, blurredSide = 400, 800, 300
	// maxFinders bounds the possible corners of a QR code in a cut.
	maxFinders = 150
	// wholeSide bounds the side of the whole picture when it is tried.
	wholeSide = 1600
)

// A try is one way to see a region: what is cut out, and how.
type try struct {
	cut    func() *plane
	cutoff []cutoff
	more   bool // also readGrid and the library's own cutoff
}

// A cutoff is how black is told from white: by the mean of the pixels within
// reach, a part of the side, less a part of the strongest contrast.
type cutoff struct{ reach, below float64 }

var (
	usual   = []cutoff{{0.11, 0.25}}
	several = []cutoff{{0.11, 0.25}, {0.055, 0.25}, {0.055, 0.12}, {0.037, 0.25}, {0.037, 0.12}}
)

// matrixBlurs are the blurs, as the sigma of a Gaussian in pixels of a cut of
// blurredSide, that are undone. A module has some 5 to 10 of these pixels.
var matrixBlurs = []float64{2.2, 3.7, 6}

// readMatrix looks for a QR or Data Matrix code in a region and returns its
// text, or none. With hard it tries what takes longer and rarely helps.
func (s *searcher) readMatrix(ctx context.Context, r region, hard bool) string {
	sin, cos := math.Sincos(r.angle)
	width := 2 * (math.Abs(r.long*cos) + math.Abs(r.across*sin))
	height := 2 * (math.Abs(r.long*sin) + math.Abs(r.across*cos))
	// The grid is turned upright, as the Data Matrix reader looks for sides
	// and both readers sample an upright grid more exactly.
	f := frame{x: r.x, y: r.y}
	f.angle = s.cut(f, math.Max(width, height), cutSide/2).upright()
	side := 2.3*math.Max(r.long, r.across) + 2*blockSide*float64(int(1)<<r.level)

	tries := []try{{cut: func() *plane { return s.cut(f, side, cutSide) }, cutoff: usual}}
	if hard {
		tries = []try{
			{cut: func() *plane { return s.cut(f, side, cutSide) }, cutoff: usual, more: true},
			{cut: func() *plane { return s.cut(f, side, cutSide).inverted() }, cutoff: usual, more: true},
			{cut: func() *plane { return s.cut(f, side, largeSide) }, cutoff: usual, more: true},
		}
		for _, sigma := range matrixBlurs {
			tries = append(tries, try{
				cut:    func() *plane { return s.cut(f, side, blurredSide).sharpened(sigma) },
				cutoff: several, more: true,
			})
		}
	}
	for _, t := range tries {
		if ctx.Err() != nil {
			break
		}
		if text := t.read(ctx); text != "" {
			return text
		}
	}
	return ""
}

// cut takes the square with a side, in pixels of the full picture, around a
// frame from the copy where it needs neither much enlarging nor thinning.
func (s *searcher) cut(f frame, side float64, size int) *plane {
	level := 0
	for level+1 < len(s.levels) && side/float64(int(2)<<level) >= float64(size)*0.7 {
		level++
	}
	return s.levels[level].cut(f, level, size, side/float64(int(1)<<level)/float64(size))
}

// read tries the readers on a cut and returns the text found, or none.
func (t try) read(ctx context.Context) string {
	p := t.cut()
	for _, c := range t.cutoff {
		if ctx.Err() != nil {
			return ""
		}
		bits := p.binarized(c)
		if text := readBits(bits); text != "" {
			return text
		}
		if !t.more {
			continue
		}
		if text := readGrid(bits); text != "" {
			return text
		}
	}
	if !t.more {
		return ""
	}
	source, err := gozxing.NewPlanarYUVLuminanceSource(p.pix, p.w, p.h, 0, 0, p.w, p.h, false)
	if err != nil {
		return ""
	}
	var bits *gozxing.BitMatrix
	err = guard(func() (err error) { bits, err = gozxing.NewHybridBinarizer(source).GetBlackMatrix(); return err })
	if err != nil {
		return ""
	}
	return readBits(bits)
}

// readBits tries both readers on black and white.
func readBits(bits *gozxing.BitMatrix) string {
	if text := readWith(qrcode.NewQRCodeReader(), bits); text != "" {
		return text
	}
	return readDataMatrix(bits)
}

// readDataMatrix tries the library's reader, which starts from the centre.
func readDataMatrix(bits *gozxing.BitMatrix) string {
	if text := readWith(datamatrix.NewDataMatrixReader(), bits); plausible(text) {
		return text
	}
	return ""
}

// readWith tries one reader.
func readWith(reader gozxing.Reader, bits *gozxing.BitMatrix) string {
	var text string
	err := guard(func() error {
		bitmap, err := gozxing.NewBinaryBitmap(given{bits})
		if err != nil {
			return err
		}
		result, err := reader.Decode(bitmap, map[gozxing.DecodeHintType]any{
			gozxing.DecodeHintType_TRY_HARDER:                 true,
			gozxing.DecodeHintType_NEED_RESULT_POINT_CALLBACK: gozxing.ResultPointCallback(atMost(maxFinders)),
		})
		if err == nil {
			text = result.GetText()
		}
		return err
	})
	if err != nil {
		return ""
	}
	return text
}

// atMost is told of each possible corner of a QR code and panics at too many,
// which is the only way out of the library: it compares all triples of them.
// A picture tiled with corners would keep it busy for minutes.
func atMost(n int) func(gozxing.ResultPoint) {
	return func(gozxing.ResultPoint) {
		if n--; n < 0 {
			panic("too many corners")
		}
	}
}

// given is a gozxing.Binarizer of what is black and white already.
type given struct{ bits *gozxing.BitMatrix }

func (g given) GetLuminanceSource() gozxing.LuminanceSource { return nil }
func (g given) GetBlackRow(y int, row *gozxing.BitArray) (*gozxing.BitArray, error) {
	return g.bits.GetRow(y, row), nil
}
func (g given) GetBlackMatrix() (*gozxing.BitMatrix, error) { return g.bits, nil }
func (g given) CreateBinarizer(gozxing.LuminanceSource) gozxing.Binarizer {
	return g
}
func (g given) GetWidth() int  { return g.bits.GetWidth() }
func (g given) GetHeight() int { return g.bits.GetHeight() }

// binarized tells black from white. As the cutoff is below the mean, noise on
// plain paper is white.
func (p *plane) binarized(c cutoff) *gozxing.BitMatrix {
	reach := max(4, int(c.reach*float64(min(p.w, p.h))))
	w := p.w + 1
	sums, squares := make([]uint32, w*(p.h+1)), make([]uint64, w*(p.h+1))
	for y := range p.h {
		var sum uint32
		var square uint64
		for x, v := range p.row(y) {
			sum += uint32(v)
			square += uint64(v) * uint64(v)
			sums[(y+1)*w+x+1] = sums[y*w+x+1] + sum
			squares[(y+1)*w+x+1] = squares[y*w+x+1] + square
		}
	}
	around := func(x, y int) (n, sum, square float64) {
		x0, x1 := max(0, x-reach), min(p.w, x+reach+1)
		y0, y1 := max(0, y-reach)*w, min(p.h, y+reach+1)*w
		// Unsigned differences are right even where the sums overflow.
		sum = float64(sums[y1+x1] - sums[y1+x0] - sums[y0+x1] + sums[y0+x0])
		square = float64(squares[y1+x1] - squares[y1+x0] - squares[y0+x1] + squares[y0+x0])
		return float64((x1 - x0) * (y1 - y0) / w), sum, square
	}
	var strongest float64
	for y := 0; y < p.h; y += 8 {
		for x := 0; x < p.w; x += 8 {
			n, sum, square := around(x, y)
			strongest = math.Max(strongest, square/n-(sum/n)*(sum/n))
		}
	}
	below := c.below * math.Sqrt(strongest)
	bits, _ := gozxing.NewBitMatrix(p.w, p.h) // fails only without pixels
	for y := range p.h {
		for x, v := range p.row(y) {
			if n, sum, _ := around(x, y); float64(v) < sum/n-below {
				bits.Set(x, y)
			}
		}
	}
	return bits
}
