package script

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"github.com/optoste/supportbot/bot/claim"
)

// items are the parts of a header line between its commas.
type items struct{ list []string }

func attributes(line string) *items {
	var list []string
	for item := range strings.SplitSeq(line, ",") {
		if item = strings.TrimSpace(item); item != "" {
			list = append(list, item)
		}
	}
	return &items{list}
}

// next takes the first item that is left; "" when there is none.
func (i *items) next() string {
	if len(i.list) == 0 {
		return ""
	}
	first := i.list[0]
	i.list = i.list[1:]
	return first
}

// take takes what stands behind a keyword; "" when it does not stand there.
func (i *items) take(key string) string {
	for at, item := range i.list {
		if value, ok := strings.CutPrefix(item, key+" "); ok {
			i.list = append(i.list[:at:at], i.list[at+1:]...)
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// flag takes an item that is one keyword.
func (i *items) flag(key string) bool {
	for at, item := range i.list {
		if item == key {
			i.list = append(i.list[:at:at], i.list[at+1:]...)
			return true
		}
	}
	return false
}

// rest refuses what nobody took.
func (i *items) rest(known string) error {
	if len(i.list) == 0 {
		return nil
	}
	return fmt.Errorf("%q is not understood; what can stand here, each at most once: %s", strings.Join(i.list, ", "), known)
}

func isWord(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.", r)
	})
}

func isName(s string) bool { return isWord(s) && !strings.HasPrefix(s, "-") }

// clocks are the forms of a moment, without the zone.
var clocks = []string{"2006-01-02 15:04", "2006-01-02 15:04:05"}

// parseTime reads "2026-03-02 10:00", in Shantou unless "America/Lima" or "+02:00" follows.
func parseTime(text string) (time.Time, error) {
	clock, zone := text, ""
	if words := strings.Fields(text); len(words) == 3 {
		clock, zone = words[0]+" "+words[1], words[2]
	}
	loc := claim.Shantou
	if offset, err := time.Parse("Z07:00", zone); err == nil {
		_, seconds := offset.Zone()
		loc = time.FixedZone(zone, seconds)
	} else if zone != "" {
		if _, err := parseZone(zone); err != nil {
			return time.Time{}, err
		}
		loc, _ = time.LoadLocation(zone)
	}
	for _, form := range clocks {
		if t, err := time.ParseInLocation(form, clock, loc); err == nil {
			return t.UTC(), nil
		}
	}
	return time.Time{}, fmt.Errorf("%q is not a moment: write %q, in Shantou's time, or with a zone behind it", text, "2026-03-02 10:00")
}

var longSpan = regexp.MustCompile(`^(\d{1,4})([dw])$`)

const maxSpan = 10 * 366 * 24 * time.Hour

// parseSpan reads "2h", "1h30m", "14d", "2w" or a sum of them, "1d 2h".
func parseSpan(text string) (time.Duration, error) {
	var sum time.Duration
	for word := range strings.FieldsSeq(text) {
		d, err := time.ParseDuration(word)
		if m := longSpan.FindStringSubmatch(word); m != nil {
			n, _ := strconv.Atoi(m[1])
			d, err = time.Duration(n)*24*time.Hour, nil
			if m[2] == "w" {
				d *= 7
			}
		}
		if err != nil || d <= 0 || d > maxSpan || sum+d > maxSpan {
			return 0, fmt.Errorf("%q is not a length of time, like 90s, 2h or 14d", text)
		}
		sum += d
	}
	if sum == 0 {
		return 0, errors.New("say how long, like 90s, 2h or 14d")
	}
	return sum, nil
}

// listed joins words for a message: "a, b or c".
func listed(words []string, last string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	n := len(words) - 1
	return strings.Join(words[:n], ", ") + " " + last + " " + words[n]
}
