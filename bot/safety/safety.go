// Package safety knows when to stop everything else: it tells whether a
// person's words report an emergency, and holds the fixed safety sentences of
// the service rules. It needs no store, no catalogue and no translation, so
// that it works when nothing else does.
package safety

import "math/bits"

// A token is one word or character of the text, as the lexicon numbers it.
type token struct {
	id      wordID
	gap     gap
	covered bool    // by a term that is found first
	length  uint8   // of the hit that such a term made here
	found   concept // what that hit is
	pos     int32   // counts 1 a character of Chinese and the like, 2 a word
}

// A finding is a term of the lexicon that was found in the text.
type finding struct {
	is         concept
	start, end int // tokens
	off        bool
}

// Emergency reports whether the text tells of smoke, fire, a burning smell,
// sparks, an electric shock, an injury, a defeated guard or a radiation or
// laser exposure (rule 1 of "Rules over all procedures"; domain.md section 9).
// It looks for English, Chinese and the key words of other languages at once,
// whatever language the person uses. When in doubt it says yes: only a clear
// negation of the very word ("no smoke", 没有冒烟) or a known harmless sense
// ("smoke-coloured", "fire the ejector") says no.
//
// Sentences are judged one by one: Emergency(a+"\n\n"+b) is
// Emergency(a) || Emergency(b). It is pure, safe for concurrent use, takes
// time linear in the length of the text and does not keep it.
func Emergency(text string) bool {
	var (
		tokenRoom [192]token
		hitRoom   [64]finding
	)
	tokens := lex.tokens(text, tokenRoom[:0])
	hits := hitRoom[:0]
	for from := 0; from < len(tokens); {
		to := from + 1
		for to < len(tokens) && tokens[to].gap != hard {
			to++
		}
		hits = lex.find(tokens[from:to], hits[:0])
		if len(hits) > 0 {
			excuse(hits, tokens[from:to])
			negate(hits, tokens[from:to])
			if alarming(hits, tokens[from:to]) {
				return true
			}
		}
		from = to
	}
	return false
}

// excuse turns off the hits that stand near a word that makes them harmless.
func excuse(hits []finding, tokens []token) {
	for i := range hits {
		for _, e := range excuses {
			if hits[i].is&e.what != 0 && (beside(hits, tokens, i, e, 1) || !e.after && beside(hits, tokens, i, e, -1)) {
				hits[i].off = true
			}
		}
	}
}

// beside looks from hit i in one direction for the word that excuses it. It
// does not look past a comma or a line break.
func beside(hits []finding, tokens []token, i int, e excusing, step int) bool {
	at := hits[i].start
	for j := i + step; j >= 0 && j < len(hits); j += step {
		there := hits[j].start
		lo, hi := min(at, there), max(at, there)
		if int(tokens[hi].pos-tokens[lo].pos) > e.within {
			return false
		}
		for k := lo + 1; k <= hi; k++ {
			if tokens[k].gap != joined {
				return false
			}
		}
		if hits[j].is&e.by != 0 {
			return true
		}
	}
	return false
}

// negate turns off the hits that a negation directly before them denies. A
// negation reaches over filling words ("no sign of"), and over "or" in a list;
// never over a comma. A word such as "anymore" after the hit lifts it again,
// for what has ended did happen.
func negate(hits []finding, tokens []token) {
	for i := range hits {
		if hits[i].is&(not|filler|or|lift) != 0 || hits[i].off {
			continue
		}
		if !denied(hits, tokens, i) {
			continue
		}
		if i+1 < len(hits) && hits[i+1].is&lift != 0 && hits[i].end == hits[i+1].start && tokens[hits[i].end].gap <= line {
			continue
		}
		hits[i].off = true
	}
}

// denied walks back from hit i over its direct neighbours to a negation.
func denied(hits []finding, tokens []token, i int) bool {
	listed := false
	for j := i; j > 0 && i-j < 6 && follows(hits, tokens, j); j-- {
		before := hits[j-1]
		switch {
		case before.is&not != 0:
			return !broken(tokens, before)
		case before.is&or != 0:
			listed = true
		case before.is&filler != 0:
		case before.off && (listed || before.is&alarmAlone == 0):
			return true
		default:
			return false
		}
	}
	return false
}

// follows reports whether hit j stands directly after the hit before it.
func follows(hits []finding, tokens []token, j int) bool {
	return hits[j-1].end == hits[j].start && tokens[hits[j].start].gap == joined
}

// broken reports whether a comma or a line break stands inside the hit.
func broken(tokens []token, h finding) bool {
	for k := h.start + 1; k < h.end; k++ {
		if tokens[k].gap != joined {
			return true
		}
	}
	return false
}

// alarming reports whether a hit, or hits that stand close together, make an
// emergency.
func alarming(hits []finding, tokens []token) bool {
	var (
		seen concept
		last [64]int32 // where each concept was seen last
	)
	for _, h := range hits {
		if h.off {
			continue
		}
		if h.is&alarmAlone != 0 {
			return true
		}
		here := tokens[h.start].pos
		for _, r := range rules {
			if h.is&r.all() == 0 {
				continue
			}
			if r.met(h.is, seen, here, &last) {
				return true
			}
		}
		seen |= h.is
		for set := h.is; set != 0; set &= set - 1 {
			last[bits.TrailingZeros64(uint64(set))] = tokens[h.end-1].pos
		}
	}
	return false
}
