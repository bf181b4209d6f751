package fake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// check compares a call's parameters with the Bot API. What the real server would ignore or read as
// zero is a mistake here (platform-facts.md 46): the call is refused and the test fails.
//
// Names that the reference dropped but the real server still takes (platform-facts.md 50) are
// unknown as well. None is let pass: the library sends them only when a caller asks for them.
func (s *spec) check(c *call) error {
	fields := s.Methods[c.method]
	for _, name := range slices.Sorted(maps.Keys(c.params)) {
		f, ok := fields[name]
		if !ok {
			return c.unknown(name)
		}
		if err := s.checkParam(f, c.params[name]); err != nil {
			return fmt.Errorf("parameter %s: %w", name, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.files)) {
		f, ok := fields[name]
		if !ok && !c.attached(name) {
			return fmt.Errorf("file %s: neither a parameter nor attached by one", name)
		}
		if ok && !slices.Contains(f.types, "InputFile") {
			return fmt.Errorf("parameter %s: a file, want %s", name, strings.Join(f.types, " or "))
		}
	}
	return nil
}

// unknown says what is wrong with a parameter that the method does not have.
func (c *call) unknown(name string) error {
	return fmt.Errorf("unknown parameter %s", name)
}

// attached tells whether some parameter names the file as attach://name.
func (c *call) attached(name string) bool {
	for _, v := range c.params {
		if v == "attach://"+name || strings.Contains(v, strconv.Quote("attach://"+name)) {
			return true
		}
	}
	return false
}

// checkParam checks a parameter, which is text: JSON when its type is not a simple one.
func (s *spec) checkParam(f field, text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("%.20q is not UTF-8", text)
	}
	if text == "" {
		return nil // as if it were absent; the method says so when it needs it
	}
	var err error
	for _, t := range f.types {
		if err = s.checkText(t, text, f.types); err == nil {
			return nil
		}
	}
	return err
}

func (s *spec) checkText(t, text string, all []string) error {
	switch t {
	case "String", "InputFile":
		return nil
	case "Integer":
		if _, err := strconv.ParseInt(text, 10, 64); err != nil {
			return fmt.Errorf("%.40q, want an Integer", text)
		}
		return nil
	case "Float":
		if _, err := strconv.ParseFloat(text, 64); err != nil {
			return fmt.Errorf("%.40q, want a Float", text)
		}
		return nil
	case "Boolean":
		if text != "true" && text != "false" {
			return fmt.Errorf("%.40q, want true or false", text)
		}
		return nil
	}
	v, err := decode([]byte(text))
	if err != nil {
		return fmt.Errorf("%.40q, want %s as JSON", text, t)
	}
	if v == nil {
		return nil // the library writes null for an empty list, see platform-facts.md 50
	}
	return s.checkValue(all, v)
}

// decode reads JSON and keeps numbers as they are.
func decode(data []byte) (any, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		return nil, err
	}
	return v, nil
}

// checkValue checks a JSON value that may have one of several types.
func (s *spec) checkValue(types []string, v any) error {
	if list, ok := v.([]any); ok {
		var of []string
		for _, t := range types {
			if elem, isList := strings.CutPrefix(t, "Array of "); isList {
				of = append(of, elem)
			}
		}
		if len(of) == 0 {
			return fmt.Errorf("a list, want %s", strings.Join(types, " or "))
		}
		for i, e := range list {
			if err := s.checkValue(of, e); err != nil {
				return fmt.Errorf("[%d]: %w", i, err)
			}
		}
		return nil
	}
	var first error
	for _, t := range types {
		err := s.checkOne(t, v)
		if err == nil {
			return nil
		}
		if first == nil || strings.Contains(first.Error(), "want \"") {
			first = err
		}
	}
	return first
}

func (s *spec) checkOne(t string, v any) error {
	ok := false
	switch t {
	case "String":
		_, ok = v.(string)
	case "Boolean":
		_, ok = v.(bool)
	case "Integer":
		var n json.Number
		if n, ok = v.(json.Number); ok {
			_, err := n.Int64()
			ok = err == nil
		}
	case "Float":
		_, ok = v.(json.Number)
	default:
		if def, known := s.Types[t]; known {
			return s.checkObject(t, def, v)
		}
	}
	if !ok {
		return fmt.Errorf("%.40v, want %s", v, t)
	}
	return nil
}

func (s *spec) checkObject(t string, def typeSpec, v any) error {
	if len(def.Subtypes) > 0 {
		return s.checkValue(def.Subtypes, v)
	}
	object, ok := v.(map[string]any)
	if !ok {
		return fmt.Errorf("%.40v, want an object %s", v, t)
	}
	// The field that tells subtypes apart comes first, so that the error names the right one.
	for name, f := range def.Fields {
		if f.always != "" && object[name] != f.always {
			return fmt.Errorf("%s of %s is %.40v, want %q", name, t, object[name], f.always)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		f, known := def.Fields[name]
		if !known {
			return fmt.Errorf("unknown field %s of %s", name, t)
		}
		if object[name] == nil {
			continue
		}
		if err := s.checkValue(f.types, object[name]); err != nil {
			return fmt.Errorf("%s of %s: %w", name, t, err)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(def.Fields)) {
		if def.Fields[name].required && object[name] == nil {
			return fmt.Errorf("field %s of %s is missing", name, t)
		}
	}
	return nil
}
