package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/optoste/supportbot/adapters/slack"
	"github.com/optoste/supportbot/adapters/telegram"
)

// metrics counts what the engine and the channels do. No label tells of a person.
func metrics(p parts) http.Handler {
	r := prometheus.NewRegistry()
	b := readBuild()
	e := p.engine
	r.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "supportbot_build_info", Help: "Always 1; the labels say what runs.",
			ConstLabels: prometheus.Labels{"version": b.version, "commit": b.commit, "goversion": b.goVersion},
		}, func() float64 { return 1 }),
		counter("supportbot_turns_total", "Inbounds worked, the failed ones included.", func() float64 { return float64(e.Counts().Turns) }),
		counter("supportbot_turns_failed_total", "Turns that did not finish; the channel delivers them again.", func() float64 { return float64(e.Counts().Failed) }),
		counter("supportbot_messages_sent_total", "Messages sent.", func() float64 { return float64(e.Counts().Messages) }),
		counter("supportbot_turns_seconds_total", "Time spent in turns.", func() float64 { return e.Counts().Busy.Seconds() }),
	)
	for _, a := range p.adapters {
		switch a := a.(type) {
		case *telegram.Adapter:
			r.MustRegister(ofTelegram(a)...)
		case *slack.Adapter:
			r.MustRegister(ofSlack(a)...)
		}
	}
	return promhttp.HandlerFor(r, promhttp.HandlerOpts{})
}

func ofTelegram(a *telegram.Adapter) []prometheus.Collector {
	return []prometheus.Collector{
		counter("supportbot_telegram_refused_total", "Updates posted to the webhook with a wrong secret.", func() float64 { return float64(a.Counts().Refused) }),
		counter("supportbot_telegram_limited_total", "Calls that Telegram answered with 429.", func() float64 { return float64(a.Counts().Limited) }),
		counter("supportbot_telegram_polls_failed_total", "Polls without an answer, or whose updates could not be stored.", func() float64 { return float64(a.Counts().PollsFailed) }),
	}
}

func ofSlack(a *slack.Adapter) []prometheus.Collector {
	return []prometheus.Collector{
		counter("supportbot_slack_refused_total", "Requests to the hook with a wrong signature or an old time.", func() float64 { return float64(a.Counts().Refused) }),
		counter("supportbot_slack_limited_total", "Calls that Slack answered with 429.", func() float64 { return float64(a.Counts().Limited) }),
		counter("supportbot_slack_late_total", "Updates that were stored because they were not worked within three seconds.", func() float64 { return float64(a.Counts().Late) }),
		counter("supportbot_slack_spooled_total", "Updates that went to the spool because the database was away.", func() float64 { return float64(a.Counts().Spooled) }),
		counter("supportbot_slack_lost_total", "Updates that could be neither worked nor kept; Slack was asked to come again.", func() float64 { return float64(a.Counts().Lost) }),
	}
}

func counter(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
}
