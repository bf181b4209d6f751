package text_test

import (
	"bytes"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// use is one place in the program that says something.
type use struct {
	at     string
	key    string // or the beginning of several keys
	prefix bool
	args   []string
	label  bool // on a button
}

func (u use) of(key string) bool {
	return key == u.key || u.prefix && strings.HasPrefix(key, u.key)
}

// speaking are the packages that say things by keys of the catalogue.
var speaking = []string{"..", "../desk", "../../flows"}

// sayers are the functions that take a key: at which place, and which arguments they add. The rest
// of their arguments are names and values in pairs, unless they are given.
var sayers = map[string]struct {
	key   int
	given []string
}{
	"Say": {}, "say": {},
	"gotFiles":  {given: []string{"Files"}},
	"reader":    {given: []string{"Claim", "Name", "Company", "Lang", "Channel"}},
	"ask1":      {given: []string{}},
	"askedText": {given: []string{"Name", "Claim", "List"}},
	"calledOne": {given: []string{"Claim", "Severity", "Time", "Whom", "Machine", "Words"}},
	"field":     {key: 1, given: []string{}},
	"things":    {key: 1, given: []string{}},
}

// elsewhere says what the expressions stand for that are no literal keys. "" is a key that somebody
// else passes on, who is found by himself.
var elsewhere = map[string][]string{
	"rules.RuleKey(id)":                       {"rule."},
	"rules.FlagKey(f)":                        {"flag."},
	"rules.CoverageKey(v.Coverage)":           {"coverage."},
	"rules.CoverageKey(rules.ForStranger(v))": {"coverage."},
	"l.Leg":       {"leg."},
	"leg.Leg":     {"leg."},
	"l.Who":       {"party."},
	"leg.Who":     {"party."},
	"did.Refused": {"claim.unknown", "account.", "desk.swap.unknown", "desk.swap.undone_already", "web.off", "web.here", "web.private"},
	"CoverKey(v)": {"cover.short."},
	"CoverKey(claim.Verdict{Coverage: rules.ForStranger(v), Overridden: v.Overridden})": {"cover.short."},
	"deskwork.CoverKey(v)":         {"cover.short."},
	"deskwork.CoverKey(r.Verdict)": {"cover.short."},
	"rules.RuleKey(row)":           {"rule.D17"},
	"rules.RuleKey(v.Terms.Row)":   {"rule.D17"},
	"rules.RuleKey(\"D17\")":       {"rule.D17"},
	"rules.RuleKey(\"E21\")":       {"rule.E21"},
	"rules.RemedyKey(remedy)":      {"remedy."},
	"rules.PSSKey(v.Terms.PSS)":    {"pss."},
	"why":                          {"desk.refused.", "desk.decide.lacks.", "desk.decide.stale", "act.owned", "act.same", "act.status", "act.too_old"},
	"a.ask":                        {"note.ask", "resolve.ask", "decline.ask"},
	"a.form":                       {"note.title", "resolve.title", "decline.title"},
	"found.Problem":                {"claim.unknown", "link."},
	"problem":                      {"plate.", "open.no_day", "open.future"},
	"key":                          {""},
	"label":                        {""},
}

// uses finds every place of the program that says something.
func uses(t *testing.T) []use {
	t.Helper()
	var list []use
	for _, dir := range speaking {
		files, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: %d files, %v", dir, len(files), err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, usesOf(t, set, f)...)
		}
	}
	if len(list) < 150 {
		t.Errorf("found only %d places that say something", len(list))
	}
	return list
}

func usesOf(t *testing.T, set *token.FileSet, f *ast.File) (list []use) {
	t.Helper()
	labels := map[ast.Node]bool{}
	for n := range ast.Preorder(f) {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			if name, ok := kv.Key.(*ast.Ident); ok && name.Name == "Label" {
				labels[kv.Value] = true
			}
		}
		if set, ok := n.(*ast.AssignStmt); ok && len(set.Lhs) == 1 { // label := bot.Say(...)
			if name, ok := set.Lhs[0].(*ast.Ident); ok && name.Name == "label" {
				labels[set.Rhs[0]] = true
			}
		}
	}
	for n := range ast.Preorder(f) {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			continue
		}
		s, ok := sayers[funcName(call)]
		if !ok || len(call.Args) <= s.key {
			continue
		}
		u := use{at: set.Position(call.Pos()).String(), args: s.given, label: labels[call]}
		if s.given == nil {
			u.args = argNames(t, u.at, call.Args[1:])
		}
		for _, key := range keysOf(t, u.at, call.Args[s.key]) {
			u.key, u.prefix = strings.TrimPrefix(key, "+"), strings.HasSuffix(key, ".")
			if key != "" {
				list = append(list, u)
			}
		}
	}
	return list
}

func funcName(call *ast.CallExpr) string {
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// keysOf returns the keys that an expression can be; one that ends in a dot begins several.
func keysOf(t *testing.T, at string, e ast.Expr) []string {
	t.Helper()
	switch e := e.(type) {
	case *ast.BasicLit:
		key, err := strconv.Unquote(e.Value)
		if err != nil {
			t.Fatal(err)
		}
		return []string{key}
	case *ast.BinaryExpr:
		return keysOf(t, at, e.X)
	}
	var b bytes.Buffer
	if err := format.Node(&b, token.NewFileSet(), e); err != nil {
		t.Fatal(err)
	}
	keys, ok := elsewhere[b.String()]
	if !ok {
		t.Errorf("%s: which keys can %s be? Say it in elsewhere", at, &b)
	}
	return keys
}

func argNames(t *testing.T, at string, pairs []ast.Expr) (names []string) {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		lit, ok := pairs[i].(*ast.BasicLit)
		if !ok || i+1 == len(pairs) {
			if len(pairs) > 1 {
				t.Errorf("%s: arguments are not in pairs", at)
			}
			return names
		}
		name, err := strconv.Unquote(lit.Value)
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, name)
	}
	return names
}

// TestUsesFitTheTexts compares what the program says with what the texts want: each key exists,
// each placeholder is given, in every language, and each text is said by somebody.
func TestUsesFitTheTexts(t *testing.T) {
	t.Parallel()
	said := uses(t)
	for _, lang := range product(t).Languages() {
		texts := load(t, lang)
		for _, u := range said {
			if !slices.ContainsFunc(keysIn(texts), u.of) {
				t.Errorf("%s: %s has no text %q", u.at, lang, u.key)
			}
		}
		for key, text := range texts {
			found := exact(said, key)
			if len(found) == 0 && text.ours && !typed(key) && !strings.HasPrefix(key, "format.") {
				t.Errorf("%s %s is said by nobody", lang, key)
			}
			for _, u := range found {
				for _, f := range text.fields() {
					if !slices.Contains(u.args, f) {
						t.Errorf("%s: %s %s wants {{.%s}}, but is given %v", u.at, lang, key, f, u.args)
					}
				}
			}
		}
	}
}

// exact returns the uses of a key; those that only begin it count when nobody names it in full.
func exact(said []use, key string) (list []use) {
	for _, u := range said {
		if u.key == key && !u.prefix {
			list = append(list, u)
		}
	}
	if len(list) > 0 {
		return list
	}
	for _, u := range said {
		if u.of(key) {
			list = append(list, u)
		}
	}
	return list
}

func keysIn(texts map[string]entry) []string {
	keys := make([]string, 0, len(texts))
	for key := range texts {
		keys = append(keys, key)
	}
	return keys
}

// TestWordsOfThePlates compares the problems that the reader of name plates knows with the texts.
func TestWordsOfThePlates(t *testing.T) {
	t.Parallel()
	texts := load(t, "en")
	source := os.DirFS("../../adapters/plate")
	files, err := fs.Glob(source, "*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, name := range files {
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join("../../adapters/plate", name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for n := range ast.Preorder(f) {
			lit, ok := n.(*ast.BasicLit)
			if !ok || !strings.HasPrefix(lit.Value, `"plate.`) {
				continue
			}
			found++
			key, _ := strconv.Unquote(lit.Value)
			if text, ok := texts[key]; !ok || len(text.fields()) > 0 {
				t.Errorf("%s: no text %q without arguments", name, key)
			}
		}
	}
	if found == 0 {
		t.Error("the reader of plates has no problem at all")
	}
}
