package slack

import (
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"
)

// richBlock is a part of the blocks of what a person typed, as far as it is read. Parts are nested.
type richBlock struct {
	Type     string      `json:"type"`
	Text     string      `json:"text"`
	Name     string      `json:"name"`    // of an emoji
	Unicode  string      `json:"unicode"` // its code points, hex, joined by "-"; empty = the workspace's own
	SkinTone int         `json:"skin_tone"`
	Elements []richBlock `json:"elements"`
}

// rawBlocks are a message's blocks, which are read only when its text may need them.
type rawBlocks = json.RawMessage

// withEmoji writes the characters of emoji in place of the codes that stand for them in a text. The blocks of
// the message tell which they are; what only looks like a code stays, and so do the workspace's own.
func withEmoji(text string, blocks rawBlocks) string {
	if len(blocks) == 0 || !strings.Contains(text, ":") {
		return text
	}
	var list []richBlock
	if err := decode(blocks, &list); err != nil {
		return text
	}
	r := emojiReader{rest: text}
	r.read(list)
	return r.done.String() + r.rest
}

// emojiReader goes along a text and its blocks at once.
type emojiReader struct {
	done strings.Builder
	rest string
}

func (r *emojiReader) read(list []richBlock) {
	for _, b := range list {
		if b.Type == "emoji" {
			code := b.code()
			r.pass(code, first(b.characters(), code))
		} else if b.Text != "" { // what is code to a person may hold codes
			words := escape(b.Text)
			r.pass(words, words)
		}
		r.read(b.Elements)
	}
}

// pass goes on behind the next such piece, in whose place another one is written.
func (r *emojiReader) pass(piece, written string) {
	before, after, ok := strings.Cut(r.rest, piece)
	if !ok {
		return
	}
	r.done.WriteString(before + written)
	r.rest = after
}

// code returns what stands in the text for an emoji.
func (b richBlock) code() string {
	if b.SkinTone > 0 {
		return ":" + b.Name + "::skin-tone-" + strconv.Itoa(b.SkinTone) + ":"
	}
	return ":" + b.Name + ":"
}

// characters returns an emoji as it is shown; empty = it has none, or they would mean something in a text.
func (b richBlock) characters() string {
	var s strings.Builder
	for point := range strings.SplitSeq(b.Unicode, "-") {
		n, err := strconv.ParseInt(point, 16, 32)
		if err != nil || n <= ' ' || strings.ContainsRune("<>&", rune(n)) || !utf8.ValidRune(rune(n)) {
			return ""
		}
		s.WriteRune(rune(n))
	}
	return s.String()
}
