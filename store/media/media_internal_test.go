package media

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"strings"
	"testing"
	"testing/synctest"

	_ "gocloud.dev/blob/memblob" // buckets in memory: mem://

	"github.com/optoste/supportbot/bot"
)

func TestValid(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("0123456789abcdef", 4)
	if !valid(good) {
		t.Errorf("%s is a hash", good)
	}
	for _, bad := range []string{"", good[1:], good + "0", strings.ToUpper(good), "../" + good[3:], good[:32] + "/" + good[33:], good[:63] + "\n"} {
		if valid(bad) {
			t.Errorf("%q is no hash", bad)
		}
	}
}

// TestOnePictureAtATime checks that a second picture waits until the first one is drawn.
func TestOnePictureAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b, err := Open(t.Context(), "mem://")
		if err != nil {
			t.Fatal(err)
		}
		defer b.Close()
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 9, 9))); err != nil {
			t.Fatal(err)
		}
		f, err := b.Put(t.Context(), &picture, "a.png", 1000)
		if err != nil {
			t.Fatal(err)
		}
		b.easel <- struct{}{} // somebody draws
		drawn := make(chan error, 1)
		go func() {
			r, err := b.Thumb(t.Context(), f.Hash)
			if err == nil {
				err = r.Close()
			}
			drawn <- err
		}()
		synctest.Wait()
		select {
		case err := <-drawn:
			t.Errorf("two were drawn at once, %v", err)
		default:
		}
		<-b.easel
		if err := <-drawn; err != nil {
			t.Error(err)
		}
	})
}

// TestThumbOfWhatWasRemoved draws a file that is removed meanwhile.
func TestThumbOfWhatWasRemoved(t *testing.T) {
	t.Parallel()
	b, err := Open(t.Context(), "mem://")
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	hash := strings.Repeat("a", 64)
	if err := b.keepThumb(t.Context(), hash, []byte("small")); err != nil {
		t.Fatal(err)
	}
	if r, err := b.Thumb(t.Context(), hash); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("%v, %v", r, err)
	}
}
