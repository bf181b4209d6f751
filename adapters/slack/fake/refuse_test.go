package fake_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// refusal is a call that the server refuses. The name begins with the fact of platform-facts.md.
type refusal struct {
	name string
	// prepare moves the world and returns the method and its arguments.
	prepare func(w *world) (string, args)
	err     string
	mistake string // what Mistakes tells beside; empty = none
}

func to(id string) (string, args) { return "chat.postMessage", args{"channel": id, "text": "hello"} }

// at is a refusal for which the world must be moved first.
func at(name, err string, prepare func(w *world) (string, args)) refusal {
	return refusal{name: name, err: err, prepare: prepare}
}

// in is a refusal of a message to a channel that was moved first.
func in(name, err string, move func(w *world, c *fake.Chat)) refusal {
	return at(name, err, func(w *world) (string, args) {
		c := w.NewChannel("desk", w.mei)
		move(w, c)
		return to(c.ID())
	})
}

// wrong is a call that is a mistake.
func wrong(name, mistake, method string, a args) refusal {
	return refusal{name: name, err: "invalid_arguments", mistake: mistake, prepare: func(w *world) (string, args) {
		if a["channel"] == nil {
			a["channel"] = w.chat.ID()
		}
		return method, a
	}}
}

// says is a refusal of a message to the direct messages.
func says(name, err string, a args) refusal {
	return at(name, err, func(w *world) (string, args) {
		a["channel"] = w.chat.ID()
		return "chat.postMessage", a
	})
}

func refusals() []refusal {
	return append(refusalsOfArguments(), []refusal{
		at("85: no such channel", "channel_not_found", func(*world) (string, args) { return to("C0NOWHERE") }),
		at("85: no such user", "channel_not_found", func(*world) (string, args) { return to("U0NOBODY") }),
		at("85: private channel without the bot", "channel_not_found", func(w *world) (string, args) {
			c := w.NewPrivateChannel("board", w.mei)
			c.SetBot(false)
			return to(c.ID())
		}),
		in("85: not in the channel", "not_in_channel", func(_ *world, c *fake.Chat) { c.SetBot(false) }),
		in("85: archived", "is_archived", func(_ *world, c *fake.Chat) { c.Archive(true) }),
		in("85: only few may write", "restricted_action", func(_ *world, c *fake.Chat) { c.Restrict(true) }),
		at("85: account closed", "account_inactive", func(w *world) (string, args) {
			w.mei.Deactivate()
			return to(w.chat.ID())
		}),
		at("85: person who refuses", "cannot_dm_bot", func(w *world) (string, args) {
			w.mei.Refuse(true)
			return to(w.chat.ID())
		}),
		at("85: another bot", "cannot_dm_bot", func(w *world) (string, args) { return to(w.Bot("jenkins").ID()) }),
		at("76: stranger by user id", "channel_not_found", func(w *world) (string, args) { return to(w.NewStranger(fake.Profile{}).ID()) }),
		in("85: token revoked", "token_revoked", func(w *world, _ *fake.Chat) { w.Revoke("token_revoked") }),
		says("81: neither text nor blocks", "no_text", args{}),
		at("81: update of 4,001 bytes", "msg_too_long", func(w *world) (string, args) {
			return "chat.update", args{"channel": w.chat.ID(), "ts": w.say(w.chat, nil), "text": strings.Repeat("a", 4001)}
		}),
		at("81: update of 1,334 characters, 4,002 bytes", "msg_too_long", func(w *world) (string, args) {
			ts := w.say(w.chat, nil)
			w.ok("chat.update", args{"channel": w.chat.ID(), "ts": ts, "text": long(1333)})
			return "chat.update", args{"channel": w.chat.ID(), "ts": ts, "text": long(1334)}
		}),
		says("81: 101 attachments", "too_many_attachments", args{"text": "a", "attachments": many(101, args{"text": "b"})}),
		at("85: update of what a person said", "cant_update_message", func(w *world) (string, args) {
			return "chat.update", args{"channel": w.chat.ID(), "ts": w.chat.Say(w.mei, "hi").TS, "text": "b"}
		}),
		at("85: update by a user's id", "channel_not_found", func(w *world) (string, args) {
			ts := w.ok("chat.postMessage", args{"channel": w.mei.ID(), "text": "a"}).str("ts")
			return "chat.update", args{"channel": w.mei.ID(), "ts": ts, "text": "b"}
		}),
		at("85: update of nothing", "message_not_found", func(w *world) (string, args) {
			return "chat.update", args{"channel": w.chat.ID(), "ts": "1700000000.000001", "text": "b"}
		}),
		at("89: update of an ephemeral message", "message_not_found", func(w *world) (string, args) {
			ts := w.ok("chat.postEphemeral", args{"channel": w.chat.ID(), "user": w.mei.ID(), "text": "a"}).str("message_ts")
			return "chat.update", args{"channel": w.chat.ID(), "ts": ts, "text": "b"}
		}),
		at("89: ephemeral message to somebody outside", "user_not_in_channel", func(w *world) (string, args) {
			c := w.NewChannel("desk")
			return "chat.postEphemeral", args{"channel": c.ID(), "user": w.mei.ID(), "text": "a"}
		}),
		at("85: delete what a person said", "cant_delete_message", func(w *world) (string, args) {
			return "chat.delete", args{"channel": w.chat.ID(), "ts": w.chat.Say(w.mei, "hi").TS}
		}),
		says("73: reply to nothing", "thread_not_found", args{"text": "a", "thread_ts": "1700000000.000001"}),
		says("88: metadata without a payload", "invalid_metadata_format", args{"text": "a", "metadata": args{"event_type": "x"}}),
		says("83: markdown_text beside a text", "markdown_text_conflict", args{"text": "a", "markdown_text": "b"}),
		says("83: markdown_text of 12,001 characters", "msg_too_long", args{"markdown_text": strings.Repeat("喷", 12001)}),
		at("77: no such person", "user_not_found", func(*world) (string, args) { return "users.info", args{"user": "U0NOBODY"} }),
		at("85: open the direct messages of a bot", "cannot_dm_bot", func(w *world) (string, args) {
			return "conversations.open", args{"users": w.Bot("jenkins").ID()}
		}),
		at("73: replies to nothing", "thread_not_found", func(w *world) (string, args) {
			return "conversations.replies", args{"channel": w.chat.ID(), "ts": "1700000000.000001"}
		}),
		at("85: history of a channel without the bot", "not_in_channel", func(w *world) (string, args) {
			c := w.NewChannel("desk")
			c.SetBot(false)
			return "conversations.history", args{"channel": c.ID()}
		}),
		at("85: page that is too large", "invalid_limit", func(w *world) (string, args) {
			return "conversations.history", args{"channel": w.chat.ID(), "limit": "1001"}
		}),
		at("85: cursor of one's own", "invalid_cursor", func(w *world) (string, args) {
			return "conversations.history", args{"channel": w.chat.ID(), "cursor": "7"}
		}),
		at("85: reaction twice", "already_reacted", func(w *world) (string, args) {
			a := args{"channel": w.chat.ID(), "timestamp": w.say(w.chat, nil), "name": "eyes"}
			w.ok("reactions.add", a)
			return "reactions.add", a
		}),
		at("85: reaction that is no emoji", "invalid_name", func(w *world) (string, args) {
			return "reactions.add", args{"channel": w.chat.ID(), "timestamp": w.say(w.chat, nil), "name": ":eyes:"}
		}),
		at("90: upload of nothing", "invalid_arguments", func(*world) (string, args) {
			return "files.getUploadURLExternal", args{"filename": "a.txt", "length": "0"}
		}),
		at("90: complete what was not sent", "file_upload_incomplete", func(w *world) (string, args) {
			id := w.ok("files.getUploadURLExternal", args{"filename": "a.txt", "length": "3"}).str("file_id")
			return "files.completeUploadExternal", args{"files": []args{{"id": id}}}
		}),
		at("90: complete twice", "file_already_completed", func(w *world) (string, args) {
			return "files.completeUploadExternal", args{"files": []args{{"id": w.upload("a.txt", "abc", args{})}}}
		}),
		at("90: complete somebody else's", "file_not_found", func(w *world) (string, args) {
			w.chat.Upload(w.mei, "", fake.Upload{Name: "a.txt", Content: []byte("abc")})
			return "files.completeUploadExternal", args{"files": []args{{"id": w.chat.Visible()[0].Files[0].ID}}}
		}),
		at("90: share in a channel by name", "channel_not_found", func(w *world) (string, args) {
			r := w.ok("files.getUploadURLExternal", args{"filename": "a.txt", "length": "3"})
			w.post(r.str("upload_url"), "application/octet-stream", "abc")
			return "files.completeUploadExternal", args{"files": []args{{"id": r.str("file_id")}}, "channel_id": "desk"}
		}),
		at("79: trigger_id of one's own", "invalid_trigger_id", func(*world) (string, args) {
			return "views.open", args{"trigger_id": "1.2.3", "view": modal(nil)}
		}),
		at("80: App Home of nobody", "user_not_found", func(*world) (string, args) {
			return "views.publish", args{"user_id": "U0NOBODY", "view": args{"type": "home", "blocks": section("hi")}}
		}),
		at("83: view of more than 250 KB", "view_too_large", func(w *world) (string, args) {
			return "views.publish", args{"user_id": w.mei.ID(), "view": args{"type": "home", "blocks": repeat(100, sectionOf(900))}}
		}),
		at("83: external_id twice", "duplicate_external_id", func(w *world) (string, args) {
			h := newHook(w.t, nil)
			w.Connect(h.URL)
			open := func() (string, args) {
				return "views.push", args{"trigger_id": w.pressed(h, w.mei.Shortcut("a"))["trigger_id"], "view": modal(args{"external_id": "x"})}
			}
			_, first := open()
			w.ok("views.open", first)
			return open()
		}),
		at("80: App Home that has changed since", "hash_conflict", func(w *world) (string, args) {
			return "views.publish", args{"user_id": w.mei.ID(), "view": args{"type": "home", "blocks": section("hi")}, "hash": "old"}
		}),
	}...)
}

func refusalsOfArguments() []refusal {
	return []refusal{
		wrong("85: misspelt argument", "unknown argument txt", "chat.postMessage", args{"txt": "a"}),
		wrong("85: argument of another method", "unknown argument unfurl_links", "chat.update", args{"ts": "1700000000.000001", "text": "a", "unfurl_links": "false"}),
		wrong("85: missing argument", "argument ts is missing", "chat.update", args{"text": "a"}),
		wrong("67: ts that was a number", "argument thread_ts", "chat.postMessage", args{"text": "a", "thread_ts": "1700000000.1"}),
		wrong("81: blocks that are no JSON", "argument blocks", "chat.postMessage", args{"text": "a", "blocks": "[{"}),
		wrong("87: link_names that is neither", "argument link_names", "chat.postMessage", args{"text": "a", "link_names": "yes"}),
		{name: "90: retired method", err: "unknown_method", mistake: "there is no method files.upload", prepare: func(*world) (string, args) { return "files.upload", args{} }},
		{name: "85: method that is not there", err: "unknown_method", mistake: "there is no method chat.postmessage", prepare: func(*world) (string, args) { return "chat.postmessage", args{} }},
		{name: "85: method that the fake does not have", err: "unknown_method", mistake: "does not have the method", prepare: func(*world) (string, args) { return "team.info", args{} }},
		{name: "76: channel by name", err: "channel_not_found", mistake: "is a name", prepare: func(w *world) (string, args) {
			w.NewChannel("desk")
			return to("#desk")
		}},
	}
}

// TestRefusals checks what the server refuses, and that it does not take a refusal for a mistake.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, r := range refusals() {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{})
			method, a := r.prepare(w)
			got := w.call(method, a)
			if got.Status != http.StatusOK || got.err() != r.err {
				t.Errorf("%s(%v) = %d %v, want %s", method, a, got.Status, got.Fields, r.err)
			}
			if r.mistake == "" {
				w.unmistakenBut("attachments")
			} else if m := strings.Join(w.Mistakes(), "\n"); !strings.Contains(m, r.mistake) {
				t.Errorf("mistakes %q, want %q", m, r.mistake)
			}
		})
	}
}

// TestTokens checks who may call (platform-facts.md 62, 85, 91, 99).
func TestTokens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Scopes: []string{"chat:write"}})
	for name, c := range map[string]struct{ token, method, err string }{
		"99: none":                         {"", "auth.test", "not_authed"},
		"85: wrong":                        {"xoxb-no", "auth.test", "invalid_auth"},
		"62: app token":                    {w.AppToken(), "auth.test", "not_allowed_token_type"},
		"62: bot token for a socket":       {w.Token(), "apps.connections.open", "not_allowed_token_type"},
		"91: scope":                        {w.Token(), "users.info", "missing_scope"},
		"91: scope of the kind of channel": {w.Token(), "conversations.history", "missing_scope"},
		"91: name of one's own":            {w.Token(), "chat.postMessage", "missing_scope"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := args{}
			switch c.method {
			case "users.info":
				a["user"] = w.mei.ID()
			case "conversations.history":
				a["channel"] = w.chat.ID()
			case "chat.postMessage":
				a = args{"channel": w.chat.ID(), "text": "a", "username": "Wang"}
			}
			r := w.callAs(c.token, c.method, a)
			if r.err() != c.err {
				t.Errorf("%v, want %s", r.Fields, c.err)
			}
			if c.err == "missing_scope" && r.str("needed") == "" {
				t.Errorf("%v does not tell what is needed", r.Fields)
			}
		})
	}
}

// TestRates checks 429 (platform-facts.md 86).
func TestRates(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Limits: fake.RealLimits()})
	send := func() reply { return w.call("chat.postMessage", args{"channel": w.chat.ID(), "text": "a"}) }
	for range 4 {
		if r := send(); r.Status != http.StatusOK {
			t.Fatalf("a short burst: %d %v", r.Status, r.Fields)
		}
	}
	if r := send(); r.Status != http.StatusTooManyRequests || r.After != "1" || r.err() != "ratelimited" {
		t.Errorf("one too many: %d, Retry-After %q, %v", r.Status, r.After, r.Fields)
	}
	other := w.NewPerson(fake.Profile{}).DM()
	w.ok("chat.postMessage", args{"channel": other.ID(), "text": "a"})
	w.clock.add(time.Second)
	if r := send(); r.Status != http.StatusOK {
		t.Errorf("a second later: %d %v", r.Status, r.Fields)
	}
	w.unmistaken()
}

// TestJSON checks which methods take JSON (platform-facts.md 90 for uploads).
func TestJSON(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	send := func(method string, a args) reply {
		a["token"] = w.Token()
		return w.post(w.API()+method, "application/json", string(mustJSON(t, a)))
	}
	if r := send("chat.postMessage", args{"channel": w.chat.ID(), "text": "a", "blocks": section("b"), "link_names": true}); r.err() != "" {
		t.Errorf("a message as JSON: %v", r.Fields)
	}
	w.unmistaken()
	for method, a := range map[string]args{
		"users.info":                 {"user": w.mei.ID()},
		"conversations.history":      {"channel": w.chat.ID()},
		"files.getUploadURLExternal": {"filename": "a", "length": 3},
	} {
		if r := send(method, a); r.err() != "invalid_arguments" || len(w.Mistakes()) == 0 {
			t.Errorf("%s as JSON: %v", method, r.Fields)
		}
	}
	if r := w.post(w.API()+"auth.test", "application/json", "[1"); r.err() != "invalid_post_type" {
		t.Errorf("no JSON: %v", r.Fields)
	}
}

// TestFaultsChosen checks which calls a fault hits.
func TestFaultsChosen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	w.Inject(fake.Fault{
		Method: "chat.postMessage", Skip: 1, Times: 2, Wait: time.Millisecond, Refuse: fake.Refuse("internal_error"),
		When: func(c fake.Call) bool { return c.Args["text"] == "x" },
	})
	var got []string
	for _, text := range []string{"x", "a", "x", "a", "x", "x"} {
		got = append(got, w.call("chat.postMessage", args{"channel": w.chat.ID(), "text": text}).err())
	}
	if want := []string{"", "", "internal_error", "", "internal_error", ""}; !slices.Equal(got, want) {
		t.Errorf("answers %q, want %q", got, want)
	}
	calls, err := w.WaitCalls(t.Context(), 6, "chat.postMessage")
	if err != nil || calls[2].Error != "internal_error" || calls[2].Chat != w.chat.ID() {
		t.Errorf("calls %+v, %v", calls, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	lift := w.Inject(fake.Fault{Method: "chat.postMessage", Refuse: fake.TooMany(1500 * time.Millisecond)})
	if r := w.call("chat.postMessage", args{"channel": w.chat.ID(), "text": "a"}); r.Status != http.StatusTooManyRequests || r.After != "2" {
		t.Errorf("86: %d, Retry-After %q, want 429 and 2", r.Status, r.After)
	}
	lift()
	w.Inject(fake.Fault{Chat: w.chat.ID(), Refuse: fake.Refuse("fatal_error"), Times: 1})
	if r := w.call("chat.postMessage", args{"channel": w.chat.ID(), "text": "a"}); r.err() != "fatal_error" {
		t.Errorf("85: %v", r.Fields)
	}
	gateway := fake.BadGateway()
	gateway.Times = 1
	w.Inject(gateway)
	if r := w.call("auth.test", nil); r.Status != http.StatusBadGateway || !strings.Contains(r.err(), "<html>") {
		t.Errorf("98: %d %v", r.Status, r.Fields)
	}
	// 88: nobody learns that the message stands there.
	w.Inject(fake.Fault{Method: "chat.postMessage", Cut: fake.After, Times: 1})
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodPost, w.API()+"chat.postMessage?token="+w.Token()+"&text=a&channel="+w.chat.ID(), http.NoBody)
	if resp, err := http.DefaultClient.Do(req); err == nil {
		resp.Body.Close()
		t.Errorf("88: the line is cut, got %s", resp.Status)
	}
	if n := len(w.chat.Said()); n != 1 {
		t.Errorf("88: %d messages, want 1", n)
	}
	if calls := w.Calls("chat.postMessage"); len(calls) != 3 || calls[0].Status != http.StatusTooManyRequests || calls[1].Error != "fatal_error" {
		t.Errorf("calls %+v", calls)
	}
}
