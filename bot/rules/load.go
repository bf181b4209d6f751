package rules

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Schema is the JSON Schema of the policy file, for editors and for [Load].
//
//go:embed policy.schema.json
var Schema string

// Mistake is one thing that is wrong in a policy file.
type Mistake struct {
	File    string
	Line    int    // from 1
	Field   string // path of the field, for example editions[0].rows[3].terms.pss; empty = the file
	Problem string // what is wrong and what to do
}

// String returns "policy.yaml:12: editions[0].part_months: must be at least 1".
func (m Mistake) String() string {
	where := fmt.Sprintf("%s:%d: ", m.File, m.Line)
	if m.Field != "" {
		where += m.Field + ": "
	}
	return where + m.Problem
}

// Mistakes is the error of [Load]: everything that is wrong with a policy file, in the order of
// its lines.
//
//nolint:errname // a list of mistakes reads better than MistakesErrors
type Mistakes []Mistake

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, one := range m {
		lines[i] = one.String()
	}
	return strings.Join(lines, "\n")
}

var compiled = sync.OnceValues(func() (*jsonschema.Schema, error) {
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(Schema))
	if err != nil {
		return nil, fmt.Errorf("read policy schema: %w", err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource("policy.schema.json", doc); err != nil {
		return nil, fmt.Errorf("add policy schema: %w", err)
	}
	return c.Compile("policy.schema.json")
})

// Load reads a policy file. The name is only used in messages. When something is wrong the error
// is [Mistakes], which lists everything at once.
func Load(name string, yamlBytes []byte) (*Policy, error) {
	f := &file{name: name}
	content, ok := f.parse(yamlBytes)
	if !ok {
		return nil, f.found
	}
	schema, err := compiled()
	if err != nil {
		return nil, err
	}
	var invalid *jsonschema.ValidationError
	if errors.As(schema.Validate(content), &invalid) {
		f.schemaMistakes(invalid, content)
	}
	// What has a wrong form is gone from the content now; the rest is checked for sense too, so
	// that all mistakes are listed together.
	var p Policy
	if err := decode(content, &p); err != nil {
		f.add(1, "", "cannot be read: "+err.Error())
	}
	f.check(&p)
	if len(f.found) > 0 {
		slices.SortStableFunc(f.found, func(a, b Mistake) int { return a.Line - b.Line })
		return nil, f.found
	}
	p.Intake.complete()
	slices.SortFunc(p.Editions, func(a, b Edition) int { return a.From.Compare(b.From) })
	return &p, nil
}

// file is a policy file while it is read: its syntax tree, to find lines, and what is wrong.
type file struct {
	name  string
	root  ast.Node
	found Mistakes
}

// parse reads the syntax and returns the content as JSON values; ok is false after a mistake.
func (f *file) parse(b []byte) (content any, ok bool) {
	syntax, err := parser.ParseBytes(b, 0)
	if err != nil {
		f.yamlMistake(err)
		return nil, false
	}
	if len(syntax.Docs) != 1 || syntax.Docs[0].Body == nil {
		f.add(1, "", "must hold exactly one YAML document; start from a copy of the default policy")
		return nil, false
	}
	f.root = syntax.Docs[0].Body
	var values any
	if err := yaml.Unmarshal(b, &values); err != nil {
		f.yamlMistake(err)
		return nil, false
	}
	j, err := json.Marshal(values) // the schema knows JSON's values only
	if err == nil {
		content, err = jsonschema.UnmarshalJSON(bytes.NewReader(j))
	}
	if err != nil {
		f.add(1, "", "holds a value that JSON has not ("+err.Error()+"); use plain texts, numbers, true or false")
		return nil, false
	}
	return content, true
}

func (f *file) add(line int, field, problem string) {
	m := Mistake{File: f.name, Line: line, Field: field, Problem: problem}
	if !slices.Contains(f.found, m) {
		f.found = append(f.found, m)
	}
}

// at notes a mistake in the field at a path such as "editions", "0", "rows".
func (f *file) at(path []string, problem string) { f.add(f.line(path), field(path), problem) }

// yamlMistake notes what the YAML library refused.
func (f *file) yamlMistake(err error) {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		f.add(1, "", "is no YAML: "+err.Error())
		return
	}
	f.add(e.GetToken().Position.Line, "", "is no YAML here: "+e.GetMessage()+"; check indentation, colons and quotes")
}

// schemaMistakes notes the leaves of a failed validation, each with what to do, and takes them
// out of the content.
func (f *file) schemaMistakes(e *jsonschema.ValidationError, content any) {
	for _, cause := range e.Causes {
		f.schemaMistakes(cause, content)
	}
	if len(e.Causes) > 0 {
		return
	}
	path := e.InstanceLocation
	switch e.ErrorKind.(type) {
	case *kind.Required, *kind.AdditionalProperties, *kind.UniqueItems:
	default:
		prune(content, path)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			prune(content, append(slices.Clone(path), name))
			f.at(append(slices.Clone(path), name), "is not a field of the policy; remove it or correct its name")
		}
	case *kind.Required:
		for _, name := range k.Missing {
			f.add(f.line(path), field(append(slices.Clone(path), name)), "is missing; add it (the default policy has an example)")
		}
	case *kind.Enum:
		f.at(path, fmt.Sprintf("is %v, but must be one of %v", k.Got, k.Want))
	case *kind.Type:
		f.at(path, fmt.Sprintf("is of type %s, but must be of type %s; correct the value", k.Got, strings.Join(k.Want, " or ")))
	case *kind.Pattern:
		f.at(path, fmt.Sprintf("is %q, which has not the form it must have (%s); correct it", k.Got, k.Want))
	case *kind.Minimum:
		f.at(path, "must be at least "+k.Want.RatString())
	case *kind.Maximum:
		f.at(path, "must be at most "+k.Want.RatString())
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties:
		f.at(path, "is empty; fill it in")
	case *kind.Format:
		f.at(path, fmt.Sprintf("is %q, but must be a %s, for example 2026-11-23", k.Got, k.Want))
	case *kind.UniqueItems:
		f.at(path, "holds something twice; keep one")
	default:
		_, text, _ := strings.Cut(e.Error(), "': ") // after "at '/editions/0"
		f.at(path, text+"; correct the value")
	}
}

// prune takes the value at a path out of JSON values: a member goes, an item becomes null.
func prune(content any, path []string) {
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

// decode reads JSON values, which are YAML too, into a policy.
func decode(content any, p *Policy) error {
	b, err := json.Marshal(content)
	if err != nil {
		return err
	}
	return yaml.Unmarshal(b, p)
}

// line returns the line of the field at a path, or of the nearest one above it that exists.
func (f *file) line(path []string) int {
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

// field writes a path as editions[0].rows[3].terms.
func field(path []string) string {
	var b strings.Builder
	for i, name := range path {
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
