package upload

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot"
)

// words are the page's own few sentences: language -> key -> text with {holes}. The page's scripts read the
// same file.
type words map[string]map[string]string

func loadWords() (w words, err error) {
	b, err := static.ReadFile("static/words.json")
	if err == nil {
		err = json.Unmarshal(b, &w)
	}
	return w, err
}

// language returns the page's language: the person's, else what the browser asks for, else English.
func (w words) language(r *http.Request, u bot.Upload) string {
	// A browser lists the best first.
	first, _, _ := strings.Cut(r.Header.Get("Accept-Language"), ",")
	first, _, _ = strings.Cut(first, ";")
	for _, tag := range []string{u.From.Lang, first} {
		base, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(tag)), "-")
		if _, ok := w[base]; ok {
			return base
		}
	}
	return "en"
}

// word returns a text with its hole {limit} filled.
func (w words) word(lang, key string, limit int64) string {
	return strings.ReplaceAll(w[lang][key], "{limit}", size(limit))
}

// size returns a size as people say it, on one line, as the page's script does.
func size(bytes int64) string {
	switch mb := float64(bytes) / 1e6; {
	case bytes < 1000:
		return strconv.FormatInt(bytes, 10) + "\u00a0B"
	case bytes < 1e6:
		return strconv.FormatFloat(float64(bytes)/1000, 'f', 0, 64) + "\u00a0kB"
	case bytes < 1e7:
		return strconv.FormatFloat(mb, 'f', 1, 64) + "\u00a0MB"
	default:
		return strconv.FormatFloat(mb, 'f', 0, 64) + "\u00a0MB"
	}
}
