package main_test

import (
	"regexp"
	"testing"
)

// TestLinkWhileItRuns makes a code beside the program, has somebody use it, and unlinks the account again.
func TestLinkWhileItRuns(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	p.file(t, "desk.yaml", desk())
	p = p.with("DESK_FILE=desk.yaml")
	s := p.start(t, "demo")
	out := p.must(t, "desk", "link", "chen")
	contains(t, out, "Chen Yu writes to the bot within 10 minutes", "acts for the desk as Chen Yu")
	code := regexp.MustCompile(`!link \d{4}-\d{4}`).FindString(out)
	chat, screen := s.watch(t, "sam")
	say(t, chat, screen, "!queue")
	say(t, chat, screen, code)
	contains(t, p.must(t, "desk", "people"), "\nchen    Chen Yu   web      sam      20", "\nwang    Wang Lei  web      wang     20")
	say(t, chat, screen, "!queue")
	contains(t, p.must(t, "desk", "people", "--json"), `{"person":"chen","name":"Chen Yu","channel":"web","account":"sam","linked":"20`)
	contains(t, p.must(t, "desk", "unlink", "chen", "--channel", "web"), "chen: sam on web is unlinked.", "chen: chen on web is unlinked.")
	say(t, chat, screen, "!queue")
	if said := s.stop(t); !regexp.MustCompile(`(?s)refused: the account is linked to none.*account linked to one.*refused: the account is linked to none`).MatchString(said) {
		t.Errorf("logged\n%s", said)
	}
}

func TestDeskCommandsWithoutAFile(t *testing.T) {
	t.Parallel()
	p := newPlace(t)
	contains(t, p.must(t, "desk", "people"), "wang    Wang Lei  -        -        no", "These are samples: DESK_FILE is not set")
	if r := p.run(t, "desk", "link", "wang"); r.status != 2 {
		t.Errorf("linked without a file: %+v", r)
	} else {
		contains(t, r.errs, "DESK_FILE is not set, so the desk has no people of its own")
	}
	p.file(t, "desk.yaml", desk("accounts: {}  ", `accounts: {slack: U024BE7LH}  `))
	p = p.with("DESK_FILE=desk.yaml")
	contains(t, p.must(t, "desk", "people"), "wang    Wang Lei  slack    U024BE7LH  file", "chen    Chen Yu   -        -          no")
	if r := p.run(t, "desk", "link", "zhao"); r.status != 2 {
		t.Errorf("a stranger was linked: %+v", r)
	} else {
		contains(t, r.errs, `"zhao" is the id of nobody in desk.yaml; there are: wang, chen, li`)
	}
	if r := p.run(t, "desk", "link", "wang"); r.status != 1 {
		t.Errorf("linked without a database: %+v", r)
	} else {
		contains(t, r.errs, "start the program once")
	}
}
