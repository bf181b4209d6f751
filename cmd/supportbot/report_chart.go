package main

import (
	"fmt"
	"math"
	"os"

	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/bot/measure"
)

// writeChart draws a report's weeks into a file.
func writeChart(file string, r measure.Report) error {
	png, err := paper.PNG(reportChart(r))
	if err != nil {
		return err
	}
	if err := os.WriteFile(file, png, 0o644); err != nil { //nolint:gosec // a chart is to be shown around
		return fmt.Errorf("write chart: %w", err)
	}
	return nil
}

func reportChart(r measure.Report) paper.Chart {
	opened, closed := paper.Series{Name: "opened"}, paper.Series{Name: "closed"}
	c := paper.Chart{
		Title: fmt.Sprintf("Claims opened from %s to %s", r.From, r.To),
		Note:  "weeks from Monday, days in Shantou; times by the clock",
		Line:  paper.Series{Name: "median of first response, hours"},
	}
	for _, w := range r.Weeks {
		c.Labels = append(c.Labels, fmt.Sprintf("%02d-%02d", w.From.Month, w.From.Day))
		opened.Values = append(opened.Values, float64(w.Opened))
		closed.Values = append(closed.Values, float64(w.Closed))
		response := math.NaN()
		if w.Response.Count > 0 {
			response = w.Response.Median.Hours()
		}
		c.Line.Values = append(c.Line.Values, response)
	}
	c.Bars = []paper.Series{opened, closed}
	return c
}
