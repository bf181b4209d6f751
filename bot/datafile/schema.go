package datafile

import (
	"fmt"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema describes the form of a kind of data file. It is compiled at the first use and safe for
// concurrent use.
type Schema struct {
	what     string
	doc      any // the schema as JSON values, once it is compiled
	compiled func() (*jsonschema.Schema, error)
}

// NewSchema returns the schema that a JSON Schema describes. what completes "the default ..." in
// messages: "policy".
func NewSchema(what, text string) *Schema {
	s := &Schema{what: what}
	s.compiled = sync.OnceValues(func() (*jsonschema.Schema, error) { return s.compile(text) })
	return s
}

func (s *Schema) compile(text string) (*jsonschema.Schema, error) {
	name := s.what + ".schema.json"
	doc, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("read %s schema: %w", s.what, err)
	}
	c := jsonschema.NewCompiler()
	c.AssertFormat()
	if err := c.AddResource(name, doc); err != nil {
		return nil, fmt.Errorf("add %s schema: %w", s.what, err)
	}
	s.doc = doc
	return c.Compile(name)
}

// example returns the first of the "examples" that the schema has at a place such as
// file:///desk.schema.json#/$defs/clock; "" when there is none.
func (s *Schema) example(place string) string {
	_, pointer, _ := strings.Cut(place, "#/")
	at := s.doc
	for name := range strings.SplitSeq(pointer, "/") {
		m, _ := at.(map[string]any)
		at = m[name]
	}
	m, _ := at.(map[string]any)
	list, _ := m["examples"].([]any)
	if len(list) == 0 {
		return ""
	}
	return fmt.Sprint(list[0])
}
