// Package plate reads a machine's serial number from a customer's photo of
// the name plate, where it stands as a bar code or a QR code, and draws the
// QR label that is glued on a machine.
//
// # How a photo is read
//
// A photo is mostly not code, so trying a reader on every rotation of 12
// megapixels would be slow. Instead the brightness gradients are summed in
// small blocks, in the full picture and in copies of half the size, a quarter
// and so on. Bars make blocks whose gradients all point one way; QR and Data
// Matrix make blocks with strong gradients in two directions. Neighbouring
// blocks of a kind form a region, and only regions are looked at: bars along
// lines across them at the measured angle (file bars.go), matrix codes in a
// square cut out and turned upright (file matrix.go). Because the angle is
// measured, neither a tilted photo nor its EXIF orientation matters.
//
// Only when that finds nothing are sharpened and inverted regions and the
// whole picture tried.
package plate

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// The reasons why a picture gives no text. Read wraps them, so compare with
// errors.Is.
var (
	// ErrNoCode says that the picture is fine but no code was found in it.
	ErrNoCode = errors.New("no code in the picture")
	// ErrFormat says that the bytes are no picture Read knows, or a damaged one.
	ErrFormat = errors.New("not a readable picture")
	// ErrHEIC says that the picture is in the HEIC or HEIF format of iPhones,
	// which Read does not know; the sender can send it as a JPEG.
	ErrHEIC = errors.New("picture is HEIC")
	// ErrTooLarge says that the picture has more than MaxBytes or MaxPixels,
	// or would need too much memory to decode.
	ErrTooLarge = errors.New("picture is too large")
)

const (
	// MaxBytes is the size in bytes of the largest picture Read takes.
	MaxBytes = 25 << 20
	// MaxPixels is the number of pixels of the largest picture Read takes.
	MaxPixels = 50_000_000

	// maxMemory bounds the bytes an image decoder allocates, as far as the
	// header foretells: 50 megapixels of 8-bit RGBA.
	maxMemory = 4 * MaxPixels
	// maxTime bounds one Read from the end of the download on, when the caller
	// sets no deadline.
	maxTime = 4 * time.Second
)

// Read returns the distinct texts of all codes found in a picture, the most
// certain first, and never an empty list without an error. It knows Code 128,
// Code 39, Code 93, EAN-13 (and so UPC-A, with a leading zero), QR and Data
// Matrix in JPEG, PNG, GIF, WebP and BMP pictures, at any angle,
// dark on light or light on dark.
//
// The errors are ErrNoCode, ErrFormat, ErrHEIC, ErrTooLarge, those of r, and
// that of ctx when it ends before anything is found; what was found until
// then counts. When ctx has no deadline Read gives up with ErrNoCode four
// seconds after r is read. It computes on one core and holds the decoded
// picture once and less than half as much again: some 50 MB for a photo of 12
// megapixels, so callers bound how many run at a time. It is safe for
// concurrent use.
func Read(ctx context.Context, r io.Reader) ([]string, error) {
	return readWithin(ctx, r, maxTime)
}

// readWithin is Read with another time for contexts without a deadline.
func readWithin(ctx context.Context, r io.Reader, limit time.Duration) ([]string, error) {
	data, err := readAll(ctx, r)
	if err != nil {
		return nil, fmt.Errorf("read picture: %w", err)
	}
	bounded := ctx
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		bounded, cancel = context.WithTimeout(ctx, limit)
		defer cancel()
	}
	gray, err := decode(bounded, data)
	if err != nil {
		switch {
		case ctx.Err() != nil:
			err = ctx.Err()
		case bounded.Err() != nil:
			err = ErrNoCode // out of time, and the picture may be fine
		}
		return nil, fmt.Errorf("decode picture: %w", err)
	}
	var texts []string
	err = guard(func() error {
		texts = search(bounded, gray)
		return nil
	})
	switch {
	case len(texts) > 0:
		return texts, nil
	case ctx.Err() != nil:
		err = ctx.Err()
	case err == nil:
		err = ErrNoCode
	}
	return nil, fmt.Errorf("find code: %w", err)
}

// readAll reads at most MaxBytes.
func readAll(ctx context.Context, r io.Reader) ([]byte, error) {
	var b bytes.Buffer
	n, err := b.ReadFrom(io.LimitReader(patient{ctx, r}, MaxBytes+1))
	if err != nil {
		return nil, err
	}
	if n > MaxBytes {
		return nil, fmt.Errorf("%w: more than %d bytes", ErrTooLarge, MaxBytes)
	}
	return b.Bytes(), nil
}

// guard runs f and turns a panic of a library into an error.
func guard(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return f()
}
