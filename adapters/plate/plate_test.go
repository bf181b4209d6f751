package plate_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/makiuchi-d/gozxing"
	"golang.org/x/image/bmp"

	"github.com/optoste/supportbot/adapters/plate"
)

var (
	code128    = code{gozxing.BarcodeFormat_CODE_128, "OS-2025-0417"}
	code39     = code{gozxing.BarcodeFormat_CODE_39, "OS-2025-0417"}
	code93     = code{gozxing.BarcodeFormat_CODE_93, "OS-2025-0417"}
	ean13      = code{gozxing.BarcodeFormat_EAN_13, "4006381333931"}
	qr         = code{gozxing.BarcodeFormat_QR_CODE, "OS-2025-0417"}
	dataMatrix = code{gozxing.BarcodeFormat_DATA_MATRIX, "OS-2025-0417"}
)

func TestRead(t *testing.T) {
	t.Parallel()
	kinds := []code{code128, code39, ean13, qr, dataMatrix}
	cases := map[string]photo{}
	add := func(name string, p photo) { cases[name+" "+p.code.format.String()] = p }
	for _, c := range kinds {
		for name, angle := range map[string]float64{
			"upright": 0, "7 degrees": 7, "20 degrees": 20, "-20 degrees": -20, "on its side": 90, "upside down": 180,
		} {
			add(name, photo{code: c, angle: angle, noise: 2})
		}
		add("diagonal and in the shade", photo{code: c, angle: 45, noise: 4, shade: true, blur: 0.8})
		add("beside text", photo{code: c, angle: 5, noise: 2, textBeside: true})
		add("light on dark", photo{code: c, angle: -7, noise: 2, dark: true})
		add("blurred", photo{code: c, angle: 20, noise: 1.5, blur: 1.5})
	}
	add("blurred more", photo{code: code128, angle: 7, noise: 2, shade: true, blur: 1.8})
	add("blurred more", photo{code: code39, angle: -20, noise: 2, shade: true, blur: 2})
	add("blurred more", photo{code: qr, angle: 20, noise: 1.5, blur: 1.8})
	add("blurred more", photo{code: dataMatrix, angle: 10, noise: 1.5, blur: 1.7})
	add("two pixels a bar", photo{code: code128, angle: 20, noise: 2, module: 2})
	add("tilted", photo{code: code93, angle: 33, noise: 2})
	for name, p := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkRead(t, p.jpeg(t), p.code.text)
		})
	}
}

func TestReadLargePhotos(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]photo{
		"bars, blurred":     {code: code128, angle: 20, module: 7, blur: 2, w: 2400, h: 1800},
		"bars in a corner":  {code: code39, angle: -7, module: 3.5, x: -1000, y: 800},
		"qr":                {code: qr, angle: 33, module: 20, blur: 4, x: 500, w: 2400, h: 1800},
		"small data matrix": {code: dataMatrix, angle: 12, module: 6, x: -800, y: -700},
	} {
		if p.w == 0 {
			p.w, p.h = 4000, 3000 // 12 megapixels; not all, for the race detector's sake
		}
		p.noise, p.shade = 3, true
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkRead(t, p.jpeg(t), p.code.text)
		})
	}
}

func checkRead(t *testing.T, data []byte, want ...string) {
	t.Helper()
	// Longer than Read takes by itself, for the race detector on a busy machine.
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	got, err := plate.Read(ctx, bytes.NewReader(data))
	if err != nil {
		t.Fatalf("Read: %v", err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Read (-want +got):\n%s", diff)
	}
}

func TestReadSeveralCodes(t *testing.T) {
	t.Parallel()
	// Error correction vouches for the QR code, so it comes first.
	img := photo{code: ean13, y: 150, noise: 2}.gray(t)
	photo{code: qr, module: 3, y: -100, w: 900, h: 700}.stamp(t, img, 40)
	checkRead(t, asPNG(t, img), qr.text, ean13.text)
}

func TestReadFormats(t *testing.T) {
	t.Parallel()
	gray := photo{code: code128, angle: 20}.gray(t)
	paper := image.NewNRGBA(gray.Rect) // the ink only, on nothing
	for i, v := range gray.Pix {
		if v < 100 {
			paper.Pix[4*i+3] = 255
		}
	}
	deep := image.NewGray16(gray.Rect)
	colour := image.NewRGBA(gray.Rect)
	few := image.NewPaletted(gray.Rect, color.Palette{color.Black, color.White})
	for y := range gray.Rect.Dy() {
		for x := range gray.Rect.Dx() {
			deep.Set(x, y, gray.At(x, y))
			colour.Set(x, y, gray.At(x, y))
			if gray.GrayAt(x, y).Y > 100 {
				few.SetColorIndex(x, y, 1)
			}
		}
	}
	encode := func(f func(io.Writer) error) []byte {
		var b bytes.Buffer
		if err := f(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	for name, data := range map[string][]byte{
		"png gray":        asPNG(t, gray),
		"png transparent": asPNG(t, paper),
		"png 16 bit":      asPNG(t, deep),
		"png part":        asPNG(t, gray.SubImage(image.Rect(100, 50, 850, 650))),
		"png palette":     asPNG(t, few),
		"gif":             encode(func(w io.Writer) error { return gif.Encode(w, few, nil) }),
		"bmp":             encode(func(w io.Writer) error { return bmp.Encode(w, colour) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			checkRead(t, data, code128.text)
		})
	}
}

// Many things look more like a code than the code.
func TestReadAmongDots(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		code     code
		ink      uint8 // of the dots
		step     int   // from one group of dots to the next
		clear    int   // of dots, around the code
		codeInk  float64
		dotSides int
	}{
		"pale code": {code: qr, ink: 20, step: 120, clear: 60, codeInk: 150, dotSides: 4},
		"pale dots": {code: dataMatrix, ink: 170, step: 68, clear: 44, codeInk: 40, dotSides: 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := photo{code: tc.code, w: 900, h: 700, module: 3}
			img := image.NewGray(image.Rect(0, 0, p.w, p.h))
			dots := noisy(300, 300)
			for y := range p.h {
				for x := range p.w {
					i := img.PixOffset(x, y)
					img.Pix[i] = 205
					far := max(x-p.w/2, p.w/2-x, y-p.h/2, p.h/2-y) > tc.clear
					if far && x%tc.step < 68 && y%tc.step < 68 && dots.GrayAt(x/tc.dotSides, y/tc.dotSides).Y < 128 {
						img.Pix[i] = tc.ink
					}
				}
			}
			p.stamp(t, img, tc.codeInk)
			checkRead(t, asPNG(t, img), tc.code.text)
		})
	}
}

func FuzzRead(f *testing.F) {
	small := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range small.Pix {
		small.Pix[i] = byte(i % 64 / 3 * 90)
	}
	var g bytes.Buffer
	if err := gif.Encode(&g, small, nil); err != nil {
		f.Fatal(err)
	}
	label, err := plate.QR("OS-2025-0417", 120)
	if err != nil {
		f.Fatal(err)
	}
	for _, seed := range [][]byte{
		asPNG(f, small), g.Bytes(), label, ftyp("heic"), pngHeader(5, 5, 8), []byte("BM"), []byte("RIFF\x10\x00\x00\x00WEBPVP8 "),
		[]byte("\xff\xd8\xff\xc0\x00\x11\x08\x00\x10\x00\x10\x03"), []byte("GIF89a"),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		texts, err := plate.Read(t.Context(), bytes.NewReader(data))
		known := errors.Is(err, plate.ErrNoCode) || errors.Is(err, plate.ErrFormat) ||
			errors.Is(err, plate.ErrHEIC) || errors.Is(err, plate.ErrTooLarge)
		if (err == nil) == (len(texts) == 0) || err != nil && !known {
			t.Errorf("Read = %q, %v", texts, err)
		}
	})
}

func BenchmarkRead12MP(b *testing.B) {
	for name, p := range map[string]photo{
		"bars":    {code: code128, angle: 20, module: 7, blur: 2},
		"qr":      {code: qr, angle: 20, module: 20, blur: 4},
		"nothing": {},
	} {
		p.w, p.h, p.noise, p.shade = 4000, 3000, 3, true
		data := p.jpeg(b)
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := plate.Read(b.Context(), bytes.NewReader(data)); err != nil && p.code.text != "" {
					b.Fatal(err)
				}
			}
		})
	}
}

func asPNG(tb testing.TB, img image.Image) []byte {
	tb.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// noisy is a picture of black and white dots.
func noisy(w, h int) *image.Gray {
	img := image.NewGray(image.Rect(0, 0, w, h))
	state := uint32(1)
	for i := range img.Pix {
		state = state*1664525 + 1013904223
		img.Pix[i] = byte(state >> 24)
	}
	return img
}
