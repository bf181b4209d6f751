package script

import (
	"fmt"
	"strings"
)

const (
	diffContext = 2       // unchanged lines around a change
	diffCells   = 4 << 20 // beyond it the middle is shown as one change
)

// Diff shows how two texts differ, line by line, for people: "-" is what want has and got has
// not, with its line number, "+" what got has instead. It is empty when they are equal.
func Diff(want, got string) string {
	if want == got {
		return ""
	}
	changes := compare(strings.Split(want, "\n"), strings.Split(got, "\n"))
	near := make([]bool, len(changes))
	for i, c := range changes {
		if c.sign == ' ' {
			continue
		}
		for j := max(0, i-diffContext); j <= min(len(changes)-1, i+diffContext); j++ {
			near[j] = true
		}
	}
	var b strings.Builder
	for i, c := range changes {
		switch {
		case near[i] && c.sign == '+':
			fmt.Fprintf(&b, "      + %s\n", c.text)
		case near[i]:
			fmt.Fprintf(&b, "%5d %c %s\n", c.number, c.sign, c.text)
		case i > 0 && near[i-1]:
			b.WriteString("  ...\n")
		}
	}
	return b.String()
}

// change is one line of a comparison.
type change struct {
	sign   rune // ' ' both, '-' only want, '+' only got
	number int  // in want, from 1
	text   string
}

// compare finds the shortest way from want to got.
func compare(want, got []string) (list []change) {
	head := 0
	for head < len(want) && head < len(got) && want[head] == got[head] {
		head++
	}
	tail := 0
	for tail < len(want)-head && tail < len(got)-head && want[len(want)-1-tail] == got[len(got)-1-tail] {
		tail++
	}
	for i := range head {
		list = append(list, change{' ', i + 1, want[i]})
	}
	list = append(list, middle(want[head:len(want)-tail], got[head:len(got)-tail], head)...)
	for i := len(want) - tail; i < len(want); i++ {
		list = append(list, change{' ', i + 1, want[i]})
	}
	return list
}

// middle compares what is left when equal ends are taken off; before is the number of lines in
// front of it.
func middle(want, got []string, before int) (list []change) {
	same := common(want, got)
	i, j := 0, 0
	for i < len(want) || j < len(got) {
		switch {
		case i < len(want) && j < len(got) && want[i] == got[j]:
			list = append(list, change{' ', before + i + 1, want[i]})
			i, j = i+1, j+1
		case i < len(want) && (j == len(got) || same == nil || same[i+1][j] >= same[i][j+1]):
			list = append(list, change{'-', before + i + 1, want[i]})
			i++
		default:
			list = append(list, change{'+', 0, got[j]})
			j++
		}
	}
	return list
}

// common returns how many lines want[i:] and got[j:] have in common, for every i and j; nil when
// that would be too much work.
func common(want, got []string) [][]int {
	if len(want)*len(got) > diffCells {
		return nil
	}
	same := make([][]int, len(want)+1)
	for i := range same {
		same[i] = make([]int, len(got)+1)
	}
	for i := len(want) - 1; i >= 0; i-- {
		for j := len(got) - 1; j >= 0; j-- {
			if want[i] == got[j] {
				same[i][j] = same[i+1][j+1] + 1
			} else {
				same[i][j] = max(same[i+1][j], same[i][j+1])
			}
		}
	}
	return same
}
