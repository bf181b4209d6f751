// Package datafile reads a file of business data: YAML in a form that a JSON Schema describes. A
// service manager who is no programmer edits such files, so everything that is wrong is told at
// once, each with file, line, field and what to do.
package datafile

import (
	"bytes"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// File is a data file while it is read: what it holds, and what is wrong with it so far. It is
// for one goroutine.
type File struct {
	name    string
	schema  *Schema
	root    ast.Node // to find lines
	content any      // JSON values
	found   Mistakes
	warned  Mistakes
}

// Read checks the syntax and the form. name is only used in messages. What has a wrong form is
// noted and taken out, so that the rest can be checked for sense too and all mistakes are told
// together; see [File.Err]. The error is [Mistakes] when there is nothing more to check.
func (s *Schema) Read(name string, b []byte) (*File, error) {
	f := &File{name: name, schema: s}
	if !f.parse(b) {
		return nil, f.found
	}
	schema, err := s.compiled()
	if err != nil {
		return nil, err
	}
	var invalid *jsonschema.ValidationError
	if errors.As(schema.Validate(f.content), &invalid) {
		f.schemaMistakes(invalid)
	}
	return f, nil
}

// parse reads the syntax and the content as JSON values; false after a mistake.
func (f *File) parse(b []byte) bool {
	syntax, err := parser.ParseBytes(b, 0)
	if err != nil {
		f.yamlMistake(err)
		return false
	}
	if len(syntax.Docs) != 1 || syntax.Docs[0].Body == nil {
		f.whole(1, "must hold exactly one YAML document; start from a copy of the default "+f.schema.what)
		return false
	}
	f.root = syntax.Docs[0].Body
	var values any
	if err := yaml.Unmarshal(b, &values); err != nil {
		f.yamlMistake(err)
		return false
	}
	j, err := json.Marshal(values) // the schema knows JSON's values only
	if err == nil {
		f.content, err = jsonschema.UnmarshalJSON(bytes.NewReader(j))
	}
	if err != nil {
		f.whole(1, "holds a value that JSON has not ("+err.Error()+"); use plain texts, numbers, true or false")
		return false
	}
	return true
}

// Decode reads what has a good form into v, as [yaml.Unmarshal] does. What cannot be read is a
// mistake.
func (f *File) Decode(v any) {
	b, err := json.Marshal(f.content) // JSON is YAML too
	if err == nil {
		err = yaml.Unmarshal(b, v)
	}
	if err != nil {
		f.whole(1, "cannot be read: "+err.Error())
	}
}

// Path leads to a field: "editions", "0", "rows". The empty path is the whole file.
type Path []string

// Sub returns the path with names appended, never in the memory of the first.
func (p Path) Sub(names ...string) Path { return slices.Concat(p, names) }

// String returns editions[0].rows[3].terms.
func (p Path) String() string {
	var b strings.Builder
	for i, name := range p {
		_, err := strconv.Atoi(name)
		switch {
		case err == nil:
			b.WriteString("[" + name + "]")
		case i > 0:
			b.WriteString("." + name)
		default:
			b.WriteString(name)
		}
	}
	return b.String()
}

// Line returns the line, from 1, of the field at a path, or of the nearest one above it that exists.
func (f *File) Line(path Path) int {
	n, line := f.root, f.root.GetToken().Position.Line
	for _, name := range path {
		var at int
		if n, at = child(n, name); n == nil {
			break
		}
		line = at
	}
	return line
}

// child returns the value under a name or index, and the line where it begins; nil when there is
// none.
func child(n ast.Node, name string) (ast.Node, int) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		return child(n.Value, name)
	case *ast.MappingNode:
		for _, v := range n.Values {
			if found, line := child(v, name); found != nil {
				return found, line
			}
		}
	case *ast.MappingValueNode:
		if t := n.Key.GetToken(); t.Value == name {
			return n.Value, t.Position.Line
		}
	case *ast.SequenceNode:
		if i, err := strconv.Atoi(name); err == nil && i < len(n.Values) {
			return n.Values[i], n.Values[i].GetToken().Position.Line
		}
	}
	return nil, 0
}

// prune takes the value at a path out of JSON values: a member goes, an item becomes null.
func prune(content any, path Path) {
	for i, name := range path {
		last := i == len(path)-1
		switch c := content.(type) {
		case map[string]any:
			if last {
				delete(c, name)
			}
			content = c[name]
		case []any:
			n, err := strconv.Atoi(name)
			if err != nil || n >= len(c) {
				return
			}
			if last {
				c[n] = nil
			}
			content = c[n]
		}
	}
}
