package plate_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/datamatrix"
	"github.com/makiuchi-d/gozxing/oned"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/font"
	"golang.org/x/image/font/inconsolata"
	"golang.org/x/image/math/fixed"
)

// A photo describes a picture of a name plate to draw. Its zero value, but
// for the code, is a sharp and well-lit one of 900 x 700 pixels.
type photo struct {
	code       code
	angle      float64 // degrees
	blur       float64 // sigma in pixels
	module     float64 // pixels of the thinnest bar or dot; 0 is 3
	noise      float64 // sigma in gray levels
	w, h       int
	x, y       float64 // offset of the code's centre from that of the picture
	dark       bool    // light code on a dark plate
	shade      bool    // strong light from one corner
	textBeside bool    // text a few modules from the code
}

// A code is what stands on a plate.
type code struct {
	format gozxing.BarcodeFormat
	text   string
}

// bits draws a code with one pixel a module and no quiet zone; bars are
// high pixels high.
func (c code) bits(tb testing.TB, high int) *gozxing.BitMatrix {
	tb.Helper()
	writers := map[gozxing.BarcodeFormat]gozxing.Writer{
		gozxing.BarcodeFormat_CODE_128:    oned.NewCode128Writer(),
		gozxing.BarcodeFormat_CODE_39:     oned.NewCode39Writer(),
		gozxing.BarcodeFormat_CODE_93:     oned.NewCode93Writer(),
		gozxing.BarcodeFormat_EAN_13:      oned.NewEAN13Writer(),
		gozxing.BarcodeFormat_QR_CODE:     qrcode.NewQRCodeWriter(),
		gozxing.BarcodeFormat_DATA_MATRIX: datamatrix.NewDataMatrixWriter(),
	}
	bars := c.format != gozxing.BarcodeFormat_QR_CODE && c.format != gozxing.BarcodeFormat_DATA_MATRIX
	if !bars {
		high = 0
	}
	bits, err := writers[c.format].Encode(c.text, c.format, 0, high, map[gozxing.EncodeHintType]any{
		gozxing.EncodeHintType_MARGIN: 0,
	})
	if err != nil {
		tb.Fatalf("draw %v: %v", c, err)
	}
	return bits
}

// gray draws the photo.
func (p photo) gray(tb testing.TB) *image.Gray {
	tb.Helper()
	if p.w == 0 {
		p.w, p.h = 900, 700
	}
	if p.module == 0 {
		p.module = 3
	}
	ink, paper := byte(40), byte(205)
	if p.dark {
		ink, paper = paper, ink
	}
	img := image.NewGray(image.Rect(0, 0, p.w, p.h))
	for i := range img.Pix {
		img.Pix[i] = 120 // the machine
	}
	plate := img.Bounds().Inset(min(p.w, p.h) / 20)
	draw.Draw(img, plate, image.NewUniform(color.Gray{paper}), image.Point{}, draw.Src)
	inner := plate.Inset(min(p.w, p.h) / 40)
	for _, edge := range []image.Rectangle{ // a printed frame
		{inner.Min, image.Pt(inner.Max.X, inner.Min.Y+3)},
		{image.Pt(inner.Min.X, inner.Max.Y-3), inner.Max},
		{inner.Min, image.Pt(inner.Min.X+3, inner.Max.Y)},
		{image.Pt(inner.Max.X-3, inner.Min.Y), inner.Max},
	} {
		draw.Draw(img, edge, image.NewUniform(color.Gray{ink}), image.Point{}, draw.Src)
	}
	writer := font.Drawer{Dst: img, Src: image.NewUniform(color.Gray{ink}), Face: inconsolata.Bold8x16}
	for n, line := range []string{"OPTOSTE BELT SORTER", "MODEL VS-600  220 V  50 Hz  3.2 kW", "MADE IN HEFEI"} {
		writer.Dot = fixed.P(inner.Min.X+12, inner.Min.Y+24+20*n)
		writer.DrawString(line)
	}
	box := image.Rectangle{}
	if p.code.text != "" {
		box = p.stamp(tb, img, float64(ink))
	}
	if p.textBeside {
		writer.Dot = fixed.P(box.Max.X, box.Min.Y+box.Dy()/2)
		writer.DrawString("SN 2025 0417")
	}
	if p.blur > 0 {
		soften(img, box.Inset(-60).Intersect(img.Bounds()), p.blur)
	}
	p.light(img)
	return img
}

// stamp draws the code, every pixel the mean of nine points, and returns
// where.
func (p photo) stamp(tb testing.TB, img *image.Gray, ink float64) image.Rectangle {
	tb.Helper()
	bits := p.code.bits(tb, 40)
	w, h := float64(bits.GetWidth()), float64(bits.GetHeight())
	sin, cos := math.Sincos(p.angle * math.Pi / 180)
	cx, cy := float64(p.w)/2+p.x, float64(p.h)/2+p.y
	rx := (w*math.Abs(cos) + h*math.Abs(sin)) * p.module / 2
	ry := (w*math.Abs(sin) + h*math.Abs(cos)) * p.module / 2
	box := image.Rect(int(cx-rx)-1, int(cy-ry)-1, int(cx+rx)+2, int(cy+ry)+2)
	if !box.In(img.Bounds()) {
		tb.Fatalf("code at %v does not fit into %v", box, img.Bounds())
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		for x := box.Min.X; x < box.Max.X; x++ {
			black := 0
			for n := range 9 {
				dx := (float64(x) + float64(n%3)/3 - 1./3 - cx) / p.module
				dy := (float64(y) + float64(n/3)/3 - 1./3 - cy) / p.module
				u, v := dx*cos+dy*sin+w/2, dy*cos-dx*sin+h/2
				if u >= 0 && v >= 0 && u < w && v < h && bits.Get(int(u), int(v)) {
					black++
				}
			}
			i := img.PixOffset(x, y)
			img.Pix[i] = byte((ink*float64(black) + float64(img.Pix[i])*float64(9-black)) / 9)
		}
	}
	return box
}

// light adds shade and noise.
func (p photo) light(img *image.Gray) {
	random := rand.NewPCG(1, 2)
	for y := range p.h {
		row := img.Pix[y*img.Stride:][:p.w]
		for x, v := range row {
			g := float64(v)
			if p.shade {
				g *= 0.3 + 0.4*float64(x)/float64(p.w) + 0.3*float64(y)/float64(p.h)
			}
			if p.noise > 0 {
				// The sum of four bytes is close enough to a normal distribution.
				n := random.Uint64()
				sum := n&255 + n>>8&255 + n>>16&255 + n>>24&255
				g += (float64(sum) - 510) / 148 * p.noise
			}
			row[x] = byte(min(255, max(0, g)))
		}
	}
}

// jpeg draws the photo as a colour JPEG of quality 70.
func (p photo) jpeg(tb testing.TB) []byte {
	tb.Helper()
	gray := p.gray(tb)
	m := image.NewYCbCr(gray.Rect, image.YCbCrSubsampleRatio420)
	copy(m.Y, gray.Pix)
	for i := range m.Cb {
		m.Cb[i], m.Cr[i] = 120, 132
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 70}); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// soften blurs a part of a picture with a Gaussian.
func soften(img *image.Gray, box image.Rectangle, sigma float64) {
	reach := int(3*sigma + 1)
	kernel, sum := make([]float64, 2*reach+1), 0.0
	for i := range kernel {
		d := float64(i - reach)
		kernel[i] = math.Exp(-d * d / (2 * sigma * sigma))
		sum += kernel[i]
	}
	pass := func(n, stride, start int) {
		line := make([]float64, n)
		for i := range line {
			for k, weight := range kernel {
				line[i] += weight * float64(img.Pix[start+stride*min(n-1, max(0, i+k-reach))])
			}
		}
		for i, v := range line {
			img.Pix[start+i*stride] = byte(v/sum + 0.5)
		}
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		pass(box.Dx(), 1, img.PixOffset(box.Min.X, y))
	}
	for x := box.Min.X; x < box.Max.X; x++ {
		pass(box.Dy(), img.Stride, img.PixOffset(x, box.Min.Y))
	}
}
