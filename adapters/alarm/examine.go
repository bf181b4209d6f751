package alarm

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/duty"
)

// Examiner looks at the alarms of a desk file, and rings none of them.
type Examiner struct {
	Alarm  *Alarm
	Alarms []duty.Outside
}

// Examine implements [bot.Examiner]. Of a webhook it asks the root of its host, without the key; a mail server is
// greeted and told who we are.
func (x Examiner) Examine(ctx context.Context) []bot.Finding {
	var list []bot.Finding
	mails := false
	for _, one := range x.Alarms {
		if one.Email != "" {
			mails = true
			continue
		}
		f := bot.Finding{What: "Alarm " + one.ID, Detail: "a webhook, whose host answers"}
		if err := x.Alarm.reach(ctx, one.Webhook); err != nil {
			f.Problem, f.Do = err.Error(), "see whether this machine may reach it, and whether HTTPS_PROXY is right; the address stands under alarms in the desk file"
		}
		list = append(list, f)
	}
	if mails {
		list = append(list, x.Alarm.lookAtMail(ctx))
	}
	return list
}

func (a *Alarm) lookAtMail(ctx context.Context) bot.Finding {
	f := bot.Finding{What: "Alarm by e-mail"}
	if a.cfg.Mail.Host == "" {
		f.Problem, f.Do = "the desk file has alarms by e-mail, but SMTP_URL is not set", "set SMTP_URL, or make them webhooks"
		return f
	}
	c, err := a.connect(ctx)
	if err != nil {
		f.Problem, f.Do = fmt.Sprintf("%s does not take e-mails: %v", a.cfg.Mail.Host, err), "correct SMTP_URL"
		return f
	}
	defer c.Close() //nolint:errcheck // it was told to quit
	_ = c.Quit()    // it has answered
	f.Detail = a.cfg.Mail.Host + " takes e-mails from " + a.cfg.Mail.From
	return f
}

// reach asks the host of a webhook for anything.
func (a *Alarm) reach(ctx context.Context, address string) error {
	u, err := url.Parse(address)
	if err != nil {
		return fmt.Errorf("reach webhook: %w: its address cannot be read", bot.ErrRefused)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, u.Scheme+"://"+u.Host+"/", nil)
	if err != nil {
		return fmt.Errorf("reach webhook: %w", bot.ErrRefused)
	}
	resp, err := a.http.Do(req)
	if err != nil {
		return fmt.Errorf("reach webhook: %w", bare(err))
	}
	return resp.Body.Close()
}
