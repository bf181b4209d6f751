package fake

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// emojis are some of the names that Slack has for emoji, with their code points; the workspace's own have none.
var emojis = map[string]string{
	"smile": "1f604", "+1": "1f44d", "wave": "1f44b", "tada": "1f389", "warning": "26a0-fe0f", "heart": "2764-fe0f", "hash": "0023-fe0f-20e3",
	"flag-cn": "1f1e8-1f1f3", "female-mechanic": "1f469-200d-1f527", "optoste": "",
}

// tones are the names of skin tones, by their code points.
var tones = map[string]string{"2": "1f3fb", "3": "1f3fc", "4": "1f3fd", "5": "1f3fe", "6": "1f3ff"}

// codes writes emoji as a person's program hands them over: as names between colons.
var codes = strings.NewReplacer(codesOf()...)

func codesOf() []string {
	var pairs [][2]string
	for name, points := range emojis {
		if points == "" {
			continue
		}
		pairs = append(pairs, [2]string{characters(points), ":" + name + ":"})
		for tone, point := range tones {
			pairs = append(pairs, [2]string{characters(points + "-" + point), ":" + name + "::skin-tone-" + tone + ":"})
		}
	}
	slices.SortFunc(pairs, func(a, b [2]string) int { return len(b[0]) - len(a[0]) }) // the longest wins
	var list []string
	for _, p := range pairs {
		list = append(list, p[0], p[1])
	}
	return list
}

// characters returns an emoji as it is shown.
func characters(points string) string {
	var s strings.Builder
	for point := range strings.SplitSeq(points, "-") {
		n, err := strconv.ParseInt(point, 16, 32)
		if err != nil {
			panic(err) // of the table above
		}
		s.WriteRune(rune(n))
	}
	return s.String()
}

// typedPart is what is not plain words in a text as it goes over the line.
var typedPart = regexp.MustCompile("<[^<>\n]+>|`[^`\n]+`|:[a-z0-9_+-]+:(?::skin-tone-[2-6]:)?")

// richText returns the block that a person's program makes of what is typed, from its form on the line: the
// elements are typed, and hold plain text.
func richText(id, text string) any {
	var list []any
	var plain strings.Builder
	flush := func() {
		if plain.Len() > 0 {
			list = append(list, obj{"type": "text", "text": unescape(plain.String())})
		}
		plain.Reset()
	}
	end := 0
	for _, at := range typedPart.FindAllStringIndex(text, -1) {
		part := text[at[0]:at[1]]
		plain.WriteString(text[end:at[0]])
		end = at[1]
		if element := typedElement(part); element != nil {
			flush()
			list = append(list, element)
		} else {
			plain.WriteString(part)
		}
	}
	plain.WriteString(text[end:])
	flush()
	return map[string]any{"type": "rich_text", "block_id": id, "elements": []any{map[string]any{"type": "rich_text_section", "elements": list}}}
}

// typedElement returns the element that a part of a text is; nil = it is plain words.
func typedElement(part string) any {
	inner := part[1 : len(part)-1]
	switch part[0] {
	case '`':
		return obj{"type": "text", "text": unescape(inner), "style": obj{"code": true}}
	case ':':
		name, tone, toned := strings.Cut(inner, "::skin-tone-")
		points, ok := emojis[name]
		if !ok {
			return nil
		}
		o := obj{"type": "emoji", "name": name}
		if toned {
			o["skin_tone"], _ = strconv.Atoi(tone)
			points += "-" + tones[tone]
		}
		if points != "" {
			o["unicode"] = points
		}
		return o
	}
	target, label, _ := strings.Cut(inner, "|")
	switch {
	case target[0] == '@':
		return obj{"type": "user", "user_id": target[1:]}
	case target[0] == '#':
		return obj{"type": "channel", "channel_id": target[1:]}
	case strings.HasPrefix(target, "!subteam^"):
		return obj{"type": "usergroup", "usergroup_id": strings.TrimPrefix(target, "!subteam^")}
	case target[0] == '!':
		return obj{"type": "broadcast", "range": target[1:]}
	}
	o := obj{"type": "link", "url": unescape(target)}
	put(o, "text", unescape(label))
	return o
}
