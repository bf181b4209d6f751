package fake

import (
	"slices"
	"strings"
)

// allScopes are those of platform-facts.md 91.
func allScopes() []string {
	return strings.Fields("chat:write chat:write.customize app_mentions:read commands im:write users:read users:read.email files:read files:write " +
		"reactions:write channels:join assistant:write channels:history groups:history im:history mpim:history channels:read groups:read im:read mpim:read")
}

func (s *Server) has(scope string) bool { return slices.Contains(s.cfg.Scopes, scope) }

// scoped refuses a method whose scope the token does not have; the error tells both (platform-facts.md 91).
func (s *Server) scoped(c *call) error {
	need := ""
	switch c.method {
	case "users.info", "bots.info":
		need = "users:read"
	case "conversations.open":
		need = "im:write"
	case "conversations.info", "conversations.members":
		need = s.kindOf(c) + ":read"
	case "conversations.history", "conversations.replies":
		need = s.kindOf(c) + ":history"
	case "conversations.join":
		need = "channels:join"
	case "chat.postMessage", "chat.update", "chat.delete", "chat.postEphemeral":
		need = "chat:write"
	case "reactions.add", "reactions.remove":
		need = "reactions:write"
	case "files.info":
		need = "files:read"
	case "files.getUploadURLExternal", "files.completeUploadExternal":
		need = "files:write"
	case "assistant.threads.setStatus":
		need = "chat:write"
	}
	if need == "" || s.has(need) {
		return nil
	}
	return &apiError{code: "missing_scope", more: obj{"needed": need, "provided": strings.Join(s.cfg.Scopes, ",")}}
}

// kindOf returns what scopes call the kind of a call's chat.
func (s *Server) kindOf(c *call) string {
	chat := s.chats[c.args["channel"]]
	switch {
	case chat == nil || chat.kind == Public:
		return "channels"
	case chat.kind == Private:
		return "groups"
	}
	return "im"
}
