package plate_test

import (
	"bytes"
	"errors"
	"image/png"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/plate"
)

func TestQRAndLabelAreReadBack(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		text string
		size int
	}{
		"serial":          {"OS-2025-0417", 300},
		"one letter":      {"A", 100},
		"link":            {"https://t.me/optoste_bot?start=OS-2025-0417", 400},
		"chinese":         {"色选机 OS-2025-0417", 300},
		"accents":         {"Máquina n.º 7", 300},
		"several lines":   {"OS-2025-0417\nVS-600", 300},
		"long":            {strings.Repeat("OS-2025-0417 ", 25), 600},
		"large for print": {"OS-2025-0417", 1200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := plate.QR(tc.text, tc.size)
			if err != nil {
				t.Fatalf("QR: %v", err)
			}
			checkRead(t, data, tc.text)
			checkSize(t, data, tc.size, tc.size)

			data, err = plate.Label("OS-2025-0417", tc.text, tc.size)
			if err != nil {
				t.Fatalf("Label: %v", err)
			}
			checkRead(t, data, tc.text)
			checkSize(t, data, tc.size, tc.size+tc.size/4)
		})
	}
}

// Below the code is a title that stays within the label, long or short.
func TestLabelTitle(t *testing.T) {
	t.Parallel()
	for _, title := range []string{"A", "OS-2025-0417", "OPTOSTE VS-600 No. OS-2025-0417 jgpq"} {
		data, err := plate.Label(title, "OS-2025-0417", 400)
		if err != nil {
			t.Fatalf("Label(%q): %v", title, err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		ink, rim := 0, 0
		for y := 400; y < 500; y++ {
			for x := range 400 {
				if r, _, _, _ := img.At(x, y).RGBA(); r < 0x8000 {
					ink++
					if x < 8 || x >= 392 || y < 405 || y >= 490 {
						rim++
					}
				}
			}
		}
		if ink < 100 || rim > 0 {
			t.Errorf("title %q has %d pixels, %d at the rim", title, ink, rim)
		}
	}
}

// Around the code four modules are white, as ISO/IEC 18004 asks for.
func TestQRQuietZone(t *testing.T) {
	t.Parallel()
	for size := 100; size < 160; size += 7 {
		data, err := plate.QR("OS-2025-0417", size)
		if err != nil {
			t.Fatalf("QR: %v", err)
		}
		img, err := png.Decode(bytes.NewReader(data))
		if err != nil {
			t.Fatal(err)
		}
		dark := func(x, y int) bool { r, _, _, _ := img.At(x, y).RGBA(); return r < 0x8000 }
		margin := 0 // the upper left corner is a dark square of seven modules
		for margin < size/2 && !dark(margin, margin) {
			margin++
		}
		corner := 0
		for dark(margin+corner, margin) {
			corner++
		}
		if corner < 7*3 || margin*7 < corner*4 {
			t.Errorf("size %d: margin %d, corner %d pixels", size, margin, corner)
		}
	}
}

func TestLabelErrors(t *testing.T) {
	t.Parallel()
	for name, draw := range map[string]func() ([]byte, error){
		"no text":        func() ([]byte, error) { return plate.QR("", 300) },
		"too small":      func() ([]byte, error) { return plate.QR("OS-2025-0417", 60) },
		"negative":       func() ([]byte, error) { return plate.QR("OS-2025-0417", -1) },
		"huge":           func() ([]byte, error) { return plate.QR("OS-2025-0417", 1<<30) },
		"too long":       func() ([]byte, error) { return plate.QR(strings.Repeat("x", 3000), 4000) },
		"no title":       func() ([]byte, error) { return plate.Label(" ", "OS-2025-0417", 300) },
		"unknown letter": func() ([]byte, error) { return plate.Label("色选机", "OS-2025-0417", 300) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if data, err := draw(); !errors.Is(err, plate.ErrLabel) || data != nil {
				t.Errorf("got %d bytes, %v, want %v", len(data), err, plate.ErrLabel)
			}
		})
	}
}

func checkSize(t *testing.T, data []byte, w, h int) {
	t.Helper()
	cfg, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]int{w, h}, []int{cfg.Width, cfg.Height}); diff != "" {
		t.Errorf("size (-want +got):\n%s", diff)
	}
}
