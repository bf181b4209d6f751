package bot

import (
	"strconv"
	"strings"

	"github.com/optoste/supportbot/bot/claim"
)

// ChoiceID is what a button carries: at most 40 bytes. It names the frame and version that it
// belongs to ("f3.7.yes"), a claim ("cC-2603-0001.copy") or a command ("f0.0.report", "f0.0.swap undo 7"); the last two
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
	return ChoiceID("f" + string(f) + "." + strconv.Itoa(version) + "." + option)
}

// commandFrame stands in front of a command's name.
const commandFrame FrameID = "0"

func claimChoice(id claim.ID, option string) ChoiceID {
	return ChoiceID("c" + string(id) + "." + option)
}

// maxChoice is the longest ChoiceID, in bytes.
const maxChoice = 40

// parse decodes a ChoiceID. It is untrusted input: ok is false for anything we did not make.
func (c ChoiceID) parse() (target, bool) {
	s := string(c)
	if len(s) > maxChoice {
		return target{}, false
	}
	switch {
	case strings.HasPrefix(s, "f"):
		parts := strings.SplitN(s[1:], ".", 3)
		if len(parts) != 3 || parts[0] == "" || parts[2] == "" {
			return target{}, false
		}
		v, err := strconv.Atoi(parts[1])
		if err != nil || strconv.Itoa(v) != parts[1] { // +7 and 07 are not ours
			return target{}, false
		}
		return target{frame: FrameID(parts[0]), version: v, option: parts[2]}, true
	case strings.HasPrefix(s, "c"):
		id, option, ok := strings.Cut(s[1:], ".")
		return target{claim: claim.ID(id), option: option}, ok && id != "" && option != ""
	}
	return target{}, false
}
