package claimsql

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// A claim is found by the words that stand beside it in a table of their own, which both databases have. A
// claim that an older program has written is found by its words from its next change on; by its number and
// its serial numbers it always is.

// Bounds of what is kept of one claim, and of what is looked for.
const (
	maxWords   = 400
	maxSought  = 8
	longestOne = 40 // runes of a word
)

// SearchClaims implements [bot.Claims].
func (s *Store) SearchClaims(ctx context.Context, typed string, limit int) (list []claim.Claim, total int, err error) {
	set, args := matching(typed)
	if set == "" {
		return nil, 0, nil
	}
	err = s.read(ctx,
		Statement{
			`select c.data from (
				select claim from (` + set + `) as m order by ` + newestNumber + ` limit $` + strconv.Itoa(len(args)+1) + `
			) as m join claims c on c.id = m.claim order by ` + newestNumber,
			append(slices.Clip(args), int64(limit)), each(&list),
		},
		Statement{
			`select count(*) from (` + set + `) as m`, args,
			func(scan func(dest ...any) error) error { return scan(&total) },
		})
	if err != nil {
		return nil, 0, fmt.Errorf("search claims: %w", err)
	}
	return list, total, nil
}

// newestNumber puts the newest claims first by their numbers alone, so that only those that are shown are read:
// by month, and in it by the sequence, which is longer from 10000 on.
const newestNumber = `substr(claim, 1, 6) desc, length(claim) desc, claim desc`

// matching is the query for the numbers of the claims that are meant by what somebody typed: one that has this
// number, those on a machine of this serial number, and those that have all of the words. It is empty when
// nothing can be meant.
func matching(typed string) (sql string, args []any) {
	arg := func(v string) string {
		args = append(args, v)
		return "$" + strconv.Itoa(len(args))
	}
	var all []string
	for _, w := range sought(typed) {
		all = append(all, `select claim from claim_words where word >= `+arg(w)+` and word < `+arg(beyond(w)))
	}
	var sets []string
	if len(all) > 0 {
		sets = append(sets, strings.Join(all, ` intersect `)) // stands first: then both databases intersect before they unite
	}
	if id := strings.ToUpper(bot.Fold(typed)); numberForm.MatchString(id) {
		sets = append(sets, `select id as claim from claims where id = `+arg(id))
	}
	if serial, ok := claim.ParseSerial(typed); ok {
		sets = append(sets,
			`select claim from claim_lines where serial = `+arg(string(serial)),
			`select claim from claim_words where word = `+arg(serialWord(serial)))
	}
	return strings.Join(sets, ` union `), args
}

var numberForm = regexp.MustCompile(`^C-[0-9-]+$`)

// beyond is the end of the words that a typed one stands for: those that begin so. One or two Latin letters
// begin far too many and stand for themselves.
func beyond(word string) string {
	if len(word) < len("阀") {
		return word + " "
	}
	return word + string(unicode.MaxRune)
}

// sought returns the words that a claim must have to be found.
func sought(typed string) []string {
	list := words(typed, false)
	return list[:min(len(list), maxSought)]
}

// wordsOf returns the words that a claim is found by, sorted.
func wordsOf(c claim.Claim) []string {
	list := words(strings.Join([]string{c.Reporter.Name, c.Customer, c.Description}, "\n"), true)
	list = list[:min(len(list), maxWords)]
	for _, l := range c.Lines {
		if l.Serial != "" {
			list = append(list, serialWord(l.Serial))
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// serialWord is the word for a serial number and those that people confuse with it.
func serialWord(s claim.Serial) string { return "#" + s.Folded() }

// words splits a text into words as they are compared, each once, in the order of the text. Chinese has no
// spaces: there every two characters beside each other are one. A stored text has the last one of them alone,
// too, so that each character begins a word.
func words(text string, stored bool) (list []string) {
	seen := map[string]bool{}
	add := func(w string) {
		if !seen[w] {
			seen[w] = true
			list = append(list, w)
		}
	}
	between := func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) }
	for part := range strings.FieldsFuncSeq(bot.Fold(text), between) {
		for run := range scripts(part) {
			if !unicode.Is(unicode.Han, run[0]) {
				add(string(run[:min(len(run), longestOne)]))
				continue
			}
			for i := range len(run) - 1 {
				add(string(run[i : i+2]))
			}
			if stored || len(run) == 1 {
				add(string(run[len(run)-1:]))
			}
		}
	}
	return list
}

// scripts splits a word where Chinese characters begin or end.
func scripts(word string) func(yield func([]rune) bool) {
	return func(yield func([]rune) bool) {
		all := []rune(word)
		for len(all) > 0 {
			han := unicode.Is(unicode.Han, all[0])
			end := slices.IndexFunc(all, func(r rune) bool { return unicode.Is(unicode.Han, r) != han })
			if end < 0 {
				end = len(all)
			}
			if !yield(all[:end]) {
				return
			}
			all = all[end:]
		}
	}
}

// words writes what the claim is found by. was being the claim before, what is gone is taken away.
func (w written) words(was *claim.Claim) (list []Statement) {
	id, now := string(w.claim.ID), wordsOf(w.claim)
	if was != nil {
		for _, word := range wordsOf(*was) {
			if _, still := slices.BinarySearch(now, word); !still {
				list = append(list, Statement{SQL: `delete from claim_words where word = $1 and claim = $2`, Args: []any{word, id}})
			}
		}
	}
	for _, word := range now {
		list = append(list, Statement{
			SQL: `insert into claim_words (word, claim) values ($1, $2) on conflict do nothing`, Args: []any{word, id},
		})
	}
	return list
}
