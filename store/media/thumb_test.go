package media_test

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/bmp"
	"golang.org/x/image/tiff"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/store/media"
)

var (
	red   = color.NRGBA{R: 220, A: 255}
	green = color.NRGBA{G: 160, A: 255}
	blue  = color.NRGBA{B: 220, A: 255}
	white = color.NRGBA{R: 255, G: 255, B: 255, A: 255}
	glass = color.NRGBA{}
)

// webp is a picture as a browser writes it: 80 x 40 pixels, red, green, blue and white.
const webp = "UklGRpIAAABXRUJQVlA4IIYAAADwBQCdASpQACgAPw1wr1AsJqQisQgBgCGJQBmf+t9J/ICWAfyu4/7srBEhXi6IO1zFsa0zVY2c" +
	"sAD+6ez/I/pNL//G6g8uyh5dNOgLnAr/+pleR9VU3fG4+oC+y7cQrGtTuyXZUDZk+EiHErB8/LQ3DCSZ2d9EXk+COPlzS83GN56n" +
	"sm5AAA=="

// corners draws a picture with a colour in each quarter, from the top left by rows.
func corners(w, h int, quarters ...color.NRGBA) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			img.SetNRGBA(x, y, quarters[2*(2*y/h)+2*x/w])
		}
	}
	return img
}

func encode(t *testing.T, img image.Image, as func(io.Writer, image.Image) error) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := as(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asJPEG(w io.Writer, img image.Image) error { return jpeg.Encode(w, img, nil) }
func asGIF(w io.Writer, img image.Image) error  { return gif.Encode(w, img, nil) }
func asTIFF(w io.Writer, img image.Image) error { return tiff.Encode(w, img, nil) }

// withExif puts an orientation into a JPEG as a camera does.
func withExif(picture []byte, order binary.AppendByteOrder, orientation uint16) []byte {
	tags := []byte("II*\x00")
	if order == binary.BigEndian {
		tags = []byte("MM\x00*")
	}
	tags = order.AppendUint32(tags, 8)
	tags = order.AppendUint16(tags, 2)
	for _, tag := range [][2]uint16{{0x010f, 1}, {0x0112, orientation}} {
		tags = order.AppendUint16(tags, tag[0])
		tags = order.AppendUint16(tags, 3)
		tags = order.AppendUint32(tags, 1)
		tags = order.AppendUint16(tags, tag[1])
		tags = order.AppendUint16(tags, 0)
	}
	segment := append([]byte("Exif\x00\x00"), tags...)
	head := binary.BigEndian.AppendUint16([]byte{0xff, 0xd8, 0xff, 0xe1}, uint16(len(segment)+2))
	return bytes.Join([][]byte{head, segment, picture[2:]}, nil)
}

func put(t *testing.T, b *media.Bucket, content []byte) bot.File {
	t.Helper()
	f, err := b.Put(t.Context(), bytes.NewReader(content), "a", 100<<20)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// looks checks the size of a file's small picture, and the middle of its quarters.
func looks(t *testing.T, b *media.Bucket, f bot.File, w, h int, quarters ...color.NRGBA) {
	t.Helper()
	for range 2 { // the second time it is there already
		r, err := b.Thumb(t.Context(), f.Hash)
		if err != nil {
			t.Error(err)
			return
		}
		img, err := jpeg.Decode(r)
		r.Close()
		if err != nil {
			t.Error(err)
			return
		}
		if size := img.Bounds().Size(); size != image.Pt(w, h) {
			t.Errorf("%s: %v pixels, want %d x %d", f.Mime, size, w, h)
			return
		}
		for i, want := range quarters {
			got := color.NRGBAModel.Convert(img.At((1+2*(i%2))*w/4, (1+2*(i/2))*h/4)).(color.NRGBA)
			near := func(a, b uint8) bool { return max(a, b)-min(a, b) < 30 }
			if !near(got.R, want.R) || !near(got.G, want.G) || !near(got.B, want.B) {
				t.Errorf("%s: quarter %d is %v, want %v", f.Mime, i, got, want)
			}
		}
	}
}

func TestThumb(t *testing.T) {
	t.Parallel()
	b := open(t, "mem://")
	defer b.Close()
	wide := corners(800, 400, red, green, blue, white)
	for _, content := range [][]byte{
		encode(t, wide, asJPEG), encode(t, wide, png.Encode), encode(t, wide, asGIF), encode(t, wide, bmp.Encode), encode(t, wide, asTIFF),
	} {
		looks(t, b, put(t, b, content), 320, 160, red, green, blue, white)
	}
	looks(t, b, put(t, b, encode(t, corners(40, 30, red, green, blue, white), png.Encode)), 40, 30, red, green, blue, white)
	looks(t, b, put(t, b, encode(t, corners(2, 2000, red, red, blue, blue), png.Encode)), 1, 320)
	looks(t, b, put(t, b, encode(t, corners(400, 800, glass, green, blue, glass), png.Encode)), 160, 320, white, green, blue, white)
	b64, err := base64.StdEncoding.DecodeString(webp)
	if err != nil {
		t.Fatal(err)
	}
	looks(t, b, put(t, b, b64), 80, 40, red, green, blue, white)
}

// TestThumbUpright takes a picture with a camera that was held in each of the eight ways.
func TestThumbUpright(t *testing.T) {
	t.Parallel()
	b := open(t, "mem://")
	defer b.Close()
	for orientation, img := range map[uint16]*image.NRGBA{
		0: corners(400, 200, red, green, blue, white),
		1: corners(400, 200, red, green, blue, white),
		2: corners(400, 200, green, red, white, blue),
		3: corners(400, 200, white, blue, green, red),
		4: corners(400, 200, blue, white, red, green),
		9: corners(400, 200, red, green, blue, white),
		5: corners(200, 400, red, blue, green, white),
		6: corners(200, 400, green, white, red, blue),
		7: corners(200, 400, white, green, blue, red),
		8: corners(200, 400, blue, red, white, green),
	} {
		for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
			looks(t, b, put(t, b, withExif(encode(t, img, asJPEG), order, orientation)), 320, 160, red, green, blue, white)
		}
	}
}

// TestNoThumb asks for what cannot be drawn, or would take too much.
func TestNoThumb(t *testing.T) {
	t.Parallel()
	b := open(t, "mem://")
	defer b.Close()
	small := encode(t, corners(20, 10, red, red, red, red), png.Encode)
	claims := func(w, h uint32) []byte { // a PNG that says it is that large
		p := bytes.Clone(small)
		binary.BigEndian.PutUint32(p[16:], w)
		binary.BigEndian.PutUint32(p[20:], h)
		binary.BigEndian.PutUint32(p[29:], crc32.ChecksumIEEE(p[12:29]))
		return p
	}
	progressive := bytes.Clone(encode(t, corners(20, 10, red, red, red, red), asJPEG))
	frame := bytes.Index(progressive, []byte{0xff, 0xc0})
	progressive[frame+1] = 0xc2
	binary.BigEndian.PutUint16(progressive[frame+5:], 5000)
	binary.BigEndian.PutUint16(progressive[frame+7:], 5000)
	for name, content := range map[string][]byte{
		"text": []byte("hello"), "heic": []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "video": []byte("\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00"),
		"svg": []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), "cut": small[:len(small)-30], "JPEG that is only a head": []byte("\xff\xd8\xff\xe0\x00\x10JFIF"),
		"too many pixels": claims(10_001, 5_000), "far too many": claims(1<<31-1, 1<<31-1), "25 megapixels, progressive": progressive,
		"tags that lead nowhere": []byte("II*\x00\xff\xff\xff\xffxxxxxxxx"), "no width": claims(0, 5),
	} {
		f := put(t, b, content)
		r, err := b.Thumb(t.Context(), f.Hash)
		if !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s: %v, %v", name, r, err)
		} else if large := strings.Contains(name, "pixels"); large != strings.Contains(err.Error(), "pixels") {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, hash := range []string{strings.Repeat("a", 64), "", "../../x"} {
		if r, err := b.Thumb(t.Context(), hash); !errors.Is(err, bot.ErrNotFound) {
			t.Errorf("%s: %v, %v", hash, r, err)
		}
	}
}

// TestThumbGoesWithItsFile looks at the files themselves.
func TestThumbGoesWithItsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	b := openDir(t, dir)
	defer b.Close()
	f := put(t, b, encode(t, corners(400, 200, red, green, blue, white), png.Encode))
	var lookers sync.WaitGroup
	for range 8 {
		lookers.Go(func() { looks(t, b, f, 320, 160, red, green, blue, white) })
	}
	lookers.Wait()
	count := func(want int) {
		t.Helper()
		n := 0
		err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				n++
			}
			return err
		})
		if err != nil || n != want {
			t.Errorf("%d files, %v; want %d", n, err, want)
		}
	}
	count(2)
	if err := b.Remove(t.Context(), f.Hash); err != nil {
		t.Fatal(err)
	}
	count(0)
	if r, err := b.Thumb(t.Context(), f.Hash); !errors.Is(err, bot.ErrNotFound) {
		t.Errorf("%v, %v", r, err)
	}
	count(0)
}
