package plate

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gomonobold"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

// ErrLabel says that a label cannot be drawn: the text is empty or too long
// for the size, or the title has characters the label's font lacks.
var ErrLabel = errors.New("label cannot be drawn")

const (
	// quietZone is the white margin of a QR code in modules, as ISO/IEC 18004
	// asks for.
	quietZone = 4
	// minModule is the least side of a module in pixels.
	minModule = 3
	// maxLabel is the largest side of a label in pixels.
	maxLabel = 4096
)

// QR returns a PNG of size by size pixels with a QR code of the text and its
// white margin. A quarter of the code may be dirty or scratched (error
// correction level Q). The error is ErrLabel when the text is empty, or too
// long for modules of at least three pixels.
func QR(text string, size int) ([]byte, error) {
	img := newLabel(size, size)
	if err := drawQR(img, text, size); err != nil {
		return nil, fmt.Errorf("draw qr: %w", err)
	}
	return encodePNG(img)
}

// Label returns a PNG like that of QR with a title below, so that a person
// can type it when the scan fails. The title is one line, as large as fits;
// its letters tell 0 from O and 1 from l. The picture is size pixels wide and
// a quarter higher. A title with characters outside Latin, Greek and
// Cyrillic gives ErrLabel.
func Label(title, text string, size int) ([]byte, error) {
	img := newLabel(size, size+size/4)
	if err := drawQR(img, text, size); err != nil {
		return nil, fmt.Errorf("draw label: %w", err)
	}
	if err := drawTitle(img, title, size); err != nil {
		return nil, fmt.Errorf("draw label: %w", err)
	}
	return encodePNG(img)
}

// newLabel is white paper, or a single pixel when the size is out of range,
// which drawQR refuses.
func newLabel(w, h int) *image.Gray {
	if w < 1 || w > maxLabel {
		w, h = 1, 1
	}
	img := image.NewGray(image.Rect(0, 0, w, h))
	draw.Draw(img, img.Rect, image.White, image.Point{}, draw.Src)
	return img
}

// drawQR draws a code into the upper square of an image.
func drawQR(img *image.Gray, text string, size int) error {
	if size < 1 || size > maxLabel {
		return fmt.Errorf("%w: size %d is not within 1 to %d pixels", ErrLabel, size, maxLabel)
	}
	if strings.TrimSpace(text) == "" {
		return fmt.Errorf("%w: no text", ErrLabel)
	}
	hints := map[gozxing.EncodeHintType]any{
		gozxing.EncodeHintType_ERROR_CORRECTION: "Q",
		gozxing.EncodeHintType_MARGIN:           0,
	}
	if strings.ContainsFunc(text, func(c rune) bool { return c > 0x7e }) {
		hints[gozxing.EncodeHintType_CHARACTER_SET] = "UTF-8"
	}
	var bits *gozxing.BitMatrix
	err := guard(func() (err error) {
		bits, err = qrcode.NewQRCodeWriter().Encode(text, gozxing.BarcodeFormat_QR_CODE, 0, 0, hints)
		return err
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrLabel, err)
	}
	n := bits.GetWidth()
	module := size / (n + 2*quietZone)
	if module < minModule {
		return fmt.Errorf("%w: the text needs %d pixels, not %d", ErrLabel, minModule*(n+2*quietZone), size)
	}
	left := (size - n*module) / 2
	for y := range n {
		for x := range n {
			if bits.Get(x, y) {
				at := image.Pt(left+x*module, left+y*module)
				draw.Draw(img, image.Rectangle{at, at.Add(image.Pt(module, module))}, image.Black, image.Point{}, draw.Src)
			}
		}
	}
	return nil
}

// drawTitle draws a line centred below the square of size pixels.
func drawTitle(img *image.Gray, title string, size int) error {
	f, err := opentype.Parse(gomonobold.TTF)
	if err != nil {
		return fmt.Errorf("parse font: %w", err)
	}
	title = strings.Join(strings.Fields(title), " ")
	if title == "" {
		return fmt.Errorf("%w: no title", ErrLabel)
	}
	var buf sfnt.Buffer
	for _, c := range title {
		if i, err := f.GlyphIndex(&buf, c); err != nil || i == 0 {
			return fmt.Errorf("%w: no letter %q in the font", ErrLabel, c)
		}
	}
	// A letter of Go Mono is 0.6 of its size wide.
	height := min(float64(size)/8, 0.9*float64(size)/0.6/float64(len([]rune(title))))
	face, err := opentype.NewFace(f, &opentype.FaceOptions{Size: height, DPI: 72, Hinting: font.HintingFull})
	if err != nil {
		return fmt.Errorf("open font: %w", err)
	}
	defer face.Close() //nolint:errcheck // frees memory only
	d := font.Drawer{Dst: img, Src: image.Black, Face: face}
	d.Dot.X = (fixed.I(size) - d.MeasureString(title)) / 2
	d.Dot.Y = fixed.I(size + size/7)
	d.DrawString(title)
	return nil
}

// encodePNG writes the image with 16 levels of gray, which is small and
// enough for smooth letters.
func encodePNG(img *image.Gray) ([]byte, error) {
	var levels color.Palette
	for i := range 16 {
		levels = append(levels, color.Gray{Y: uint8(i * 17)})
	}
	p := image.NewPaletted(img.Rect, levels)
	for i, v := range img.Pix {
		p.Pix[i] = byte((int(v) + 8) / 17)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, p); err != nil {
		return nil, fmt.Errorf("encode png: %w", err)
	}
	return b.Bytes(), nil
}
