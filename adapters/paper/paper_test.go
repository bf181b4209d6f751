package paper_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/bot/desk"
)

func english() desk.Document {
	return desk.Document{
		Title: "Service report VS-600", Lang: "en", Footer: "Optoste Co., Ltd · service@optoste.example",
		Blocks: []desk.Block{
			{Kind: desk.Heading, Text: "Machine"},
			{Kind: desk.Field, Label: "Serial number", Text: "OS-2025-0417"},
			{Kind: desk.Field, Label: "Customer", Text: "Łódź Orzechy; Şahin Gıda, İzmir; Señor Núñez; Київ"},
			{Text: "Steps (taken):\n1. Cleaned \\ the glass.\n  - twice"},
			{Kind: desk.Quote, Text: "It throws out good kernels 😡.\n机器一直误剔除好料。"},
		},
	}
}

func chinese() desk.Document {
	return desk.Document{
		Title: "售后服务报告 VS-600", Lang: "zh", Footer: "服务热线 400-000-0000",
		Blocks: []desk.Block{
			{Kind: desk.Heading, Text: "设备信息（第 3 通道）"},
			{Kind: desk.Field, Label: "序列号", Text: "OS-2025-0417"},
			{Kind: desk.Field, Label: "客户", Text: "Łódź Orzechy；新疆果业集团"},
			{Text: "现场气压为 0.6 MPa（±0.02），温度 31 ℃，电阻 24 Ω。对比：對\n已重启“两次”……《手册》——完。"},
			{Kind: desk.Quote, Text: "请尽快处理！"},
		},
	}
}

func render(t *testing.T, doc desk.Document) []byte {
	t.Helper()
	file, err := paper.PDF(doc)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestPDFWords(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		doc  desk.Document
		want string
	}{
		{"english", english(), `
Service report VS-600
Machine
Serial numberOS-2025-0417
CustomerŁódź Orzechy; Şahin Gıda, İzmir; Señor Núñez; Київ
Steps (taken):
1. Cleaned \ the glass.
  - twice
It throws out good kernels □.
机器一直误剔除好料。
Optoste Co., Ltd · service@optoste.example1 / 1
`},
		{"chinese", chinese(), `
售后服务报告 VS-600
设备信息（第 3 通道）
序列号OS-2025-0417
客户Łódź Orzechy；新疆果业集团
现场气压为 0.6 MPa（±0.02），温度 31 ℃，电阻 24 Ω。对比：對
已重启“两次”……《手册》——完。
请尽快处理！
服务热线 400-000-00001 / 1
`},
		{"empty", desk.Document{}, "\n1 / 1\n"},
		{"no words", desk.Document{Blocks: []desk.Block{
			{}, {Kind: desk.Heading}, {Kind: desk.Field}, {Kind: desk.Quote, Text: " \n\t\n\x00"},
		}}, "\n1 / 1\n"},
		{"a label alone, a value alone", desk.Document{Blocks: []desk.Block{
			{Kind: desk.Field, Label: "Note"}, {Kind: desk.Field, Text: "none"},
		}}, "\nNote\nnone\n1 / 1\n"},
		{"unknown kind is a paragraph", desk.Document{Blocks: []desk.Block{
			{Kind: 99, Text: "words"},
		}}, "\nwords\n1 / 1\n"},
		{"nothing is interpreted", desk.Document{Lang: "en) /Evil (", Blocks: []desk.Block{
			{Text: "{nb} (a) \\) Tj ET *b* <b> &amp;"},
		}}, "\n{nb} (a) \\) Tj ET *b* <b> &amp;\n1 / 1\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file := render(t, tt.doc)
			got := readPDF(t, file)
			got.check(t)
			if diff := cmp.Diff(tt.want, got.words()); diff != "" {
				t.Error(diff)
			}
			if bytes.Contains(file, []byte("/Evil")) {
				t.Error("the language tag wrote into the catalogue")
			}
		})
	}
}

func TestPDFPages(t *testing.T) {
	t.Parallel()
	doc := english()
	last := 0
	for range 4 {
		s := readPDF(t, render(t, doc))
		s.check(t)
		if len(s.pages) <= last {
			t.Errorf("%d blocks on %d pages, fewer had %d", len(doc.Blocks), len(s.pages), last)
		}
		last = len(s.pages)
		for i, page := range s.pages {
			number := page[len(page)-1].text
			if want := fmt.Sprintf("%d / %d", i+1, last); number != want {
				t.Errorf("page number %q, want %q", number, want)
			}
			if got := page[len(page)-2].text; got != doc.Footer {
				t.Errorf("page %d: footer %q", i+1, got)
			}
			if got := page[len(page)-3].text; i > 0 && got != doc.Title {
				t.Errorf("page %d: %q above the text, want the title", i+1, got)
			}
		}
		for range 30 {
			doc.Blocks = append(doc.Blocks, desk.Block{Text: "One more line.\nAnd another."})
		}
	}
}

func TestPDFSize(t *testing.T) {
	t.Parallel()
	for _, doc := range []desk.Document{english(), chinese()} {
		if n := len(render(t, doc)); n > 100_000 {
			t.Errorf("%s: %d bytes", doc.Lang, n)
		}
	}
}

// Every renderer starts from the same shared fonts: none may leave a trace in them.
func TestPDFSameBytes(t *testing.T) {
	t.Parallel()
	docs := []desk.Document{english(), chinese(), {Lang: "zh", Blocks: []desk.Block{{Text: neighbours(500)}}}}
	var want [][]byte
	for _, doc := range docs {
		want = append(want, render(t, doc))
	}
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() {
			n := i % len(docs)
			got, err := paper.PDF(docs[n])
			if err != nil || !bytes.Equal(got, want[n]) {
				t.Errorf("%s: other bytes, error %v", docs[n].Lang, err)
			}
		})
	}
	wg.Wait()
	if bytes.Equal(want[0], want[1]) {
		t.Error("different documents, same bytes")
	}
}

func TestPDFOddInput(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"64 KB of words":       strings.Repeat("good kernels ", 5_000),
		"64 KB without spaces": strings.Repeat("x", 64_000),
		"64 KB of Chinese":     strings.Repeat("色选机", 7_000),
		"64 KB of full stops":  strings.Repeat("。", 21_000),
		"64 KB of accents":     "e" + strings.Repeat("\u0301", 32_000),
		"3000 lines":           strings.Repeat("a\n", 3_000),
		"64 KB of line feeds":  "a" + strings.Repeat("\n", 64_000) + "b",
		"30 KB of Unicode":     neighbours(10_000),
		"control characters":   "a\x00b\x01c\x1b[31md\x7fe\u200bf\u202eg\ufeffh\r\ni\rj\u2028k",
		"broken UTF-8":         "a\xff\xfe\xed\xa0\x80b\xf0\x9f\x98",
		"emoji":                "👩‍👩‍👧‍👦🏳️‍🌈☎️1️⃣👍🏽",
		"right to left":        "مرحبا שלום \u202babc\u202c",
		"no font has it":       "สวัสดี 안녕 हिन्दी 𠮷𬭎 \U0010ffff \uffff \ue000",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			doc := desk.Document{Lang: "en", Footer: text, Blocks: []desk.Block{{Text: text}}}
			if len(text) < 1000 {
				doc.Title = text
				for _, kind := range []desk.Kind{desk.Heading, desk.Field, desk.Quote} {
					doc.Blocks = append(doc.Blocks, desk.Block{Kind: kind, Label: text, Text: text})
				}
			}
			s := readPDF(t, render(t, doc))
			s.check(t)
			if name == "64 KB of line feeds" && len(s.pages) > 1 {
				t.Errorf("%d pages", len(s.pages))
			}
		})
	}
}

func TestPDFQuotes(t *testing.T) {
	t.Parallel()
	doc := desk.Document{Blocks: []desk.Block{
		{Kind: desk.Quote, Text: "one\ntwo"},
		{Kind: desk.Quote, Text: "other"},
		{Text: "text"},
		{Kind: desk.Quote, Text: strings.Repeat("long\n", 60)},
	}}
	s := readPDF(t, render(t, doc))
	s.check(t)
	var bars []string // their heights in points; below zero, as they are drawn downwards
	for _, raw := range s.raw {
		for _, bar := range regexp.MustCompile(`(\S+) re f`).FindAllStringSubmatch(raw, -1) {
			bars = append(bars, bar[1])
		}
	}
	if diff := cmp.Diff([]string{"-32.88", "-16.44", "-575.43", "-411.02"}, bars); diff != "" {
		t.Errorf("bars of 2, 1, 35 and 25 lines: %s", diff)
	}
	for _, p := range s.pages[0][:3] {
		if p.x*paper.MMPerPoint < paper.TextLeft+4 {
			t.Errorf("%q is not set apart", p.text)
		}
	}
}

// Every part of a document wraps or is cut within its own column.
func TestPDFLongParts(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("The belt sorter throws out good kernels 色选机误剔除好料。", 20)
	doc := desk.Document{Title: words, Lang: "zh", Footer: words}
	for _, kind := range []desk.Kind{desk.Para, desk.Heading, desk.Field, desk.Quote, desk.Field} {
		doc.Blocks = append(doc.Blocks, desk.Block{Kind: kind, Label: words, Text: words})
	}
	s := readPDF(t, render(t, doc))
	s.check(t)
	if len(s.pages) < 3 {
		t.Errorf("%d pages", len(s.pages))
	}
}

// Chinese headings are thickened, everything else is not.
func TestPDFBold(t *testing.T) {
	t.Parallel()
	doc := desk.Document{Lang: "zh", Blocks: []desk.Block{{Kind: desk.Heading, Text: "设备 A"}, {Text: "正文"}}}
	raw := readPDF(t, render(t, doc)).raw[0]
	if on, off := strings.Count(raw, "2 Tr\n"), strings.Count(raw, "0 Tr\n"); on != 1 || off != 1 {
		t.Errorf("outline on %d times, off %d times", on, off)
	}
}

// fpdf takes minutes over thousands of consecutive characters in one font.
func TestPDFSpreadsNeighbours(t *testing.T) {
	t.Parallel()
	printed := map[string]map[rune]bool{}
	for _, page := range readPDF(t, render(t, desk.Document{Blocks: []desk.Block{{Text: neighbours(500)}}})).pages {
		for _, p := range page {
			if printed[p.font] == nil {
				printed[p.font] = map[rune]bool{}
			}
			for _, r := range p.text {
				printed[p.font][r] = true
			}
		}
	}
	for font, runes := range printed {
		row := 0
		for r := rune(0x4E00); r < 0x4E00+500; r++ {
			if row++; !runes[r] {
				row = 0
			}
			if row > 100 {
				t.Fatalf("font %s prints %U and 100 before it", font, r)
			}
		}
	}
}

// neighbours is n Chinese characters in the order of Unicode.
func neighbours(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteRune(rune(0x4E00 + i))
	}
	return b.String()
}

func FuzzPDF(f *testing.F) {
	f.Add("Report", "en", "Serial", "OS-2025-0417 broke\n\nagain", 0)
	f.Add("报告", "zh", "序列号", "“好料”。𠮷😡\x00\xff", 3)
	f.Add("(\\)\r", "x) /Y", "\u0301", "https://example.com/"+strings.Repeat("a", 300), 2)
	f.Fuzz(func(t *testing.T, title, lang, label, text string, kind int) {
		doc := desk.Document{Title: title, Lang: lang, Footer: label + text, Blocks: []desk.Block{
			{Kind: desk.Heading, Text: label}, {Kind: desk.Kind(kind), Label: label, Text: text},
		}}
		s := readPDF(t, render(t, doc))
		s.check(t)
		if most := 2 + (len(title)+len(label)+len(text))/2; len(s.pages) > most {
			t.Errorf("%d pages", len(s.pages))
		}
	})
}

func BenchmarkPDF(b *testing.B) {
	for _, doc := range []desk.Document{english(), chinese()} {
		b.Run(doc.Lang, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := paper.PDF(doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func ExamplePDF() {
	file, err := paper.PDF(desk.Document{
		Title: "Service report", Lang: "en",
		Blocks: []desk.Block{{Kind: desk.Field, Label: "Serial number", Text: "OS-2025-0417"}},
	})
	fmt.Fprintf(os.Stdout, "%.5s %v\n", file, err)
	// Output: %PDF- <nil>
}
