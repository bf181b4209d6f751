package plate_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"io"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/plate"
)

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	jpeg := photo{code: code128}.jpeg(t)
	cut := bytes.Clone(jpeg[:len(jpeg)/2])
	brokenReader := errors.New("connection lost")
	progressive := append([]byte{0xff, 0xd8, 0xff, 0xc2, 0, 17, 8, 0x17, 0x70, 0x1f, 0x40, 3}, // 8000 x 6000
		1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0, 0xff, 0xda, 0, 2)
	for name, tc := range map[string]struct {
		r    io.Reader
		want error
	}{
		"no code":          {bytes.NewReader(photo{noise: 4, shade: true}.jpeg(t)), plate.ErrNoCode},
		"noise":            {bytes.NewReader(asPNG(t, noisy(800, 600))), plate.ErrNoCode},
		"one pixel":        {bytes.NewReader(asPNG(t, image.NewGray(image.Rect(0, 0, 1, 1)))), plate.ErrNoCode},
		"a stripe":         {bytes.NewReader(asPNG(t, image.NewGray(image.Rect(0, 0, 40000, 2)))), plate.ErrNoCode},
		"heic":             {bytes.NewReader(ftyp("heic")), plate.ErrHEIC},
		"heif":             {bytes.NewReader(ftyp("mif1")), plate.ErrHEIC},
		"heic sequence":    {bytes.NewReader(ftyp("hevc")), plate.ErrHEIC},
		"avif":             {bytes.NewReader(ftyp("avif")), plate.ErrFormat},
		"cut off":          {bytes.NewReader(cut), plate.ErrFormat},
		"only the header":  {bytes.NewReader(jpeg[:4]), plate.ErrFormat},
		"empty":            {bytes.NewReader(nil), plate.ErrFormat},
		"text":             {bytes.NewReader([]byte("OS-2025-0417")), plate.ErrFormat},
		"too many of few":  {bytes.NewReader([]byte("GIF89a\x60\xea\xe8\x03\x80\x00\x00\x00\x00\x00\xff\xff\xff")), plate.ErrTooLarge}, // 60000 x 1000
		"short text":       {bytes.NewReader(photo{code: code{dataMatrix.format, "A1"}}.jpeg(t)), plate.ErrNoCode},
		"control letters":  {bytes.NewReader(photo{code: code{dataMatrix.format, "OS\x01\x02-7"}}.jpeg(t)), plate.ErrNoCode},
		"no size":          {bytes.NewReader(pngHeader(0, 10, 8)), plate.ErrFormat},
		"too many pixels":  {bytes.NewReader(pngHeader(100_000, 100_000, 8)), plate.ErrTooLarge},
		"too deep":         {bytes.NewReader(pngHeader(7000, 7000, 16)), plate.ErrTooLarge},
		"too much to keep": {bytes.NewReader(progressive), plate.ErrTooLarge},
		"too many bytes":   {endless{}, plate.ErrTooLarge},
		"broken reader":    {io.MultiReader(bytes.NewReader(cut), failing{brokenReader}), brokenReader},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := plate.Read(t.Context(), tc.r)
			if !errors.Is(err, tc.want) {
				t.Errorf("Read = %q, %v, want %v", got, err, tc.want)
			}
		})
	}
}

// A picture tiled with corners of QR codes keeps the library busy for minutes
// unless it is stopped.
func TestReadHostile(t *testing.T) {
	t.Parallel()
	const side = 800
	img := image.NewGray(image.Rect(0, 0, side, side))
	for i := range img.Pix {
		x, y := i%side%8, i/side%8
		ring := max(x, 6-x, y, 6-y) // 3 in the middle, 6 at the rim
		if x == 7 || y == 7 || ring == 5 {
			img.Pix[i] = 255
		}
	}
	started := time.Now()
	if got, err := plate.Read(t.Context(), bytes.NewReader(asPNG(t, img))); !errors.Is(err, plate.ErrNoCode) {
		t.Errorf("Read = %q, %v, want %v", got, err, plate.ErrNoCode)
	}
	// Four seconds are promised; the rest is for the race detector.
	if d := time.Since(started); d > 20*time.Second {
		t.Errorf("Read took %v", d)
	}
}

// Wherever the context ends, Read says so, or has finished.
func TestReadEndsWithItsContext(t *testing.T) {
	t.Parallel()
	data := photo{noise: 3, w: 400, h: 300}.jpeg(t)
	ended, finished := 0, false
	for n := 0; !finished; n += 1 + n/4 {
		ctx := &countdown{Context: t.Context(), left: n}
		_, err := plate.Read(ctx, bytes.NewReader(data))
		switch {
		case ctx.left <= 0 && errors.Is(err, context.Canceled):
			ended++
		case errors.Is(err, plate.ErrNoCode):
			finished = true
		default:
			t.Fatalf("after %d checks, %d left: %v", n, ctx.left, err)
		}
	}
	if ended < 10 {
		t.Errorf("the context was checked in %d places only", ended)
	}

	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := plate.Read(cancelled, endless{}); !errors.Is(err, context.Canceled) {
		t.Errorf("Read = %v, want %v", err, context.Canceled)
	}
}

// A countdown is a context that ends the moment it was asked so often. It has
// a deadline, as Read else makes its own.
type countdown struct {
	context.Context //nolint:containedctx // it is one
	left            int
}

func (c *countdown) Deadline() (time.Time, bool) { return time.Now().Add(time.Hour), true }

func (c *countdown) Err() error {
	if c.left--; c.left < 0 {
		c.left = 0
		return context.Canceled
	}
	return nil
}

func TestReadIsBoundedWithoutDeadline(t *testing.T) {
	t.Parallel()
	data := photo{code: qr}.jpeg(t)
	got, err := plate.ReadWithin(t.Context(), bytes.NewReader(data), time.Nanosecond)
	if !errors.Is(err, plate.ErrNoCode) {
		t.Errorf("got %q, %v, want %v", got, err, plate.ErrNoCode)
	}
	if got, err := plate.ReadWithin(t.Context(), bytes.NewReader(data), time.Minute); err != nil {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestPanicBecomesError(t *testing.T) {
	t.Parallel()
	var none []int
	if err := plate.Guard(func() error { _ = none[1]; return nil }); err == nil {
		t.Error("no error")
	}
}

// pngHeader is the start of a PNG file in gray-alpha or RGBA.
func pngHeader(w, h uint32, depth byte) []byte {
	chunk := []byte("IHDR")
	chunk = binary.BigEndian.AppendUint32(chunk, w)
	chunk = binary.BigEndian.AppendUint32(chunk, h)
	chunk = append(chunk, depth, 6, 0, 0, 0)
	file := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(file, crc32.ChecksumIEEE(chunk))
}

// ftyp is the start of a file of the HEIF family.
func ftyp(brand string) []byte {
	return []byte("\x00\x00\x00\x18ftyp" + brand + "\x00\x00\x00\x00" + brand + "mif1\x00\x00\x00\x08meta")
}

// endless never ends.
type endless struct{}

func (endless) Read(b []byte) (int, error) { return len(b), nil }

// failing fails.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }
