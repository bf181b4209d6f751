package media_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"
)

// archive makes a zip; files are pairs of a name and a content.
func archive(t *testing.T, files ...string) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		w, err := z.Create(files[i])
		if err == nil {
			_, err = w.Write([]byte(files[i+1]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

const (
	plainTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
	macroTypes = `<Types><Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`
)

// word makes a document of today's Word.
func word(t *testing.T, types string, more ...string) string {
	t.Helper()
	return archive(t, append([]string{"[Content_Types].xml", types, "_rels/.rels", "<r/>", "word/document.xml", "<d/>"}, more...)...)
}

// entry makes an entry of the directory of an OLE file.
func entry(name string, kind byte) string {
	b := make([]byte, 128)
	units := utf16.Encode([]rune(name + "\x00"))
	for i, u := range units {
		binary.LittleEndian.PutUint16(b[2*i:], u)
	}
	binary.LittleEndian.PutUint16(b[64:], uint16(2*len(units)))
	b[66] = kind
	return string(b)
}

// oldWord makes a document of the Word of 1997: a header, sectors, and a directory.
func oldWord(sectors int, directory ...string) string {
	header := make([]byte, 512)
	copy(header, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
	return string(header) + strings.Repeat("\x01", 512*sectors) +
		entry("Root Entry", 5) + entry("WordDocument", 2) + strings.Join(directory, "")
}

func vbaInfo(has uint32) string {
	b := []byte{0x02, 0x00, 0x00, 0x04, 0x0c, 0x00, 0x00, 0x00, 7, 0, 0, 0}
	b = binary.LittleEndian.AppendUint32(b, has)
	return string(binary.LittleEndian.AppendUint32(b, 2))
}

// TestUnsafe tells programs and documents with macros from all else.
func TestUnsafe(t *testing.T) {
	t.Parallel()
	b := open(t, "mem://")
	defer b.Close()
	const elf = "\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02\x00\x3e\x00"
	many := make([]string, 0, 200_000)
	for i := range 100_000 {
		many = append(many, strings.Repeat("long name ", 5)+strconv.Itoa(i)+".txt", "")
	}
	for _, c := range []struct {
		name, content string
		unsafe        bool
	}{
		// What people send.
		{"plate.jpg", "\xff\xd8\xff\xe0\x00\x10JFIF", false},
		{"spray.mp4", "\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00", false},
		{"report.pdf", "%PDF-1.7\n/JS (app.alert(1))", false},
		{"notes.txt", "it stopped; MZ, #!/bin/sh and VBA", false},
		{"log.csv", "a,b\n1,2\n", false},
		{"", "\x01\x02\x03\xfe", false},
		{"page.html", "<html><script>alert(1)</script></html>", false},
		{"logo.svg", `<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>`, false},
		{"mail to me@example.com", "it stopped", false},
		{"report.docx", word(t, plainTypes), false},
		{"report.doc", oldWord(3), false},
		{"slides.ppt", oldWord(1, entry("PowerPoint Document", 2), vbaInfo(0)), false},
		{"note.odt", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", "content.xml", "<c/>"), false},
		{"photos.zip", archive(t, "a.jpg", "x", "b/c.pdf", "y", "basic/readme.txt", "z"), false},
		{"photos.rar", "Rar!\x1a\x07\x01\x00x.exe", false},
		{"photos.7z", "7z\xbc\xaf\x27\x1c\x00\x04", false},

		// Programs by what is in them.
		{"photo.jpg", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff", true},
		{"photo.jpg", elf, true},
		{"photo.jpg", "\xcf\xfa\xed\xfe\x07\x00\x00\x01\x03\x00\x00\x80\x02\x00\x00\x00", true},
		{"photo.jpg", "\xca\xfe\xba\xbe\x00\x00\x00\x02\x01\x00\x00\x07\x00\x00\x00\x03", true},
		{"photo.jpg", "L\x00\x00\x00\x01\x14\x02\x00\x00\x00\x00\x00\xc0\x00\x00\x00\x00\x00\x00F", true},
		{"photo.jpg", "#!/bin/sh\nrm -rf /\n", true},
		{"photo.jpg", "\xef\xbb\xbf#!/usr/bin/env python3\n", true},
		{"photo.jpg", "dex\n035\x00\x01\x02", true},
		{"photo.jpg", archive(t, "META-INF/MANIFEST.MF", "Manifest-Version: 1.0", "a/B.class", "\xca\xfe\xba\xbe"), true},
		{"photo.jpg", archive(t, "AndroidManifest.xml", "x", "classes.dex", "dex\n035"), true},
		{"photo.jpg", "\xed\xab\xee\xdb\x03\x00", true},
		{"photo.jpg", "!<arch>\ndebian-binary   ", true},
		{"photo.jpg", "CWS\x0a\x00\x00\x00\x00", true},

		// Programs by their names.
		{"run.bat", "@echo off", true},
		{"run.CMD", "@echo off", true},
		{"run.ps1", "Write-Host", true},
		{"run.vbs", "MsgBox 1", true},
		{"run.js", "var a = 1", true},
		{"run.hta", "<html></html>", true},
		{"run.scr", "\x01\x02\x03", true},
		{"run.jar", "\x01\x02\x03", true},
		{"run.msi", "\x01\x02\x03", true},
		{"link.lnk", "\x01\x02\x03", true},
		{"link.url", "[InternetShortcut]", true},
		{"run.bat. . ", "@echo off", true},
		{`C:\x\run.bat`, "@echo off", true},
		{"x/photo.jpg.exe", "\xff\xd8\xff\xe0\x00\x10JFIF", true},
		{"both.js", "GIF89a=1;alert(1)", true},
		{"photo\u202egpj.exe", "\x01\x02\x03", true},

		// Macros.
		{"report.docx", word(t, plainTypes, "word/vbaProject.bin", "x"), true},
		{"report.docx", word(t, plainTypes, "word/VBAPROJECT.BIN", "x"), true},
		{"report.docx", word(t, macroTypes, "word/other.bin", "x"), true},
		{"table.xlsx", word(t, plainTypes, "xl/macrosheets/sheet1.xml", "x"), true},
		{"report.docx", word(t, plainTypes+strings.Repeat(" ", 1<<20)), true},
		{"report.docm", word(t, plainTypes), true},
		{"note.odt", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", "Basic/Standard/Module1.xml", "<m/>"), true},
		{"note.odt", archive(t, "mimetype", "application/vnd.oasis.opendocument.text", "Scripts/python/a", "x"), true},
		{"report.doc", oldWord(3, entry("Macros", 1)), true},
		{"report.doc", oldWord(3, entry("VBA", 1)), true},
		{"table.xls", oldWord(700, entry("_VBA_PROJECT_CUR", 1)), true}, // far behind
		{"table.xls", oldWord(3, entry("_vba_project", 2)), true},
		{"slides.ppt", oldWord(1, entry("PowerPoint Document", 2), vbaInfo(1)), true},
		{"slides.ppt", oldWord(126, strings.Repeat("x", 248), vbaInfo(1)), true}, // across a block that is read at once
		{"locked.docx", oldWord(1, entry("EncryptedPackage", 2)), true},
		{"report.doc", oldWord(3, entry("VBA", 0)), false}, // an entry that was deleted

		// Archives.
		{"tool.zip", archive(t, "readme.txt", "x", "bin/tool.exe", "MZ"), true},
		{"cut.zip", archive(t, "a.jpg", strings.Repeat("x", 1000))[:60], true},
		{"many.zip", archive(t, many...), true},
	} {
		f, err := b.Put(t.Context(), strings.NewReader(c.content), c.name, 100<<20)
		if err != nil {
			t.Fatal(err)
		}
		if f.Unsafe != c.unsafe {
			t.Errorf("%q, %.20q (%s): unsafe %t, want %t", c.name, c.content, f.Mime, f.Unsafe, c.unsafe)
		}
		r, err := b.Get(t.Context(), f.Hash)
		if err != nil {
			t.Errorf("%s is not kept: %v", c.name, err)
			continue
		}
		r.Close()
	}
}
