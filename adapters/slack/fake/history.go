package fake

import (
	"encoding/base64"
	"slices"
	"strconv"
)

// page finds the part of a list that a call wants: its limit, and its cursor, which only the server
// understands.
func page(c *call, n, usual, most int) (from, to int, next string, err error) {
	size := usual
	if c.args["limit"] != "" {
		size, _ = strconv.Atoi(c.args["limit"])
		if size < 1 || size > most {
			return 0, 0, "", refuse("invalid_limit")
		}
	}
	if cursor := c.args["cursor"]; cursor != "" {
		text, err := base64.StdEncoding.DecodeString(cursor)
		if err != nil {
			return 0, 0, "", refuse("invalid_cursor")
		}
		if from, err = strconv.Atoi(string(text)); err != nil || from > n {
			return 0, 0, "", refuse("invalid_cursor")
		}
	}
	to = min(from+size, n)
	if to < n {
		next = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(to)))
	}
	return from, to, next, nil
}

// between tells whether a message is in the time that a call asks for.
func (c *call) between(m *message) bool {
	oldest, latest := c.args["oldest"], c.args["latest"]
	old := oldest == "" || oldest == "0" || compareTS(m.ts, oldest) > 0 || c.bool("inclusive") && m.ts == oldest
	late := latest == "" || latest == "0" || compareTS(m.ts, latest) < 0 || c.bool("inclusive") && m.ts == latest
	return old && late
}

// list answers with a page of messages.
func (c *call) list(found []*message, usual int) (obj, error) {
	from, to, next, err := page(c, len(found), usual, 999)
	if err != nil {
		return nil, err
	}
	messages := []any{}
	for _, m := range found[from:to] {
		messages = append(messages, m.full(c.bool("include_all_metadata")))
	}
	return obj{"messages": messages, "has_more": next != "", "response_metadata": obj{"next_cursor": next}}, nil
}

// conversationsHistory returns the newest messages first; replies in threads are not among them.
func (s *Server) conversationsHistory(c *call) (obj, error) {
	chat, err := s.member(c.args["channel"])
	if err != nil {
		return nil, err
	}
	var found []*message
	for _, m := range slices.Backward(chat.messages) {
		if (m.thread == "" || m.subtype == "thread_broadcast") && m.ghost == nil && c.between(m) {
			found = append(found, m)
		}
	}
	return c.list(found, 100)
}

// conversationsReplies returns a thread, oldest first, with the parent at its head.
func (s *Server) conversationsReplies(c *call) (obj, error) {
	chat, err := s.member(c.args["channel"])
	if err != nil {
		return nil, err
	}
	parent := chat.find(c.args["ts"])
	if parent == nil || parent.ghost != nil {
		return nil, refuse("thread_not_found")
	}
	found := []*message{parent}
	for _, m := range chat.messages {
		if m.thread == parent.ts && m.ghost == nil && c.between(m) {
			found = append(found, m)
		}
	}
	return c.list(found, 1000-1)
}
