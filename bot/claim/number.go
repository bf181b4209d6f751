package claim

import (
	"regexp"
	"strings"
)

var numbered = regexp.MustCompile(`(?is)^(C-\d{4}-\d{4,})(?:[\s\p{Z}:：,，]+(.*))?$`)

// Numbered splits what somebody typed into the claim's number that it begins with and what follows it; id is empty
// when it begins with none.
func Numbered(typed string) (id ID, rest string) {
	if m := numbered.FindStringSubmatch(typed); m != nil {
		return ID(strings.ToUpper(m[1])), m[2]
	}
	return "", typed
}
