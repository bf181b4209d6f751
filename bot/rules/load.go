package rules

import (
	_ "embed"
	"slices"

	"github.com/optoste/supportbot/bot/datafile"
)

// Schema is the JSON Schema of the policy file, for editors and for [Load].
//
//go:embed policy.schema.json
var Schema string

var schema = datafile.NewSchema("policy", Schema)

// Load reads a policy file. The name is only used in messages. When something is wrong the error
// is [datafile.Mistakes], which lists everything at once.
func Load(name string, yamlBytes []byte) (*Policy, error) {
	read, err := schema.Read(name, yamlBytes)
	if err != nil {
		return nil, err
	}
	var p Policy
	read.Decode(&p)
	f := file{read}
	f.check(&p)
	if err := f.Err(); err != nil {
		return nil, err
	}
	p.Intake.complete()
	slices.SortFunc(p.Editions, func(a, b Edition) int { return a.From.Compare(b.From) })
	return &p, nil
}

// file is a policy file while it is read.
type file struct{ *datafile.File }
