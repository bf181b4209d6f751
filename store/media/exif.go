package media

import (
	"bytes"
	"encoding/binary"
)

// exif is what the head of a picture says about it.
type exif struct {
	orientation int // 1 to 8, 0 = it does not say
	perPixel    int // bytes that decoding a JPEG takes for each pixel; 0 = it is none
}

// readExif reads the segments of a JPEG, or the tags of a TIFF. What it does not understand it passes over.
func readExif(head []byte) (e exif) {
	if bytes.HasPrefix(head, []byte("II*\x00")) || bytes.HasPrefix(head, []byte("MM\x00*")) {
		e.orientation = orientation(head)
		return e
	}
	if !bytes.HasPrefix(head, []byte{0xff, 0xd8}) {
		return e
	}
	for at := 2; at+10 <= len(head); {
		if head[at] != 0xff {
			at++ // padding: package image/jpeg skips it, too
			continue
		}
		end := at + 2 + int(binary.BigEndian.Uint16(head[at+2:]))
		switch marker := head[at+1]; {
		case marker == 0xff:
			at++
			continue
		case marker == 0 || marker >= 0xd0 && marker <= 0xd8:
			at += 2 // these have no length
			continue
		case marker == 0xd9 || marker == 0xda:
			return e
		case marker == 0xe1 && e.orientation == 0 && end <= len(head):
			if tags, ok := bytes.CutPrefix(head[at+4:end], []byte("Exif\x00\x00")); ok {
				e.orientation = orientation(tags)
			}
		case marker == 0xc0 || marker == 0xc1:
			e.perPixel = int(head[at+9])
		case marker == 0xc2: // progressive: Go keeps the coefficients as int32
			e.perPixel = int(head[at+9]) * (1 + 4)
		}
		at = end
	}
	return e
}

// orientation finds the tag in the first directory of a TIFF.
func orientation(tiff []byte) int {
	if len(tiff) < 8 {
		return 0
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0
	}
	count := int(order.Uint16(tiff[at:]))
	for at += 2; count > 0 && at+12 <= int64(len(tiff)); at, count = at+12, count-1 {
		const tag, short = 0x0112, 3
		if order.Uint16(tiff[at:]) == tag && order.Uint16(tiff[at+2:]) == short {
			return int(order.Uint16(tiff[at+8:]))
		}
	}
	return 0
}
