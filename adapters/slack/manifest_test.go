package slack_test

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack"
)

// manifest is the app's manifest; a field that is not here is refused.
type manifest struct {
	Display  map[string]string `yaml:"display_information"`
	Features struct {
		Home      map[string]bool `yaml:"app_home"`
		Bot       map[string]any  `yaml:"bot_user"`
		Shortcuts []struct {
			Name, Type, Description string
			Callback                string `yaml:"callback_id"`
		}
		Commands []struct {
			Command, URL, Description string
			Escape                    bool `yaml:"should_escape"`
		} `yaml:"slash_commands"`
	}
	OAuth struct {
		Scopes map[string][]string
	} `yaml:"oauth_config"`
	Settings struct {
		Events struct {
			URL string   `yaml:"request_url"`
			Bot []string `yaml:"bot_events"`
		} `yaml:"event_subscriptions"`
		Interactivity struct {
			On  bool   `yaml:"is_enabled"`
			URL string `yaml:"request_url"`
		}
		Org      bool `yaml:"org_deploy_enabled"`
		Socket   bool `yaml:"socket_mode_enabled"`
		Rotation bool `yaml:"token_rotation_enabled"`
	}
}

// TestManifest asks Slack for exactly what the code needs.
func TestManifest(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../deploy/slack-manifest.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var m manifest
	if err := yaml.NewDecoder(bytes.NewReader(raw), yaml.Strict()).Decode(&m); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"bot": slack.Scopes()}, m.OAuth.Scopes); diff != "" {
		t.Errorf("scopes (-code +manifest):\n%s", diff)
	}
	if diff := cmp.Diff(slack.Events(), m.Settings.Events.Bot); diff != "" {
		t.Errorf("events (-code +manifest):\n%s", diff)
	}
	if c := m.Features.Commands; len(c) != 1 || c[0].Command != slack.Command || c[0].Escape {
		t.Errorf("commands %+v, want %s alone, its text as typed", c, slack.Command)
	}
	if s := m.Features.Shortcuts; len(s) != 1 || s[0].Callback != slack.Shortcut || s[0].Type != "global" {
		t.Errorf("shortcuts %+v, want %s alone", s, slack.Shortcut)
	}
	var paths []string
	for pattern := range slack.New(slack.Config{SigningSecret: "x"}).Routes(nil) {
		paths = append(paths, strings.TrimPrefix(pattern, "POST "))
	}
	urls := []string{m.Settings.Events.URL, m.Settings.Interactivity.URL, m.Features.Commands[0].URL}
	for _, u := range urls {
		if _, path, _ := strings.Cut(strings.TrimPrefix(u, "https://"), "/"); !slices.Contains(paths, "/"+path) {
			t.Errorf("%s is none of our paths %q", u, paths)
		}
	}
	if !m.Settings.Interactivity.On || !m.Features.Home["messages_tab_enabled"] || m.Features.Home["messages_tab_read_only_enabled"] {
		t.Error("people cannot press or write")
	}
	if !slices.IsSorted(slack.Scopes()) || !slices.IsSorted(slack.Events()) {
		t.Error("the lists of the code are not sorted")
	}
}
