package plate

import (
	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix/decoder"
)

// gridSides are the modules a side of the square Data Matrix codes that fit
// on a label.
var gridSides = []int{10, 12, 14, 16, 18, 20, 22, 24, 26, 32, 36, 40, 44, 48, 52}

// readGrid reads an upright Data Matrix whose dotted sides are too blurred to
// count the dots, as the library does: it tries all sizes and takes the one
// whose solid and dotted sides are right.
func readGrid(bits *gozxing.BitMatrix) string {
	x0, y0, x1, y1 := inkBox(bits)
	w, h := float64(x1-x0), float64(y1-y0)
	if w < 20 || h < 20 || w > 1.4*h || h > 1.4*w {
		return ""
	}
	decode := decoder.NewDecoder()
	for _, n := range gridSides {
		if w < 3*float64(n) {
			break
		}
		for turn := range 4 {
			// Blur eats from the dotted sides, opposite to the solid ones.
			for _, grow := range []float64{0, 0.5, 1} {
				box := gridBox{float64(x0), float64(y0), w, h}.grown(turn, grow/float64(n))
				grid := box.sample(bits, n, turn)
				if !framed(grid, n) {
					continue
				}
				var text string
				err := guard(func() error {
					result, err := decode.Decode(grid)
					if err == nil {
						text = result.GetText()
					}
					return err
				})
				if err == nil && plausible(text) {
					return text
				}
			}
		}
	}
	return ""
}

// A gridBox is where a code is in a cut.
type gridBox struct{ x, y, w, h float64 }

// grown moves the dotted sides of a code, turned by turn quarters, out by a
// part of its size. Unturned these are the top and the right side.
func (b gridBox) grown(turn int, part float64) gridBox {
	dx, dy := part*b.w, part*b.h
	b.w += dx
	b.h += dy
	if turn == 2 || turn == 3 { // left
		b.x -= dx
	}
	if turn == 0 || turn == 3 { // top
		b.y -= dy
	}
	return b
}

// sample takes n by n modules, turning the code back.
func (b gridBox) sample(bits *gozxing.BitMatrix, n, turn int) *gozxing.BitMatrix {
	grid, _ := gozxing.NewSquareBitMatrix(n) // fails only for n < 1
	for j := range n {
		for i := range n {
			u, v := (float64(i)+0.5)/float64(n), (float64(j)+0.5)/float64(n)
			switch turn {
			case 1:
				u, v = 1-v, u
			case 2:
				u, v = 1-u, 1-v
			case 3:
				u, v = v, 1-u
			}
			x, y := int(b.x+u*b.w), int(b.y+v*b.h)
			if x >= 0 && y >= 0 && x < bits.GetWidth() && y < bits.GetHeight() && bits.Get(x, y) {
				grid.Set(i, j)
			}
		}
	}
	return grid
}

// framed tells that the left and lower side are solid and the others dotted.
func framed(grid *gozxing.BitMatrix, n int) bool {
	solid, dotted := 0, 0
	for i := range n {
		if grid.Get(0, i) {
			solid++
		}
		if grid.Get(i, n-1) {
			solid++
		}
		if grid.Get(i, 0) == (i%2 == 0) {
			dotted++
		}
		if grid.Get(n-1, i) == (i%2 == 1) {
			dotted++
		}
	}
	return solid*100 >= 2*n*90 && dotted*100 >= 2*n*70
}

// inkBox is the smallest box around the centre with a white margin.
func inkBox(bits *gozxing.BitMatrix) (x0, y0, x1, y1 int) {
	w, h := bits.GetWidth(), bits.GetHeight()
	margin := max(3, w/100)
	x0, x1, y0, y1 = w*7/16, w*9/16, h*7/16, h*9/16
	inked := func(ax, ay, bx, by int) bool {
		for y := max(0, ay); y < min(h, by); y++ {
			for x := max(0, ax); x < min(w, bx); x++ {
				if bits.Get(x, y) {
					return true
				}
			}
		}
		return false
	}
	for grew := true; grew; {
		grew = false
		for x0 > 0 && inked(x0-margin, y0, x0, y1) {
			x0, grew = x0-1, true
		}
		for x1 < w && inked(x1, y0, x1+margin, y1) {
			x1, grew = x1+1, true
		}
		for y0 > 0 && inked(x0, y0-margin, x1, y0) {
			y0, grew = y0-1, true
		}
		for y1 < h && inked(x0, y1, x1, y1+margin) {
			y1, grew = y1+1, true
		}
	}
	return x0, y0, x1, y1
}
