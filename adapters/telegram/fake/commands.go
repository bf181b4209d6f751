package fake

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Limits on commands (platform-facts.md 44).
const (
	maxCommands    = 100
	maxCommand     = 32
	maxDescription = 256
)

var (
	languageCode = regexp.MustCompile(`^[a-z]{2}$`)
	commandName  = regexp.MustCompile(`^[a-z0-9_]+$`)
)

// commandsOf names a list of commands: its scope and language.
func (s *Server) commandsOf(c *call) (string, error) {
	scope := struct {
		Type string          `json:"type"`
		Chat json.RawMessage `json:"chat_id"`
		User int64           `json:"user_id"`
	}{Type: "default"}
	if err := c.json("scope", &scope); err != nil {
		return "", bad("can't parse BotCommandScope JSON object")
	}
	chat := strings.Trim(string(scope.Chat), `"`)
	if chat != "" {
		if _, err := s.chat(chat, toEdit); err != nil {
			return "", err
		}
	}
	language := c.params["language_code"]
	if language != "" && !languageCode.MatchString(language) {
		return "", bad("invalid language code specified")
	}
	return strings.Join([]string{scope.Type, chat, strconv.FormatInt(scope.User, 10), language}, " "), nil
}

func (s *Server) setMyCommands(c *call) (any, error) {
	key, err := s.commandsOf(c)
	if err != nil {
		return nil, err
	}
	var list []struct {
		Command     string `json:"command"`
		Description string `json:"description"`
	}
	if err := c.json("commands", &list); err != nil {
		return nil, err
	}
	if len(list) > maxCommands {
		return nil, bad("BOT_COMMANDS_TOO_MUCH")
	}
	out := []any{}
	for _, l := range list {
		command, description := strings.TrimPrefix(strings.TrimSpace(l.Command), "/"), strings.TrimSpace(l.Description)
		if err := checkCommand(command, description); err != nil {
			return nil, err
		}
		out = append(out, obj{"command": command, "description": description})
	}
	s.commands[key] = out
	return true, nil
}

func checkCommand(command, description string) error {
	switch {
	case command == "":
		return bad("command must be non-empty")
	case utf8.RuneCountInString(command) > maxCommand:
		return bad("command length must not exceed %d", maxCommand)
	case description == "":
		return bad("command description must be non-empty")
	case utf8.RuneCountInString(description) > maxDescription:
		return bad("command description length must not exceed %d", maxDescription)
	case !commandName.MatchString(command):
		return bad("BOT_COMMAND_INVALID")
	}
	return nil
}

func (s *Server) getMyCommands(c *call) (any, error) {
	key, err := s.commandsOf(c)
	if err != nil {
		return nil, err
	}
	if list := s.commands[key]; list != nil {
		return list, nil
	}
	return []any{}, nil
}

func (s *Server) deleteMyCommands(c *call) (any, error) {
	key, err := s.commandsOf(c)
	if err != nil {
		return nil, err
	}
	delete(s.commands, key)
	return true, nil
}

// Commands returns the commands that a person is offered in a chat, as "command - description": those of
// the narrowest scope, in the person's language before without (platform-facts.md 44).
func (c *Chat) Commands(p *Person) []string {
	c.s.mu.Lock()
	defer c.s.mu.Unlock()
	id := strconv.FormatInt(c.id, 10)
	var scopes []string
	if c.kind == Private {
		scopes = []string{"chat " + id + " 0 ", "all_private_chats  0 ", "default  0 "}
	} else {
		scopes = []string{"chat_member " + id + " " + strconv.FormatInt(p.profile.ID, 10) + " "}
		if c.isAdmin(p) {
			scopes = append(scopes, "chat_administrators "+id+" 0 ")
		}
		scopes = append(scopes, "chat "+id+" 0 ")
		if c.isAdmin(p) {
			scopes = append(scopes, "all_chat_administrators  0 ")
		}
		scopes = append(scopes, "all_group_chats  0 ", "default  0 ")
	}
	language, _, _ := strings.Cut(p.profile.Lang, "-")
	for _, scope := range scopes {
		for _, key := range []string{scope + language, scope} {
			if list, ok := c.s.commands[key]; ok {
				return offered(list)
			}
		}
	}
	return nil
}

func offered(list []any) []string {
	var out []string
	for _, l := range list {
		o := l.(obj) //nolint:forcetypeassert // made above
		out = append(out, o["command"].(string)+" - "+o["description"].(string))
	}
	return out
}
