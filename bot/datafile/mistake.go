package datafile

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Mistake is one thing that is wrong in a data file.
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

// Warning is something in a data file that is no mistake, but that somebody should look at.
type Warning Mistake

// String returns the same form as that of a [Mistake].
func (w Warning) String() string { return Mistake(w).String() }

// Mistakes is everything that is wrong with a data file, in the order of its lines.
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

// Err returns everything that was noted so far as [Mistakes], or nil.
func (f *File) Err() error {
	if len(f.found) == 0 {
		return nil
	}
	return inOrder(f.found)
}

func inOrder(list Mistakes) Mistakes {
	list = slices.Clone(list)
	slices.SortStableFunc(list, func(a, b Mistake) int { return a.Line - b.Line })
	return list
}

// At notes a mistake in a field; problem says what is wrong and what to do.
func (f *File) At(path Path, problem string) { f.found.add(f.mistake(path, problem)) }

// Wrong tells whether a mistake was noted in a field, so that nothing is concluded from its absence.
func (f *File) Wrong(path Path) bool {
	return slices.ContainsFunc(f.found, func(m Mistake) bool { return m.Field == path.String() })
}

// Warn notes what somebody should look at in a field, and is no mistake.
func (f *File) Warn(path Path, problem string) { f.warned.add(f.mistake(path, problem)) }

// Warnings returns what [File.Warn] has noted, in the order of the lines.
func (f *File) Warnings() (list []Warning) {
	for _, m := range inOrder(f.warned) {
		list = append(list, Warning(m))
	}
	return list
}

func (f *File) mistake(path Path, problem string) Mistake {
	return Mistake{File: f.name, Line: f.Line(path), Field: path.String(), Problem: problem}
}

func (m *Mistakes) add(one Mistake) {
	if !slices.Contains(*m, one) {
		*m = append(*m, one)
	}
}

// whole notes a mistake that no field has.
func (f *File) whole(line int, problem string) {
	f.found.add(Mistake{File: f.name, Line: line, Problem: problem})
}

// yamlMistake notes what the YAML library refused.
func (f *File) yamlMistake(err error) {
	var e yaml.Error
	if !errors.As(err, &e) || e.GetToken() == nil {
		f.whole(1, "is no YAML: "+err.Error())
		return
	}
	f.whole(e.GetToken().Position.Line, "is no YAML here: "+e.GetMessage()+"; check indentation, colons and quotes")
}

// schemaMistakes notes the leaves of a failed validation, each with what to do, and takes them
// out of the content.
func (f *File) schemaMistakes(e *jsonschema.ValidationError) {
	for _, cause := range e.Causes {
		f.schemaMistakes(cause)
	}
	if len(e.Causes) > 0 {
		return
	}
	path := Path(e.InstanceLocation)
	switch e.ErrorKind.(type) {
	case *kind.Required, *kind.DependentRequired, *kind.AdditionalProperties, *kind.UniqueItems:
	default:
		prune(f.content, path)
	}
	switch k := e.ErrorKind.(type) {
	case *kind.AdditionalProperties:
		for _, name := range k.Properties {
			prune(f.content, path.Sub(name))
			f.At(path.Sub(name), "is not a field of the "+f.schema.what+"; remove it or correct its name")
		}
	case *kind.Required:
		for _, name := range k.Missing {
			f.At(path.Sub(name), "is missing; add it (the default "+f.schema.what+" has an example)")
		}
	case *kind.DependentRequired:
		for _, name := range k.Missing {
			f.At(path.Sub(name), "is missing; it goes with "+k.Prop+", so add it or remove that")
		}
	default:
		f.At(path, f.form(e))
	}
}

// form says what is wrong with the form of one value, and what to do.
func (f *File) form(e *jsonschema.ValidationError) string {
	switch k := e.ErrorKind.(type) {
	case *kind.Enum:
		return fmt.Sprintf("is %v, but must be one of %v", k.Got, k.Want)
	case *kind.Type:
		do := "correct the value"
		if example := f.schema.example(e.SchemaURL); example != "" {
			do = "write it like " + example
		} else if slices.Equal(k.Want, []string{"string"}) && k.Got != "object" && k.Got != "array" {
			do = "put it in quotes"
		}
		return fmt.Sprintf("is of type %s, but must be of type %s; %s", k.Got, strings.Join(k.Want, " or "), do)
	case *kind.Pattern:
		if example := f.schema.example(e.SchemaURL); example != "" {
			return fmt.Sprintf("is %q, which has not the form it must have; write it like %s", k.Got, example)
		}
		return fmt.Sprintf("is %q, which has not the form it must have (%s); correct it", k.Got, k.Want)
	case *kind.Minimum:
		return "must be at least " + k.Want.RatString()
	case *kind.Maximum:
		return "must be at most " + k.Want.RatString()
	case *kind.MinLength, *kind.MinItems, *kind.MinProperties:
		return "is empty; fill it in"
	case *kind.Format:
		return fmt.Sprintf("is %q, but must be a %s, for example 2026-11-23", k.Got, k.Want)
	case *kind.UniqueItems:
		return "holds something twice; keep one"
	}
	_, text, _ := strings.Cut(e.Error(), "': ") // after "at '/editions/0"
	return text + "; correct the value"
}
