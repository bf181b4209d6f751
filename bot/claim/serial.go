package claim

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// Serial is a serial number in its canonical form: upper case, half-width, "-" as the only
// separator, no spaces. What a valid number looks like is the manufacturer's data, so any such
// text of 4 to 40 letters, digits, "-", "/" and "." with at least one digit is a Serial
// (domain.md E1, E2). The zero value means "none".
type Serial string

// Limits of a serial number's canonical length, in bytes (it is ASCII).
const (
	minSerial = 4
	maxSerial = 40
)

// ParseSerial brings what a person typed into canonical form and tells whether it can be a
// serial number: case, spaces, full-width characters and every kind of dash are forgiven, and
// so is a leading "S/N", "SN:", "No." or their Chinese forms. A canonical number stays as it is.
func ParseSerial(typed string) (Serial, bool) {
	s := strings.TrimRight(narrow(typed), " \t\r\n.!。")
	for { // a label may come to light behind another one
		next, ok := canonical(trimLabel(s))
		if !ok {
			return "", false
		}
		if next == s {
			break
		}
		s = next
	}
	if len(s) < minSerial || len(s) > maxSerial || !strings.ContainsAny(s, "0123456789") {
		return "", false
	}
	return Serial(s), true
}

// canonical writes a number in upper case with single ASCII dashes; ok is false when it holds
// anything that no serial number has.
func canonical(s string) (_ string, ok bool) {
	var b strings.Builder
	var last rune
	for _, r := range s {
		switch {
		case unicode.IsSpace(r):
			continue
		case r == '_' || unicode.Is(unicode.Pd, r) || r == '−':
			r = '-'
		case r < unicode.MaxASCII && (unicode.IsLetter(r) || unicode.IsDigit(r)) || r == '/' || r == '.':
			r = unicode.ToUpper(r)
		default:
			return "", false
		}
		if r != '-' || last != '-' {
			b.WriteRune(r)
		}
		last = r
	}
	return strings.Trim(b.String(), "-/."), true
}

// noise is what looks like a serial number in a sentence and is none: dates, times and network
// addresses, measures with their units, error codes, file names, and our own numbers.
var noise = regexp.MustCompile(`^(?:` + strings.Join([]string{
	`(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}`, `\d{1,2}[-./]\d{1,2}[-./](?:19|20)\d\d`,
	`\d{1,3}(?:\.\d{1,3}){3}`, `\d+[-/]?\d*\.\d+`,
	`(?:[\d./-]+(?:V|VAC|VDC|HZ|KHZ|W|KW|KVA|MA|BAR|MPA|KPA|PSI|KG|KG/H|T/H|MM|CM|PCS|RPM|MS|MIN))+`,
	`0X[0-9A-F]+`, `.*\.(?:JPE?G|PNG|GIF|HEIC|WEBP|MP4|MOV|AVI|PDF|ZIP|TXT|LOG|DOCX?|XLSX?)`,
	`PSS-?\d.*`, `C-\d{4}-\d{4,}`,
}, "|") + `)$`)

// spaced is a number that a name plate writes in groups: "OPT 2211 0096".
var spaced = regexp.MustCompile(`\b[A-Z]{2,5}(?: \d{3,6}){2,}\b`)

// FindSerials returns the words of a longer text that look like serial numbers: at least six
// characters, of which three are digits, with letters and digits or a dash mixed, or upper-case
// letters followed by groups of digits. It is how a number is picked out of "our OS-2025-0417
// stopped"; in the order typed, each once. It only proposes: the person is asked.
func FindSerials(text string) []Serial {
	var found []Serial
	text = spaced.ReplaceAllStringFunc(narrow(text), func(s string) string {
		return strings.ReplaceAll(s, " ", "")
	})
	words := strings.FieldsFunc(text, func(r rune) bool {
		return r > unicode.MaxASCII && !unicode.Is(unicode.Pd, r) || strings.ContainsRune(" \t\r\n,;:!?()[]{}<>\"'`*#=|~", r)
	})
	for _, w := range words {
		s, ok := ParseSerial(w)
		if ok && len(s) >= 6 && mixed(string(s)) && !strings.HasPrefix(w, "//") &&
			!noise.MatchString(string(s)) && !slices.Contains(found, s) {
			found = append(found, s)
		}
	}
	return found
}

// Folded returns a key under which numbers that people confuse are equal: the letter O and the
// digit 0, the letters I and L and the digit 1, and dashes left out or put in (domain.md E2). Two
// serials with one key are a near match, never the same: the person is asked.
func (s Serial) Folded() string {
	return strings.NewReplacer("O", "0", "I", "1", "L", "1", "-", "", "/", "", ".", "").Replace(string(s))
}

// narrow maps full-width letters, digits and punctuation to ASCII and drops invisible marks.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '\u3000':
			return ' '
		case unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, s)
}

// trimLabel drops what people write in front of a number.
func trimLabel(s string) string {
	s = strings.TrimSpace(s)
	for _, label := range []string{"serial number", "serial no.", "serial no", "serial", "s/n", "sn:", "sn ", "no.", "序列号", "机号", "编号"} {
		if len(s) > len(label) && strings.EqualFold(s[:len(label)], label) {
			return strings.TrimLeft(s[len(label):], " :.#=是为")
		}
	}
	return s
}

func mixed(s string) bool {
	digits, others := 0, 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		} else {
			others++
		}
	}
	return digits >= 3 && others > 0
}
