package fake

import (
	_ "embed" // the Bot API as data
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed testdata/bot-api.json
var specJSON []byte

// spec is the Bot API as data, see testdata/README.md.
type spec struct {
	Methods map[string]map[string]field `json:"methods"`
	Types   map[string]typeSpec         `json:"types"`

	names map[string]string // a method's name in small letters -> its name
}

type typeSpec struct {
	Fields   map[string]field `json:"fields"`
	Subtypes []string         `json:"subtypes"`
}

// field is a parameter or a field of a type.
type field struct {
	types    []string
	always   string // the only value that it may have; empty = any
	required bool
}

// UnmarshalJSON reads "Integer|String!" and "String=photo!".
func (f *field) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("field of the Bot API: %w", err)
	}
	text, f.required = strings.CutSuffix(text, "!")
	text, f.always, _ = strings.Cut(text, "=")
	f.types = strings.Split(text, "|")
	return nil
}

func loadSpec() (*spec, error) {
	s := &spec{names: map[string]string{}}
	if err := json.Unmarshal(specJSON, s); err != nil {
		return nil, fmt.Errorf("read the Bot API: %w", err)
	}
	for name := range s.Methods {
		s.names[strings.ToLower(name)] = name
	}
	return s, nil
}
