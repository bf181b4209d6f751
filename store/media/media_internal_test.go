package media

import (
	"strings"
	"testing"
)

func TestValid(t *testing.T) {
	t.Parallel()
	good := strings.Repeat("0123456789abcdef", 4)
	if !valid(good) {
		t.Errorf("%s is a hash", good)
	}
	for _, bad := range []string{"", good[1:], good + "0", strings.ToUpper(good), "../" + good[3:], good[:32] + "/" + good[33:], good[:63] + "\n"} {
		if valid(bad) {
			t.Errorf("%q is no hash", bad)
		}
	}
}
