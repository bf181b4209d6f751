package datafile_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot/datafile"
)

var menu = datafile.NewSchema("menu", `{
	"type": "object", "additionalProperties": false, "required": ["day"],
	"properties": {
		"day": {"enum": ["Mon", "Tue"]},
		"from": {"type": "string", "format": "date"},
		"opens": {"$ref": "#/$defs/clock"},
		"code": {"type": "string", "pattern": "^[a-z]+$"},
		"dishes": {"type": "array", "minItems": 1, "uniqueItems": true, "items": {
			"type": "object", "additionalProperties": false, "dependentRequired": {"price": ["unit"]},
			"properties": {"name": {"type": "string", "minLength": 1}, "price": {"type": "integer", "minimum": 1, "maximum": 99}, "unit": {"type": "string"}}
		}}
	},
	"$defs": {"clock": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$", "examples": ["09:00"]}}
}`)

type content struct {
	Day    string `yaml:"day"`
	Dishes []dish `yaml:"dishes"`
}

type dish struct {
	Name  string `yaml:"name"`
	Price int    `yaml:"price"`
}

// read returns everything that is wrong with a menu.
func read(t *testing.T, text string) datafile.Mistakes {
	t.Helper()
	f, err := menu.Read("menu.yaml", []byte(text))
	if err == nil {
		var c content
		f.Decode(&c)
		err = f.Err()
	}
	var list datafile.Mistakes
	if err != nil && !errors.As(err, &list) {
		t.Fatal(err)
	}
	return list
}

func TestMessages(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"day: Mon", ""},
		{"opens: \"09:00\"", "menu.yaml:1: day: is missing; add it (the default menu has an example)"},
		{"day: Wed", "menu.yaml:1: day: is Wed, but must be one of [Mon Tue]"},
		{"day: Mon\nfrom: soon", `menu.yaml:2: from: is "soon", but must be a date, for example 2026-11-23`},
		{"day: Mon\nopens: \"9:00\"", `menu.yaml:2: opens: is "9:00", which has not the form it must have; write it like 09:00`},
		{"day: Mon\nopens: 900", `menu.yaml:2: opens: is of type number, but must be of type string; write it like 09:00`},
		{"day: Mon\ncode: 900", `menu.yaml:2: code: is of type number, but must be of type string; put it in quotes`},
		{"day: Mon\ncode: [a]", `menu.yaml:2: code: is of type array, but must be of type string; correct the value`},
		{"day: Mon\ncode: A", `menu.yaml:2: code: is "A", which has not the form it must have (^[a-z]+$); correct it`},
		{"day: Mon\ndishes: []", "menu.yaml:2: dishes: is empty; fill it in"},
		{"day: Mon\ndishes: [{name: a}, {name: a}]", "menu.yaml:2: dishes: holds something twice; keep one"},
		{"day: Mon\ndishes:\n- name: a\n- {price: 100, unit: g}", "menu.yaml:4: dishes[1].price: must be at most 99"},
		{"day: Mon\ndishes:\n- {price: 0, unit: g}", "menu.yaml:3: dishes[0].price: must be at least 1"},
		{"day: Mon\ndishes:\n- {price: 7}", "menu.yaml:3: dishes[0].unit: is missing; it goes with price, so add it or remove that"},
		{"day: Mon\ndrinks: 1", "menu.yaml:2: drinks: is not a field of the menu; remove it or correct its name"},
		{"", "menu.yaml:1: must hold exactly one YAML document; start from a copy of the default menu"},
		{"day: [", "is no YAML here"},
	} {
		got := ""
		if list := read(t, c.text); len(list) > 0 {
			got = list.Error()
		}
		if got != c.want && (c.want == "" || !strings.Contains(got, c.want)) {
			t.Errorf("%q: %s, want %s", c.text, got, c.want)
		}
	}
}

// What has a wrong form is noted once and does not hide what else is wrong.
func TestTheRestIsStillRead(t *testing.T) {
	t.Parallel()
	f, err := menu.Read("menu.yaml", []byte("day: Wed\ndishes:\n- {name: soup, price: 200, unit: g}\n- {name: rice}\n- tea\n- {name: fish, price: 7}\n"))
	if err != nil {
		t.Fatal(err)
	}
	var c content
	f.Decode(&c)
	want := content{Dishes: []dish{{Name: "soup"}, {Name: "rice"}, {}, {"fish", 7}}}
	if diff := cmp.Diff(want, c); diff != "" {
		t.Errorf("read (-want +got):\n%s", diff)
	}
	if !f.Wrong(datafile.Path{"dishes", "0", "price"}) || f.Wrong(datafile.Path{"dishes", "1", "price"}) || f.Wrong(datafile.Path{"dishes"}) {
		t.Errorf("wrong are other fields than %v", f.Err())
	}
	rice := datafile.Path{"dishes", "1"}
	f.At(rice.Sub("name"), "is dull")
	f.At(rice.Sub("name"), "is dull")
	f.Warn(rice.Sub("name"), "is often sold out")
	f.Warn(datafile.Path{"day"}, "is early")
	if diff := cmp.Diff([]string{
		"menu.yaml:1: day: is Wed, but must be one of [Mon Tue]",
		"menu.yaml:3: dishes[0].price: must be at most 99",
		"menu.yaml:4: dishes[1].name: is dull",
		"menu.yaml:5: dishes[2]: is of type string, but must be of type object; correct the value",
		"menu.yaml:6: dishes[3].unit: is missing; it goes with price, so add it or remove that",
	}, strings.Split(f.Err().Error(), "\n")); diff != "" {
		t.Error(diff)
	}
	var warnings []string
	for _, w := range f.Warnings() {
		warnings = append(warnings, w.String())
	}
	if diff := cmp.Diff([]string{"menu.yaml:1: day: is early", "menu.yaml:4: dishes[1].name: is often sold out"}, warnings); diff != "" {
		t.Error(diff)
	}
	if line := f.Line(rice.Sub("vat", "rate")); line != 4 {
		t.Errorf("what is not there is looked for in line %d", line)
	}
}

func TestSchemaThatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"{", `{"type": "colour"}`} {
		if _, err := datafile.NewSchema("menu", text).Read("menu.yaml", []byte("day: Mon")); err == nil {
			t.Errorf("%s is taken for a schema", text)
		}
	}
}
