package fake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/optoste/supportbot/adapters/slack/fake"
)

func ExampleServer() {
	server := fake.New(fake.Config{Quiet: true})
	server.Start()
	defer server.Close()

	// The bot would be here.
	call := func(method string, a url.Values) {
		a.Set("token", server.Token())
		req, err := http.NewRequestWithContext(context.Background(), http.MethodPost, server.API()+method, strings.NewReader(a.Encode()))
		if err != nil {
			panic(err)
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			panic(err)
		}
		_ = resp.Body.Close()
	}
	bot := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer bot.Close()
	server.Connect(bot.URL)

	mei := server.NewPerson(fake.Profile{Real: "Mei Lin"})
	said := mei.DM().Say(mei, "The valve is stuck <again>")
	<-said.Acked()
	call("chat.postMessage", url.Values{
		"channel": {mei.DM().ID()}, "text": {"Hello"},
		"blocks": {`[{"type":"section","text":{"type":"mrkdwn","text":"*Hello* Mei &lt;3, <!here>"}},
			{"type":"actions","elements":[{"type":"button","action_id":"report","text":{"type":"plain_text","text":"Report"}}]}]`},
	})

	for _, m := range mei.DM().Visible() {
		fmt.Println(m.Bot, m.Text, m.Labels(), m.Pinged)
	}
	fmt.Println(server.Mistakes())
	// Output:
	// false The valve is stuck <again> [] []
	// true Hello Mei <3, @here [Report] [@here]
	// []
}
