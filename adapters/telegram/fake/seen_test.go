package fake_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// TestVisible is what a person sees.
func TestVisible(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	asked := w.chat.Say(w.mei, "what is this?").Message()
	w.ok("sendDocument", params{
		"chat_id": w.chat.ID(), "document": []byte("%PDF-1.4"), "caption": "<b>The card</b>", "parse_mode": "HTML",
		"reply_parameters": params{"message_id": asked},
		"reply_markup":     params{"inline_keyboard": [][]params{{{"text": "Yes", "callback_data": "y"}, {"text": "Site", "url": "https://optoste.com"}}}},
	})
	w.say(w.chat, params{"reply_markup": params{"keyboard": [][]params{{{"text": "My number", "request_contact": true}}}}})
	got := w.chat.Visible()[2:]
	sum := sha256.Sum256([]byte("%PDF-1.4"))
	for i := range got {
		got[i].Date, got[i].ID = w.clock.now(), 0
	}
	want := []fake.Shown{
		{
			Bot: true, From: w.BotID(), Date: w.clock.now(), Text: "The card", ReplyTo: asked,
			Entities: []fake.Entity{{Type: "bold", Offset: 0, Length: 8}},
			Buttons:  [][]fake.Button{{{Label: "Yes", Data: "y"}, {Label: "Site", URL: "https://optoste.com/"}}},
			Files:    []fake.ShownFile{{Kind: fake.Document, Name: "document.bin", Size: 8, Hash: hex.EncodeToString(sum[:]), ID: got[0].Files[0].ID}},
		},
		{Bot: true, From: w.BotID(), Date: w.clock.now(), Text: "hello", Keys: [][]string{{"My number"}}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("visible (-want +got):\n%s", diff)
	}
	if labels := got[0].Labels(); !cmp.Equal(labels, []string{"Yes", "Site"}) {
		t.Errorf("labels = %q", labels)
	}
	if w.Chat(w.group.ID()) != w.group || w.Chat(4711) != nil {
		t.Error("a chat is not found by its id")
	}
}

// TestWaitFor waits for what the bot says.
func TestWaitFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{}, true)
	said := make(chan []fake.Shown)
	go func() {
		list, err := w.chat.WaitFor(t.Context(), func(list []fake.Shown) bool { return list[len(list)-1].Edited })
		if err != nil {
			t.Error(err)
		}
		said <- list
	}()
	id := w.say(w.chat, nil)
	w.ok("editMessageText", params{"chat_id": w.chat.ID(), "message_id": id, "text": "new"})
	if list := <-said; list[len(list)-1].Text != "new" {
		t.Errorf("saw %+v", list)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.chat.WaitFor(ctx, func([]fake.Shown) bool { return false }); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitFor = %v after its context ended", err)
	}
	if _, err := w.WaitCalls(ctx, 3); !errors.Is(err, context.Canceled) {
		t.Errorf("WaitCalls = %v after its context ended", err)
	}
	if list, err := w.WaitCalls(ctx, 1, "editMessageText"); err != nil || list[0].Chat != w.chat.ID() || list[0].Status != 200 {
		t.Errorf("WaitCalls = %+v, %v", list, err)
	}
}
