package fake

import (
	_ "embed" // the Web API as data
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed testdata/web-api.json
var specJSON []byte

// spec is the Web API as data, see testdata/README.md.
type spec struct {
	Methods map[string]*methodSpec `json:"methods"`
}

type methodSpec struct {
	JSON bool           `json:"json"` // takes its arguments as JSON as well
	Args map[string]arg `json:"args"`
}

// arg is an argument of a method.
type arg struct {
	kind     string
	required bool
}

// UnmarshalJSON reads "string!".
func (a *arg) UnmarshalJSON(data []byte) error {
	var text string
	if err := json.Unmarshal(data, &text); err != nil {
		return fmt.Errorf("argument of the Web API: %w", err)
	}
	a.kind, a.required = strings.CutSuffix(text, "!")
	return nil
}

func loadSpec() (*spec, error) {
	var s spec
	if err := json.Unmarshal(specJSON, &s); err != nil {
		return nil, fmt.Errorf("read the Web API: %w", err)
	}
	return &s, nil
}

// check compares a call with the Web API. What the real server would ignore is a mistake here: the
// call is refused and the test fails.
func (s *spec) check(c *call) error {
	m := s.Methods[c.method]
	if c.json && !m.JSON {
		return errors.New("takes a form only, not JSON")
	}
	for _, name := range slices.Sorted(maps.Keys(c.args)) {
		a, ok := m.Args[name]
		if !ok {
			return fmt.Errorf("unknown argument %s", name)
		}
		if err := a.check(c.args[name]); err != nil {
			return fmt.Errorf("argument %s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.Args)) {
		if m.Args[name].required && c.args[name] == "" {
			return fmt.Errorf("argument %s is missing", name)
		}
	}
	return nil
}

var tsForm = regexp.MustCompile(`^\d{1,12}\.\d{6}$`)

func (a arg) check(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%.20q is not UTF-8", text)
	}
	if text == "" {
		return nil // as if it were absent
	}
	ok := true
	switch a.kind {
	case "integer":
		_, err := strconv.ParseInt(text, 10, 64)
		ok = err == nil
	case "boolean":
		ok = slices.Contains([]string{"true", "false", "1", "0"}, text)
	case "ts":
		ok = tsForm.MatchString(text) || text == "0"
	case "json":
		ok = json.Valid([]byte(text))
	}
	if !ok {
		return fmt.Errorf("%.40q, want %s", text, a.kind)
	}
	return nil
}
