package bot

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
)

// ChoiceID is what a button carries: at most 40 bytes. It names the frame and version that it
// belongs to ("f3.7.yes"), a claim ("cC-2603-0001.copy") or a command ("f0.0.report"); the last two
// never grow old.
type ChoiceID string

// target is a decoded ChoiceID.
type target struct {
	frame   FrameID
	version int
	claim   claim.ID
	option  string
}

func frameChoice(f FrameID, version int, option string) ChoiceID {
	return ChoiceID(fmt.Sprintf("f%s.%d.%s", f, version, option))
}

// commandFrame stands in front of a command's name.
const commandFrame FrameID = "0"

func claimChoice(id claim.ID, option string) ChoiceID {
	return ChoiceID(fmt.Sprintf("c%s.%s", id, option))
}

// parse decodes a ChoiceID. It is untrusted input: ok is false for anything we did not make.
func (c ChoiceID) parse() (target, bool) {
	s := string(c)
	switch {
	case strings.HasPrefix(s, "f"):
		parts := strings.SplitN(s[1:], ".", 3)
		if len(parts) != 3 || parts[2] == "" {
			return target{}, false
		}
		v, err := strconv.Atoi(parts[1])
		return target{frame: FrameID(parts[0]), version: v, option: parts[2]}, err == nil
	case strings.HasPrefix(s, "c"):
		id, option, ok := strings.Cut(s[1:], ".")
		return target{claim: claim.ID(id), option: option}, ok && id != "" && option != ""
	}
	return target{}, false
}
