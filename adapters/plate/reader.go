package plate

import (
	"context"
	"errors"
	"io"
)

// Reader reads plates for the bot: what goes wrong comes back as the key of the text that tells the
// person what to do. It implements bot.Plates.
type Reader struct{}

// ReadPlate returns the codes in a picture, or the key of the text that says why there are none.
func (Reader) ReadPlate(ctx context.Context, r io.Reader) (codes []string, problem string, err error) {
	codes, err = Read(ctx, r)
	switch {
	case err == nil:
		return codes, "", nil
	case errors.Is(err, ErrHEIC):
		return nil, "plate.heic", nil
	case errors.Is(err, ErrTooLarge):
		return nil, "plate.too_large", nil
	case errors.Is(err, ErrNoCode):
		return nil, "plate.no_code", nil
	case errors.Is(err, ErrFormat):
		return nil, "plate.unreadable", nil
	}
	return nil, "", err
}
