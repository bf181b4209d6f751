package script

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// doing is what stands behind a person's cue: an act, or a button or an earlier text that the
// player has to find first.
type doing struct {
	act  Act       // nil when one of the others is set
	tap  tap       // set when it has a label
	edit rewording // set when it has a number
	fill []string  // lines of a form that is filled in; not nil when it is one
}

// tap is a button as the transcript names it.
type tap struct {
	label string
	under int  // number of the bot's message; 0 = the newest that has such a button
	page  bool // it is one of the person's page
}

// rewording is an edit as the transcript names it: of the nth text in this place.
type rewording struct {
	of   int
	text string
}

var (
	tapForm  = regexp.MustCompile(`^\[(.*?)(?: @(page|[1-9]\d{0,5}))?\]$`)
	fillForm = regexp.MustCompile(`(?s)^\{(.*)\}$`)
	editForm = regexp.MustCompile(`(?s)^edit ([1-9]\d{0,5}): *(.*)$`)
	linkForm = regexp.MustCompile(`^/start <link (.*)>$`)
	fileForm = regexp.MustCompile(`^<([^<>\n]*)>\s*`)
	sizeForm = regexp.MustCompile(`^(\d{1,9})(B|KB|MB|GB)$`)
)

var (
	fileKinds = []string{"photo", "video", "voice", "audio", "document"}
	oddKinds  = []string{"sticker", "location", "contact", "poll"}
)

// parseDoing reads what stands behind a person's cue.
func parseDoing(text string) (doing, error) {
	if plain, ok := strings.CutPrefix(text, `\`); ok && plain != "" {
		return doing{act: Typed{plain}}, nil
	}
	if m := tapForm.FindStringSubmatch(text); m != nil && m[1] != "" {
		n, _ := strconv.Atoi(m[2]) // "page" and nothing are no number: 0
		return doing{tap: tap{m[1], n, m[2] == "page"}}, nil
	}
	if m := fillForm.FindStringSubmatch(text); m != nil {
		return doing{fill: append([]string{}, strings.Split(m[1], "\n")...)}, nil
	}
	if m := editForm.FindStringSubmatch(text); m != nil {
		n, _ := strconv.Atoi(m[1])
		if m[2] == "" {
			return doing{}, fmt.Errorf("edit %d: the new text is missing", n)
		}
		return doing{edit: rewording{n, unescape(m[2])}}, nil
	}
	if m := linkForm.FindStringSubmatch(text); m != nil {
		serial, err := parseSerial(m[1])
		return doing{act: Linked{serial}}, err
	}
	switch {
	case text == "":
		return doing{}, errors.New("nothing stands behind the colon: what does the person do?")
	case strings.HasPrefix(text, "<"):
		act, err := parseFiles(text)
		return doing{act: act}, err
	}
	return doing{act: Typed{text}}, nil
}

func unescape(text string) string {
	if plain, ok := strings.CutPrefix(text, `\`); ok && plain != "" {
		return plain
	}
	return text
}

// parseFiles reads "<photo a.jpg> <video b.mp4> caption", or one thing like "<sticker>".
func parseFiles(text string) (Act, error) {
	var a Attached
	rest := text
	for {
		m := fileForm.FindStringSubmatch(rest)
		if m == nil {
			break
		}
		rest = rest[len(m[0]):]
		words := strings.Fields(m[1])
		switch {
		case len(words) == 1 && slices.Contains(oddKinds, words[0]) && len(a.Files) == 0 && rest == "":
			return Odd{words[0]}, nil
		case m[1] == "shortcut" && rest == "":
			return Shortcut{}, nil
		case m[1] == "page" && rest == "":
			return Visited{}, nil
		case len(words) > 0 && slices.Contains(fileKinds, words[0]):
			file, err := parseFile(words)
			if err != nil {
				return nil, err
			}
			a.Files = append(a.Files, file)
		default:
			return nil, fmt.Errorf("<%s> cannot be sent like this; files are %s, and alone on a line %s; a backslash in front makes it a plain text",
				m[1], listed(fileKinds, "or"), listed(oddKinds, "or"))
		}
	}
	if len(a.Files) == 0 {
		return nil, fmt.Errorf("%q has no closing \">\"; a backslash in front makes it a plain text", text)
	}
	a.Caption = unescape(rest)
	return a, nil
}

// parseFile reads the words of "photo name plate.jpg 60MB".
func parseFile(words []string) (Attachment, error) {
	file, rest := Attachment{Kind: words[0]}, words[1:]
	if n := len(rest); n > 0 {
		if m := sizeForm.FindStringSubmatch(rest[n-1]); m != nil {
			size, err := strconv.ParseInt(m[1], 10, 64)
			if err != nil {
				return file, fmt.Errorf("%q is not a size", rest[n-1])
			}
			shift := map[string]int{"B": 0, "KB": 10, "MB": 20, "GB": 30}[m[2]]
			file.Size, file.Sized, rest = size<<shift, true, rest[:n-1]
		}
	}
	file.Name = strings.Join(rest, " ")
	return file, nil
}
