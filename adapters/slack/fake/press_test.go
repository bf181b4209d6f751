package fake_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// pressed lets mei press and returns what the bot hears.
func (w *world) pressed(h *hook, d *fake.Deed) map[string]any {
	w.t.Helper()
	done(w.t, d)
	return h.next(w.t).inner(w.t)
}

func TestPress(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Quiet: true})
	h := newHook(t, nil)
	w.Connect(h.URL)
	ts := w.say(w.chat, args{"blocks": buttons(args{"action_id": "f1.yes", "value": "v1"}, args{"action_id": "f1.no", "text": plain("No")})})
	e := w.pressed(h, w.chat.Press(w.mei, ts, "f1.yes"))
	action, _ := e["actions"].([]any)[0].(map[string]any)
	container, _ := e["container"].(map[string]any)
	if e["type"] != "block_actions" || action["value"] != "v1" || action["block_id"] != "acts" || container["message_ts"] != ts || e["message"] == nil {
		t.Errorf("79: pressed, heard %v", e)
	}
	// An old program still shows what an edit has taken away.
	w.ok("chat.update", args{"channel": w.chat.ID(), "ts": ts, "text": "done"})
	if got := w.chat.Said()[0].Labels(); len(got) != 0 {
		t.Errorf("after the update there are still %q", got)
	}
	w.pressed(h, w.chat.Press(w.mei, ts, "No"))
	if d := w.chat.Press(w.mei, ts, "maybe"); d.Err == nil {
		t.Error("a button that never was can be pressed")
	}
	w.unmistaken()
}

// TestPressNoRetry checks that a press does not come again (platform-facts.md 79).
func TestPressNoRetry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Quiet: true, Pace: 0.0001})
	h := newHook(t, func(rw http.ResponseWriter, _ request) { rw.WriteHeader(http.StatusInternalServerError) })
	w.Connect(h.URL)
	ts := w.say(w.chat, args{"blocks": buttons(args{"action_id": "a"})})
	d := w.chat.Press(w.mei, ts, "a")
	done(t, d)
	if closed(d.Events[0].Acked()) || len(d.Events[0].Tries()) != 1 || d.Answer().Status != http.StatusInternalServerError {
		t.Errorf("tries %+v, want one that failed", d.Events[0].Tries())
	}
}

// TestTrigger checks that a trigger_id is good for 3 s and one use (platform-facts.md 79).
func TestTrigger(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	trigger := func() string {
		id, _ := w.pressed(h, w.mei.Shortcut("report"))["trigger_id"].(string)
		return id
	}
	open := func(id string) string { return w.call("views.open", args{"trigger_id": id, "view": modal(nil)}).err() }
	id := trigger()
	if err := open(id); err != "" {
		t.Errorf("used once: %s", err)
	}
	if err := open(id); err != "exchanged_trigger_id" {
		t.Errorf("used twice: %s", err)
	}
	id = trigger()
	w.clock.add(3*time.Second + time.Millisecond)
	if err := open(id); err != "expired_trigger_id" {
		t.Errorf("used late: %s", err)
	}
	if err := open(trigger()); err != "" {
		t.Errorf("opened anew: %s", err)
	}
	for i := range 4 { // the modal that was open before is gone
		want := ""
		if i > 1 { // the first is open already
			want = "push_limit_reached"
		}
		if err := w.call("views.push", args{"trigger_id": trigger(), "view": modal(nil)}).err(); err != want {
			t.Errorf("83: push %d: %q, want %q", i, err, want)
		}
	}
}

// TestResponseURL checks that it is good for five uses within half an hour (platform-facts.md 79).
func TestResponseURL(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Quiet: true})
	h := newHook(t, nil)
	w.Connect(h.URL)
	w.ok("chat.postEphemeral", args{"channel": w.chat.ID(), "user": w.mei.ID(), "text": "Sure?", "blocks": buttons(args{"action_id": "a"})})
	ghost := w.chat.Ephemeral(w.mei)[0]
	press := func() string {
		address, _ := w.pressed(h, w.chat.Press(w.mei, ghost.ID, "a"))["response_url"].(string)
		return address
	}
	use := func(address string, a args) string {
		return w.post(address, "application/json", string(mustJSON(t, a))).err()
	}
	address := press()
	if err := use(address, args{"text": "changed", "replace_original": true}); err != "ok" {
		t.Errorf("replace: %s", err)
	}
	if got := w.chat.Ephemeral(w.mei)[0]; got.Text != "changed" || len(got.Buttons) != 0 {
		t.Errorf("replaced to %+v", got)
	}
	for range 3 {
		use(address, args{"text": "more"})
	}
	if err := use(address, args{"delete_original": true}); err != "ok" {
		t.Errorf("fifth use: %s", err)
	}
	if err := use(address, args{"text": "sixth"}); err != "used_url" {
		t.Errorf("sixth use: %s", err)
	}
	if got := w.chat.Ephemeral(w.mei); len(got) != 3 || got[0].Text != "more" {
		t.Errorf("left %+v", got)
	}
	if got := w.chat.Said(); len(got) != 0 {
		t.Errorf("everybody sees %+v", got)
	}
	e := w.pressed(h, w.chat.Slash(w.mei, "/report", "<x> & y"))
	if e["text"] != "<x> & y" || e["command"] != "/report" || e["channel_name"] != "directmessage" {
		t.Errorf("78: heard %v", e)
	}
	w.clock.add(30*time.Minute + time.Second)
	if err := use(fmt.Sprint(e["response_url"]), args{"text": "late"}); err != "expired_url" {
		t.Errorf("late: %s", err)
	}
	w.unmistaken()
}

// TestInline checks what the answer to a command says (platform-facts.md 78).
func TestInline(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ answer, everybody, person string }{
		"nothing":        {"", "[]", "[]"},
		"words":          {"noted *this*", "[]", "[noted this]"},
		"for the person": {`{"text":"noted"}`, "[]", "[noted]"},
		"for everybody":  {`{"text":"noted","response_type":"in_channel"}`, "[noted]", "[]"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{Quiet: true})
			h := newHook(t, func(rw http.ResponseWriter, _ request) { _, _ = rw.Write([]byte(c.answer)) })
			w.Connect(h.URL)
			desk := w.NewChannel("desk", w.mei)
			d := desk.Slash(w.mei, "/report", "")
			done(t, d)
			if d.Answer().Body != c.answer || d.Events[0].Type() != "/report" {
				t.Errorf("answer %+v", d.Answer())
			}
			if got := fmt.Sprint(read1(desk.Said())); got != c.everybody {
				t.Errorf("everybody sees %s, want %s", got, c.everybody)
			}
			if got := fmt.Sprint(read1(desk.Ephemeral(w.mei))); got != c.person {
				t.Errorf("the person sees %s, want %s", got, c.person)
			}
			w.unmistaken()
		})
	}
}

// read1 returns the texts of messages as they are read.
func read1(list []fake.Shown) []string {
	var texts []string
	for _, m := range list {
		texts = append(texts, m.Text)
	}
	return texts
}

// TestMenus checks menus under a message and in a modal, and a button in a modal.
func TestMenus(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{Quiet: true})
	h := newHook(t, nil)
	w.Connect(h.URL)
	opts := []args{{"text": plain("First"), "value": "1"}, {"text": plain("Second"), "value": "2"}}
	ts := w.say(w.chat, args{"blocks": []args{{"type": "actions", "elements": []args{{"type": "static_select", "action_id": "m", "options": opts}}}}})
	e := w.pressed(h, w.chat.Press(w.mei, ts, "Second"))
	action, _ := e["actions"].([]any)[0].(map[string]any)
	if action["type"] != "static_select" || action["selected_option"].(map[string]any)["value"] != "2" || action["value"] != nil {
		t.Errorf("chosen, heard %v", action)
	}

	menu := func(block, kind string, optional bool) args {
		return args{"type": "input", "block_id": block, "label": plain(block), "optional": optional, "element": args{"type": kind, "action_id": "a", "options": opts}}
	}
	day := args{"type": "input", "block_id": "day", "label": plain("day"), "element": args{"type": "datepicker", "action_id": "a"}}
	blocks := append(buttons(args{"action_id": "help"}), menu("one", "static_select", false), menu("some", "checkboxes", true), menu("none", "radio_buttons", true), day)
	w.ok("views.open", args{"trigger_id": e["trigger_id"], "view": modal(args{"blocks": blocks})})
	if e := w.pressed(h, w.mei.PressModal("help")); e["container"].(map[string]any)["type"] != "view" {
		t.Errorf("pressed in a modal, heard %v", e)
	}
	if d := w.mei.Submit(map[string]string{"one": "Third", "day": "2026-03-02"}); d.Err == nil {
		t.Error("an option that is not there can be chosen")
	}
	e = w.pressed(h, w.mei.Submit(map[string]string{"one": "First", "some": "2", "day": "2026-03-02"}))
	values, _ := e["view"].(map[string]any)["state"].(map[string]any)["values"].(map[string]any)
	at := func(block, field string) any { return values[block].(map[string]any)["a"].(map[string]any)[field] }
	if at("one", "selected_option").(map[string]any)["value"] != "1" || len(at("some", "selected_options").([]any)) != 1 ||
		at("none", "selected_option") != nil || at("day", "selected_date") != "2026-03-02" {
		t.Errorf("filled in, heard %v", values)
	}
	w.unmistaken()
}

// TestStandsThere checks that a field that nobody touches is sent as it stood there.
func TestStandsThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	long := args{
		"type": "input", "block_id": "long", "label": plain("Long"), "optional": true,
		"element": args{"type": "plain_text_input", "action_id": "a", "multiline": true, "initial_value": "two\nlines"},
	}
	trigger := w.pressed(h, w.mei.Shortcut("report"))["trigger_id"]
	view := modal(args{"close": plain("Cancel"), "blocks": []args{chosen(args{"text": plain("Second"), "value": "2"}), long}})
	w.ok("views.open", args{"trigger_id": trigger, "view": view})
	seen, _ := w.mei.Modal()
	if in := seen.Inputs; seen.Close != "Cancel" || len(in) != 2 || in[0].Hint != "Either" || in[0].Initial != "2" || len(in[0].Options) != 2 || in[0].Options[1].Label != "Second" ||
		in[0].Long || in[1].Initial != "two\nlines" || !in[1].Long {
		t.Errorf("the person sees %+v", seen)
	}
	values := w.pressed(h, w.mei.Submit(nil))["view"].(map[string]any)["state"].(map[string]any)["values"].(map[string]any)
	which := values["which"].(map[string]any)["a"].(map[string]any)["selected_option"].(map[string]any)["value"]
	if typed := values["long"].(map[string]any)["a"].(map[string]any)["value"]; which != "2" || typed != "two\nlines" {
		t.Errorf("heard %v", values)
	}
	w.unmistaken()
}

// TestSubmission checks what the answer to a submission does (platform-facts.md 79).
func TestSubmission(t *testing.T) {
	t.Parallel()
	next := modal(args{"title": plain("Next"), "blocks": []args{input("model", true)}})
	for name, c := range map[string]struct {
		answer any
		want   string // titles and errors on the stack's top; empty = closed
		wrong  bool
	}{
		"nothing":           {nil, "", false},
		"clear":             {args{"response_action": "clear"}, "", false},
		"errors":            {args{"response_action": "errors", "errors": args{"serial": "no such machine"}}, "Title no such machine", false},
		"errors of nothing": {args{"response_action": "errors", "errors": args{"sreial": "no such machine"}}, "Title ", true},
		"update":            {args{"response_action": "update", "view": next}, "Next ", false},
		"push":              {args{"response_action": "push", "view": next}, "Next ", false},
		"update to nothing": {args{"response_action": "update", "view": args{"type": "modal"}}, "Title ", true},
		"unknown":           {args{"response_action": "close"}, "Title ", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{})
			h := newHook(t, func(rw http.ResponseWriter, r request) {
				if r.inner(t)["type"] == "view_submission" && c.answer != nil {
					_, _ = rw.Write(mustJSON(t, c.answer))
				}
			})
			w.Connect(h.URL)
			trigger := w.pressed(h, w.mei.Shortcut("report"))["trigger_id"]
			w.ok("views.open", args{"trigger_id": trigger, "view": modal(nil)})
			if d := w.mei.Submit(nil); d.Err == nil {
				t.Error("a required field can be left empty")
			}
			e := w.pressed(h, w.mei.Submit(map[string]string{"Label of serial": "OS-1 <x>"}))
			view, _ := e["view"].(map[string]any)
			if got := fmt.Sprint(view["state"], view["private_metadata"]); got != "map[values:map[serial:map[a:map[type:plain_text_input value:OS-1 <x>]]]]meta" {
				t.Errorf("heard %s", got)
			}
			got := ""
			if v, open := w.mei.Modal(); open {
				got = v.Title + " " + v.Inputs[0].Error
			}
			if got != c.want || (len(w.Mistakes()) > 0) != c.wrong {
				t.Errorf("the person sees %q, want %q; mistakes %q", got, c.want, w.Mistakes())
			}
		})
	}
}

// TestHome checks the App Home (platform-facts.md 80), and that a view can be updated and closed.
func TestHome(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	if e := w.pressed(h, w.mei.OpenHome("home")); e["type"] != "app_home_opened" || e["tab"] != "home" || e["channel"] != w.chat.ID() {
		t.Errorf("80: heard %v", e)
	}
	w.ok("views.publish", args{"user_id": w.mei.ID(), "view": args{"type": "home", "blocks": append(section("<!here> claims"), buttons(args{"action_id": "report"})...)}})
	home, _ := w.mei.Home()
	if home.Text != "@here claims" || len(home.Pinged) != 1 || len(home.Parts) != 2 || home.Parts[0].Text != home.Text || len(home.Parts[1].Buttons) != 1 {
		t.Errorf("home %+v", home)
	}
	e := w.pressed(h, w.mei.PressHome("report"))
	if e["view"] == nil || e["message"] != nil {
		t.Errorf("heard %v", e)
	}
	v := w.ok("views.open", args{"trigger_id": e["trigger_id"], "view": modal(args{"notify_on_close": true})}).Fields["view"].(map[string]any)
	if err := w.call("views.update", args{"view_id": v["id"], "view": modal(nil), "hash": "old"}).err(); err != "hash_conflict" {
		t.Errorf("80: update of an old state: %s", err)
	}
	w.ok("views.update", args{"view_id": v["id"], "view": modal(args{"title": plain("New"), "notify_on_close": true}), "hash": v["hash"]})
	if e := w.pressed(h, w.mei.CloseModal(false)); e["type"] != "view_closed" || e["view"].(map[string]any)["title"].(map[string]any)["text"] != "New" {
		t.Errorf("closed, heard %v", e)
	}
	if err := w.call("views.update", args{"view_id": v["id"], "view": modal(nil)}).err(); err != "not_found" {
		t.Errorf("update of a closed modal: %s", err)
	}
	w.unmistaken()
}

// TestShortcutOnMessage checks the menu of a message, whose text arrives escaped (platform-facts.md 74).
func TestShortcutOnMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, fake.Config{})
	h := newHook(t, nil)
	w.Connect(h.URL)
	c := w.NewChannel("sorters", w.mei)
	ts := c.Say(w.mei, "<broken>").TS
	h.next(t)
	e := w.pressed(h, c.SelectShortcut(w.mei, ts, "report"))
	m, _ := e["message"].(map[string]any)
	got := []any{e["type"], e["callback_id"], e["message_ts"], m["text"]}
	if diff := cmp.Diff([]any{"message_action", "report", ts, "&lt;broken&gt;"}, got); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}
