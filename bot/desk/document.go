// Package desk turns claims into what people read about them: the engineers' card and the
// papers a customer keeps. It knows nouns and words, never a channel: everything it makes is a
// [Document] of neutral blocks that an adapter renders as chat text, HTML or PDF.
package desk

// Document is one paper or card, ready in one language.
type Document struct {
	Title  string
	Lang   string // IETF tag of the words, for example "en" or "zh"; fonts and hyphenation follow it
	Blocks []Block
	Footer string // one line under every page; empty for none
}

// Kind says what a [Block] is. The zero value is a paragraph.
type Kind int

// The kinds of blocks.
const (
	Para    Kind = iota // Text as it stands, line breaks kept
	Heading             // Text as a heading between sections
	Field               // Label and Text side by side: "Serial number  OS-2025-0417"
	Quote               // what a person wrote, set apart and never interpreted
)

// Block is one piece of a [Document]. All strings are plain: renderers escape them.
type Block struct {
	Kind  Kind
	Label string // of a Field; empty otherwise
	Text  string
}
