package media

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/gabriel-vasile/mimetype"
	"gocloud.dev/blob"
	"gocloud.dev/gcerrors"
	"golang.org/x/image/bmp"
	"golang.org/x/image/draw"
	"golang.org/x/image/tiff"
	"golang.org/x/image/webp"

	"github.com/optoste/supportbot/bot"
)

const (
	thumbSize   = 320        // pixels of the longer side
	thumbBytes  = 64 << 20   // of the largest picture that is drawn
	thumbPixels = 50_000_000 // of the largest picture that is drawn
	thumbMemory = 200 << 20  // bytes that a decoder may want for the pixels
	thumbHead   = 4 << 20    // bytes within which a picture says its size
)

// errNoThumb says that a content is no picture that can be drawn.
var errNoThumb = fmt.Errorf("no picture that can be drawn small: %w", bot.ErrNotFound)

// Thumb implements [bot.Thumbs]: JPEG, at most 320 pixels on a side, upright as the camera was held. It is made
// when it is asked for the first time and kept beside the content. One picture is drawn at a time.
func (b *Bucket) Thumb(ctx context.Context, hash string) (io.ReadCloser, error) {
	r, err := b.thumb(ctx, hash)
	if err != nil {
		return nil, fmt.Errorf("show file %s small: %w", hash, err)
	}
	return r, nil
}

func (b *Bucket) thumb(ctx context.Context, hash string) (io.ReadCloser, error) {
	if !valid(hash) {
		return nil, bot.ErrNotFound
	}
	if err := ctx.Err(); err != nil { // not every bucket looks
		return nil, err
	}
	if r, err := b.bucket.NewReader(ctx, thumbKey(hash), nil); gcerrors.Code(err) != gcerrors.NotFound {
		return r, err
	}
	select {
	case b.easel <- struct{}{}:
		defer func() { <-b.easel }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if r, err := b.bucket.NewReader(ctx, thumbKey(hash), nil); gcerrors.Code(err) != gcerrors.NotFound {
		return r, err // somebody else has drawn it meanwhile
	}
	small, err := b.draw(ctx, hash)
	if err != nil {
		return nil, err
	}
	if err := b.keepThumb(ctx, hash, small); err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(small)), nil
}

// draw makes the small picture of a stored file.
func (b *Bucket) draw(ctx context.Context, hash string) ([]byte, error) {
	r, err := b.bucket.NewReader(ctx, key(hash), nil)
	if gcerrors.Code(err) == gcerrors.NotFound {
		return nil, bot.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("open content: %w", err)
	}
	defer r.Close() //nolint:errcheck // it was only read
	if r.Size() > thumbBytes {
		return nil, errNoThumb
	}
	small, err := shrink(reader{ctx, r})
	if err == nil {
		return small, nil
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return nil, fmt.Errorf("%w: %w", errNoThumb, err)
}

// keepThumb stores a small picture, unless its file was removed meanwhile.
func (b *Bucket) keepThumb(ctx context.Context, hash string, small []byte) error {
	if err := b.bucket.WriteAll(ctx, thumbKey(hash), small, &blob.WriterOptions{ContentType: "image/jpeg"}); err != nil {
		return fmt.Errorf("write small picture: %w", err)
	}
	there, err := b.bucket.Exists(ctx, key(hash))
	if err != nil {
		return fmt.Errorf("look for content: %w", err)
	}
	if !there {
		return b.Remove(ctx, hash)
	}
	return nil
}

// codec reads one picture format.
type codec struct {
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// codecFor finds the codec from the first bytes. The registry of package image would do it too, but any
// imported package may add to that.
func codecFor(head []byte) (codec, error) {
	switch kind := mimetype.Detect(head).String(); kind {
	case "image/jpeg":
		return codec{jpeg.DecodeConfig, jpeg.Decode}, nil
	case "image/png", "image/apng":
		return codec{png.DecodeConfig, png.Decode}, nil
	case "image/gif":
		return codec{gif.DecodeConfig, gif.Decode}, nil
	case "image/webp":
		return codec{webp.DecodeConfig, webp.Decode}, nil
	case "image/bmp":
		return codec{bmp.DecodeConfig, bmp.Decode}, nil
	case "image/tiff":
		return codec{tiff.DecodeConfig, tiff.Decode}, nil
	default:
		return codec{}, errors.New("content is " + kind)
	}
}

// shrink reads a picture and returns a small JPEG of it. Its size is checked before any pixel is decoded.
func shrink(r io.Reader) (small []byte, err error) {
	defer func() {
		if fault := recover(); fault != nil { // a decoder that meets what it was not made for
			small, err = nil, fmt.Errorf("decode picture: %v", fault)
		}
	}()
	var head bytes.Buffer
	if _, err := io.CopyN(&head, r, 3072); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	c, err := codecFor(head.Bytes())
	if err != nil {
		return nil, err
	}
	rest := io.TeeReader(io.LimitReader(r, thumbHead), &head)
	cfg, err := c.config(io.MultiReader(bytes.NewReader(bytes.Clone(head.Bytes())), rest))
	if err != nil {
		return nil, err
	}
	exif := readExif(head.Bytes())
	if err := checkSize(cfg, exif.perPixel); err != nil {
		return nil, err
	}
	img, err := c.decode(io.MultiReader(&head, r))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = jpeg.Encode(&b, turn(scale(img), exif.orientation), &jpeg.Options{Quality: 80})
	return b.Bytes(), err
}

// checkSize refuses a picture with too many pixels, or too many bytes a pixel.
func checkSize(cfg image.Config, perPixel int) error {
	if perPixel == 0 {
		perPixel = 4
		if cfg.ColorModel == color.NRGBA64Model || cfg.ColorModel == color.RGBA64Model {
			perPixel = 8
		}
	}
	// Divided, not multiplied: a header may claim 2^31 by 2^31.
	if cfg.Width < 1 || cfg.Height < 1 || cfg.Width > min(thumbPixels, thumbMemory/perPixel)/cfg.Height {
		return fmt.Errorf("%d x %d pixels", cfg.Width, cfg.Height)
	}
	return nil
}

// scale makes a picture small, on white.
func scale(img image.Image) *image.RGBA {
	from := img.Bounds()
	w, h := from.Dx(), from.Dy()
	if longest := max(w, h); longest > thumbSize {
		w, h = max(1, w*thumbSize/longest), max(1, h*thumbSize/longest)
	}
	to := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	draw.BiLinear.Scale(to, to.Bounds(), img, from, draw.Over, nil)
	return to
}

// turn sets a picture upright. orientation is that of EXIF: 1 to 8, others are 1.
func turn(img *image.RGBA, orientation int) *image.RGBA {
	w, h := img.Bounds().Dx(), img.Bounds().Dy()
	// at says which pixel of img comes to x, y.
	at := map[int]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[orientation]
	if at == nil {
		return img
	}
	size := img.Rect.Size()
	if orientation >= 5 { // on its side
		size.X, size.Y = size.Y, size.X
	}
	turned := image.NewRGBA(image.Rectangle{Max: size})
	for y := range size.Y {
		for x := range size.X {
			turned.SetRGBA(x, y, img.RGBAAt(at(x, y)))
		}
	}
	return turned
}
