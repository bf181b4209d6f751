package fake_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

// refusal is a call that the server refuses. The name begins with the fact of platform-facts.md.
type refusal struct {
	name string
	// prepare moves the world and returns the method and its parameters.
	prepare func(w *world) (string, params)
	code    int
	text    string // after "Bad Request: " or "Forbidden: "
}

// message is a refusal of sendMessage to the private chat.
func message(name, text string, p params) refusal {
	return refusal{name: name, text: text, prepare: func(w *world) (string, params) {
		all := params{"chat_id": w.chat.ID(), "text": "hello"}
		for k, v := range p {
			all[k] = v
		}
		return "sendMessage", all
	}}
}

// keys is a refusal of a keyboard.
func keys(name, text string, p params) refusal {
	return message(name, text, params{"reply_markup": button(p)})
}

// at is a refusal for which the world must be moved first.
func at(name, text string, prepare func(w *world) (string, params)) refusal {
	return refusal{name: name, text: text, prepare: prepare}
}

// never is a refusal that ends a chat.
func never(name, text string, prepare func(w *world) (string, params)) refusal {
	return refusal{name: name, text: text, code: http.StatusForbidden, prepare: prepare}
}

// topicCalled is a refusal of a topic.
func topicCalled(name, text string, p params) refusal {
	return at(name, text, func(w *world) (string, params) {
		f := w.NewForum("desk", w.mei)
		f.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
		p["chat_id"] = f.ID()
		return "createForumTopic", p
	})
}

func to(chat *fake.Chat) (string, params) {
	return "sendMessage", params{"chat_id": chat.ID(), "text": "hello"}
}

// edit is the parameters of an edit of a new message of the bot's.
func edit(w *world, before, after params) params {
	p := params{"chat_id": w.chat.ID(), "message_id": w.say(w.chat, before)}
	for k, v := range after {
		p[k] = v
	}
	return p
}

const notModified = "message is not modified: specified new message content and reply markup are exactly the same " +
	"as a current content and reply markup of the message"

func refusals() []refusal {
	yes := button(params{"text": "Yes", "callback_data": "y"})
	return append(refusalsOfWords(), []refusal{
		keys("28: callback_data of 65 bytes", "BUTTON_DATA_INVALID", params{"text": "a", "callback_data": strings.Repeat("b", 65)}),
		keys("28: callback_data of 22 characters, 66 bytes", "BUTTON_DATA_INVALID", params{"text": "a", "callback_data": strings.Repeat("喷", 22)}),
		keys("28: callback_data empty", "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", params{"text": "a", "callback_data": ""}),
		keys("28: button without an action", "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard", params{"text": "a"}),
		keys("28: button without a label", "inline keyboard button text must be non-empty", params{"text": " ", "callback_data": "y"}),
		keys("28: button to nowhere", "inline keyboard button URL 'not an address' is invalid: Wrong HTTP URL", params{"text": "a", "url": "not an address"}),
		message("28: 101 buttons", "reply markup is too long", params{"reply_markup": manyButtons(101, 1)}),
		message("28: 9 buttons in a row", "reply markup is too long", params{"reply_markup": manyButtons(9, 9)}),

		at("35: chat that does not exist", "chat not found", func(*world) (string, params) {
			return "sendMessage", params{"chat_id": 4711, "text": "hello"}
		}),
		at("35: no chat", "chat_id is empty", func(*world) (string, params) {
			return "sendMessage", params{"text": "hello"}
		}),
		at("35: unknown user name", "chat not found", func(*world) (string, params) {
			return "sendMessage", params{"chat_id": "@nobody", "text": "hello"}
		}),
		at("35: person whom the bot has never met", "chat not found", func(w *world) (string, params) {
			return to(w.NewPerson(fake.Profile{}).Chat())
		}),
		never("35: blocked", "bot was blocked by the user", func(w *world) (string, params) {
			w.mei.Block()
			return to(w.chat)
		}),
		never("35: account deleted", "user is deactivated", func(w *world) (string, params) {
			w.mei.Deactivate()
			return to(w.chat)
		}),
		never("35: met in a group only", "bot can't initiate conversation with a user", func(w *world) (string, params) {
			wang := w.NewPerson(fake.Profile{First: "Wang"})
			w.group.Say(wang, "/help")
			return to(wang.Chat())
		}),
		never("35: thrown out of a group", "bot was kicked from the group chat", func(w *world) (string, params) {
			g := w.NewGroup("small", w.mei)
			g.RemoveBot(w.mei)
			return to(g)
		}),
		never("35: thrown out of a supergroup", "bot was kicked from the supergroup chat", func(w *world) (string, params) {
			w.group.RemoveBot(w.mei)
			return to(w.group)
		}),
		never("35: thrown out of a channel", "bot was kicked from the channel chat", func(w *world) (string, params) {
			c := w.NewChannel("news", w.mei)
			c.RemoveBot(w.mei)
			return to(c)
		}),
		never("35: left a group", "bot is not a member of the supergroup chat", func(w *world) (string, params) {
			w.ok("leaveChat", params{"chat_id": w.group.ID()})
			return to(w.group)
		}),
		never("35: group deleted", "the group chat was deleted", func(w *world) (string, params) {
			g := w.NewGroup("small", w.mei)
			g.Delete()
			return to(g)
		}),
		at("35: supergroup deleted", "chat not found", func(w *world) (string, params) {
			w.group.Delete()
			return to(w.group)
		}),
		never("35: left a basic group", "bot is not a member of the group chat", func(w *world) (string, params) {
			g := w.NewGroup("small", w.mei)
			w.ok("leaveChat", params{"chat_id": g.ID()})
			return to(g)
		}),
		at("35: left a private chat", "chat member status can't be changed in private chats", func(w *world) (string, params) {
			return "leaveChat", params{"chat_id": w.chat.ID()}
		}),
		at("35: member whom the bot has never met", "invalid user_id specified", func(w *world) (string, params) {
			return "getChatMember", params{"chat_id": w.group.ID(), "user_id": w.NewPerson(fake.Profile{}).ID()}
		}),
		at("38: edit by an inline id", "MESSAGE_ID_INVALID", func(*world) (string, params) {
			return "editMessageText", params{"inline_message_id": "abc", "text": "new"}
		}),
		at("35: silenced", "not enough rights to send text messages to the chat", func(w *world) (string, params) {
			w.group.Silence(true)
			return to(w.group)
		}),
		at("20: group was upgraded", "group chat was upgraded to a supergroup chat", func(w *world) (string, params) {
			g := w.NewGroup("small", w.mei)
			g.Upgrade(w.mei)
			return to(g)
		}),

		at("19: unknown topic", "message thread not found", func(w *world) (string, params) {
			return "sendMessage", params{"chat_id": w.NewForum("desk", w.mei).ID(), "message_thread_id": 77, "text": "hello"}
		}),
		at("19: the General topic's id", "message thread not found", func(w *world) (string, params) {
			return "sendMessage", params{"chat_id": w.NewForum("desk", w.mei).ID(), "message_thread_id": 1, "text": "hello"}
		}),
		at("19: topic was deleted", "message thread not found", func(w *world) (string, params) {
			f := w.NewForum("desk", w.mei)
			id, _ := f.OpenTopic(w.mei, "CLM-1")
			f.DeleteTopic(id)
			return "sendMessage", params{"chat_id": f.ID(), "message_thread_id": id, "text": "hello"}
		}),
		at("19: topic was closed", "TOPIC_CLOSED", func(w *world) (string, params) {
			f := w.NewForum("desk", w.mei)
			id, _ := f.OpenTopic(w.mei, "CLM-1")
			f.CloseTopic(w.mei, id)
			return "sendMessage", params{"chat_id": f.ID(), "message_thread_id": id, "text": "hello"}
		}),
		at("19: private chats have no topics", "message thread not found", func(w *world) (string, params) {
			return "sendMessage", params{"chat_id": w.chat.ID(), "message_thread_id": 77, "text": "hello"}
		}),
		at("19: topic without the right", "not enough rights to create a topic", func(w *world) (string, params) {
			return "createForumTopic", params{"chat_id": w.NewForum("desk", w.mei).ID(), "name": "CLM-1"}
		}),
		at("19: topic as an administrator without the right", "not enough rights to create a topic", func(w *world) (string, params) {
			f := w.NewForum("desk", w.mei)
			f.PromoteBot(w.mei, fake.Rights{})
			return "createForumTopic", params{"chat_id": f.ID(), "name": "CLM-1"}
		}),
		at("19: topic where there are none", "the chat is not a forum", func(w *world) (string, params) {
			return "createForumTopic", params{"chat_id": w.group.ID(), "name": "CLM-1"}
		}),
		topicCalled("19: topic without a name", "name must be non-empty", params{"name": " "}),
		topicCalled("19: topic of 129 characters", "TOPIC_TITLE_TOO_LONG", params{"name": strings.Repeat("喷", 129)}),
		topicCalled("19: topic of a colour of its own", "invalid icon color specified", params{"name": "a", "icon_color": 1}),
		at("19: topic closed twice", "TOPIC_NOT_MODIFIED", func(w *world) (string, params) {
			f := w.NewForum("desk", w.mei)
			f.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
			id, _ := f.OpenTopic(w.mei, "CLM-1")
			w.ok("closeForumTopic", params{"chat_id": f.ID(), "message_thread_id": id})
			return "closeForumTopic", params{"chat_id": f.ID(), "message_thread_id": id}
		}),
		at("19: topic renamed to what it is called", "TOPIC_NOT_MODIFIED", func(w *world) (string, params) {
			f := w.NewForum("desk", w.mei)
			f.PromoteBot(w.mei, fake.Rights{ManageTopics: true})
			id, _ := f.OpenTopic(w.mei, "CLM-1")
			return "editForumTopic", params{"chat_id": f.ID(), "message_thread_id": id, "name": "CLM-1"}
		}),
		at("39: answer to a deleted message", "message to be replied not found", func(w *world) (string, params) {
			id := w.chat.Say(w.mei, "hello").Message()
			w.chat.Remove(id)
			return "sendMessage", params{"chat_id": w.chat.ID(), "text": "hello", "reply_parameters": params{"message_id": id}}
		}),

		at("38: edit changes nothing", notModified, func(w *world) (string, params) {
			return "editMessageText", edit(w, params{"text": "hello", "reply_markup": yes}, params{"text": "hello", "reply_markup": yes})
		}),
		at("38: edit changes nothing but marks of the same kind", notModified, func(w *world) (string, params) {
			return "editMessageText", edit(w, params{"text": "<b>a</b>", "parse_mode": "HTML"}, params{"text": "<strong>a</strong>", "parse_mode": "HTML"})
		}),
		at("38: buttons taken away twice", notModified, func(w *world) (string, params) {
			return "editMessageReplyMarkup", edit(w, nil, nil)
		}),
		at("38: edit of a message that is gone", "message to edit not found", func(w *world) (string, params) {
			p := edit(w, nil, params{"text": "new"})
			w.ok("deleteMessage", params{"chat_id": w.chat.ID(), "message_id": p["message_id"]})
			return "editMessageText", p
		}),
		at("38: edit of what never was", "message to edit not found", func(w *world) (string, params) {
			return "editMessageText", params{"chat_id": w.chat.ID(), "message_id": 99999, "text": "new"}
		}),
		at("38: edit of no message", "message identifier is not specified", func(w *world) (string, params) {
			return "editMessageText", params{"chat_id": w.chat.ID(), "text": "new"}
		}),
		at("38: edit of somebody else's message", "message can't be edited", func(w *world) (string, params) {
			return "editMessageText", params{"chat_id": w.chat.ID(), "message_id": w.chat.Say(w.mei, "mine").Message(), "text": "new"}
		}),
		at("38: edit of the words of a picture", "there is no text in the message to edit", func(w *world) (string, params) {
			id := messageID(w.t, w.ok("sendPhoto", params{"chat_id": w.chat.ID(), "photo": picture(w.t, 20, 20), "caption": "plate"}))
			return "editMessageText", params{"chat_id": w.chat.ID(), "message_id": id, "text": "new"}
		}),
		at("38: edit of the caption of words", "there is no caption in the message to edit", func(w *world) (string, params) {
			return "editMessageCaption", edit(w, nil, params{"caption": "new"})
		}),
		at("38: edit to more than 4096", "message is too long", func(w *world) (string, params) {
			return "editMessageText", edit(w, nil, params{"text": strings.Repeat("a", 4097)})
		}),
		at("38: deleted after 48 hours", "message can't be deleted for everyone", func(w *world) (string, params) {
			p := edit(w, nil, nil)
			w.clock.move(48*time.Hour + time.Second)
			return "deleteMessage", p
		}),
		at("38: deleted twice", "message to delete not found", func(w *world) (string, params) {
			p := edit(w, nil, nil)
			w.ok("deleteMessage", p)
			return "deleteMessage", p
		}),
		at("38: somebody's message in a group without the right", "message can't be deleted for everyone", func(w *world) (string, params) {
			return "deleteMessage", params{"chat_id": w.group.ID(), "message_id": w.group.Say(w.mei, "/hi").Message()}
		}),
	}...)
}

func manyButtons(n, inRow int) params {
	var rows [][]params
	for i := range n {
		if i%inRow == 0 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], params{"text": "a", "callback_data": "b"})
	}
	return params{"inline_keyboard": rows}
}

// press lets Mei press a button; it returns the id of the query.
func (w *world) press() string {
	w.t.Helper()
	id := w.say(w.chat, params{"reply_markup": button(params{"text": "Yes", "callback_data": "y"})})
	return w.query(w.chat.PressLabel(w.mei, id, "Yes"))
}

// query returns the id of a press.
func (w *world) query(p *fake.Press) string {
	w.t.Helper()
	q, _ := roundTrip(w.t, p.Content())["callback_query"].(map[string]any)
	id, ok := q["id"].(string)
	if !ok {
		w.t.Fatalf("no query: %v", p.Content())
	}
	return id
}

// TestRefusals is what the server refuses, and its words.
func TestRefusals(t *testing.T) {
	t.Parallel()
	for _, c := range append(refusals(), moreRefusals()...) {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, fake.Config{}, false)
			method, p := c.prepare(w)
			before := len(w.chat.Visible()) + len(w.group.Visible())
			r := w.call(method, p)
			code, prefix := http.StatusBadRequest, "Bad Request: "
			if c.code != 0 {
				code, prefix = c.code, http.StatusText(c.code)+": "
			}
			want := strings.TrimSuffix(prefix+c.text, ": ")
			if r.Status != code || r.Code != code || r.OK || r.Description != want {
				t.Errorf("%s = %d %q, want %d %q", method, r.Status, r.Description, code, want)
			}
			if after := len(w.chat.Visible()) + len(w.group.Visible()); after != before {
				t.Errorf("%d messages stand there, want %d", after, before)
			}
			if strings.HasPrefix(c.name, "20") && r.Parameters["migrate_to_chat_id"] == nil {
				t.Errorf("parameters = %v, want where the group went", r.Parameters)
			}
		})
	}
}
