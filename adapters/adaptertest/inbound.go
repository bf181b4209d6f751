package adaptertest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/bot"
)

// nasty are texts that mean something to some platform, and must mean nothing here (promise P6).
var nasty = []string{
	"*_[]<>&@",
	"plain words",
	"two\nlines\n\nand a gap",
	"*not bold* _not slanted_ ~not gone~ `not code` ```not a block```",
	"<!channel> <!here> <@U012AB3CD> <#C024BE7LR> @channel @here @everyone",
	"[a link](https://evil.example) <https://evil.example|optoste.com> https://evil.example/?a=1&b=2",
	`<script>alert(1)</script><img src=x onerror="alert(1)"> &lt;b&gt; &amp;amp;`,
	`back\slash \* \\ \n C:\new\table`,
	"# heading\n> quote\n- list\n1. number\n| a | b |\n---",
	"喷阀不工作，机号 OS-2025-0417。",
	"👩‍🔧 café e\u0301 \u202eright to left\u202c مرحبا",
	"/start not a command's end",
}

func (b *bench) textIn() {
	for _, text := range nasty {
		_, in := b.deliver(Update{Text: text})
		if diff := cmp.Diff(bot.Event(bot.Said{Text: text}), in.Event); diff != "" {
			b.Errorf("typed %q (-want +got):\n%s", text, diff)
		}
		if in.Message == "" {
			b.Errorf("typed %q: no message id, so it could not be edited", text)
		}
	}
	b.silent()
}

func (b *bench) press() {
	id := b.send(bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.yes", Label: "Yes"}, {ID: "f1.1.no", Label: "<No> & *never*"}}})
	_, in := b.deliver(Update{Press: &Press{Message: id, Choice: "f1.1.no"}})
	e, ok := in.Event.(bot.Chose)
	if !ok || e.Choice != "f1.1.no" || e.On != "" && e.On != id {
		b.Errorf("pressed f1.1.no under %s, heard as %T %+v", id, in.Event, in.Event)
	}
	if a, ok := b.h.Adapter().(bot.Acknowledger); ok {
		a.Acknowledge(b.Context(), in, bot.Ack{Note: "noted <&> *this*"})
	}
	b.silent()
}

func (b *bench) editIn() {
	_, first := b.deliver(Update{Text: "OS-2025-0471"})
	_, in := b.deliver(Update{Edit: first.Message, Text: "OS-2025-0417 *_[]<>&@"})
	if diff := cmp.Diff(bot.Event(bot.Edited{Of: first.Message, Text: "OS-2025-0417 *_[]<>&@"}), in.Event); diff != "" {
		b.Errorf("edited (-want +got):\n%s", diff)
	}
	if in.ID == first.ID {
		b.Error("an edit has the ID of what it edits, so it would be taken for its redelivery")
	}
	b.silent()
}

func (b *bench) odd() {
	for _, kind := range []string{"sticker", "location", "contact"} {
		_, in := b.deliver(Update{Odd: kind})
		if e, ok := in.Event.(bot.Odd); !ok || e.Kind == "" {
			b.Errorf("a %s is heard as %T %+v, want bot.Odd with its kind", kind, in.Event, in.Event)
		}
	}
	b.silent()
}

func (b *bench) album() {
	files := []File{
		{Name: "plate.png", Content: []byte("\x89PNG\r\n\x1a\n one")},
		{Name: "spray <3> & *.png", Content: []byte("\x89PNG\r\n\x1a\n two")},
		{Name: "notes.txt", Content: []byte("three words here")},
	}
	d := b.h.Deliver(b.T, Update{Files: files, Text: "caption *_[]<>&@"})
	var got []bot.File
	var captions []string
	albums := map[string]bool{}
	events := 0
	for len(got) < len(files) {
		e, ok := b.next().Event.(bot.Attached)
		if !ok || len(e.Files) == 0 {
			b.Fatalf("an album is heard as %+v, want bot.Attached", e)
		}
		events++
		got = append(got, e.Files...)
		albums[e.Album] = true
		if e.Caption != "" {
			captions = append(captions, e.Caption)
		}
	}
	b.acked(d)
	if events > 1 && (len(albums) != 1 || albums[""]) {
		b.Errorf("%d events of one album share the names %v, want one name", events, albums)
	}
	if diff := cmp.Diff([]string{"caption *_[]<>&@"}, captions); diff != "" {
		b.Errorf("captions (-want +got):\n%s", diff)
	}
	for i, f := range got {
		b.checkStored(f, files[i].Content)
	}
	b.silent()
}

// checkStored checks that a file that was heard can be read, from the store or from the platform.
func (b *bench) checkStored(f bot.File, content []byte) {
	b.Helper()
	if f.Refused != "" || f.Size != int64(len(content)) || f.Mime == "" && f.Ref == "" || (f.Hash == "") == (f.Ref == "") {
		b.Errorf("file = %+v, want it taken, with its type and %d bytes", f, len(content))
		return
	}
	open := func() (io.ReadCloser, error) { return b.h.Media().Get(b.Context(), f.Hash) }
	if f.Ref != "" {
		open = func() (io.ReadCloser, error) { return b.h.Adapter().(bot.Fetcher).Fetch(b.Context(), f.Ref) }
	}
	in, err := open()
	if err != nil {
		b.Errorf("file %s: %v", f.Name, err)
		return
	}
	defer in.Close()
	var got bytes.Buffer
	if _, err := got.ReadFrom(in); err != nil || !bytes.Equal(got.Bytes(), content) {
		b.Errorf("file %s: read %d other bytes, error %v", f.Name, got.Len(), err)
	}
}

func (b *bench) bigFile() {
	for _, c := range []struct {
		size int64
		want bot.FileProblem
	}{{b.h.MaxFile(), ""}, {b.h.MaxFile() + 1, bot.FileTooBig}} {
		_, in := b.deliver(Update{Files: []File{{Name: "long.bin", Size: c.size}}})
		e, ok := in.Event.(bot.Attached)
		if !ok || len(e.Files) != 1 || e.Files[0].Refused != c.want || c.want != "" && e.Files[0].Hash+e.Files[0].Ref != "" {
			b.Errorf("a file of %d bytes is heard as %+v, want one file with Refused %q", c.size, in.Event, c.want)
		}
	}
	b.silent()
}

func (b *bench) duplicate() {
	for _, u := range []Update{
		{Text: "once"},
		{Odd: "sticker"},
		{Files: []File{{Name: "a.txt", Content: []byte("once")}}},
	} {
		d, first := b.deliver(u)
		d.Again(b.T)
		second := b.next()
		if diff := cmp.Diff(first, second); diff != "" {
			b.Errorf("the same update again differs (-first +second):\n%s", diff)
		}
	}
	_, other := b.deliver(Update{Text: "once"})
	_, another := b.deliver(Update{Text: "once"})
	if other.ID == another.ID {
		b.Error("the same words said twice have one ID")
	}
}

func (b *bench) acknowledge() {
	var d Delivery
	given := make(chan struct{})
	tries := 0
	early := false
	b.does(func(context.Context, bot.Inbound) error {
		<-given
		select {
		case <-d.Acked():
			early = true
		default:
		}
		if tries++; tries < 3 {
			return errors.New("database is away")
		}
		return nil
	})
	d = b.h.Deliver(b.T, Update{Text: "hold on"})
	close(given)
	first, second, third := b.next(), b.next(), b.next()
	b.acked(d)
	if diff := cmp.Diff([]bot.Inbound{first, first}, []bot.Inbound{second, third}); diff != "" {
		b.Errorf("the update differs when it is delivered again (-first +later):\n%s", diff)
	}
	if early {
		b.Error("the update was acknowledged before the handler returned nil")
	}
	b.silent()
}

func (b *bench) orderIn() {
	var last bot.Inbound
	for i := range 20 {
		text := fmt.Sprintf("message %d", i)
		_, in := b.deliver(Update{Text: text})
		if diff := cmp.Diff(bot.Event(bot.Said{Text: text}), in.Event); diff != "" {
			b.Errorf("(-want +got):\n%s", diff)
		}
		if in.Order <= last.Order {
			b.Errorf("message %d: Order = %d after %d", i, in.Order, last.Order)
		}
		if in.Sent.Before(last.Sent.Truncate(time.Second)) {
			b.Errorf("message %d: Sent = %v after %v", i, in.Sent, last.Sent)
		}
		last = in
	}
}

func (b *bench) own() {
	b.send(bot.Message{Text: "I am the bot"})
	id := b.send(bot.Message{Text: "Which?", Choices: []bot.Choice{{ID: "f1.1.a", Label: "A"}}})
	if b.h.Adapter().Capabilities().Edit {
		if _, err := b.h.Adapter().Send(b.Context(), bot.Outgoing{ID: newID(), To: b.h.Chat(), Replace: id, Message: bot.Message{Text: "Never mind"}}); err != nil {
			b.Fatal(err)
		}
	}
	_, in := b.deliver(Update{Text: "hello"})
	if diff := cmp.Diff(bot.Event(bot.Said{Text: "hello"}), in.Event); diff != "" {
		b.Errorf("after the bot's own messages (-want +got):\n%s", diff)
	}
	b.silent()
}
