package paper_test

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/go-pdf/fpdf"
	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/paper"
	"github.com/optoste/supportbot/bot/desk"
)

func open(t *testing.T, lang string) paper.Fonts {
	t.Helper()
	fonts, err := paper.OpenFonts(lang)
	if err != nil {
		t.Fatal(err)
	}
	return fonts
}

// font/README.md says what a font file must be.
func TestFontFiles(t *testing.T) {
	t.Parallel()
	for name, ttf := range paper.FontFiles() {
		tables := map[string][]byte{}
		for i := range int(binary.BigEndian.Uint16(ttf[4:])) {
			entry := ttf[12+16*i:]
			tables[string(entry[:4])] = ttf[binary.BigEndian.Uint32(entry[8:]):]
		}
		metrics := binary.BigEndian.Uint16(tables["hhea"][34:])
		glyphs := binary.BigEndian.Uint16(tables["maxp"][4:])
		if metrics != glyphs {
			t.Errorf("%s: %d metrics for %d glyphs: fpdf would write into the shared bytes", name, metrics, glyphs)
		}
		if tables["glyf"] == nil || tables["fvar"] != nil {
			t.Errorf("%s: not a static TrueType font", name)
		}
	}
}

func TestFontsHave(t *testing.T) {
	t.Parallel()
	samples := []string{
		"ABCXYZ abcxyz 0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
		"àáâãäåæçèéêëìíîïñòóôõöøùúûüýþÿß ÀÉÑÖÜ ąćęłńóśźż čďěňřšťůž ğışİ őű șț āēīū đ ạảấầẩếềệươ",
		"Русский Українська ґєії Ўў Ελληνικά αβγ Ω",
		"“”‘’„«»–—…•·°±×÷≤≥²³µ€£¥™®© →←↑↓ ✓ ★ □ ■ ℃ ①②③",
		"，。、；：？！（）《》「」【】〔〕～“”‘’……——·￥％",
		"售后服务报告设备序列号客户故障描述通道喷阀驱动板相机履带色选机气压温度保修结论签字",
		"繁體：對訂單與維護 かな カナ",
	}
	for _, lang := range []string{"en", "zh"} {
		fonts := open(t, lang)
		for _, s := range samples {
			for _, r := range s {
				if !fonts.Has(r) {
					t.Errorf("%s: no %q (%U)", lang, r, r)
				}
			}
			if got := fonts.Clean(s); got != s {
				t.Errorf("%s: %q was printed as %q", lang, s, got)
			}
		}
	}
}

// Letters look the same in every document; punctuation that both scripts share does not.
func TestPunctuationFollowsLanguage(t *testing.T) {
	t.Parallel()
	en, zh := open(t, "en"), open(t, "zh-Hans")
	for _, s := range []string{"VS-600", "Łódź", "客户。"} {
		if en.Width(s) != zh.Width(s) {
			t.Errorf("%q: %.2f mm in English, %.2f in Chinese", s, en.Width(s), zh.Width(s))
		}
	}
	for _, s := range []string{"“", "”", "’", "…"} {
		if en.Width(s) >= zh.Width(s) {
			t.Errorf("%q: %.2f mm in English, %.2f in Chinese", s, en.Width(s), zh.Width(s))
		}
	}
}

// The layout measures with one reader of the fonts, fpdf prints with another.
func TestWidthsAreFPDFs(t *testing.T) {
	t.Parallel()
	fonts := open(t, "en")
	theirs := map[string]*fpdf.Fpdf{}
	for name, ttf := range paper.FontFiles() {
		pdf := fpdf.New("P", "mm", "A4", "")
		pdf.AddUTF8FontFromBytes(name, "", ttf)
		pdf.SetFont(name, "", 10)
		theirs[strings.ToLower(name)] = pdf
	}
	seen := 0
	for r := rune(0x20); r < 0xFFFE; r++ {
		for name, ours := range fonts.Advances(r) {
			if their := theirs[name].GetStringSymbolWidth(string(r)); their != ours {
				t.Fatalf("%s %U: %d, fpdf has %d", name, r, ours, their)
			}
			seen++
		}
	}
	if seen < 30_000 {
		t.Errorf("only %d characters", seen)
	}
}

func TestClean(t *testing.T) {
	t.Parallel()
	fonts := open(t, "en")
	for in, want := range map[string]string{
		"a\r\nb\rc\u2028d\fe":         "a\nb\nc\nd\ne",
		"a\tb":                        "a    b",
		"a\x00\x07b\x1bc\u200d\ufeff": "abc",
		"soft\u00adhyphen":            "softhyphen",
		"Jose\u0301":                  "José",
		"👩‍👩‍👧 👍🏽":                    "□ □",
		"☎️ 1️⃣":                      "☎ 1",
		"ไทย":                         "□□□",
		"𠮷田":                          "□田",
		"𬭎":                           "□", // the font has it, fpdf cannot print it
		"☎\u200d😡":                    "☎□",
		"\ufffe\uffff":                "□□",
		"a\xffb":                      "a\ufffdb",
		"z\u0e31":                     "z", // a mark no font has
	} {
		if got := fonts.Clean(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, in string
		want     []string
	}{
		{"nothing", " \n\t\n", nil},
		{"line breaks stay", "a\n\n  b ", []string{"a", "", "  b"}},
		{"two blank lines at most", "\n\na\n\n \n\n\nb\n\n", []string{"a", "", "", "b"}},
		{
			"words", "The belt is stopped before the cover is opened.",
			[]string{"The belt is stopped", "before the cover is", "opened."},
		},
		{
			"spaces hang over", "The belt is stopped" + strings.Repeat(" ", 40) + "before",
			[]string{"The belt is stopped", "before"},
		},
		{
			"URL", "https://example.com/claims/OS-2025-0417/photo.jpg",
			[]string{"https://", "example.com/", "claims/", "OS-2025-0417/", "photo.jpg"},
		},
		{
			"long word", "a Donaudampfschifffahrtsgesellschaft b",
			[]string{"a", "Donaudampfschifffa", "hrtsgesellschaft b"},
		},
		{
			"Chinese", "客户反映喷阀动作延迟，导致好料被误剔除。请尽快处理！",
			[]string{"客户反映喷阀动作延", "迟，导致好料被误剔", "除。请尽快处理！"},
		},
		{
			"no closing mark begins a line", "一二三四五六七八九十。《一二三四五六七》八九",
			[]string{"一二三四五六七八九", "十。《一二三四五六", "七》八九"},
		},
		{
			"mixed", "型号VS-600履带式色选机，InGaAs相机",
			[]string{"型号VS-600履带式色", "选机，InGaAs相机"},
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			fonts := open(t, "zh")
			got := fonts.Lines(tt.in, 36)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Wrapping neither loses a character nor leaves the column, at any width.
func TestLinesFit(t *testing.T) {
	t.Parallel()
	text := "Supercalifragilisticexpialidocious, https://example.com/" + strings.Repeat("abc", 60) +
		" 色选机（VS-600）的“喷阀”……在第3通道；Łódź, Київ. " + strings.Repeat("。", 40) + " e\u0301 " + neighbours(200)
	for _, lang := range []string{"en", "zh"} {
		fonts := open(t, lang)
		for width := 5.0; width < 170; width += 3.7 {
			lines := fonts.Lines(text, width)
			for _, line := range lines {
				if w := fonts.Width(line); w > width+1e-6 {
					t.Errorf("%s: %q is %.2f mm wide in %.2f", lang, line, w, width)
				}
			}
			got := strings.ReplaceAll(strings.Join(lines, ""), " ", "")
			if want := strings.ReplaceAll(fonts.Clean(text), " ", ""); got != want {
				t.Errorf("%s %.1f mm: %s", lang, width, cmp.Diff(want, got))
			}
		}
	}
}

func TestShorten(t *testing.T) {
	t.Parallel()
	fonts := open(t, "en")
	if got := fonts.Shorten("short", 20); got != "short" {
		t.Error(got)
	}
	if got := fonts.Shorten("Optoste Co., Ltd, Hefei, China", 20); got != "Optoste Co.,…" {
		t.Error(got)
	}
}

func TestLayout(t *testing.T) {
	t.Parallel()
	for n := range 60 {
		doc := desk.Document{Title: "Report", Lang: "en"}
		for i := range n {
			doc.Blocks = append(doc.Blocks, desk.Block{Text: fmt.Sprintf("Line %d", i)})
		}
		long := len(doc.Blocks) + 3
		doc.Blocks = append(doc.Blocks,
			desk.Block{Kind: desk.Heading, Text: "First"}, desk.Block{Kind: desk.Heading, Text: "Second"},
			desk.Block{Kind: desk.Field, Label: "Customer", Text: strings.Repeat("Nuts\n", 5)},
			desk.Block{Kind: desk.Quote, Text: strings.Repeat("quoted\n", 30)},
			desk.Block{Kind: desk.Heading, Text: "Third"}, desk.Block{Text: strings.Repeat("words\n", 12)})
		pages, err := paper.Layout(doc)
		if err != nil {
			t.Fatal(err)
		}
		lines := 0
		for p, rows := range pages {
			checkPage(t, doc, rows)
			if last := rows[len(rows)-1]; last.Block >= 0 && doc.Blocks[last.Block].Kind == desk.Heading {
				t.Errorf("%d lines before: page %d ends with heading %q", n, p+1, last.Text)
			}
			count := map[int]int{}
			for _, r := range rows {
				count[r.Block]++
			}
			if got := count[n+2]; got != 0 && got != 5 {
				t.Errorf("%d lines before: page %d has %d lines of a short field", n, p+1, got)
			}
			if count[long] == 1 {
				t.Errorf("%d lines before: page %d has one line of a long quote", n, p+1)
			}
			lines += len(rows)
		}
		if want := 2 + n + 1 + 1 + 5 + 30 + 1 + 12; lines != want {
			t.Errorf("%d rows, want %d", lines, want)
		}
	}
}

// More headings in a row than a page holds cannot all stay with the text after them.
func TestLayoutManyHeadings(t *testing.T) {
	t.Parallel()
	doc := desk.Document{Title: strings.Repeat("A long title ", 400), Lang: "en"}
	for range 200 {
		doc.Blocks = append(doc.Blocks, desk.Block{Kind: desk.Heading, Text: "Heading"})
	}
	pages, err := paper.Layout(doc)
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for _, page := range pages {
		checkPage(t, doc, page)
		rows += len(page)
	}
	if rows < 200 || len(pages) > 20 {
		t.Errorf("%d rows on %d pages", rows, len(pages))
	}
}

// checkPage fails when rows overlap, are out of order, or leave the page.
func checkPage(t *testing.T, doc desk.Document, rows []paper.Row) {
	t.Helper()
	end, block := 0.0, -2
	for _, r := range rows {
		if r.Top < end-1e-6 || r.Block < block || r.Bottom > paper.TextBottom+1e-6 {
			t.Errorf("%d blocks: row %q of block %d from %.1f to %.1f after %.1f",
				len(doc.Blocks), r.Text, r.Block, r.Top, r.Bottom, end)
		}
		end, block = r.Bottom, r.Block
	}
}
