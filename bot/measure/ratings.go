package measure

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"

	"github.com/optoste/supportbot/bot/claim"
)

// goodFrom is the score from which a customer counts as content.
const goodFrom = 4

// Ratings is what customers said of the service on the claims of the period (CSAT). A claim is rated
// once.
type Ratings struct {
	Language string // in which they were asked; empty = all of them together
	Count    int
	Mean     float64 // of the scores, 1 to 5; 0 when Count is
	Good     Share   // a score of 4 or 5
}

// MarshalJSON writes the mean with two decimals, and null where there is none.
func (r Ratings) MarshalJSON() ([]byte, error) {
	v := struct {
		Language string       `json:"language"`
		Count    int          `json:"count"`
		Mean     *json.Number `json:"mean"`
		Good     Share        `json:"good"`
	}{Language: r.Language, Count: r.Count, Good: r.Good}
	if r.Count > 0 {
		mean := json.Number(strconv.FormatFloat(r.Mean, 'f', 2, 64))
		v.Mean = &mean
	}
	return json.Marshal(v)
}

// ratings are the scores by language.
type ratings map[string][]int

// add counts the rating of a claim, if there is one.
func (r ratings) add(events []claim.Event) {
	i := slices.IndexFunc(events, func(e claim.Event) bool { return e.Kind == claim.EventRated })
	if i < 0 {
		return
	}
	score, err := strconv.Atoi(events[i].To)
	if err != nil {
		return // no program of ours has written it
	}
	r[events[i].Lang] = append(r[events[i].Lang], score)
}

func (r ratings) result() []Ratings {
	all := slices.Concat(slices.Collect(maps.Values(r))...)
	list := []Ratings{rated("", all)}
	for _, lang := range slices.Sorted(maps.Keys(r)) {
		list = append(list, rated(lang, r[lang]))
	}
	return list
}

func rated(lang string, scores []int) Ratings {
	r := Ratings{Language: lang, Count: len(scores)}
	sum := 0
	for _, score := range scores {
		sum += score
		r.Good.count(true, score >= goodFrom)
	}
	if r.Count > 0 {
		r.Mean = float64(sum) / float64(r.Count)
	}
	return r
}
