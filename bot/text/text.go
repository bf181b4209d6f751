// Package text is the catalogue of everything the bot says: a key and arguments become words in a
// language. A file <language>.json is a language; flows and rules bring theirs as an fs.FS.
package text

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"text/template/parse"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// Catalogue renders texts. It is read only after [New] and safe for concurrent use.
type Catalogue struct {
	langs []string
	by    map[string]*lexicon
	words map[string][]string
}

// lexicon is one language: its static texts ready, the others through a localizer.
type lexicon struct {
	fixed  map[string]string
	loc    *i18n.Localizer
	keys   map[string]bool
	plural map[string]bool // texts with forms for numbers
	date   string
	list   string
}

var _ bot.Texts = (*Catalogue)(nil)

// first is the language that stands in for unknown ones.
const first = "en"

// New reads every *.json of the sources. A key may stand in one source only; a language must be in
// every source.
func New(sources ...fs.FS) (*Catalogue, error) {
	entries := map[string]map[string]json.RawMessage{}
	in := map[string]int{} // language -> sources that have it
	for _, src := range sources {
		langs, err := read(src, entries)
		if err != nil {
			return nil, err
		}
		for l := range langs {
			in[l]++
		}
	}
	for _, l := range slices.Sorted(maps.Keys(in)) {
		if in[l] < len(sources) {
			return nil, fmt.Errorf("read texts: language %q is in %d of %d sources", l, in[l], len(sources))
		}
	}
	if in[first] == 0 {
		return nil, fmt.Errorf("read texts: no language %q", first)
	}
	c := &Catalogue{by: map[string]*lexicon{}, words: map[string][]string{}}
	c.langs = slices.Sorted(maps.Keys(entries))
	if i := slices.Index(c.langs, first); i > 0 {
		c.langs = slices.Insert(slices.Delete(c.langs, i, i+1), 0, first)
	}
	for lang, texts := range entries {
		if err := c.add(lang, texts); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// read adds the texts of a source to entries and returns its languages.
func read(src fs.FS, entries map[string]map[string]json.RawMessage) (map[string]bool, error) {
	langs := map[string]bool{}
	err := fs.WalkDir(src, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ".json" {
			return err
		}
		b, err := fs.ReadFile(src, name)
		if err != nil {
			return fmt.Errorf("read texts: %w", err)
		}
		var texts map[string]json.RawMessage
		if err := json.Unmarshal(b, &texts); err != nil {
			return fmt.Errorf("read texts %s: %w", name, err)
		}
		lang := strings.TrimSuffix(path.Base(name), ".json")
		langs[lang] = true
		if entries[lang] == nil {
			entries[lang] = map[string]json.RawMessage{}
		}
		for key, text := range texts {
			if _, twice := entries[lang][key]; twice {
				return fmt.Errorf("read texts %s: key %q stands in two files", name, key)
			}
			entries[lang][key] = text
		}
		return nil
	})
	return langs, err
}

// add makes one language ready. Texts without arguments are rendered once, here.
func (c *Catalogue) add(lang string, texts map[string]json.RawMessage) error {
	tag, err := language.Parse(lang)
	if err != nil {
		return fmt.Errorf("language %q: %w", lang, err)
	}
	bundle := i18n.NewBundle(tag)
	lex := &lexicon{fixed: map[string]string{}, keys: map[string]bool{}, plural: map[string]bool{}, date: time.DateOnly, list: ", "}
	for key, raw := range texts {
		lex.keys[key] = true
		m := &i18n.Message{ID: key}
		if err := json.Unmarshal(raw, &m.Other); err != nil {
			if err := json.Unmarshal(raw, m); err != nil {
				return fmt.Errorf("text %s/%s: %w", lang, key, err)
			}
			m.ID = key
		}
		if strings.HasPrefix(key, "words.") {
			for w := range strings.SplitSeq(m.Other, "|") {
				c.words[key] = append(c.words[key], bot.Fold(w))
			}
		}
		lex.plural[key] = m.One != ""
		if m.One == "" && !strings.Contains(m.Other, "{{") {
			lex.fixed[key] = m.Other
			continue
		}
		for _, form := range []string{m.One, m.Other} { // AddMessages finds out at the first use
			if _, err := parse.Parse(key, form, "{{", "}}"); err != nil {
				return fmt.Errorf("text %s/%s: %w", lang, key, err)
			}
		}
		if err := bundle.AddMessages(tag, m); err != nil {
			return fmt.Errorf("text %s/%s: %w", lang, key, err)
		}
	}
	if f, ok := lex.fixed["format.date"]; ok {
		lex.date = f
	}
	if f, ok := lex.fixed["format.list"]; ok {
		lex.list = f
	}
	lex.loc = i18n.NewLocalizer(bundle, lang)
	c.by[lang] = lex
	return nil
}

// Languages lists the catalogue's languages; English comes first.
func (c *Catalogue) Languages() []string { return c.langs }

// Words returns the words of a key, of all languages, folded.
func (c *Catalogue) Words(key string) []string { return c.words[key] }

// Keys lists a language's keys, sorted.
func (c *Catalogue) Keys(lang string) []string {
	lex, ok := c.by[lang]
	if !ok {
		return nil
	}
	return slices.Sorted(maps.Keys(lex.keys))
}

// Render returns the text in a language. What a person wrote is escaped, a [bot.Raw] is not. A
// key that no file has comes out in brackets: a test sees to it that none is used.
func (c *Catalogue) Render(lang string, t bot.Text) string {
	lang = cmp.Or(t.Lang, lang)
	lex, ok := c.by[lang]
	if !ok {
		lex = c.by[first]
	}
	if s, ok := lex.fixed[t.Key]; ok {
		return s
	}
	cfg := i18n.LocalizeConfig{MessageID: t.Key}
	if len(t.Args) > 0 {
		args := make(map[string]any, len(t.Args))
		for name, v := range t.Args {
			args[name] = c.arg(lang, lex, v)
		}
		cfg.TemplateData = args
		if n, ok := args["N"]; ok && lex.plural[t.Key] {
			cfg.PluralCount = n
		}
	}
	s, err := lex.loc.Localize(&cfg)
	if err != nil {
		return "[" + t.Key + "]"
	}
	return s
}

// arg turns an argument into what the template prints.
func (c *Catalogue) arg(lang string, lex *lexicon, v any) any {
	switch v := v.(type) {
	case string:
		return bot.Escape(v)
	case bot.Raw:
		return string(v)
	case bot.Text:
		return c.Render(lang, v)
	case []bot.Text:
		return strings.Join(c.all(lang, v), lex.list)
	case bot.Lines:
		return strings.Join(c.all(lang, v), "\n")
	case claim.Date:
		if v.IsZero() {
			return ""
		}
		return time.Date(v.Year, v.Month, v.Day, 0, 0, 0, 0, time.UTC).Format(lex.date)
	case int, int64, bool:
		return v
	case float64: // a number that was stored as JSON
		if n := int(v); float64(n) == v {
			return n
		}
	}
	return bot.Escape(fmt.Sprint(v)) // names of our own types: serial numbers, claims, companies
}

func (c *Catalogue) all(lang string, list []bot.Text) []string {
	parts := make([]string, len(list))
	for i, t := range list {
		parts[i] = c.Render(lang, t)
	}
	return parts
}
