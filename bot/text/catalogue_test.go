package text_test

import (
	"encoding/json"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"text/template/parse"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/rules"
	"github.com/optoste/supportbot/bot/text"
	"github.com/optoste/supportbot/flows"
)

// product is the catalogue that is served.
func product(tb testing.TB) *text.Catalogue {
	tb.Helper()
	c, err := text.New(flows.Texts, rules.Texts)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// entry is a text as its file has it.
type entry struct {
	t     *testing.T
	key   string
	forms map[string]string // by plural form; "other" is always there
	ours  bool              // of the flows, not of the rules
}

// load reads the texts of a language from the files themselves.
func load(t *testing.T, lang string) map[string]entry {
	t.Helper()
	all := map[string]entry{}
	for i, src := range []fs.FS{flows.Texts, rules.Texts} {
		b, err := fs.ReadFile(src, "text/"+lang+".json")
		if err != nil {
			t.Fatal(err)
		}
		var raw map[string]any
		if err := json.Unmarshal(b, &raw); err != nil {
			t.Fatal(err)
		}
		for key, v := range raw {
			e := entry{t, key, map[string]string{}, i == 0}
			switch v := v.(type) {
			case string:
				e.forms["other"] = v
			case map[string]any:
				for form, s := range v {
					e.forms[form] = s.(string)
				}
			}
			all[key] = e
		}
	}
	return all
}

// typed tells whether a text holds words that people may type, which nobody says.
func typed(key string) bool {
	return strings.HasPrefix(key, "words.") && !strings.HasPrefix(key, "words.kept")
}

// fields returns the names of the placeholders, of all forms together.
func (e entry) fields() []string {
	names := map[string]bool{}
	for _, form := range e.forms {
		trees, err := parse.Parse(e.key, form, "{{", "}}")
		if err != nil {
			e.t.Fatalf("%s: %v", e.key, err)
		}
		for _, tree := range trees {
			walk(tree.Root, func(n parse.Node) {
				if f, ok := n.(*parse.FieldNode); ok {
					names[f.Ident[0]] = true
				}
			})
		}
	}
	return slices.Sorted(maps.Keys(names))
}

func walk(n parse.Node, visit func(parse.Node)) {
	visit(n)
	switch n := n.(type) {
	case *parse.ListNode:
		if n != nil {
			for _, m := range n.Nodes {
				walk(m, visit)
			}
		}
	case *parse.ActionNode:
		walk(n.Pipe, visit)
	case *parse.IfNode:
		walk(n.Pipe, visit)
		walk(n.List, visit)
		walk(n.ElseList, visit)
	case *parse.PipeNode:
		for _, c := range n.Cmds {
			for _, a := range c.Args {
				walk(a, visit)
			}
		}
	}
}

// TestEveryTextRenders fills every placeholder of every text, in every language.
func TestEveryTextRenders(t *testing.T) {
	t.Parallel()
	c := product(t)
	for _, lang := range c.Languages() {
		for key, e := range load(t, lang) {
			for _, n := range []int{0, 1, 2, 11} {
				var pairs []any
				for _, f := range e.fields() {
					if f == "N" {
						pairs = append(pairs, f, n)
					} else {
						pairs = append(pairs, f, "⟨"+f+"⟩")
					}
				}
				got := c.Render(lang, bot.Say(key, pairs...))
				if strings.TrimSpace(got) == "" || strings.Contains(got, "<no value>") || strings.Contains(got, "{{") || got == "["+key+"]" {
					t.Errorf("%s %s renders as %q", lang, key, got)
				}
				for _, f := range e.fields() {
					if f != "N" && !strings.Contains(got, "⟨"+f+"⟩") && !matters(c, lang, key, f, pairs) {
						t.Errorf("%s %s does not say %s: %q", lang, key, f, got)
					}
				}
			}
		}
	}
}

// matters tells whether a text becomes another one without an argument, or says it when it is the only one: a text may
// only ask whether there is one, or prefer another.
func matters(c *text.Catalogue, lang, key, field string, all []any) bool {
	without, alone := slices.Clone(all), slices.Clone(all)
	for i := 0; i < len(all); i += 2 {
		switch all[i] {
		case field:
			without[i+1] = ""
		case "N":
		default:
			alone[i+1] = ""
		}
	}
	return c.Render(lang, bot.Say(key, all...)) != c.Render(lang, bot.Say(key, without...)) ||
		strings.Contains(c.Render(lang, bot.Say(key, alone...)), "⟨"+field+"⟩")
}

// TestLanguagesSayTheSame wants the same keys with the same placeholders in every language.
func TestLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	fields := func(lang string) map[string][]string {
		m := map[string][]string{}
		for key, e := range load(t, lang) {
			m[key] = e.fields()
		}
		return m
	}
	c := product(t)
	first := fields(c.Languages()[0])
	for _, lang := range c.Languages()[1:] {
		if diff := cmp.Diff(first, fields(lang)); diff != "" {
			t.Errorf("placeholders (-%s +%s):\n%s", c.Languages()[0], lang, diff)
		}
	}
	if want := []string{"en", "zh"}; !slices.Equal(c.Languages(), want) {
		t.Errorf("languages %v, want %v", c.Languages(), want)
	}
}

// forms are the plural forms that a language has (CLDR).
var forms = map[string][]string{"en": {"one", "other"}, "zh": {"other"}}

func TestPluralForms(t *testing.T) {
	t.Parallel()
	for lang, want := range forms {
		for key, e := range load(t, lang) {
			if len(load(t, "en")[key].forms) < 2 {
				continue // without a number
			}
			if got := slices.Sorted(maps.Keys(e.forms)); !slices.Equal(got, want) {
				t.Errorf("%s %s has the forms %v, want %v", lang, key, got, want)
			}
		}
	}
	c := product(t)
	for n, want := range map[int]string{0: "0 pictures", 1: "1 picture", 2: "2 pictures", 21: "21 pictures"} {
		if got := c.Render("en", bot.Say("files.picture", "N", n)); got != want {
			t.Errorf("%d: %q, want %q", n, got, want)
		}
		if got := c.Render("zh", bot.Say("files.picture", "N", n)); !strings.HasSuffix(got, " 张照片") {
			t.Errorf("%d: %q", n, got)
		}
	}
}

// forbidden are the words of domain.md section 13: only a person may promise, refuse or blame.
var forbidden = map[string]*regexp.Regexp{
	"en": regexp.MustCompile(`(?i)\bwe(?:'ll| will) (?:replace|repair|refund|pay|send)|refund|\bfree of charge\b|\b(?:is|it's|for) free\b|warranty is void|\bvoid(?:ed|s)?\b|your fault|\bfault of yours\b|\barrives? (?:on|by|in|within)\b|\bthe price is\b|guarantee|\bpromise`),
	"zh": regexp.MustCompile(`免费|退款|作废|失效|无效|您的(?:责任|过错|错)|是您的问题|到货|价格(?:是|为)|我们会(?:更换|赔偿|退|换|免)|保证|承诺|一定会`),
}

// harmless are uses of such words that promise nothing.
var harmless = map[string]string{
	"zh button.unknown": "失效", // a button that does not work any more
}

func TestForbiddenWords(t *testing.T) {
	t.Parallel()
	for lang, words := range forbidden {
		for key, e := range load(t, lang) {
			if typed(key) {
				continue
			}
			for _, form := range e.forms {
				for _, bad := range words.FindAllString(form, -1) {
					if harmless[lang+" "+key] != bad {
						t.Errorf("%s %s says %q (domain.md 13): %s", lang, key, bad, form)
					}
				}
			}
		}
	}
}

// typical are arguments as long as they usually are.
var typical = map[string]any{
	"Serial": claim.Serial("OS-2025-0417"), "Model": "VS-600", "Claim": claim.ID("C-2603-0001"), "N": 12, "Score": 5, "Typed": "OS-2025-O417",
	"Title": bot.Say("draft.serial", "Serial", claim.Serial("OS-2025-0417")), "Status": bot.Say("status.open"),
	"Day": "2026-12-07", "Name": "Valve-drive boar", "Mime": "application/pdf", "Company": "Nuts & Seeds Trading Ltd",
}

// maxLabel is how much of a button's label telephones show.
const maxLabel = 40

func TestLabelsAreShort(t *testing.T) {
	t.Parallel()
	c := product(t)
	labels := 0
	for _, lang := range c.Languages() {
		texts := load(t, lang)
		for _, u := range uses(t) {
			if !u.label {
				continue
			}
			for key, e := range texts {
				if !u.of(key) {
					continue
				}
				labels++
				var pairs []any
				for _, f := range e.fields() {
					if typical[f] == nil {
						t.Errorf("%s: how long is %s of %s? Say it in typical", u.at, f, key)
					}
					pairs = append(pairs, f, typical[f])
				}
				got := bot.Plain(c.Render(lang, bot.Say(key, pairs...)))
				if n := utf8.RuneCountInString(got); n > maxLabel {
					t.Errorf("%s %s is a label of %d characters: %s", lang, key, n, got)
				}
				if strings.Contains(got, "\n") || strings.ContainsAny(e.forms["other"], "*`") {
					t.Errorf("%s %s is a label of one plain line: %s", lang, key, got)
				}
			}
		}
	}
	if labels < 60 {
		t.Errorf("found only %d labels", labels)
	}
}

var (
	placeholder = regexp.MustCompile(`\{\{if[^}]*\}\}|\{\{else\}\}|\{\{end\}\}`)
	value       = regexp.MustCompile(`\{\{[^}]*\}\}`)
	halfWidth   = regexp.MustCompile(`\p{Han}[*]?[,.;:!?()]|[,;:!?()][*]?\p{Han}`)
)

// TestChinesePunctuation wants full-width punctuation beside Chinese characters.
func TestChinesePunctuation(t *testing.T) {
	t.Parallel()
	for key, e := range load(t, "zh") {
		if typed(key) || strings.HasPrefix(key, "format.") {
			continue
		}
		for _, form := range e.forms {
			plain := value.ReplaceAllString(placeholder.ReplaceAllString(form, ""), "值")
			if bad := halfWidth.FindString(plain); bad != "" {
				t.Errorf("%s has half-width punctuation in %q: %s", key, bad, form)
			}
		}
	}
}

// TestMarksHavePartners wants no stray mark in a text, and no text to end within one.
func TestMarksHavePartners(t *testing.T) {
	t.Parallel()
	c := product(t)
	for _, lang := range c.Languages() {
		for key, e := range load(t, lang) {
			var pairs []any
			for _, f := range e.fields() {
				pairs = append(pairs, f, 7)
			}
			got := c.Render(lang, bot.Say(key, pairs...))
			if strings.ContainsAny(bot.Plain(got), "*`\\") {
				t.Errorf("%s %s has a mark without a partner: %s", lang, key, got)
			}
		}
	}
}

// TestWordsAreUnambiguous wants no word to mean two commands, or a command and an answer: commands
// are understood first, so the answer could not be given.
func TestWordsAreUnambiguous(t *testing.T) {
	t.Parallel()
	c := product(t)
	commands := []string{"words.back"}
	for _, command := range flows.House().Commands {
		if command.Flow != "" { // engineers type no words for commands
			commands = append(commands, "words."+command.Name)
		}
	}
	means := map[string]string{}
	for _, key := range commands {
		if len(c.Words(key)) == 0 {
			t.Errorf("%s has no words", key)
		}
		for _, w := range c.Words(key) {
			if means[w] != "" && means[w] != key {
				t.Errorf("%q means %s and %s", w, means[w], key)
			}
			means[w] = key
		}
	}
	for _, key := range c.Keys("en") {
		if !typed(key) || slices.Contains(commands, key) {
			continue
		}
		for _, w := range c.Words(key) {
			if w == "" || bot.Fold(w) != w {
				t.Errorf("%s has the word %q, which nobody can type", key, w)
			}
			if means[w] != "" {
				t.Errorf("%q is an answer of %s, but means the command %s", w, key, means[w])
			}
		}
	}
}
