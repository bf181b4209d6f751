package bot_test

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"iter"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const module = "github.com/optoste/supportbot/"

// row says what the packages of a pattern may import besides the standard
// library. Patterns are paths below the module; "x/..." means x and all below,
// "..." everything of ours. The first row that fits a package counts. Test
// files are free.
type row struct {
	pkg    string
	ours   []string // patterns of own packages
	others []string // import paths of other modules, each with all below
}

// table is the architecture. A package needs a row, a row needs a package.
var table = []row{
	{pkg: "bot", ours: []string{"bot/claim", "bot/rules", "bot/desk", "bot/duty", "bot/measure", "bot/safety"}, others: []string{
		"github.com/rivo/uniseg", "golang.org/x/text", "golang.org/x/sync",
	}},
	{pkg: "bot/claim"},
	{pkg: "bot/datafile", others: []string{yaml, jsonSchema}},
	{pkg: "bot/rules", ours: []string{"bot/claim", "bot/datafile"}},
	{pkg: "bot/duty", ours: []string{"bot/claim", "bot/datafile"}},
	{pkg: "bot/desk", ours: []string{"bot/claim", "bot/rules", "bot/duty", "bot/safety"}},
	{pkg: "bot/safety"},
	{pkg: "bot/measure", ours: []string{"bot/claim"}},
	{pkg: "bot/text", ours: []string{"bot", "bot/claim"}, others: []string{"github.com/nicksnyder/go-i18n/v2", "golang.org/x/text"}},
	{pkg: "bot/script", ours: []string{"bot", "bot/claim"}},

	{pkg: "flows", ours: []string{"bot", "bot/..."}, others: []string{yaml}},

	{pkg: "adapters/telegram", ours: chat, others: []string{"github.com/go-telegram-bot-api/telegram-bot-api/v5", "golang.org/x/sync"}},
	{pkg: "adapters/slack", ours: chat, others: []string{"github.com/slack-go/slack", "golang.org/x/sync"}},
	{pkg: "adapters/internal/memo"},
	{pkg: "adapters/internal/wording", ours: []string{"bot"}},
	{pkg: "adapters/web", ours: chat},
	{pkg: "adapters/web/fake"},
	{pkg: "adapters/telegram/fake"},
	{pkg: "adapters/slack/fake", others: []string{"github.com/gorilla/websocket"}},
	{pkg: "adapters/upload", ours: chat},
	{pkg: "adapters/alarm", ours: []string{"bot", "bot/claim", "bot/duty"}},
	{pkg: "adapters/plate", ours: port, others: []string{"github.com/makiuchi-d/gozxing", xImage, mimetype}},
	{pkg: "adapters/paper", ours: append(slices.Clone(port), "bot/measure"), others: []string{"github.com/go-pdf/fpdf", "github.com/go-analyze/charts", "github.com/rivo/uniseg", xImage, "golang.org/x/text"}},
	{pkg: "adapters/adaptertest", ours: []string{"bot", "bot/claim", "bot/script"}, others: []string{goCmp}},

	{pkg: "store/sqlite", ours: []string{"bot", "bot/claim", "store/internal/claimsql"}, others: []string{"modernc.org/sqlite", "github.com/pressly/goose/v3"}},
	{pkg: "store/postgres", ours: []string{"bot", "bot/claim", "store/internal/claimsql"}, others: []string{pgx, "github.com/pressly/goose/v3"}},
	{pkg: "store/redis", ours: []string{"bot", "bot/claim"}, others: []string{"github.com/redis/go-redis/v9"}},
	{pkg: "store/jobs", ours: port, others: []string{"github.com/riverqueue/river", pgx}},
	{pkg: "store/internal/claimsqltest", ours: []string{"bot", "bot/claim", "bot/duty", "store/internal/claimsql"}},
	{pkg: "store/internal/claimsql", ours: []string{"bot", "bot/claim", "bot/duty"}},
	{pkg: "store/media", ours: []string{"bot", "bot/claim"}, others: []string{"gocloud.dev", mimetype, xImage}},
	{pkg: "store/storetest", ours: []string{"bot", "bot/claim", "bot/duty", "bot/script"}, others: []string{goCmp}},

	{pkg: "internal/servers", others: []string{pgx, "github.com/redis/go-redis/v9"}},
	{pkg: "internal/stage/...", ours: everything, others: []string{goCmp, "gocloud.dev/blob/memblob"}},
	{pkg: "cmd/supportbot", ours: everything, others: []string{
		"github.com/spf13/cobra", "github.com/caarlos0/env/v11", "github.com/schollz/progressbar/v3",
		"github.com/prometheus/client_golang", "golang.org/x/sync", "golang.org/x/term", "golang.org/x/text",
	}},
}

// What several rows allow.
const (
	goCmp      = "github.com/google/go-cmp"
	jsonSchema = "github.com/santhosh-tekuri/jsonschema/v6"
	pgx        = "github.com/jackc/pgx/v5"
	mimetype   = "github.com/gabriel-vasile/mimetype"
	xImage     = "golang.org/x/image"
	yaml       = "github.com/goccy/go-yaml"
)

var (
	port       = []string{"bot", "bot/claim", "bot/desk"} // what an adapter knows of us
	chat       = append(slices.Clone(port), "adapters/internal/memo", "adapters/internal/wording")
	everything = []string{"..."}
)

// channels are the names that only adapters and cmd may know: whoever compares
// with one elsewhere has made a decision that belongs into bot.Capabilities.
var channels = []string{"slack", "telegram", "web"}

// vague are package names that say what kind of thing is inside, not which.
var vague = []string{"util", "utils", "common", "helper", "helpers", "model", "models", "type", "types"}

func TestArchitecture(t *testing.T) {
	t.Parallel()
	pkgs := load(t)
	faults := slices.Concat(checkImports(table, pkgs), checkHelpers(pkgs), checkNames(pkgs), checkChannels(pkgs), checkClock(pkgs))
	for _, f := range faults {
		t.Error(f)
	}
}

// pkg is one package of ours as the rules see it: without its test files.
type pkg struct {
	path  string // below the module
	name  string
	files []file
}

type file struct {
	set *token.FileSet
	ast *ast.File
}

// at names a place for a message: "flows/report.go:12".
func (f file) at(n ast.Node) string {
	p := f.set.Position(n.Pos())
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// imports yields what f imports and where.
func (f file) imports() iter.Seq2[string, ast.Node] {
	return func(yield func(string, ast.Node) bool) {
		for _, s := range f.ast.Imports {
			p, _ := strconv.Unquote(s.Path.Value) // the parser has checked it
			if !yield(p, s) {
				return
			}
		}
	}
}

// checkImports compares every import with the table and the table with the
// packages.
func checkImports(table []row, pkgs []pkg) (faults []string) {
	used := make([]bool, len(table))
	for _, p := range pkgs {
		i := slices.IndexFunc(table, func(r row) bool { return within(r.pkg, p.path) })
		if i < 0 {
			faults = append(faults, p.path+" has no row in the table of bot/arch_test.go: add one that says what it may import")
			continue
		}
		used[i] = true
		for _, f := range p.files {
			faults = append(faults, checkFile(table[i], f)...)
		}
	}
	for i, r := range table {
		if !used[i] {
			faults = append(faults, "no package fits the row "+r.pkg+" in the table of bot/arch_test.go any more: delete the row")
		}
	}
	return faults
}

// checkFile finds the imports of f that r does not allow.
func checkFile(r row, f file) (faults []string) {
	for imp, spec := range f.imports() {
		first, _, _ := strings.Cut(imp, "/")
		standard := !strings.Contains(first, ".")
		mine, isOurs := strings.CutPrefix(imp, module)
		allowed, kind := r.others, "other modules"
		if isOurs {
			allowed, kind = r.ours, "our packages"
		}
		ok := standard || slices.ContainsFunc(allowed, func(a string) bool {
			if isOurs {
				return within(a, mine)
			}
			return within(a+"/...", imp)
		})
		if !ok {
			faults = append(faults, fmt.Sprintf("%s: import of %s is outside the table of bot/arch_test.go; of %s the row %s allows: %s",
				f.at(spec), strings.TrimPrefix(imp, module), kind, r.pkg, list(allowed)))
		}
	}
	return faults
}

// checkHelpers finds test helpers that the product would carry with it.
func checkHelpers(pkgs []pkg) (faults []string) {
	for _, p := range pkgs {
		if isHelper(p.path) {
			continue // helpers build on each other
		}
		for _, f := range p.files {
			for imp, spec := range f.imports() {
				if p.path == "cmd/supportbot" && imp == module+"internal/stage" {
					continue // supportbot play is a stage for whoever writes transcripts
				}
				if mine, ok := strings.CutPrefix(imp, module); ok && isHelper(mine) {
					faults = append(faults, fmt.Sprintf("%s: %s helps tests; only test files may import it", f.at(spec), mine))
				}
			}
		}
	}
	return faults
}

func isHelper(p string) bool {
	base := path.Base(p)
	return base == "fake" || len(base) > len("test") && strings.HasSuffix(base, "test") || p == "internal/servers" || within("internal/stage/...", p)
}

// checkNames finds packages that are called by kind instead of by noun.
func checkNames(pkgs []pkg) (faults []string) {
	for _, p := range pkgs {
		if slices.Contains(vague, p.name) || slices.Contains(vague, path.Base(p.path)) {
			faults = append(faults, p.path+": the name of package "+p.name+" says nothing about what is inside; name it after its noun")
		}
	}
	return faults
}

// checkChannels finds channel names written out where every channel is the same. A command may be called like one.
func checkChannels(pkgs []pkg) (faults []string) {
	var called ast.Node // the name of a command
	for f, n := range nodes(pkgs, "bot/...", "flows/...", "store/...") {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			if key, ok := kv.Key.(*ast.Ident); ok && key.Name == "Name" {
				called = kv.Value
			}
		}
		lit, ok := n.(*ast.BasicLit)
		if !ok || lit.Kind != token.STRING || n == called {
			continue
		}
		s, _ := strconv.Unquote(lit.Value)
		if slices.Contains(channels, strings.ToLower(s)) {
			faults = append(faults, fmt.Sprintf("%s: names the channel %s; ask bot.Capabilities what it can do instead", f.at(n), lit.Value))
		}
	}
	return faults
}

// checkClock finds code that reads the clock where time is a value, so that a
// transcript's wait: and a message that arrives late work.
func checkClock(pkgs []pkg) (faults []string) {
	for f, n := range nodes(pkgs, "bot/...", "flows/...") {
		switch n := n.(type) {
		case *ast.ImportSpec:
			if n.Path.Value == `"time"` && n.Name != nil {
				faults = append(faults, f.at(n)+": import time under its own name, so that uses of the clock are found")
			}
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until"}, n.Sel.Name) {
				faults = append(faults, f.at(n)+": time."+n.Sel.Name+" reads the clock; take the time from Engine.Now or from the message")
			}
		}
	}
	return faults
}

// nodes walks the files of all packages that fit a pattern, without test helpers.
func nodes(pkgs []pkg, patterns ...string) iter.Seq2[file, ast.Node] {
	return func(yield func(file, ast.Node) bool) {
		for _, p := range pkgs {
			in := slices.ContainsFunc(patterns, func(pattern string) bool { return within(pattern, p.path) })
			if !in || isHelper(p.path) {
				continue
			}
			for _, f := range p.files {
				for n := range ast.Preorder(f.ast) {
					if !yield(f, n) {
						return
					}
				}
			}
		}
	}
}

// within reports whether a path fits a pattern of the table.
func within(pattern, p string) bool {
	above, tree := strings.CutSuffix(pattern, "...")
	if !tree {
		return p == pattern
	}
	return strings.HasPrefix(p+"/", above)
}

func list(patterns []string) string {
	if len(patterns) == 0 {
		return "none"
	}
	return strings.Join(patterns, ", ")
}

// load asks go list for the packages of the module and parses their files, also
// those that this system or these build tags leave out.
func load(t *testing.T) []pkg {
	t.Helper()
	const root = ".."
	// go test keeps results and watches only what this process opens, not what
	// go list opens: a new folder would go unnoticed unless we look for it, too.
	watch(t, root)

	cmd := exec.CommandContext(t.Context(), "go", "list", "-e", "-json=ImportPath,Name,Dir,GoFiles,CgoFiles,IgnoredGoFiles,Error", "./...")
	cmd.Dir, cmd.Stderr = root, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var pkgs []pkg
	for dec := json.NewDecoder(strings.NewReader(string(out))); dec.More(); {
		var l struct {
			ImportPath, Name, Dir             string
			GoFiles, CgoFiles, IgnoredGoFiles []string
			Error                             *struct{ Err string }
		}
		if err := dec.Decode(&l); err != nil {
			t.Fatalf("read go list: %v", err)
		}
		if l.Error != nil {
			t.Errorf("go list %s: %s", l.ImportPath, l.Error.Err)
		}
		p := pkg{path: strings.TrimPrefix(l.ImportPath, module), name: l.Name}
		for _, name := range slices.Concat(l.GoFiles, l.CgoFiles, l.IgnoredGoFiles) {
			// go list counts editors' files (.x.go, _x.go) among the ignored ones.
			if strings.HasSuffix(name, "_test.go") || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
				continue
			}
			src, err := os.ReadFile(filepath.Join(l.Dir, name))
			if err != nil {
				t.Fatal(err)
			}
			p.files = append(p.files, parse(t, p.path+"/"+name, string(src)))
		}
		pkgs = append(pkgs, p)
	}
	if len(pkgs) == 0 {
		t.Fatal("go list found no package")
	}
	return pkgs
}

// watch opens every folder that can hold a package.
func watch(t *testing.T, root string) {
	t.Helper()
	err := filepath.WalkDir(root, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		// No source of ours is there, and a running demo changes its data.
		if d.IsDir() && name != root && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || name == filepath.Join(root, "data")) {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func parse(t *testing.T, name, src string) file {
	t.Helper()
	set := token.NewFileSet()
	f, err := parser.ParseFile(set, name, src, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	return file{set: set, ast: f}
}

// TestArchitectureFaults shows every rule a made-up fault, and what it must let pass.
func TestArchitectureFaults(t *testing.T) {
	t.Parallel()
	rows := []row{
		{pkg: "bot", ours: []string{"bot/claim"}, others: []string{"example.org/words"}},
		{pkg: "flows", ours: []string{"bot", "bot/..."}},
		{pkg: "cmd/...", ours: everything},
	}
	imports := func(p []pkg) []string { return checkImports(rows, p) }
	// Every row has a package, so that only the fault of the case is reported.
	house := map[string]string{"bot": "", "flows": "", "cmd/x": ""}

	for name, c := range map[string]struct {
		rule  func([]pkg) []string
		house map[string]string // package -> body after the package clause
		want  []string          // beginnings of the faults, in order
	}{
		"allowed imports": {rule: imports, house: map[string]string{
			"bot":   `import ("go/ast"; "net/http"; "` + module + `bot/claim"; "example.org/words"; "example.org/words/deep")`,
			"flows": `import ("` + module + `bot"; "` + module + `bot/claim")`,
			"cmd/x": `import "` + module + `store/sqlite"`,
		}},
		"own package outside the row": {rule: imports, house: map[string]string{
			"bot": "import (\n\"" + module + "bot/claim\"\n\"" + module + "flows\"\n)",
		}, want: []string{"bot/x.go:4: import of flows is outside the table of bot/arch_test.go; of our packages the row bot allows: bot/claim"}},
		"a row without /... allows nothing below": {rule: imports, house: map[string]string{
			"bot": `import "` + module + `bot/claim/deep"`,
		}, want: []string{"bot/x.go:2: import of bot/claim/deep"}},
		"similar beginnings": {rule: imports, house: map[string]string{
			"bot":   `import "example.org/wordsmith"`,
			"flows": `import "` + module + `bottle"`,
		}, want: []string{
			"bot/x.go:2: import of example.org/wordsmith is outside the table of bot/arch_test.go; of other modules the row bot allows: example.org/words",
			"flows/x.go:2: import of bottle",
		}},
		"other module in a row with none": {rule: imports, house: map[string]string{
			"cmd/x": `import "example.org/words"`,
		}, want: []string{"cmd/x/x.go:2: import of example.org/words is outside the table of bot/arch_test.go; of other modules the row cmd/... allows: none"}},
		"package without a row": {rule: imports, house: map[string]string{"store/new": ""}, want: []string{"store/new has no row"}},

		"helper in the product": {rule: checkHelpers, house: map[string]string{
			"bot":             `import "testing"`,
			"flows":           `import "` + module + `adapters/chat/fake"`,
			"cmd/x":           `import ("` + module + `store/storetest")`,
			"store/sqlite":    `import "` + module + `internal/stage/clock"`,
			"store/redis":     `import "` + module + `internal/servers"`,
			"internal/stage":  `import ("` + module + `store/storetest"; "` + module + `adapters/chat/fake")`,
			"store/storetest": `import "` + module + `adapters/adaptertest"`,
		}, want: []string{
			"cmd/x/x.go:2: store/storetest helps tests",
			"flows/x.go:2: adapters/chat/fake helps tests",
			"store/redis/x.go:2: internal/servers helps tests",
			"store/sqlite/x.go:2: internal/stage/clock helps tests",
		}},

		"vague names": {rule: checkNames, house: map[string]string{"bot/utils": "", "store/models": "", "bot/typeset": ""}, want: []string{
			"bot/utils: the name", "store/models: the name",
		}},

		"channel names": {rule: checkChannels, house: map[string]string{
			"bot":             `const c = "Telegram"`,
			"flows":           "func f(s string) bool { return s == `slack` }",
			"store/sqlite":    "// \"slack\" in a comment\nvar v = \"website\" + \"we\" + `a:\"web\"`",
			"store/storetest": `const c = "web"`,
			"adapters/web":    `const c = "web"`,
		}, want: []string{`bot/x.go:2: names the channel "Telegram"`, "flows/x.go:2: names the channel `slack`"}},

		"the clock": {rule: checkClock, house: map[string]string{
			"bot":   "import \"time\"\nvar now = time.Now\n// time.Now in a comment\nvar d = time.Hour",
			"flows": "import clock \"time\"\nvar d = clock.Since",
			"cmd/x": "import \"time\"\nvar now = time.Now",
		}, want: []string{"bot/x.go:3: time.Now reads the clock", "flows/x.go:2: import time under its own name"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			all := maps.Clone(house)
			maps.Copy(all, c.house)
			var pkgs []pkg
			for _, p := range slices.Sorted(maps.Keys(all)) {
				src := "package " + path.Base(p) + "\n" + all[p]
				pkgs = append(pkgs, pkg{path: p, name: path.Base(p), files: []file{parse(t, p+"/x.go", src)}})
			}
			compare(t, c.rule(pkgs), c.want)
		})
	}

	t.Run("row without a package", func(t *testing.T) {
		t.Parallel()
		compare(t, checkImports([]row{{pkg: "bot"}}, nil), []string{"no package fits the row bot "})
	})
}

// compare wants as many messages as beginnings, each with its own.
func compare(t *testing.T, got, want []string) {
	t.Helper()
	cut := slices.Clone(got)
	for i := range min(len(cut), len(want)) {
		cut[i] = cut[i][:min(len(cut[i]), len(want[i]))]
	}
	if diff := cmp.Diff(want, cut); diff != "" {
		t.Errorf("faults (-want +got):\n%s\nin full:\n%s", diff, strings.Join(got, "\n"))
	}
}
