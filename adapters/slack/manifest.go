package slack

// What the app needs of Slack; deploy/slack-manifest.yaml asks for exactly this.
const (
	Shortcut = "report"  // callback id of the global shortcut
	Command  = "/report" // the slash command
)

// Scopes lists what the bot's token must allow, sorted.
func Scopes() []string {
	return []string{
		"app_mentions:read", "channels:history", "channels:read", "chat:write", "commands", "files:read", "files:write", "groups:history",
		"groups:read", "im:history", "im:write", "mpim:history", "reactions:write", "users:read",
	}
}

// Events lists what the app subscribes to, sorted.
func Events() []string {
	return []string{"app_home_opened", "app_mention", "message.channels", "message.groups", "message.im", "message.mpim"}
}
