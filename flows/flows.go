// Package flows says in which order things are asked. A flow is data and pure functions: it holds
// keys of texts, never sentences, and knows no channel and no store.
package flows

import (
	"embed"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

// Texts holds what the flows say: text/<language>.json is a language.
//
//go:embed text/*.json
var Texts embed.FS

// The flows' names. They are stored in sessions: a flow is never renamed.
const (
	flowHome     = "home"
	flowReport   = "report"
	flowDrafts   = "drafts"
	flowCancel   = "cancel"
	flowNudge    = "nudge"
	flowLanguage = "language"
	flowHelp     = "help"
	flowPerson   = "person"
	flowClaims   = "claims"
	flowShow     = "show"
	flowAdd      = "add"
	flowWhy      = "why"
	flowRecords  = "records"
	flowAnswer   = "answer"
	flowDesk     = "desk"
	flowReply    = "reply"
	flowPage     = "page"
	flowTake     = "take"
	flowRelease  = "release"
	flowNote     = "note"
	flowSeverity = "severity"
	flowResolve  = "resolve"
	flowReopen   = "reopen"
	flowDecline  = "decline"
	flowChanged  = "changed"
	flowConfirm  = "confirm"
	flowUnsolved = "unsolved"
	flowUsage    = "usage"
	flowAsk      = "ask"
	flowAsked    = "asked"
	flowQueue    = "queue"
	flowFind     = "find"
	flowLook     = "look"
	flowOncall   = "oncall"
	flowClose    = "close"
	flowSurvey   = "survey"
	flowRate     = "rate"
	flowOpen     = "open"
	flowMerge    = "merge"
	flowUnmerge  = "unmerge"
	flowSerial   = "serial"
	flowCompany  = "company"
	flowCustomer = "customer"
	flowLinked   = "linked"
	flowSwap     = "swap"
	flowDoor     = "door"
	flowLetIn    = "letin"
	flowStaff    = "staff"
	flowLink     = "link"
	flowHandOver = "handover"
	flowDecide   = "decide"
	flowDecided  = "decided"
	flowBench    = "bench"
)

// commands are understood at any time. Those of the desk are listed by "!help" in this order.
var commands = []bot.Command{
	{Name: "start", Flow: flowHome},
	{Name: "menu", Flow: flowHome},
	{Name: "report", Flow: flowReport},
	{Name: "claims", Flow: flowClaims},
	{Name: "drafts", Flow: flowDrafts},
	{Name: "cancel", Flow: flowCancel},
	{Name: "take", Desk: flowTake, Claim: true},
	{Name: "reply", Desk: flowReply, Claim: true},
	{Name: "ask", Desk: flowAsk, Claim: true},
	{Name: "decide", Desk: flowDecide, Claim: true},
	{Name: "note", Desk: flowNote, Claim: true},
	{Name: "severity", Desk: flowSeverity, Claim: true},
	{Name: "resolve", Desk: flowResolve, Claim: true},
	{Name: "close", Desk: flowClose, Claim: true},
	{Name: "handover", Desk: flowHandOver, Claim: true},
	{Name: "release", Desk: flowRelease, Claim: true},
	{Name: "reopen", Desk: flowReopen, Claim: true},
	{Name: "decline", Desk: flowDecline, Claim: true},
	{Name: "open", Desk: flowOpen},
	{Name: "serial", Desk: flowSerial, Claim: true},
	{Name: "company", Desk: flowCompany, Claim: true},
	{Name: "customer", Desk: flowCustomer, Claim: true},
	{Name: "merge", Desk: flowMerge, Claim: true},
	{Name: "unmerge", Desk: flowUnmerge, Claim: true},
	{Name: "queue", Desk: flowQueue},
	{Name: "find", Desk: flowFind},
	{Name: "show", Desk: flowLook, Claim: true},
	{Name: "oncall", Desk: flowOncall},
	{Name: "swap", Desk: flowSwap},
	{Name: "web", Desk: flowDoor},
	{Name: "link", Flow: flowLink, Desk: flowLink, Open: true},
	{Name: "help", Flow: flowHelp, Desk: flowUsage, Open: true},
	{Name: "person", Flow: flowPerson},
	{Name: "why", Flow: flowWhy},
	{Name: "language", Flow: flowLanguage, Desk: flowLanguage, Open: true},
	{Name: "en", Flow: flowLanguage, Desk: flowLanguage, Payload: "en", Open: true},
	{Name: "zh", Flow: flowLanguage, Desk: flowLanguage, Payload: "zh", Open: true},
}

// House returns everything that is asked and said. Adding a flow is one line in this list.
func House() bot.House {
	return bot.House{
		Flows: []bot.Flow{
			home, report, drafts, cancel, nudge, language, help, person,
			claims, show, add, why, records, answer,
			desk, reply, usage, page,
			queue, find, look, oncall, swap, bench,
			takeUp.script(), giveBack.script(), remark.script(), grade.script(), solve.script(), reopen.script(), decline.script(),
			ask, asked, changed, verdictOf(flowConfirm, claim.Confirm), verdictOf(flowUnsolved, claim.Unsolved),
			shut.script(), survey, rate, door(flowDoor), door(flowLetIn),
			open, merge, unmerge.script(), fixSerial, relate, handOn, nowLinked,
			staff, link,
			handOver, decide, decided,
		},
		Root:      flowHome,
		Quoted:    flowAdd,
		Desk:      flowDesk,
		Staff:     flowStaff,
		Nudge:     flowNudge,
		Page:      flowPage,
		StaffPage: flowBench,
		Commands:  commands,
		Buttons: map[string]bot.Button{
			"show":     {Flow: flowShow},
			"add":      {Flow: flowAdd},
			"why":      {Flow: flowWhy},
			"copy":     {Flow: flowRecords},
			"reply":    {Flow: flowReply, Desk: true},
			"take":     {Flow: flowTake, Desk: true},
			"ask":      {Flow: flowAsk, Desk: true},
			"release":  {Flow: flowRelease, Desk: true},
			"handover": {Flow: flowHandOver, Desk: true},
			"decide":   {Flow: flowDecide, Desk: true},
			"note":     {Flow: flowNote, Desk: true},
			"severity": {Flow: flowSeverity, Desk: true},
			"resolve":  {Flow: flowResolve, Desk: true},
			"reopen":   {Flow: flowReopen, Desk: true},
			"decline":  {Flow: flowDecline, Desk: true},
			"confirm":  {Flow: flowConfirm},
			"unsolved": {Flow: flowUnsolved},
			"look":     {Flow: flowLook, Desk: true},
			"merge":    {Flow: flowMerge, Desk: true},
			"rate1":    {Flow: flowRate, Payload: "1"},
			"rate2":    {Flow: flowRate, Payload: "2"},
			"rate3":    {Flow: flowRate, Payload: "3"},
			"rate4":    {Flow: flowRate, Payload: "4"},
			"rate5":    {Flow: flowRate, Payload: "5"},
		},
		Card: cardOptions,
		News: map[bot.News]string{
			bot.NewsOpened: flowDesk, bot.NewsAdded: flowDesk, bot.NewsSupplied: flowDesk, bot.NewsRevised: flowDesk,
			bot.NewsTalk: flowDesk, bot.NewsEmergency: flowDesk, bot.NewsSetAside: flowDesk, bot.NewsFileLost: flowDesk, bot.NewsGivenUp: flowDesk,
			bot.NewsActed: flowDesk, bot.NewsSwapped: flowDesk, bot.NewsWeekly: flowDesk,
			bot.NewsGone: flowDesk, bot.NewsBack: flowDesk, bot.NewsAnswered: flowDesk,
			bot.NewsPing: flowDesk, bot.NewsStalled: flowDesk, bot.NewsSilent: flowDesk, bot.NewsUnrung: flowDesk,
			bot.NewsAnswer: flowAnswer, bot.NewsCorrected: flowAnswer,
			bot.NewsAsked: flowAsked, bot.NewsReminded: flowAsked,
			bot.NewsStatus:  flowChanged,
			bot.NewsSurvey:  flowSurvey,
			bot.NewsLinked:  flowLinked,
			bot.NewsDoor:    flowLetIn,
			bot.NewsDecided: flowDecided,
		},
	}
}
