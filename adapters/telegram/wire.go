package telegram

import "encoding/json"

// update is what Telegram delivers, as far as it is read. The library's types lack what is newer than
// 2021 (platform-facts.md 48) and hold much that nobody reads.
type update struct {
	ID       int64          `json:"update_id"`
	Message  *message       `json:"message"`
	Edited   *message       `json:"edited_message"`
	Callback *callback      `json:"callback_query"`
	Member   *memberChanged `json:"my_chat_member"`
}

type message struct {
	ID          int64    `json:"message_id"`
	Thread      int64    `json:"message_thread_id"`
	IsTopic     bool     `json:"is_topic_message"`
	From        *user    `json:"from"`
	SenderChat  *chat    `json:"sender_chat"`
	Signature   string   `json:"author_signature"`
	Date        int64    `json:"date"`
	EditDate    int64    `json:"edit_date"`
	Chat        chat     `json:"chat"`
	ReplyTo     *replied `json:"reply_to_message"`
	Album       string   `json:"media_group_id"`
	Text        string   `json:"text"`
	Entities    []entity `json:"entities"`
	Caption     string   `json:"caption"`
	CaptionEnts []entity `json:"caption_entities"`

	Photo     []media `json:"photo"`
	LivePhoto *media  `json:"live_photo"`
	Document  *media  `json:"document"`
	Video     *media  `json:"video"`
	VideoNote *media  `json:"video_note"`
	Voice     *media  `json:"voice"`
	Audio     *media  `json:"audio"`
	Animation *media  `json:"animation"`

	Sticker  *present `json:"sticker"`
	Location *present `json:"location"`
	Venue    *present `json:"venue"`
	Contact  *present `json:"contact"`
	Poll     *present `json:"poll"`
	Dice     *present `json:"dice"`
	Story    *present `json:"story"`
	Game     *present `json:"game"`

	MigrateTo   int64 `json:"migrate_to_chat_id"`
	MigrateFrom int64 `json:"migrate_from_chat_id"`
}

// present notes that a field is there, whatever it holds.
type present struct{}

func (*present) UnmarshalJSON([]byte) error { return nil }

// replied is the message that another one answers.
type replied struct {
	ID    int64    `json:"message_id"`
	From  *user    `json:"from"`
	Topic *present `json:"forum_topic_created"` // what is written in a topic answers its beginning
}

type user struct {
	ID       int64  `json:"id"`
	IsBot    bool   `json:"is_bot"`
	First    string `json:"first_name"`
	Last     string `json:"last_name"`
	Username string `json:"username"`
	Lang     string `json:"language_code"`
	ReadsAll bool   `json:"can_read_all_group_messages"` // getMe only
}

type chat struct {
	ID      int64  `json:"id"`
	Type    string `json:"type"`
	Title   string `json:"title"`
	IsForum bool   `json:"is_forum"`
}

// public tells whether others read along.
func (c chat) public() bool { return c.Type != "private" && c.Type != "" || c.Type == "" && c.ID < 0 }

// entity marks a run of text; offset and length count UTF-16 units (platform-facts.md 27).
type entity struct {
	Type   string `json:"type"`
	Offset int    `json:"offset"`
	Length int    `json:"length"`
	User   *user  `json:"user"`
}

// media is any kind of file that somebody sent.
type media struct {
	ID   string `json:"file_id"`
	Name string `json:"file_name"`
	Mime string `json:"mime_type"`
	Size int64  `json:"file_size"`
}

// callback is a press of an inline button. Its message may be inaccessible: then it has no more than a
// chat and an id (platform-facts.md 26).
type callback struct {
	ID      string   `json:"id"`
	From    user     `json:"from"`
	Message *message `json:"message"`
	Data    string   `json:"data"`
}

type memberChanged struct {
	Chat chat   `json:"chat"`
	From user   `json:"from"`
	Date int64  `json:"date"`
	New  member `json:"new_chat_member"`
}

type member struct {
	Status          string `json:"status"`
	CanManageTopics bool   `json:"can_manage_topics"`
	IsMember        bool   `json:"is_member"` // of who is restricted
}

// allowed are the kinds of update that we read. Asked for by name, because left out means whatever was
// asked for earlier (platform-facts.md 7).
const allowed = `["message","edited_message","callback_query","my_chat_member"]`

// service names the fields of messages that the chat says about itself; nobody waits for an answer.
var service = map[string]bool{
	"new_chat_members": true, "left_chat_member": true, "chat_owner_left": true, "chat_owner_changed": true,
	"new_chat_title": true, "new_chat_photo": true, "delete_chat_photo": true,
	"group_chat_created": true, "supergroup_chat_created": true, "channel_chat_created": true,
	"message_auto_delete_timer_changed": true, "migrate_to_chat_id": true, "migrate_from_chat_id": true, "pinned_message": true,
	"invoice": true, "successful_payment": true, "refunded_payment": true, "users_shared": true, "chat_shared": true,
	"gift": true, "unique_gift": true, "gift_upgrade_sent": true, "connected_website": true, "write_access_allowed": true,
	"passport_data": true, "proximity_alert_triggered": true, "boost_added": true, "chat_background_set": true,
	"checklist_tasks_done": true, "checklist_tasks_added": true, "direct_message_price_changed": true,
	"forum_topic_created": true, "forum_topic_edited": true, "forum_topic_closed": true, "forum_topic_reopened": true,
	"general_forum_topic_hidden": true, "general_forum_topic_unhidden": true,
	"giveaway_created": true, "giveaway": true, "giveaway_winners": true, "giveaway_completed": true,
	"managed_bot_created": true, "paid_message_price_changed": true, "poll_option_added": true, "poll_option_deleted": true,
	"suggested_post_approved": true, "suggested_post_approval_failed": true, "suggested_post_declined": true,
	"suggested_post_paid": true, "suggested_post_refunded": true,
	"video_chat_scheduled": true, "video_chat_started": true, "video_chat_ended": true, "video_chat_participants_invited": true,
	"web_app_data": true,
}

// frame names the fields of a message that say nothing of its content.
var frame = map[string]bool{
	"message_id": true, "message_thread_id": true, "direct_messages_topic": true, "from": true, "sender_chat": true,
	"sender_boost_count": true, "sender_business_bot": true, "sender_tag": true, "date": true, "guest_query_id": true,
	"business_connection_id": true, "chat": true, "forward_origin": true, "is_topic_message": true, "is_automatic_forward": true,
	"reply_to_message": true, "external_reply": true, "quote": true, "reply_to_story": true, "reply_to_checklist_task_id": true,
	"reply_to_poll_option_id": true, "via_bot": true, "guest_bot_caller_user": true, "guest_bot_caller_chat": true, "edit_date": true,
	"has_protected_content": true, "is_from_offline": true, "is_paid_post": true, "media_group_id": true, "author_signature": true,
	"paid_star_count": true, "link_preview_options": true, "suggested_post_info": true, "effect_id": true, "reply_markup": true,
	"text": true, "entities": true, "caption": true, "caption_entities": true, "show_caption_above_media": true,
	"has_media_spoiler": true,
}

// kindOf names what a message holds that is none of the kinds we know. ok is false for one that the chat
// says about itself.
func kindOf(raw json.RawMessage) (kind string, ok bool) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return "", false
	}
	for name := range fields {
		if service[name] {
			return "", false
		}
	}
	kind = "unknown"
	for name := range fields {
		if !frame[name] && (kind == "unknown" || name < kind) {
			kind = name
		}
	}
	return kind, true
}
