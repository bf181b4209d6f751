package slack_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

// TestNamesChange asks for a name again after an hour, and calls a person as before while Slack does not tell.
func TestNamesChange(t *testing.T) {
	t.Parallel()
	l := newLab(t, nil, fake.Config{})
	handle, heard := hearing()
	l.run(t, handle)
	type call struct {
		Name  string
		Asked int
	}
	name := func() call {
		acked(t, l.mei.DM().Say(l.mei, "hello"))
		return call{next(t, heard).From.Name, called(l, "users.info")["users.info"]}
	}
	l.mei.Rename("Mei Chen", "Mei")
	var got []call
	got = append(got, name())
	l.mei.Rename("Mei Wang", "Mrs Wang")
	got = append(got, name())
	l.skip(time.Hour)
	got = append(got, name())
	l.mei.Rename("Mei Li", "Mrs Li")
	l.skip(time.Hour)
	lift := l.server.Inject(fake.Fault{Method: "users.info", Refuse: fake.Refuse("internal_error")})
	got = append(got, name(), name())
	lift()
	l.skip(time.Minute)
	got = append(got, name())
	want := []call{{"Mei", 1}, {"Mei", 1}, {"Mrs Wang", 2}, {"Mrs Wang", 3}, {"Mrs Wang", 3}, {"Mrs Li", 4}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
