package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

// The measures of a group, by their names in every format; the names stay.
var (
	reportCounts = []measureOf[int]{
		{"opened", func(g measure.Group) int { return g.Opened }},
		{"merged", func(g measure.Group) int { return g.Merged }},
		{"declined", func(g measure.Group) int { return g.Declined }},
		{"closed", func(g measure.Group) int { return g.Closed }},
		{"reopened", func(g measure.Group) int { return g.Reopened }},
	}
	reportShares = []measureOf[measure.Share]{
		{"overdue", func(g measure.Group) measure.Share { return g.Overdue }},
		{"remote_fix", func(g measure.Group) measure.Share { return g.Remote }},
		{"complete", func(g measure.Group) measure.Share { return g.Complete }},
	}
	reportTimes = []measureOf[measure.Times]{
		{"first_response", func(g measure.Group) measure.Times { return g.Response }},
		{"acceptance", func(g measure.Group) measure.Times { return g.Accepted }},
		{"working_again", func(g measure.Group) measure.Times { return g.Working }},
	}
)

type measureOf[T any] struct {
	name string
	of   func(measure.Group) T
}

func (n measureOf[T]) title() string { return strings.ToUpper(strings.ReplaceAll(n.name, "_", " ")) }

// reportTable writes a report for people.
func reportTable(w io.Writer, r measure.Report) error {
	period := fmt.Sprintf("opened from %s to %s (days in Shantou)", r.From, r.To)
	if r.Groups[0].Opened == 0 {
		fmt.Fprintf(w, "No claims were %s.\n", period)
		return nil
	}
	fmt.Fprintf(w, "Service quality: claims %s, as they stood at %s.\n", period, r.At.In(claim.Shantou).Format("2006-01-02 15:04"))
	fmt.Fprintln(w, "First response and acceptance: by the clock when the line is down, else working time of the desk, 24 h of it being a day. 90 %: nine of ten took no longer.")
	aligned(w, claimRows(r.Groups))
	for _, t := range reportTimes {
		aligned(w, timeRows(t, r.Groups))
	}
	aligned(w, ratingRows(r.Ratings))
	aligned(w, againRows(r.Again))
	aligned(w, risingRows("MODELS", r.Rising))
	aligned(w, risingRows("FAULTS", r.RisingFamilies))
	return nil
}

// aligned writes rows as a table with an empty line before it, the first row being the names of its
// columns. Without others there is no table.
func aligned(w io.Writer, rows [][]string) {
	if len(rows) < 2 {
		return
	}
	fmt.Fprintln(w)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, row := range rows {
		fmt.Fprintln(t, strings.Join(row, "\t"))
	}
	_ = t.Flush() // with a broken pipe nobody is left to be told
}

func claimRows(groups []measure.Group) [][]string {
	head := []string{"CLAIMS"}
	for _, c := range reportCounts {
		head = append(head, c.title())
	}
	for _, s := range reportShares {
		head = append(head, s.title())
	}
	rows := [][]string{head}
	for _, g := range groups {
		row := []string{groupName(g)}
		for _, c := range reportCounts {
			row = append(row, strconv.Itoa(c.of(g)))
		}
		for _, s := range reportShares {
			row = append(row, share(s.of(g)))
		}
		rows = append(rows, row)
	}
	return rows
}

func timeRows(n measureOf[measure.Times], groups []measure.Group) [][]string {
	rows := [][]string{{n.title(), "MEDIAN", "90 %", "CLAIMS", "WITHOUT"}}
	for _, g := range groups {
		t := n.of(g)
		if t.Count+t.Without == 0 {
			continue // all of them merged or declined
		}
		median, p90 := "-", "-"
		if t.Count > 0 {
			median, p90 = spell(t.Median), spell(t.P90)
		}
		rows = append(rows, []string{groupName(g), median, p90, strconv.Itoa(t.Count), strconv.Itoa(t.Without)})
	}
	return rows
}

func ratingRows(list []measure.Ratings) [][]string {
	rows := [][]string{{"RATINGS", "NUMBER", "MEAN", "4 OR 5"}}
	for _, r := range list {
		if r.Count == 0 {
			continue // nobody has answered
		}
		rows = append(rows, []string{ratingsName(r), strconv.Itoa(r.Count), mean(r), share(r.Good)})
	}
	return rows
}

// ratingsName says whose ratings stand in a row.
func ratingsName(r measure.Ratings) string {
	if r.Language == "" {
		return measure.All
	}
	return "language " + oneLine(r.Language)
}

func mean(r measure.Ratings) string { return strconv.FormatFloat(r.Mean, 'f', 2, 64) }

func againRows(list []measure.Again) [][]string {
	rows := [][]string{{"FAILS AGAIN", "MODEL", "CLAIMS", "EARLIER", "WHICH"}}
	for _, a := range list {
		rows = append(rows, []string{
			string(a.Serial), orDash(a.Model), strconv.Itoa(len(a.Claims)), strconv.Itoa(a.Earlier), joined(a.Claims),
		})
	}
	return rows
}

func risingRows(what string, list []measure.Rising) [][]string {
	rows := [][]string{{what + " RISE", "CLAIMS", "BEFORE", "RATIO"}}
	for _, r := range list {
		ratio := "-"
		if r.Before > 0 {
			ratio = fmt.Sprintf("%.1f", r.Ratio)
		}
		rows = append(rows, []string{orDash(r.Model), strconv.Itoa(r.Claims), strconv.Itoa(r.Before), ratio})
	}
	return rows
}

// groupName says whose numbers stand in a row.
func groupName(g measure.Group) string {
	switch {
	case len(g.Name) > 0:
		return g.By + " " + oneLine(g.Name)
	case g.By == measure.All:
		return g.By
	}
	return g.By + " not known"
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return oneLine(s)
}

func share(s measure.Share) string {
	if s.Of == 0 {
		return "-"
	}
	return fmt.Sprintf("%d of %d (%d %%)", s.Count, s.Of, (200*s.Count+s.Of)/(2*s.Of))
}

// spell says a time as people do: "40 s", "1 h 20 min", "3 d 4 h".
func spell(d time.Duration) string {
	const day = 24 * time.Hour
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d < 2*day:
		return fmt.Sprintf("%d h %d min", d/time.Hour, d%time.Hour/time.Minute)
	}
	return fmt.Sprintf("%d d %d h", d/day, d%day/time.Hour)
}
