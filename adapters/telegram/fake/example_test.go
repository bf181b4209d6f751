package fake_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"github.com/optoste/supportbot/adapters/telegram/fake"
)

func ExampleServer() {
	server := fake.New(fake.Config{})
	server.Start()
	defer server.Close()

	mei := server.NewPerson(fake.Profile{First: "Mei"})
	update := mei.Start("OS-2025-0417")

	// The bot would be here.
	call := func(method string, p url.Values) {
		address := server.URL() + "/bot" + server.Token() + "/" + method + "?" + p.Encode()
		req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, address, nil)
		if err != nil {
			panic(err)
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			panic(err)
		}
		_ = resp.Body.Close()
	}
	call("sendMessage", url.Values{
		"chat_id": {strconv.FormatInt(mei.ID(), 10)}, "text": {"<b>Hello</b> Mei"}, "parse_mode": {"HTML"},
		"reply_markup": {`{"inline_keyboard":[[{"text":"Report","callback_data":"report"}]]}`},
	})
	call("getUpdates", url.Values{"offset": {strconv.FormatInt(update.ID()+1, 10)}})
	<-update.Acked()

	for _, m := range mei.Chat().Visible() {
		fmt.Println(m.Bot, m.Text, m.Entities, m.Labels())
	}
	fmt.Println(server.Mistakes())
	// Output:
	// false /start OS-2025-0417 [{bot_command 0 6   0}] []
	// true Hello Mei [{bold 0 5   0}] [Report]
	// []
}
