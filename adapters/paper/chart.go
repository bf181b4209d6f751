package paper

import (
	"errors"
	"fmt"
	"math"
	"strconv"

	"github.com/go-analyze/charts"
)

// Chart is a picture of numbers over time, finished but for the drawing: counts as bars on a scale at the
// left, and one more number as a line on a scale of its own at the right.
type Chart struct {
	Title  string
	Labels []string // along the bottom, some five characters each; every series has as many values
	Note   string   // below the labels
	Bars   []Series // whole numbers
	Line   Series
}

// Series is one number at each label. No value is negative; NaN = there is none, which is a gap in a line.
type Series struct {
	Name   string
	Values []float64
}

// Sizes of a chart in pixels and of its words in points. What has many labels is wider, up to a limit.
const (
	chartWidth  = 1600
	chartMost   = 8000
	chartHeight = 800
	chartEdge   = 40
	chartSlot   = 50  // for a label; below 40 the library puts the line beside the bars
	chartScales = 160 // for both of them, with the edges
	titlePoints = 22
	chartPoints = 14
)

// The colours differ for the colour-blind, too, and on a grey print.
var (
	barColours = []charts.Color{charts.ColorFromHex("#4E79A7"), charts.ColorFromHex("#A0CBE8"), charts.ColorFromHex("#BAB0AC")}
	lineColour = charts.ColorFromHex("#D9480F")
)

var (
	errLabels = errors.New("it has no labels")
	errValues = errors.New("a series has more or fewer values than there are labels")
)

// PNG draws a chart. Its words may be in the alphabets of Europe. A chart without labels, or with a series
// of another length, is an error. The same chart gives the same bytes. PNG is safe for concurrent use.
func PNG(c Chart) ([]byte, error) {
	b, err := draw(c)
	if err != nil {
		return nil, fmt.Errorf("draw chart: %w", err)
	}
	return b, nil
}

func draw(c Chart) ([]byte, error) {
	if len(c.Labels) == 0 {
		return nil, errLabels
	}
	var list charts.GenericSeriesList
	var names []string
	add := func(s Series, kind string, axis int) {
		list = append(list, charts.GenericSeries{Type: kind, Name: s.Name, Values: drawn(s.Values), YAxisIndex: axis})
		names = append(names, s.Name)
	}
	for _, s := range c.Bars {
		add(s, charts.ChartTypeBar, 0)
	}
	add(c.Line, charts.ChartTypeLine, 1)
	for _, s := range list {
		if len(s.Values) != len(c.Labels) {
			return nil, errValues
		}
	}
	words := charts.FontStyle{FontSize: chartPoints, Font: charts.GetFont(charts.FontFamilyNotoSans)}
	title := words
	title.FontSize = titlePoints
	width := min(max(chartWidth, chartScales+chartSlot*len(c.Labels)), chartMost)
	p, err := charts.Render(charts.ChartOption{
		OutputFormat: charts.ChartOutputPNG, Width: width, Height: chartHeight,
		Theme: charts.GetTheme(charts.ThemeLight).WithSeriesColors(colours(len(c.Bars))), Padding: charts.NewBoxEqual(chartEdge),
		Title:      charts.TitleOption{Text: c.Title, FontStyle: title},
		Legend:     charts.LegendOption{SeriesNames: names, Offset: charts.OffsetRight, FontStyle: words},
		XAxis:      charts.XAxisOption{Labels: c.Labels, LabelCount: min(len(c.Labels), width/chartSlot), LabelFontStyle: words, Title: c.Note, TitleFontStyle: words},
		YAxis:      []charts.YAxisOption{scale(1, words, c.Bars...), scale(0.1, words, c.Line)},
		SeriesList: list, Symbol: charts.Symbol{Shape: charts.SymbolDot, Size: 5}, LineStrokeWidth: 3,
	})
	if err != nil {
		return nil, err
	}
	return p.Bytes()
}

// colours are those of bars, and of the line, which is the darkest.
func colours(bars int) []charts.Color {
	list := make([]charts.Color, 0, bars+1)
	for i := range bars {
		list = append(list, barColours[i%len(barColours)])
	}
	return append(list, lineColour)
}

// drawn returns values as the library wants them. What it makes of NaN depends on the processor.
func drawn(values []float64) []float64 {
	list := make([]float64, len(values))
	for i, v := range values {
		if list[i] = v; math.IsNaN(v) {
			list[i] = charts.GetNullValue()
		}
	}
	return list
}

// steps is how many there are on each scale, so that both have the same lines across the chart.
const steps = 5

// round are the numbers by which a step may count, or by one of them times a power of ten.
var round = []float64{1, 2, 3, 4, 5, 6, 8, 10}

// scale is an axis from 0 to the largest value or some more, whose steps are not smaller than least.
func scale(least float64, words charts.FontStyle, list ...Series) charts.YAxisOption {
	step := least
	for _, s := range list {
		for _, v := range s.Values {
			if v > steps*step { // never NaN
				step = stepFrom(v / steps)
			}
		}
	}
	return charts.YAxisOption{
		Min: charts.Ptr(0.0), Max: charts.Ptr(steps * step), LabelCount: steps + 1, LabelFontStyle: words,
		RangeValuePaddingScale: charts.Ptr(0.0),
		ValueFormatter:         func(v float64) string { return strconv.FormatFloat(math.Round(v*10)/10, 'f', -1, 64) },
	}
}

// stepFrom returns the next round number.
func stepFrom(v float64) float64 {
	power := math.Pow(10, math.Floor(math.Log10(v)))
	for _, r := range round {
		if r*power >= v {
			return r * power
		}
	}
	return 10 * power
}
