package media

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"math"
	"path"
	"strings"
	"unicode/utf16"
)

const (
	maxList  = 4 << 20 // bytes that are read of a zip's list: some 40,000 names
	maxTypes = 1 << 20 // bytes of a document's list of content types
)

// zipActs looks through a zip: an archive with a program, a document with macros. One that cannot be looked
// through is taken for one.
func zipActs(r io.ReaderAt, size int64) bool {
	list := &bounded{r, maxList}
	z, err := zip.NewReader(list, size)
	if err != nil {
		return true
	}
	list.left = math.MaxInt // what is in the files is bounded elsewhere
	document := false       // of LibreOffice and its like
	for _, f := range z.File {
		document = document || f.Name == "mimetype"
	}
	for _, f := range z.File {
		name := strings.ToLower(f.Name)
		switch {
		case runs(name), path.Base(name) == "vbaproject.bin", strings.Contains(name, "/macrosheets/"):
			return true
		case document && (strings.HasPrefix(name, "basic/") || strings.HasPrefix(name, "scripts/")):
			return true
		case name == "[content_types].xml" && hasMacroType(f):
			return true
		}
	}
	return false
}

// hasMacroType tells whether a document says of itself that it has macros: they may have any name.
func hasMacroType(types *zip.File) bool {
	f, err := types.Open()
	if err != nil {
		return true
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxTypes+1))
	if err != nil || len(b) > maxTypes {
		return true
	}
	b = bytes.ToLower(b)
	return bytes.Contains(b, []byte("macroenabled")) || bytes.Contains(b, []byte("vbaproject"))
}

// bounded is a reader that ends after some bytes, so that a list of a hundred million names does not fill
// the memory.
type bounded struct {
	r    io.ReaderAt
	left int
}

func (b *bounded) ReadAt(p []byte, at int64) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errors.New("the list of the archive is too long")
	}
	return b.r.ReadAt(p, at)
}

const (
	oleEntry = 128 // bytes of an entry in the directory of an OLE file; all stand at multiples of it
	oleBlock = 512 * oleEntry
)

// vbaAtom begins the record by which a presentation says whether it has macros; its project is hidden in a
// compressed record.
var vbaAtom = []byte{0x02, 0x00, 0x00, 0x04, 0x0c, 0x00, 0x00, 0x00}

// oleActs looks for macros in a document of the older Office, and for what hides them. It looks at every
// place where an entry of the directory can stand and does not follow the file's own chains, which a
// damaged or crafted file shows to each reader in another way.
func oleActs(r io.ReaderAt, size int64) (bool, error) {
	block := make([]byte, oleBlock+2*len(vbaAtom))
	for at := int64(0); at < size; at += oleBlock {
		n, err := r.ReadAt(block, at)
		if err != nil && err != io.EOF {
			return false, err
		}
		for entry := 0; entry+oleEntry <= min(n, oleBlock); entry += oleEntry {
			if isMacroEntry(block[entry : entry+oleEntry]) {
				return true, nil
			}
		}
		if hasVBAAtom(block[:n]) {
			return true, nil
		}
	}
	return false, nil
}

// isMacroEntry tells whether an entry is that of a VBA project, or of a document that is encrypted, so that
// nobody knows.
func isMacroEntry(entry []byte) bool {
	const storage, stream = 1, 2
	length, kind := int(binary.LittleEndian.Uint16(entry[64:])), entry[66]
	if length < 2 || length > 64 || length%2 != 0 || kind != storage && kind != stream {
		return false
	}
	name := make([]uint16, length/2-1) // without the zero at its end
	for i := range name {
		name[i] = binary.LittleEndian.Uint16(entry[2*i:])
	}
	switch strings.ToUpper(string(utf16.Decode(name))) {
	case "VBA", "_VBA_PROJECT", "_VBA_PROJECT_CUR", "MACROS", "ENCRYPTEDPACKAGE":
		return true
	}
	return false
}

func hasVBAAtom(b []byte) bool {
	for {
		i := bytes.Index(b, vbaAtom)
		if i < 0 || len(b)-i < 2*len(vbaAtom) {
			return false
		}
		if binary.LittleEndian.Uint32(b[i+12:]) == 1 { // it has macros
			return true
		}
		b = b[i+1:]
	}
}
