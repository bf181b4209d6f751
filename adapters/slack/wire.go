package slack

import (
	"encoding/json"
	"time"
)

// The kinds of update, as Socket Mode names them.
const (
	kindEvent   = "events_api"
	kindPress   = "interactive"
	kindCommand = "slash_commands"
)

// envelope is one thing that Slack delivered, and what the spool keeps of it.
type envelope struct {
	Kind string          `json:"kind"`
	Body json.RawMessage `json:"body"`
	At   time.Time       `json:"at"`             // when it came: a command has no time of its own
	Chat string          `json:"chat,omitempty"` // whose it turned out to be; empty = it was not read yet
}

// delivered is the outer form of an event, as far as it is read.
type delivered struct {
	Type      string  `json:"type"`
	ID        string  `json:"event_id"`
	Challenge string  `json:"challenge"`
	Event     message `json:"event"`
}

// message is an event that is a message, or the message within one that tells of a change; a visit to the
// app is read as one, too.
type message struct {
	Type        string       `json:"type"`
	Subtype     string       `json:"subtype"`
	Channel     string       `json:"channel"`
	ChannelType string       `json:"channel_type"`
	User        string       `json:"user"`
	Bot         string       `json:"bot_id"`
	Team        string       `json:"team"`
	UserTeam    string       `json:"user_team"`
	SourceTeam  string       `json:"source_team"`
	Text        string       `json:"text"`
	Blocks      rawBlocks    `json:"blocks"`
	TS          string       `json:"ts"`
	Thread      string       `json:"thread_ts"`
	Parent      string       `json:"parent_user_id"` // who began the thread
	Files       []file       `json:"files"`
	Attachments []attachment `json:"attachments"`
	Edited      *edited      `json:"edited"`
	Message     *message     `json:"message"`
	Previous    *message     `json:"previous_message"`
	Tab         string       `json:"tab"`  // of the app, that is looked at
	View        view         `json:"view"` // what stands there
}

type edited struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

// attachment is what a message shows besides its words: a picture of some page, another message.
type attachment struct {
	Shared   bool   `json:"is_share"`
	Image    string `json:"image_url"`
	Fallback string `json:"fallback"`
}

// file is a file of a message. In a shared channel it may be a mere stub (platform-facts.md 76).
type file struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Mime     string `json:"mimetype"`
	Mode     string `json:"mode"`
	Access   string `json:"file_access"`
	Size     int64  `json:"size"`
	URL      string `json:"url_private"`
	Download string `json:"url_private_download"`
}

// interaction is a press of a button, a use of the shortcut, or a window that was sent.
type interaction struct {
	Type        string   `json:"type"`
	Callback    string   `json:"callback_id"`
	ActionTS    string   `json:"action_ts"`
	ResponseURL string   `json:"response_url"`
	Trigger     string   `json:"trigger_id"` // opens a window: for three seconds, and once (platform-facts.md 79)
	User        presser  `json:"user"`
	Channel     named    `json:"channel"`
	Container   position `json:"container"`
	Message     position `json:"message"`
	Actions     []action `json:"actions"`
	View        view     `json:"view"`
}

// view is a window or a page, as far as it is read.
type view struct {
	ID       string     `json:"id"`
	Type     string     `json:"type"` // "modal" or "home"
	Callback string     `json:"callback_id"`
	Metadata string     `json:"private_metadata"`
	Hash     string     `json:"hash"`
	Title    textObject `json:"title"`
	Blocks   []block    `json:"blocks"`
	State    struct {
		Values map[string]map[string]input `json:"values"` // by block_id and action_id
	} `json:"state"`
}

type textObject struct {
	Text string `json:"text"`
}

type block struct {
	Type string `json:"type"`
	ID   string `json:"block_id"`
}

// input is a field of a window as it was filled in: typed, or chosen.
type input struct {
	Type   string `json:"type"`
	Value  string `json:"value"`
	Option struct {
		Value string `json:"value"`
	} `json:"selected_option"`
}

type presser struct {
	ID   string `json:"id"`
	Team string `json:"team_id"`
}

type named struct {
	ID string `json:"id"`
}

type position struct {
	Type      string `json:"type"`
	Channel   string `json:"channel_id"`
	TS        string `json:"ts"`
	MessageTS string `json:"message_ts"`
	Thread    string `json:"thread_ts"`
}

type action struct {
	ID    string `json:"action_id"`
	Value string `json:"value"`
	TS    string `json:"action_ts"`
}

// command is a slash command.
type command struct {
	Command string `json:"command"`
	Trigger string `json:"trigger_id"`
	User    string `json:"user_id"`
	Team    string `json:"team_id"`
}
