package main

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

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
		if a, ok := a.(*telegram.Adapter); ok {
			r.MustRegister(ofTelegram(a)...)
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

func counter(name, help string, value func() float64) prometheus.Collector {
	return prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, value)
}
