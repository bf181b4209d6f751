package fake_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// TestLibraryCalls lets the library that bots use do everything once.
func TestLibraryCalls(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	api, ctx := w.library(), t.Context()

	me, err := api.AuthTestContext(ctx)
	if err != nil || me.UserID != w.BotUser() || me.BotID != w.BotID() || me.TeamID != fake.Team {
		t.Fatalf("auth.test = %+v, %v", me, err)
	}
	user, err := api.GetUserInfoContext(ctx, w.mei.ID())
	if err != nil || user.Profile.DisplayName != "Mei <!channel>" || user.TZ != "Asia/Shanghai" {
		t.Fatalf("users.info = %+v, %v", user, err)
	}
	dm, _, _, err := api.OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{w.mei.ID()}})
	if err != nil || dm.ID != w.chat.ID() {
		t.Fatalf("conversations.open = %+v, %v", dm, err)
	}
	yes := slack.NewButtonBlockElement("f1.1.yes", "v", slack.NewTextBlockObject(slack.PlainTextType, "Yes", false, false))
	blocks := slack.MsgOptionBlocks(
		slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, "*Hello* &lt;Mei&gt;", false, false), nil, nil), slack.NewActionBlock("b1", yes),
	)
	_, ts, err := api.PostMessageContext(ctx, dm.ID, slack.MsgOptionText("Hello", true), blocks,
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "sent", EventPayload: map[string]any{"id": "7"}}), slack.MsgOptionDisableLinkUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	got := w.chat.Said()
	if len(got) != 1 || got[0].ID != ts || got[0].Text != "Hello <Mei>" || got[0].Notice != "Hello" || got[0].Buttons[0].Action != "f1.1.yes" {
		t.Fatalf("said %+v", got)
	}
	history, err := api.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{ChannelID: dm.ID, IncludeAllMetadata: true})
	if err != nil || len(history.Messages) != 1 || history.Messages[0].Metadata.EventPayload["id"] != "7" {
		t.Fatalf("conversations.history = %+v, %v", history, err)
	}
	if _, _, _, err := api.UpdateMessageContext(ctx, dm.ID, ts, slack.MsgOptionText("Done", true)); err != nil {
		t.Fatal(err)
	}
	if err := api.AddReactionContext(ctx, "white_check_mark", slack.NewRefToMessage(dm.ID, ts)); err != nil {
		t.Fatal(err)
	}
	if got := w.chat.Said()[0]; got.Text != "Done" || !got.Edited || len(got.Buttons) != 0 || got.Reacted[0] != "white_check_mark" {
		t.Errorf("updated to %+v", got)
	}
	w.unmistaken()
}

func TestLibraryFiles(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	api, ctx := w.library(), t.Context()

	content := []byte("three words here")
	sum, err := api.UploadFileContext(ctx, slack.UploadFileParameters{
		Reader: bytes.NewReader(content), FileSize: len(content), Filename: "notes.txt", Title: "Notes", Channel: w.chat.ID(), InitialComment: "see",
	})
	if err != nil {
		t.Fatal(err)
	}
	got := w.chat.Said()
	if len(got) != 1 || got[0].Text != "see" || len(got[0].Files) != 1 || got[0].Files[0].Name != "notes.txt" {
		t.Fatalf("said %+v", got)
	}
	f, _, _, err := api.GetFileInfoContext(ctx, sum.ID, 0, 0)
	if err != nil || f.Title != "Notes" || len(f.Shares.Private[w.chat.ID()]) != 1 {
		t.Fatalf("files.info = %+v, %v", f, err)
	}
	var back bytes.Buffer
	if err := api.GetFileContext(ctx, f.URLPrivateDownload, &back); err != nil || !bytes.Equal(back.Bytes(), content) {
		t.Errorf("got %q, %v", back.Bytes(), err)
	}
	w.unmistaken()
}

// TestLibraryEvents checks that the library takes what is delivered, signature included.
func TestLibraryEvents(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	heard := make(chan slackevents.EventsAPIEvent, 10)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		verifier, err := slack.NewSecretsVerifier(r.Header, w.SigningSecret())
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = verifier.Write(body)
		if err := verifier.Ensure(); err != nil {
			t.Error(err)
		}
		e, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
		if err != nil {
			t.Errorf("%s: %v", body, err)
		}
		heard <- e
	}))
	defer hook.Close()
	w.Connect(hook.URL)
	d := w.chat.Say(w.mei, "1 < 2 & <!channel>")
	wait(t, "acknowledged", d.Acked())
	m, ok := (<-heard).InnerEvent.Data.(*slackevents.MessageEvent)
	if !ok || m.Text != "1 &lt; 2 &amp; &lt;!channel&gt;" || m.TimeStamp != d.TS || m.ChannelType != "im" || m.User != w.mei.ID() {
		t.Errorf("heard %+v", m)
	}
}

// TestLibrarySocket checks that the library's Socket Mode gets along with the server's.
func TestLibrarySocket(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Pace: 0.001, Patience: 500 * time.Millisecond})
	client := socketmode.New(w.library())
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); _ = client.RunContext(ctx) }()
	defer func() { cancel(); <-ended }()

	next := func() socketmode.Event {
		for {
			select {
			case e := <-client.Events:
				if e.Request != nil && e.Type != socketmode.EventTypeHello {
					return e
				}
			case <-time.After(10 * time.Second):
				t.Fatal("nothing is delivered")
			}
		}
	}
	d := w.chat.Say(w.mei, "hello")
	first := next()
	if first.Type != socketmode.EventTypeEventsAPI || first.Request.RetryAttempt != 0 {
		t.Fatalf("heard %+v", first.Request)
	}
	again := next() // 63: not acknowledged in time
	if again.Request.RetryAttempt != 1 || again.Request.RetryReason != "timeout" {
		t.Fatalf("not acknowledged, then heard %+v", again.Request)
	}
	if err := client.AckCtx(ctx, again.Request.EnvelopeID, nil); err != nil {
		t.Fatal(err)
	}
	wait(t, "acknowledged", d.Acked())

	w.Disconnect("refresh_requested") // 62: the client comes back by itself
	d = w.chat.Slash(w.mei, "/report", "OS-2025 <x>")
	e := next()
	if c, ok := e.Data.(slack.SlashCommand); !ok || c.Text != "OS-2025 <x>" || c.Command != "/report" {
		t.Fatalf("heard %+v", e.Data)
	}
	if err := client.AckCtx(ctx, e.Request.EnvelopeID, map[string]string{"text": "at once"}); err != nil {
		t.Fatal(err)
	}
	wait(t, "acknowledged", d.Acked())
	if got := w.chat.Ephemeral(w.mei); len(got) != 1 || got[0].Text != "at once" {
		t.Errorf("answered %+v", got)
	}
	w.unmistaken()
}
