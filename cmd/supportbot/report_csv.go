package main

import (
	"io"
	"strconv"
	"time"

	"github.com/optoste/supportbot/bot/measure"
)

// reportColumns are the names of the CSV's columns; they stay.
var reportColumns = []string{"from", "to", "by", "name", "measure", "count", "of", "without", "median_s", "p90_s", "mean"}

// reportCSV writes a line for each group and measure.
func reportCSV(w io.Writer, r measure.Report) error {
	rows := [][]string{reportColumns}
	add := func(by, name, what string, count int, more ...string) {
		row := append([]string{r.From.String(), r.To.String(), by, name, what, strconv.Itoa(count)}, more...)
		rows = append(rows, append(row, make([]string, len(reportColumns)-len(row))...))
	}
	addTimes := func(by, name, what string, t measure.Times) {
		more := []string{"", strconv.Itoa(t.Without)}
		if t.Count > 0 {
			more = append(more, seconds(t.Median), seconds(t.P90))
		}
		add(by, name, what, t.Count, more...)
	}
	for _, g := range r.Groups {
		for _, c := range reportCounts {
			add(g.By, g.Name, c.name, c.of(g))
		}
		for _, s := range reportShares {
			v := s.of(g)
			add(g.By, g.Name, s.name, v.Count, strconv.Itoa(v.Of))
		}
		for _, t := range reportTimes {
			addTimes(g.By, g.Name, t.name, t.of(g))
		}
	}
	for _, w := range r.Weeks {
		add("week", w.From.String(), "opened", w.Opened)
		add("week", w.From.String(), "closed", w.Closed)
		addTimes("week", w.From.String(), "first_response", w.Response)
	}
	for _, c := range r.Ratings {
		by := "language"
		if c.Language == "" {
			by = measure.All
		}
		mark := ""
		if c.Count > 0 {
			mark = mean(c)
		}
		add(by, c.Language, "ratings", c.Count, "", "", "", "", mark)
		add(by, c.Language, "good", c.Good.Count, strconv.Itoa(c.Good.Of))
	}
	for _, a := range r.Again {
		add("serial", string(a.Serial), "fails_again", len(a.Claims))
	}
	addRising := func(by string, list []measure.Rising) {
		for _, m := range list {
			add(by, m.Model, "rising", m.Claims)
			add(by, m.Model, "rising_before", m.Before)
		}
	}
	addRising(measure.ByModel, r.Rising)
	addRising(measure.ByFamily, r.RisingFamilies)
	return writeCSV(w, rows)
}

func seconds(d time.Duration) string { return strconv.FormatInt(int64(d/time.Second), 10) }
