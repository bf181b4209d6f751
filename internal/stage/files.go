package stage

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"image"
	"image/color"
	"image/png"
	"path"
	"strings"

	"github.com/optoste/supportbot/adapters/plate"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/script"
)

// MaxFile is the size above which the page does not take a file.
const MaxFile = 50 << 20

// Content makes the content of a file that a transcript names. The same name is always the same
// content; "plate OS-2025-0417.jpg" shows a QR code with that serial number, a name with "heic" is
// an iPhone's picture, with "exe" a program, "blank" one without a code.
func Content(a script.Attachment) ([]byte, error) {
	name := strings.TrimSuffix(a.Name, path.Ext(a.Name))
	switch {
	case strings.EqualFold(path.Ext(a.Name), ".heic"):
		return []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + a.Name), nil
	case strings.EqualFold(path.Ext(a.Name), ".exe"):
		return []byte("MZ" + strings.Repeat(" "+a.Name, 10)), nil
	case strings.HasPrefix(name, "broken"):
		return []byte("\xff\xd8\xff\xe0\x00\x10JFIF\x00" + strings.Repeat(" and then nothing", 10)), nil
	case strings.HasPrefix(name, "plate "):
		return plate.QR(strings.TrimPrefix(name, "plate "), 480)
	}
	switch a.Kind {
	case "photo":
		return picture(a.Name)
	case "video":
		return []byte("\x00\x00\x00\x18ftypisom\x00\x00\x02\x00isommp41" + a.Name), nil
	case "voice", "audio":
		return []byte("OggS\x00\x02\x00\x00\x00\x00\x00\x00\x00\x00" + a.Name), nil
	}
	return []byte("%PDF-1.4\n% " + a.Name + "\n"), nil
}

// picture draws a small picture whose colour is its name's.
func picture(name string) ([]byte, error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(name)) // never fails
	sum := h.Sum(nil)
	img := image.NewRGBA(image.Rect(0, 0, 64, 48))
	for x := range 64 {
		for y := range 48 {
			img.Set(x, y, color.RGBA{sum[0], sum[1], sum[2] ^ byte(x), 255})
		}
	}
	var b bytes.Buffer
	plain := png.Encoder{CompressionLevel: png.NoCompression} // the same bytes with every version of Go
	if err := plain.Encode(&b, img); err != nil {
		return nil, fmt.Errorf("draw picture: %w", err)
	}
	return b.Bytes(), nil
}

// upload puts a file into the media store, as the page does.
func upload(ctx context.Context, media bot.Media, a script.Attachment) (bot.File, error) {
	if a.Sized && a.Size > MaxFile {
		return bot.File{Name: a.Name, Size: a.Size, Refused: bot.FileTooBig}, nil
	}
	if a.Sized && a.Size == 0 {
		return bot.File{Name: a.Name, Refused: bot.FileEmpty}, nil
	}
	b, err := Content(a)
	if err != nil {
		return bot.File{}, err
	}
	return media.Put(ctx, bytes.NewReader(b), a.Name, MaxFile)
}
