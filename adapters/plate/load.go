package plate

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/gabriel-vasile/mimetype"
	"golang.org/x/image/bmp"
	"golang.org/x/image/webp"
)

// A codec reads one picture format.
type codec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// codecFor finds the codec from the first bytes. The registry of package
// image would do it too, but any imported package may add to that.
func codecFor(data []byte) (codec, error) {
	mime := mimetype.Detect(data)
	switch mime.String() {
	case "image/jpeg":
		return codec{jpeg.DecodeConfig, jpeg.Decode}, nil
	case "image/png", "image/vnd.mozilla.apng":
		return codec{png.DecodeConfig, png.Decode}, nil
	case "image/gif":
		return codec{gif.DecodeConfig, gif.Decode}, nil
	case "image/webp":
		return codec{webp.DecodeConfig, webp.Decode}, nil
	case "image/bmp":
		return codec{bmp.DecodeConfig, bmp.Decode}, nil
	case "image/heic", "image/heic-sequence", "image/heif", "image/heif-sequence":
		return codec{}, ErrHEIC
	}
	return codec{}, fmt.Errorf("%w: content is %s", ErrFormat, mime)
}

// decode decodes a picture to gray. The size is checked before any pixel is
// decoded.
func decode(ctx context.Context, data []byte) (*plane, error) {
	c, err := codecFor(data)
	if err != nil {
		return nil, err
	}
	var gray *plane
	err = guard(func() error {
		cfg, err := c.config(bytes.NewReader(data))
		if err != nil {
			return err
		}
		if err := checkSize(cfg, data); err != nil {
			return err
		}
		img, err := c.decode(patient{ctx, bytes.NewReader(data)})
		if err != nil {
			return err
		}
		gray, err = toGray(img)
		return err
	})
	switch {
	case err == nil:
		return gray, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.Is(err, ErrTooLarge), errors.Is(err, ErrFormat):
		return nil, err
	}
	return nil, fmt.Errorf("%w: %w", ErrFormat, err)
}

// checkSize refuses pictures with too many pixels, or too many bytes a pixel.
func checkSize(cfg image.Config, data []byte) error {
	if cfg.Width < 1 || cfg.Height < 1 {
		return fmt.Errorf("%w: %d x %d pixels", ErrFormat, cfg.Width, cfg.Height)
	}
	// Divided, not multiplied: a header may claim 2^31 by 2^31.
	if cfg.Width > MaxPixels/cfg.Height {
		return fmt.Errorf("%w: %d x %d pixels", ErrTooLarge, cfg.Width, cfg.Height)
	}
	if cfg.Width*cfg.Height > maxMemory/bytesPerPixel(cfg, data) {
		return fmt.Errorf("%w: %d x %d pixels of %d bytes", ErrTooLarge, cfg.Width, cfg.Height, bytesPerPixel(cfg, data))
	}
	return nil
}

// bytesPerPixel tells what decoding costs, rounded up.
func bytesPerPixel(cfg image.Config, data []byte) int {
	components, progressive := jpegFrame(data)
	if progressive {
		return components * (1 + 4) // Go keeps the coefficients as int32
	}
	if _, ok := cfg.ColorModel.(color.Palette); ok {
		return 1
	}
	switch cfg.ColorModel {
	case color.GrayModel:
		return 1
	case color.Gray16Model:
		return 2
	case color.YCbCrModel:
		return 3
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	}
	return 4
}

// jpegFrame reads the frame header of a JPEG. Of anything else it says no
// components.
func jpegFrame(data []byte) (components int, progressive bool) {
	if !bytes.HasPrefix(data, []byte{0xff, 0xd8}) {
		return 0, false
	}
	for at := 2; at+10 <= len(data); {
		if data[at] != 0xff {
			at++ // padding: package image/jpeg skips it, too
			continue
		}
		switch marker := data[at+1]; {
		case marker == 0xff:
			at++
		case marker == 0 || marker >= 0xd0 && marker <= 0xd8:
			at += 2 // these have no length
		case marker >= 0xc0 && marker <= 0xc2:
			return int(data[at+9]), marker == 0xc2
		case marker == 0xd9 || marker == 0xda:
			return 0, false
		default:
			at += 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		}
	}
	return 0, false
}

// toGray takes the brightness of a picture, where it can without a copy.
// What is transparent becomes white.
func toGray(img image.Image) (*plane, error) {
	b := img.Bounds()
	if b.Empty() {
		return nil, fmt.Errorf("%w: no pixels", ErrFormat)
	}
	switch m := img.(type) {
	case *image.YCbCr:
		return &plane{b.Dx(), b.Dy(), m.YStride, m.Y[m.YOffset(b.Min.X, b.Min.Y):]}, nil
	case *image.Gray:
		return &plane{b.Dx(), b.Dy(), m.Stride, m.Pix[m.PixOffset(b.Min.X, b.Min.Y):]}, nil
	}
	p := newPlane(b.Dx(), b.Dy())
	var levels [256]byte
	if m, ok := img.(*image.Paletted); ok {
		for i, c := range m.Palette {
			levels[i] = luma(c.RGBA())
		}
	}
	for y := range p.h {
		row := p.row(y)
		switch m := img.(type) {
		case *image.Paletted:
			from := m.Pix[y*m.Stride:]
			for x := range row {
				row[x] = levels[from[x]]
			}
		case *image.RGBA:
			from := m.Pix[y*m.Stride:]
			for x := range row {
				s := from[4*x : 4*x+4]
				row[x] = lumaOf(s[0], s[1], s[2], s[3])
			}
		case *image.NRGBA:
			from := m.Pix[y*m.Stride:]
			for x := range row {
				s := from[4*x : 4*x+4]
				if s[3] == 0xff {
					row[x] = lumaOf(s[0], s[1], s[2], 0xff)
				} else {
					row[x] = luma(color.NRGBA{s[0], s[1], s[2], s[3]}.RGBA())
				}
			}
		case image.RGBA64Image:
			for x := range row {
				c := m.RGBA64At(b.Min.X+x, b.Min.Y+y)
				row[x] = lumaOf(byte(c.R>>8), byte(c.G>>8), byte(c.B>>8), byte(c.A>>8))
			}
		default:
			for x := range row {
				row[x] = luma(img.At(b.Min.X+x, b.Min.Y+y).RGBA())
			}
		}
	}
	return p, nil
}

// luma is lumaOf for the 16-bit values of color.Color.
func luma(r, g, b, a uint32) byte {
	return lumaOf(byte(r>>8), byte(g>>8), byte(b>>8), byte(a>>8))
}

// lumaOf is the brightness of an alpha-premultiplied colour on white paper.
func lumaOf(r, g, b, a byte) byte {
	y := (19595*uint32(r) + 38470*uint32(g) + 7471*uint32(b) + 1<<15) >> 16
	return byte(min(255, y+255-uint32(a)))
}

// patient is a reader that ends when its context does, so a decoder does, too.
type patient struct {
	ctx context.Context //nolint:containedctx // lives no longer than the call it belongs to
	io.Reader
}

// Read reads unless the context has ended.
func (p patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.Reader.Read(b)
}
