package claimsql

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func FuzzEncode(f *testing.F) {
	for _, text := range []string{"", "停了 😱", "a\x00", `\u0000`, `\\u0000`, "\\\x00", "\\\\\x00\\u0000", `\u0000` + "\x00", "\x00" + `\u0000`, `\\\u0000\`} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		encoded, err := encode([]string{text})
		if want := strings.Contains(text, "\x00"); want != errors.Is(err, errText) {
			t.Fatalf("encode %q: %v, NUL is %t", text, err, want)
		}
		if err != nil {
			return
		}
		have, err := decode[[]string](encoded)
		want := []string{string([]rune(text))} // what is not UTF-8 is replaced
		if diff := cmp.Diff(want, have); err != nil || diff != "" {
			t.Errorf("decode %s: %v\n%s", encoded, err, diff)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	type named string
	for _, good := range []any{nil, "停了 😱", int64(1), true, []byte{0, 255}} {
		if err := check(good); err != nil {
			t.Errorf("check(%#v) = %v", good, err)
		}
	}
	for _, bad := range []any{"a\x00b", "\xff", 1, named("x"), 1.5, []string{"x"}} {
		if check(bad) == nil {
			t.Errorf("check(%#v) = nil, want an error", bad)
		}
	}
}
