package upload_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
)

// TestLink checks that a repeated turn says the same link, and that nothing but the link leads there.
func TestLink(t *testing.T) {
	t.Parallel()
	s := open(t, wanted())
	u, err := s.db.Upload(t.Context(), s.id)
	if err != nil || !u.Expires.Equal(noon.Add(72*time.Hour)) {
		t.Fatalf("upload %+v, %v", u, err)
	}
	s.wait(time.Hour)
	if again, err := s.page.UploadLink(t.Context(), wanted()); again != s.link || err != nil {
		t.Errorf("link %s, %v; want %s", again, err, s.link)
	}
	if after, err := s.db.Upload(t.Context(), s.id); err != nil || !after.Expires.Equal(u.Expires) {
		t.Errorf("upload %+v, %v", after, err)
	}
	other := wanted()
	other.Of = "telegram/7#1"
	if link, err := s.page.UploadLink(t.Context(), other); link == s.link || err != nil {
		t.Errorf("two files have the link %s, %v", link, err)
	}
	at, err := url.Parse(s.link)
	if err != nil || at.Host != s.addr || !strings.HasPrefix(at.Path, "/u/") || len(at.Path) != len("/u/")+43 {
		t.Errorf("link %s, %v", s.link, err)
	}
	for _, u := range []bot.Upload{{Of: "x"}, {Limit: 1}, {Of: "x", Limit: -1}} {
		if link, err := s.page.UploadLink(t.Context(), u); err == nil {
			t.Errorf("%+v has the link %s", u, link)
		}
	}
	if err := s.db.Close(); err != nil {
		t.Fatal(err)
	}
	other.Of = "telegram/7#2"
	if link, err := s.page.UploadLink(t.Context(), other); err == nil {
		t.Errorf("an upload that is not stored has the link %s", link)
	}
}
