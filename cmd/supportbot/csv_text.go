package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// maxFile is the size of the largest import, in bytes.
const maxFile = 64 << 20

// readText returns the content as UTF-8 without a byte order mark.
func readText(r io.Reader) (string, error) {
	b, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("read file: %w", err)
	case len(b) > maxFile:
		return "", fmt.Errorf("the file is larger than %d MB; split it", maxFile>>20)
	case bytes.HasPrefix(b, []byte("\xff\xfe")), bytes.HasPrefix(b, []byte("\xfe\xff")):
		return "", errors.New("the file is UTF-16; save it as 'CSV UTF-8'")
	case bytes.HasPrefix(b, []byte("PK\x03\x04")):
		return "", errors.New("the file is a workbook; save the sheet as 'CSV UTF-8'")
	case utf8.Valid(b):
		return strings.TrimPrefix(string(b), "\ufeff"), nil
	case inPairs(b):
		// Excel in Chinese writes GB18030.
		text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b)
		if err == nil && !bytes.ContainsRune(text, utf8.RuneError) {
			return string(text), nil
		}
	}
	return "", errors.New("the file is neither UTF-8 nor GB18030; save it as 'CSV UTF-8'")
}

// inPairs tells whether bytes beyond ASCII come in pairs only, as Chinese characters do. Western
// code pages have single ones, which GB18030 would swallow together with the letter behind.
func inPairs(b []byte) bool {
	run := 0
	for _, c := range append(b[:len(b):len(b)], 0) {
		switch {
		case c >= utf8.RuneSelf:
			run++
		case run%2 != 0:
			return false
		}
		if c < utf8.RuneSelf {
			run = 0
		}
	}
	return true
}

// separator returns what stands most often in the first line that is not empty.
func separator(text string) rune {
	first, _, _ := strings.Cut(strings.TrimLeft(text, "\r\n"), "\n")
	best := ','
	for _, r := range ";\t" {
		if strings.Count(first, string(r)) > strings.Count(first, string(best)) {
			best = r
		}
	}
	return best
}
