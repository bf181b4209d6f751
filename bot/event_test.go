package bot_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/measure"
)

// stored draws each event that can wait in a store.
var stored = map[string]func(*rapid.T) bot.Event{
	"Said":        draw[bot.Said],
	"Chose":       draw[bot.Chose],
	"Attached":    draw[bot.Attached],
	"Edited":      draw[bot.Edited],
	"Filled":      draw[bot.Filled],
	"Visited":     draw[bot.Visited],
	"Odd":         draw[bot.Odd],
	"Fetched":     draw[bot.Fetched],
	"Presence":    draw[bot.Presence],
	"Moved":       draw[bot.Moved],
	"Waited":      draw[bot.Waited],
	"PlateWanted": draw[bot.PlateWanted],
	"Told":        draw[bot.Told],
}

// passing are the events that exist within one turn only.
var passing = map[string]bot.Event{"Did": bot.Did{}, "Found": bot.Found{}}

func draw[E bot.Event](t *rapid.T) bot.Event {
	return rapid.MakeCustom[E](rapid.MakeConfig{Types: map[reflect.Type]*rapid.Generator[any]{
		reflect.TypeFor[time.Time]():     rapid.Custom(drawTime).AsAny(),
		reflect.TypeFor[claim.Date]():    rapid.Custom(drawDay).AsAny(),
		reflect.TypeFor[measure.Times](): rapid.Custom(drawTimes).AsAny(),
	}}).Draw(t, "event")
}

// drawTime makes times as stores keep them: microseconds in UTC.
func drawTime(t *rapid.T) time.Time {
	return time.UnixMicro(rapid.Int64Range(-62135596800e6, 253402300799e6).Draw(t, "time")).UTC()
}

// drawDay makes days as they are written: of four digits in the year.
func drawDay(t *rapid.T) claim.Date {
	return claim.Date{Year: 2026, Month: 1, Day: 1}.AddDays(rapid.IntRange(-700_000, 2_900_000).Draw(t, "day"))
}

// drawTimes makes them as they are measured: in seconds, and none of nothing.
func drawTimes(t *rapid.T) (times measure.Times) {
	times.Count, times.Without = rapid.IntRange(0, 9).Draw(t, "count"), rapid.Int().Draw(t, "without")
	if times.Count > 0 {
		times.Median = time.Duration(rapid.Int32().Draw(t, "median")) * time.Second
		times.P90 = time.Duration(rapid.Int32().Draw(t, "p90")) * time.Second
	}
	return times
}

// TestInboundJSON writes and reads every event, and every field of it.
func TestInboundJSON(t *testing.T) {
	t.Parallel()
	for name, event := range stored {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rapid.Check(t, func(t *rapid.T) {
				in := bot.Inbound{
					ID: rapid.String().Draw(t, "id"), Order: rapid.Int64().Draw(t, "order"), Sent: drawTime(t),
					From:    bot.Sender{ID: claim.PersonID(rapid.String().Draw(t, "person")), Name: rapid.String().Draw(t, "name"), Lang: "zh-CN"},
					To:      bot.Address{Channel: "chat", Chat: rapid.String().Draw(t, "chat"), Thread: rapid.String().Draw(t, "thread")},
					Message: bot.MessageID(rapid.String().Draw(t, "message")), ReplyTo: bot.MessageID(rapid.String().Draw(t, "reply to")), Public: rapid.Bool().Draw(t, "public"), Event: event(t),
				}
				b, err := json.Marshal(in)
				if err != nil {
					t.Fatal(err)
				}
				var got bot.Inbound
				if err := json.Unmarshal(b, &got); err != nil {
					t.Fatalf("read %s: %v", b, err)
				}
				if diff := cmp.Diff(in, got, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s (-want +got):\n%s", b, diff)
				}
			})
		})
	}
}

// TestInboundJSONIsComplete compares the lists above with the events that event.go declares.
func TestInboundJSONIsComplete(t *testing.T) {
	t.Parallel()
	f, err := parser.ParseFile(token.NewFileSet(), "event.go", nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	for _, d := range f.Decls {
		if m, ok := d.(*ast.FuncDecl); ok && m.Recv != nil && m.Name.Name == "event" {
			declared = append(declared, m.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	slices.Sort(declared)
	listed := slices.Sorted(maps.Keys(stored))
	listed = slices.Sorted(slices.Values(slices.AppendSeq(listed, maps.Keys(passing))))
	if diff := cmp.Diff(declared, listed); diff != "" {
		t.Errorf("events of event.go and of this test (-want +got):\n%s", diff)
	}
}

func TestInboundJSONRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"an unknown event": `{"id":"1","sent":"2026-03-02T02:00:00Z","kind":"danced","event":{}}`,
		"no event":         `{"id":"1","sent":"2026-03-02T02:00:00Z"}`,
		"another form":     `{"id":"1","sent":"2026-03-02T02:00:00Z","kind":"said","event":[]}`,
		"no time":          `{"id":"1","sent":"yesterday","kind":"said","event":{}}`,
		"no object":        `"said"`,
		"half a text":      `{"id":"1"`,
	} {
		in := bot.Inbound{ID: "before"}
		if err := json.Unmarshal([]byte(text), &in); err == nil {
			t.Errorf("%s is read as %+v", name, in)
		}
	}
	for name, ev := range passing {
		b, err := json.Marshal(bot.Inbound{ID: "1", Event: ev})
		if err != nil {
			continue
		}
		var in bot.Inbound
		if err := json.Unmarshal(b, &in); err == nil || !strings.Contains(err.Error(), "unknown kind") {
			t.Errorf("%s, which never leaves its turn, is read as %+v, %v", name, in, err)
		}
	}
}

// FuzzInboundJSON wants whatever is read to be written and read again as the same.
func FuzzInboundJSON(f *testing.F) {
	for kind, event := range map[string]string{
		"said": `{"text":"hello"}`, "chose": `{"choice":"f1.2.yes"}`, "attached": `{"files":[{"hash":"00","refused":"too_big"}],"album":"a"}`,
		"edited": `{"of":"7","text":"x"}`, "odd": `{"kind":"sticker"}`, "waited": `{"timer":{"name":"album","frame":"1","version":2,"at":"2026-03-02T02:00:00Z"}}`,
		"plate_wanted": `{"frame":"1","file":{}}`, "told": `{"news":"opened","by":{"role":"staff"}}`, "did": `{}`, "found": `null`,
	} {
		f.Add(`{"id":"1","order":5,"sent":"2026-03-02T10:00:00.5+08:00","from":{"id":"mei"},"to":{"channel":"c","chat":"1"},"kind":"` + kind + `","event":` + event + `}`)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var in, again bot.Inbound
		if json.Unmarshal([]byte(text), &in) != nil {
			return
		}
		b, err := json.Marshal(in)
		if err != nil {
			return // a time zone that no text can hold
		}
		if err := json.Unmarshal(b, &again); err != nil {
			t.Fatalf("%s was read, but not %s: %v", text, b, err)
		}
		if in.Sent = in.Sent.Truncate(time.Microsecond); !cmp.Equal(in, again, cmpopts.EquateEmpty()) {
			t.Errorf("%s: %s", text, cmp.Diff(in, again))
		}
	})
}
