package fake

import (
	"cmp"
	"strings"
)

// Profile is what Slack knows of a person.
type Profile struct {
	Name    string // without the @; empty = one of its own
	Real    string
	Display string // untrusted text
	Email   string
	Locale  string // "en-US"; empty = that
	Zone    string // IANA; empty = Asia/Shanghai
	Bot     bool
}

// Person is somebody who has an account.
type Person struct {
	s       *Server
	id      string
	team    string
	profile Profile
	deleted bool
	refuses bool // nobody may write to the person directly

	home  *view   // what views.publish showed last
	modal []*view // the stack of open modals, the top one last
}

// NewPerson returns a member of the workspace.
func (s *Server) NewPerson(p Profile) *Person { return s.newPerson(Team, p) }

// NewStranger returns a member of another workspace, whom the bot meets in shared channels
// (platform-facts.md 76).
func (s *Server) NewStranger(p Profile) *Person { return s.newPerson(OtherTeam, p) }

func (s *Server) newPerson(team string, p Profile) *Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.id("U0") // platform-facts.md 77
	p.Name = cmp.Or(p.Name, "somebody"+id[len(id)-3:])
	p.Locale = cmp.Or(p.Locale, "en-US")
	p.Zone = cmp.Or(p.Zone, "Asia/Shanghai")
	person := &Person{s: s, id: id, team: team, profile: p}
	s.people[id] = person
	return person
}

// Bot returns another app's bot, which may write like a person: its messages carry a bot_id and the
// subtype bot_message (platform-facts.md 72).
func (s *Server) Bot(name string) *Person { return s.newPerson(Team, Profile{Name: name, Bot: true}) }

// ID returns the person's user id.
func (p *Person) ID() string { return p.id }

// Team returns the id of the person's workspace.
func (p *Person) Team() string { return p.team }

// DM returns the person's direct messages with the bot.
func (p *Person) DM() *Chat {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	return p.s.dm(p)
}

// Rename changes what the person is called.
func (p *Person) Rename(realName, display string) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.profile.Real, p.profile.Display = realName, display
}

// Deactivate closes the account: nothing reaches the person any more.
func (p *Person) Deactivate() {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.deleted = true
}

// Refuse lets the person be unreachable for the bot, or reachable again (cannot_dm_bot, platform-facts.md 85).
func (p *Person) Refuse(refuses bool) {
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.refuses = refuses
}

// shown is what stands for the person in a chat.
func (p *Person) shown() string { return cmp.Or(p.profile.Display, p.profile.Real, p.profile.Name) }

// wire returns the person as a user. Of a stranger less is told (platform-facts.md 76).
func (p *Person) wire(locale bool) obj {
	profile := obj{"real_name": p.profile.Real, "display_name": p.profile.Display, "team": p.team}
	o := obj{
		"id": p.id, "team_id": p.team, "name": p.profile.Name, "deleted": p.deleted, "real_name": cmp.Or(p.profile.Real, p.profile.Name),
		"tz": p.profile.Zone, "is_bot": p.profile.Bot, "is_app_user": p.profile.Bot, "updated": 1700000000, "profile": profile,
	}
	if p.team != Team {
		o["is_stranger"] = true
	} else if p.profile.Email != "" && p.s.has("users:read.email") {
		profile["email"] = p.profile.Email
	}
	if locale && p.team == Team {
		o["locale"] = p.profile.Locale
	}
	if p.profile.Bot {
		profile["bot_id"], profile["api_app_id"] = p.botID(), "A0"+p.id[2:]
	}
	return o
}

// botID returns the id of the person as a bot; empty when it is none.
func (p *Person) botID() string {
	switch {
	case p.id == botUser:
		return botID
	case p.profile.Bot:
		return "B0" + p.id[2:]
	}
	return ""
}

func (s *Server) authTest(_ *call) (obj, error) {
	return obj{
		"url": "https://optoste.slack.com/", "team": "Optoste", "user": s.bot.profile.Name, "team_id": Team, "user_id": botUser,
		"bot_id": botID, "is_enterprise_install": false,
	}, nil
}

func (s *Server) usersInfo(c *call) (obj, error) {
	p := s.people[c.args["user"]]
	if p == nil {
		return nil, refuse("user_not_found")
	}
	return obj{"user": p.wire(c.bool("include_locale"))}, nil
}

func (s *Server) botsInfo(c *call) (obj, error) {
	for _, p := range s.people {
		if id := p.botID(); id != "" && id == c.args["bot"] {
			return obj{"bot": obj{
				"id": id, "deleted": p.deleted, "name": p.profile.Name, "updated": 1700000000, "app_id": "A0" + strings.TrimPrefix(id, "B0"), "user_id": p.id,
			}}, nil
		}
	}
	return nil, refuse("bot_not_found")
}
