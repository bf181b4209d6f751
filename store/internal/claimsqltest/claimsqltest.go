// Package claimsqltest finds all SQL of claimsql, so that a database's own test can look at how each
// statement is planned.
package claimsqltest

import (
	"context"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/optoste/supportbot/store/internal/claimsql"
)

// seldom are functions whose statements look at whole tables, because they run once an hour.
var seldom = []string{"Purge", "unused", "dropFile"}

// Record tells a story with every method of a store, and returns the statements that ran with their last
// arguments. The database has the rows that [Story] speaks of. Record fails when a statement that stands in
// the source, in this directory, did not run.
func Record(t *testing.T, db claimsql.DB, source string) map[string][]any {
	t.Helper()
	r := recorder{db, make(map[string][]any)}
	story(t, claimsql.New(r))
	list := statements(t, source)
	if len(list) < 60 {
		t.Errorf("only %d statements stand in the source", len(list))
	}
	for _, text := range list {
		found := false
		for ran := range r.ran {
			found = found || strings.Contains(ran, text)
		}
		if !found {
			t.Errorf("this statement was not looked at; let the story run it:\n%s", text)
		}
	}
	return r.ran
}

// begins is how a statement begins; what else stands in the source is a part of one.
var begins = regexp.MustCompile(`^(select|insert|update|delete) `)

// statements lists the SQL texts in the source.
func statements(t *testing.T, source string) (list []string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(source, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if f, ok := n.(*ast.FuncDecl); ok && slices.Contains(seldom, f.Name.Name) {
				return false
			}
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil && begins.MatchString(text) {
					list = append(list, text)
				}
			}
			return true
		})
	}
	return list
}

// recorder notes the statements that go to a database, with their last arguments.
type recorder struct {
	claimsql.DB
	ran map[string][]any
}

func (r recorder) with(f func(claimsql.Tx) error) func(claimsql.Tx) error {
	return func(tx claimsql.Tx) error { return f(recordingTx{tx, r.ran}) }
}

// Read implements [claimsql.DB].
func (r recorder) Read(ctx context.Context, f func(claimsql.Tx) error) error {
	return r.DB.Read(ctx, r.with(f))
}

// Write implements [claimsql.DB].
func (r recorder) Write(ctx context.Context, f func(claimsql.Tx) error) error {
	return r.DB.Write(ctx, r.with(f))
}

// Trail implements [claimsql.DB].
func (r recorder) Trail(ctx context.Context, f func(claimsql.Tx) error) error {
	return r.DB.Trail(ctx, r.with(f))
}

type recordingTx struct {
	claimsql.Tx
	ran map[string][]any
}

// Run implements [claimsql.Tx].
func (t recordingTx) Run(ctx context.Context, list ...claimsql.Statement) error {
	for _, s := range list {
		t.ran[s.SQL] = s.Args
	}
	return t.Tx.Run(ctx, list...)
}
