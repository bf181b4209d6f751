package safety

import (
	"unicode"
	"unicode/utf8"
)

// A gap says what stands between a token and the one before it.
type gap uint8

const (
	joined gap = iota // nothing, or white space
	line              // a line break: phrases go on, negations do not
	soft              // a comma, a bracket: as a line break, and more
	hard              // the end of a sentence or a blank line: nothing goes on
)

// Words longer than this are cut; nothing in the lexicon comes near it.
const longestWord = 40

// These runes get a meaning of their own from the scanner.
const (
	orRune    = '/'       // also written 、; joins the items of a list
	toneAcute = byte(1)   // appended to a word that carries the acute accent
	toneHook  = byte(2)   // appended to a word that carries the Vietnamese hook above
	fullWidth = '！' - '!' // distance from a full-width sign to its ASCII sign
)

// The block of Chinese characters.
const firstHan, lastHan = '一', '\u9FFF'

// A scanner cuts a text into tokens, folded so that one spelling stands for
// many: lower case, half width, no accents, no invisible characters, and a letter written three times or more counted once. A token
// is a word in a script that writes spaces, else a single character.
type scanner struct {
	text string
	at   int

	gap    gap               // before the token
	symbol rune              // the token, if it is a single character; else 0
	word   [longestWord]byte // the token, if it is a word
	n      int               // length of the word
	tone   byte              // toneAcute, toneHook or 0
	last   rune              // for runs of one letter
	run    int
}

// next finds the next token and reports whether there was one.
func (s *scanner) next() bool {
	s.gap, s.symbol, s.n, s.tone, s.last, s.run = joined, 0, 0, 0, 0, 0
	lines := 0
	for s.at < len(s.text) {
		r, size := s.peek()
		if inWord(r) {
			s.at += size
			s.add(r)
			continue
		}
		if s.n > 0 {
			if dropped(r) {
				s.mark(r)
				s.at += size
				continue
			}
			return true
		}
		s.at += size
		switch {
		case alone(r):
			s.symbol = r
			return true
		case r == '\n':
			if lines++; lines > 1 {
				s.gap = hard
			}
			s.gap = max(s.gap, line)
		default:
			s.gap = max(s.gap, s.gapOf(r))
		}
	}
	return s.n > 0
}

// peek returns the folded rune at the present place and how many bytes it takes.
func (s *scanner) peek() (rune, int) {
	if b := s.text[s.at]; b < utf8.RuneSelf {
		if 'A' <= b && b <= 'Z' {
			b += 'a' - 'A'
		}
		return rune(b), 1
	}
	r, size := utf8.DecodeRuneInString(s.text[s.at:])
	switch {
	case '！' <= r && r <= '～':
		r -= fullWidth
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r, size
	case r == '、':
		return orRune, size
	case r >= 0x2000: // no upper case that matters
		return r, size
	}
	return unicode.ToLower(r), size
}

// add appends a letter or digit to the word, without its accent.
func (s *scanner) add(r rune) {
	if r >= 0xC0 && r < 0x1F00 {
		if plain, ok := accents[r]; ok {
			r = plain.letter
			s.tone = max(s.tone, plain.tone)
		}
	}
	if r != s.last {
		s.last, s.run = r, 0
	}
	s.run++
	digit := '0' <= r && r <= '9'
	switch {
	case s.n+utf8.UTFMax > longestWord:
		return
	case s.run == 3 && !digit: // "smellll" is "smel", "smell" stays
		s.n -= utf8.RuneLen(r)
		return
	case s.run > 3 && !digit:
		return
	case r < utf8.RuneSelf:
		s.word[s.n] = byte(r)
		s.n++
	default:
		s.n += utf8.EncodeRune(s.word[s.n:], r)
	}
}

// mark notes a tone that is written as a combining character.
func (s *scanner) mark(r rune) {
	switch r {
	case 0x0301:
		s.tone = max(s.tone, toneAcute)
	case 0x0309:
		s.tone = max(s.tone, toneHook)
	}
}

// gapOf tells how strongly a character separates what it stands between. A
// full stop counts only where it can end a sentence: not in 3.5 or "no.8".
func (s *scanner) gapOf(r rune) gap {
	switch r {
	case '!', '?', ';', '。', '…', '؟', '।', '\u2028', '\u2029':
		return hard
	case '.':
		if s.at < len(s.text) {
			if next, _ := s.peek(); inWord(next) {
				return joined
			}
		}
		return hard
	case ',', ':', '(', ')', '[', ']', '"', '“', '”', '–', '—', '【', '】', '「', '」', '،', '\r', '\v', '\f':
		return soft
	case '-':
		if s.at < len(s.text) && s.text[s.at] == ' ' { // "no - smoke", not "smoke-free"
			return soft
		}
	}
	return joined
}

// inWord reports whether the folded rune is a part of a word.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9'
	}
	if r >= 0xC0 && r < 0x0250 || r >= 0x0400 && r <= 0x0481 {
		return r != '×' && r != '÷'
	}
	if r >= 0x0300 && r <= 0x036F || r >= 0x0E00 && r <= 0x0E7F || r >= 0x1100 && r <= 0x11FF || r >= 0x2000 && r < 0xA000 || r >= 0xAC00 && r <= 0xD7FF {
		return false
	}
	return unicode.In(r, unicode.Letter, unicode.Mn, unicode.Mc, unicode.Nd) && !dropped(r)
}

// alone reports whether the folded rune is a token by itself: the scripts that
// write no spaces, a few emoji, and the sign that joins a list.
func alone(r rune) bool {
	switch {
	case r == orRune:
		return true
	case r < 0x0E00:
		return false
	}
	return r <= 0x0E7F || r >= 0x3040 && r <= 0x9FFF || r >= 0xAC00 && r <= 0xD7A3 || r >= 0x1F300 && r <= 0x1FAFF
}

// dropped reports whether the rune does not end the word it stands in: it is
// invisible, an accent, or an apostrophe.
func dropped(r rune) bool {
	switch {
	case r == '\'' || r == '’' || r == 'ʼ' || r == '`':
		return true
	case r < 0xAD:
		return false
	}
	return r == 0xAD || r >= 0x0300 && r <= 0x036F || r == 0x061C || r == 0x180E ||
		r >= 0x200B && r <= 0x200F || r >= 0x202A && r <= 0x202E || r >= 0x2060 && r <= 0x206F ||
		r >= 0xFE00 && r <= 0xFE0F || r == 0xFEFF
}

// A plainLetter is what an accented letter is folded to.
type plainLetter struct {
	letter rune
	tone   byte
}

// accents folds the accented letters of the languages in the lexicon. Only the
// two tones that tell a fire from a running machine (cháy, chạy) are kept.
var accents = foldAccents([][2]string{
	{"a", "àâãäåăạầẩẫậằẳẵặā"},
	{"c", "çćč"},
	{"d", "đď"},
	{"e", "èêëẹẽềểễệēęě"},
	{"g", "ğ"},
	{"i", "ìîïıĩịī"},
	{"l", "ł"},
	{"n", "ñńň"},
	{"o", "òôõöøọồổỗộơờởỡợō"},
	{"r", "ř"},
	{"s", "şśšș"},
	{"t", "ţťț"},
	{"u", "ùûüũụưừửữựūů"},
	{"y", "ỳÿỵỹ"},
	{"z", "žźż"},
	{"е", "ё"},
	{"a\x01", "áắấ"},
	{"e\x01", "éế"},
	{"i\x01", "í"},
	{"o\x01", "óốớ"},
	{"u\x01", "úứ"},
	{"y\x01", "ý"},
	{"a\x02", "ảẳẩ"},
	{"e\x02", "ẻể"},
	{"i\x02", "ỉ"},
	{"o\x02", "ỏổở"},
	{"u\x02", "ủử"},
	{"y\x02", "ỷ"},
})

func foldAccents(rows [][2]string) map[rune]plainLetter {
	m := make(map[rune]plainLetter)
	for _, row := range rows {
		letter, size := utf8.DecodeRuneInString(row[0])
		var tone byte
		if size < len(row[0]) {
			tone = row[0][size]
		}
		for _, r := range row[1] {
			m[r] = plainLetter{letter, tone}
		}
	}
	return m
}

// simplified maps the Traditional and Japanese forms of the characters that the
// lexicon uses; the lexicon gives both forms the same number.
var simplified = pairs("煙烟菸烟燒烧電电觸触傷伤斷断夾夹門门開开關关護护線线輻辐機机壓压鉛铅簾帘" +
	"進进絞绞頭头來来臉脸捲卷將将發发現现沒没無无員员師师傅傅噴喷瀉泄洩泄損损壞坏災灾著着焰焰熱热" +
	"聞闻見见爆爆炸炸膠胶塑塑櫃柜閥阀氣气這这裡里裏里燙烫流流血血個个連连鎖锁攔拦擋挡為为馬马達达" +
	"問问題题還还嗎吗過过會会給给讓让裝装點点醫医護护車车暈晕厥厥屍尸體体緊紧碼码濃浓霧雾隻只腳脚" +
	"臟脏膚肤撲扑滅灭條条繼继續续雷雷鐳镭驚惊嚇吓輸输帶带輥辊軸轴齒齿鏈链從从後后邊边幾几種种樣样" +
	"東东誰谁兩两對对錯错檢检測测選选塵尘溫温設设備备廠厂間间倉仓庫库緣缘絲丝闆板區区應应処处気气" +
	"圧压発发険险" + "傘伞衆众輛辆飛飞擊击閃闪異异嗆呛聲声響响當当紅红黃黄嚴严豬猪龍龙鍋锅葉叶")

func pairs(s string) map[rune]rune {
	m := make(map[rune]rune)
	rs := []rune(s)
	for i := 0; i+1 < len(rs); i += 2 {
		if rs[i] != rs[i+1] {
			m[rs[i]] = rs[i+1]
		}
	}
	return m
}
