package safety

import (
	"slices"
	"strings"
)

// A wordID numbers a word or character that some term uses; 0 is any other.
type wordID uint16

// An entry of the tables gives many terms one meaning. Terms are separated by
// commas or line breaks. In a term, blanks separate words and | separates
// alternatives of one word; "word*" stands for every word that begins so, and
// "word~" also for the word with one letter wrong. Words are folded as texts
// are, but one written with an acute accent or a hook stands only for itself.
type entry struct {
	is    concept
	terms string
}

// A term is an entry's single phrase; its first word is known by the index.
type term struct {
	rest []wordID
	is   concept
}

// A spelling is a word that is compared, not looked up.
type spelling struct {
	text string
	id   wordID
}

// A lexicon is the tables, made ready for finding.
type lexicon struct {
	words   map[string]wordID
	han     [lastHan - firstHan + 1]wordID // characters by their place in the block
	symbols map[rune]wordID                // other characters
	stems   [256][]spelling                // by stemSlot
	sturdy  [256][]spelling                // by first byte
	early   [][]term                       // by first word, longest first: found before all others
	terms   [][]term                       // by first word, longest first
}

// Terms of these concepts are found before all others, so that no danger word
// is found that reaches into them (被电柜 holds 被电).
const foundFirst = cover | early

// Shorter words have too many neighbours that are other words.
const shortestSturdy = 7

// lex is never written after it was made.
var lex = newLexicon(english, chinese, others)

func newLexicon(tables ...[]entry) *lexicon {
	l := &lexicon{words: make(map[string]wordID), symbols: make(map[rune]wordID)}
	l.early, l.terms = make([][]term, 1), make([][]term, 1)
	for _, table := range tables {
		for _, e := range table {
			for line := range strings.FieldsFuncSeq(e.terms, func(r rune) bool { return r == ',' || r == '\n' }) {
				l.add(e.is, strings.Fields(line), nil)
			}
		}
	}
	l.adopt()
	for form, plain := range simplified {
		l.setSymbol(form, l.symbol(plain))
	}
	longestFirst := func(a, b term) int { return len(b.rest) - len(a.rest) }
	for i := range l.terms {
		slices.SortStableFunc(l.early[i], longestFirst)
		slices.SortStableFunc(l.terms[i], longestFirst)
	}
	return l
}

// add stores every choice of alternatives of a term.
func (l *lexicon) add(is concept, groups []string, ids []wordID) {
	if len(groups) == 0 {
		if len(ids) == 0 {
			return
		}
		table := l.terms
		if is&foundFirst != 0 {
			table = l.early
		}
		for i, t := range table[ids[0]] {
			if slices.Equal(t.rest, ids[1:]) {
				table[ids[0]][i].is |= is
				return
			}
		}
		table[ids[0]] = append(table[ids[0]], term{slices.Clone(ids[1:]), is})
		return
	}
	for choice := range strings.SplitSeq(groups[0], "|") {
		l.add(is, groups[1:], l.intern(choice, slices.Clone(ids)))
	}
}

// intern gives the words of a term their numbers.
func (l *lexicon) intern(text string, ids []wordID) []wordID {
	s := scanner{text: text}
	for s.next() {
		if s.symbol != 0 {
			r := s.symbol
			if plain, ok := simplified[r]; ok {
				r = plain
			}
			if l.symbol(r) == 0 {
				l.setSymbol(r, l.fresh())
			}
			ids = append(ids, l.symbol(r))
			continue
		}
		word := string(s.word[:s.n])
		if s.tone != 0 {
			word += string(rune(s.tone))
		}
		stem := strings.HasSuffix(text, "*")
		key := word
		if stem {
			key += "*"
		}
		id, ok := l.words[key]
		if !ok {
			id = l.fresh()
			l.words[key] = id
			if stem {
				slot := stemSlot(word)
				l.stems[slot] = append(l.stems[slot], spelling{word, id})
			}
		}
		if strings.HasSuffix(text, "~") && !slices.Contains(l.sturdy[word[0]], spelling{word, id}) {
			l.sturdy[word[0]] = append(l.sturdy[word[0]], spelling{word, id})
		}
		ids = append(ids, id)
	}
	return ids
}

// symbol finds the number of a character.
func (l *lexicon) symbol(r rune) wordID {
	if firstHan <= r && r <= lastHan {
		return l.han[r-firstHan]
	}
	return l.symbols[r]
}

func (l *lexicon) setSymbol(r rune, id wordID) {
	if firstHan <= r && r <= lastHan {
		l.han[r-firstHan] = id
		return
	}
	l.symbols[r] = id
}

// adopt gives a word that is spelt out in some phrase also the terms of its
// stem, since a word that is known is not compared with stems.
func (l *lexicon) adopt() {
	for word, id := range l.words {
		for _, stem := range l.stems[stemSlot(word)] {
			if !strings.HasSuffix(word, "*") && strings.HasPrefix(word, stem.text) {
				l.terms[id] = append(l.terms[id], l.terms[stem.id]...)
				l.early[id] = append(l.early[id], l.early[stem.id]...)
			}
		}
	}
}

func (l *lexicon) fresh() wordID {
	l.early = append(l.early, nil)
	l.terms = append(l.terms, nil)
	return wordID(len(l.terms) - 1)
}

// stemSlot spreads the stems by their first three bytes.
func stemSlot[T string | []byte](w T) byte {
	if len(w) < 3 {
		return 0
	}
	return w[0] + w[1]*7 + w[2]*31
}

// tokens appends the tokens of the text to room.
func (l *lexicon) tokens(text string, room []token) []token {
	s := scanner{text: text}
	pos := int32(0)
	var spaced scanner // letters that were written one by one: S M O K E
	for s.next() {
		if s.n != 1 || s.gap != joined {
			room = l.joinSpaced(&spaced, room, pos)
		}
		if s.symbol != 0 {
			pos++
			room = append(room, token{id: l.symbol(s.symbol), gap: s.gap, pos: pos})
			continue
		}
		if s.n == 1 {
			spaced.add(rune(s.word[0]))
		}
		pos += 2
		room = append(room, token{id: l.id(&s), gap: s.gap, pos: pos})
	}
	return l.joinSpaced(&spaced, room, pos)
}

// joinSpaced appends the word that single letters make, if it is one.
func (l *lexicon) joinSpaced(spaced *scanner, room []token, pos int32) []token {
	if spaced.n >= 4 {
		if id := l.words[string(spaced.word[:spaced.n])]; id != 0 {
			room = append(room, token{id: id, pos: pos})
		}
	}
	spaced.n, spaced.run, spaced.last = 0, 0, 0
	return room
}

// id finds the number of the scanned word: as written, else by its beginning,
// else with one letter wrong.
func (l *lexicon) id(s *scanner) wordID {
	word := s.word[:s.n]
	if s.tone != 0 && s.n < longestWord {
		if id, ok := l.words[string(append(word, s.tone))]; ok {
			return id
		}
	}
	if id, ok := l.words[string(word)]; ok {
		return id
	}
	for _, stem := range l.stems[stemSlot(word)] {
		if len(word) >= len(stem.text) && string(word[:len(stem.text)]) == stem.text {
			return stem.id
		}
	}
	if len(word) >= shortestSturdy-1 {
		for _, w := range l.sturdy[word[0]] {
			if oneOff(word, w.text) {
				return w.id
			}
		}
	}
	return 0
}

// oneOff reports whether a letter was left out, doubled, added, exchanged or
// swapped with its neighbour.
func oneOff(got []byte, want string) bool {
	if d := len(got) - len(want); d < -1 || d > 1 {
		return false
	}
	i := 0
	for i < len(got) && i < len(want) && got[i] == want[i] {
		i++
	}
	a, b := got[i:], want[i:]
	switch {
	case len(a) == len(b)+1:
		return string(a[1:]) == b
	case len(a)+1 == len(b):
		return string(a) == b[1:]
	case len(a) == 0:
		return true
	case string(a[1:]) == b[1:]:
		return true
	}
	return len(a) > 1 && a[0] == b[1] && a[1] == b[0] && string(a[2:]) == b[2:]
}

// find appends the terms in one sentence to hits, in the order of the text.
func (l *lexicon) find(tokens []token, hits []finding) []finding {
	for i := range tokens {
		if tokens[i].id == 0 || tokens[i].covered {
			continue
		}
		if t := longest(l.early, tokens, i); t != nil {
			tokens[i].found = t.is &^ (cover | early)
			for j := i; j <= i+len(t.rest); j++ {
				tokens[j].covered = true
			}
			if tokens[i].found != 0 {
				tokens[i].length = uint8(1 + len(t.rest))
			}
		}
	}
	for i := 0; i < len(tokens); {
		if n := int(tokens[i].length); n > 0 {
			hits = append(hits, finding{is: tokens[i].found, start: i, end: i + n})
			i += n
			continue
		}
		if tokens[i].id == 0 || tokens[i].covered {
			i++
			continue
		}
		t := longest(l.terms, tokens, i)
		if t == nil {
			i++
			continue
		}
		if t.is&known == 0 {
			hits = append(hits, finding{is: t.is, start: i, end: i + 1 + len(t.rest)})
		}
		i += 1 + len(t.rest)
	}
	return hits
}

// longest finds the longest term that begins at token i.
func longest(index [][]term, tokens []token, i int) *term {
	terms := index[tokens[i].id]
next:
	for n := range terms {
		t := &terms[n]
		if len(t.rest) >= len(tokens)-i {
			continue
		}
		for j, id := range t.rest {
			at := &tokens[i+1+j]
			if at.id != id || at.covered || t.is&cover != 0 && at.gap != joined {
				continue next
			}
		}
		return t
	}
	return nil
}
