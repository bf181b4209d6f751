package paper_test

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/go-analyze/charts"

	"github.com/optoste/supportbot/adapters/paper"
)

func weeks(values ...float64) paper.Chart {
	c := paper.Chart{Title: "Łódź", Note: "by weeks", Bars: []paper.Series{{Name: "opened", Values: values}}}
	c.Line.Name = "hours"
	for i := range values {
		c.Labels = append(c.Labels, strconv.Itoa(i))
		c.Line.Values = append(c.Line.Values, math.NaN())
	}
	return c
}

func drawn(t *testing.T, c paper.Chart) image.Image {
	t.Helper()
	b, err := paper.PNG(c)
	if err != nil {
		t.Fatal(err)
	}
	picture, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	return picture
}

var (
	bar  = color.RGBA{0x4E, 0x79, 0xA7, 0xFF}
	line = color.RGBA{0xD9, 0x48, 0x0F, 0xFF}
)

// runs measures how high a colour stands in each of the picture's columns, and returns the heights of what is
// below the legend: one for each bar.
func runs(picture image.Image, c color.RGBA) (heights []int) {
	box, last := picture.Bounds(), 0
	for x := box.Min.X; x < box.Max.X; x++ {
		n := 0
		for y := 90; y < box.Max.Y; y++ {
			if picture.At(x, y) == c {
				n++
			}
		}
		if n > 0 && last == 0 {
			heights = append(heights, n)
		}
		last = n
	}
	return heights
}

func TestChartHasBarsOfTheirHeight(t *testing.T) {
	t.Parallel()
	picture := drawn(t, weeks(1, 4, 2))
	if size := picture.Bounds().Size(); size != (image.Point{1600, 800}) {
		t.Errorf("size %v", size)
	}
	got := runs(picture, bar)
	if len(got) != 3 {
		t.Fatalf("bars of %v pixels, want three", got)
	}
	for i, times := range []int{1, 4, 2} {
		if d := got[i] - times*got[0]; d < -6 || d > 6 {
			t.Errorf("bar %d is %d pixels high, the one of 1 is %d", i, got[i], got[0])
		}
	}
}

func TestChartLineHasGaps(t *testing.T) {
	t.Parallel()
	if got, want := paper.Drawn([]float64{1, math.NaN()}), []float64{1, charts.GetNullValue()}; !slices.Equal(got, want) {
		t.Errorf("drawn as %v, want %v", got, want)
	}
	c := weeks(0, 0, 0, 0, 0)
	if got := runs(drawn(t, c), line); got != nil {
		t.Errorf("a line without values is drawn: %v", got)
	}
	c.Line.Values = []float64{1, 2, math.NaN(), 2, 1}
	if got := runs(drawn(t, c), line); len(got) != 2 {
		t.Errorf("a gap leaves %d lines, want 2", len(got))
	}
}

// TestChartLineIsAboveItsBars wants the line's only value between the two bars of its week.
func TestChartLineIsAboveItsBars(t *testing.T) {
	t.Parallel()
	for _, n := range []int{3, 52} {
		c := weeks(make([]float64, n)...)
		c.Bars = append(c.Bars, paper.Series{Name: "closed", Values: make([]float64, n)})
		c.Bars[0].Values[n-1], c.Bars[1].Values[n-1], c.Line.Values[n-1] = 1, 1, 0.6
		picture := drawn(t, c)
		left, right := middle(picture, bar), middle(picture, color.RGBA{0xA0, 0xCB, 0xE8, 0xFF})
		if d := middle(picture, line) - (left+right)/2; d < -3 || d > 3 {
			t.Errorf("of %d weeks: the line's last point is %d pixels beside its bars", n, d)
		}
	}
}

// middle is the middle of a colour's columns below the legend.
func middle(picture image.Image, c color.RGBA) int {
	first, last := -1, -1
	for x := range picture.Bounds().Max.X {
		for y := 90; y < picture.Bounds().Max.Y-130; y++ { // above the feet of bars of no height
			if picture.At(x, y) == c {
				if last = x; first < 0 {
					first = x
				}
				break
			}
		}
	}
	return (first + last) / 2
}

func TestChartOfManyWeeksAndOfNothing(t *testing.T) {
	t.Parallel()
	many := weeks(slices.Repeat([]float64{1, 2, 3, 40000}, 200)...)
	for i := range many.Labels {
		many.Line.Values[i] = float64(i)
	}
	if size := drawn(t, many).Bounds().Size(); size != (image.Point{8000, 800}) {
		t.Errorf("of many weeks: size %v", size)
	}
	for _, c := range []paper.Chart{weeks(0), weeks(1), {Labels: []string{""}, Line: paper.Series{Values: []float64{0.01}}}} {
		drawn(t, c)
	}
}

func TestChartRefusesWhatItCannotDraw(t *testing.T) {
	t.Parallel()
	long, short := weeks(1, 2), weeks(1, 2)
	long.Bars[0].Values = append(long.Bars[0].Values, 3)
	short.Line.Values = short.Line.Values[1:]
	for name, c := range map[string]paper.Chart{"empty": {}, "long": long, "short": short} {
		if _, err := paper.PNG(c); err == nil {
			t.Errorf("the %s chart was drawn", name)
		}
	}
}

func TestChartIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	want, err := paper.PNG(weeks(1, 2, 3))
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got, err := paper.PNG(weeks(1, 2, 3)); err != nil || !bytes.Equal(got, want) {
				t.Errorf("another picture, %v", err)
			}
		})
	}
	wg.Wait()
}

func TestStepsAreRound(t *testing.T) {
	t.Parallel()
	for v, want := range map[float64]float64{0.11: 0.2, 1: 1, 1.01: 2, 2.4: 3, 6.1: 8, 8.2: 10, 10: 10, 11: 20, 99: 100, 450: 500} {
		if got := paper.StepFrom(v); math.Abs(got-want) > 1e-9 {
			t.Errorf("step from %v = %v, want %v", v, got, want)
		}
	}
}
