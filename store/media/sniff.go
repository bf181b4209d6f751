package media

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/gabriel-vasile/mimetype"
)

// sniff tells the media type from the beginning of the content, without parameters, and whether the file is
// a program or a document with macros.
func sniff(spool *os.File, name string, size int64) (mime string, unsafe bool, err error) {
	if _, err := spool.Seek(0, io.SeekStart); err != nil {
		return "", false, fmt.Errorf("rewind temporary file: %w", err)
	}
	found, err := mimetype.DetectReader(spool)
	if err != nil {
		return "", false, fmt.Errorf("sniff type: %w", err)
	}
	unsafe = runs(name)
	if !unsafe {
		unsafe, err = acts(found, spool, size)
	}
	if err != nil {
		return "", false, fmt.Errorf("look into file: %w", err)
	}
	bare, _, _ := strings.Cut(found.String(), ";")
	return bare, unsafe, nil
}

// programs are the sniffed types of what runs when it is opened.
var programs = []string{
	"application/vnd.microsoft.portable-executable", "application/x-elf", "application/x-mach-binary",
	"application/x-ms-shortcut", "application/x-ms-installer", "application/vnd.ms-htmlhelp",
	"application/java-archive", "application/x-java-applet", "application/vnd.android.package-archive",
	"application/vnd.debian.binary-package", "application/x-rpm", "application/x-xar",
	"application/x-chrome-extension", "application/x-shockwave-flash", "application/wasm", "application/x-bytecode.python",
	"text/x-php", "text/javascript", "text/x-lua", "text/x-perl", "text/x-python", "text/x-ruby", "text/x-tcl",
}

// acts looks into the content. HTML and SVG are not marked: no page of ours opens them, and people send them
// as they send PDFs. Of archives, those in zip form are looked through, since that is where documents live,
// too; what is in other archives is not known.
func acts(found *mimetype.MIME, r io.ReaderAt, size int64) (bool, error) {
	for m := found; m != nil; m = m.Parent() {
		switch {
		case slices.ContainsFunc(programs, m.Is):
			return true, nil
		case m.Is("application/zip"):
			return zipActs(r, size), nil
		case m.Is("application/x-ole-storage"):
			return oleActs(r, size)
		}
	}
	head := make([]byte, 16)
	n, err := r.ReadAt(head, 0)
	if err != nil && err != io.EOF {
		return false, err
	}
	head = bytes.TrimPrefix(head[:n], []byte("\xef\xbb\xbf"))
	for _, magic := range []string{"#!", "dex\n03"} {
		if bytes.HasPrefix(head, []byte(magic)) {
			return true, nil
		}
	}
	return false, nil
}

// extensions are the ends of names by which some system runs a file, whatever is in it, and those of
// documents that exist for their macros. ".com" is not among them: it ends addresses as often, and a program
// of that kind is told by its content.
var extensions = strings.Fields(`
	aab ade adp apk app appimage application appref-ms bash bat chm class cmd command cpl crx csh deb desktop dex dll
	exe gadget hta inf ins isp jar jnlp js jse ksh lnk mjs msc msi msix msp mst ocx pif pl ps1 ps1xml psc1 psd1 psm1
	py pyc pyw pyz rb reg rpm run scf scr sct sh shb shs so sys tcl url vb vbe vbs wasm wsc wsf wsh xbap xpi zsh php
	docm dotm xlsm xltm xlam xla xll pptm potm ppam ppsm sldm`)

// runs tells by the name whether some system would run a file.
func runs(name string) bool {
	// Windows does not see dots and spaces at the end.
	name = strings.TrimRight(name[strings.LastIndexAny(name, `/\`)+1:], ". \x00")
	ext := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	return slices.Contains(extensions, ext)
}
