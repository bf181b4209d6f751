package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"github.com/optoste/supportbot/adapters/web"
	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
	"github.com/optoste/supportbot/bot/duty"
)

// The sample machines and parts are files as `machines import` takes them, but for the days, which
// count back from today: "today-5m" is five months ago, "today-12m-4d" four days more than a year.
// So the new machine stays new and the borderline one borderline whenever the demo starts.
var (
	//go:embed demo/machines.csv
	sampleMachines string
	//go:embed demo/parts.csv
	sampleParts string
)

// The ids of the sample companies, as the import makes them of their names.
const (
	nutsCompany  claim.CompanyID = "nuts-ltd"
	teaCompany   claim.CompanyID = "武夷岩韵茶业有限公司"
	seedsCompany claim.CompanyID = "semillas-del-sur-sac"
)

// sampleCustomer is one of the people that one may write as.
type sampleCustomer struct {
	web.Person
	zone    string
	company claim.CompanyID // empty = a stranger
}

var sampleCustomers = []sampleCustomer{
	{web.Person{ID: "mei", Name: "Mei", Company: "Nuts Ltd", About: "has machines new, in warranty and borderline", Lang: "en"}, "America/Los_Angeles", nutsCompany},
	{web.Person{ID: "liming", Name: "李明", Company: "武夷岩韵茶业有限公司", About: "有过保设备，其中一台更换过电路板", Lang: "zh-CN"}, "Asia/Shanghai", teaCompany},
	{web.Person{ID: "ana", Name: "Ana", Company: "Semillas del Sur SAC", About: "her browser speaks Spanish; one delivery date is not known", Lang: "es-PE"}, "America/Lima", seedsCompany},
	{web.Person{ID: "sam", Name: "Sam", About: "a stranger, linked to no company", Lang: "en"}, "", ""},
}

// sampleEngineers are people of the built-in desk file.
var sampleEngineers = []web.Person{
	{ID: "wang", Name: "Wang Lei", About: "engineer", Lang: "en"},
	{ID: "li", Name: "Li Na", About: "工程师", Lang: "zh-CN"},
	{ID: "chen", Name: "Chen Yu", About: "engineer", Lang: "en"},
}

// engineers are whom one may write as at the desk: with a desk file of one's own its people.
func (d deskFile) engineers() []web.Person {
	if d.file == "" {
		return sampleEngineers
	}
	var list []web.Person
	for _, p := range d.loaded.People {
		list = append(list, web.Person{ID: claim.PersonID(p.ID), Name: p.Name, Lang: p.Languages[0]})
	}
	return list
}

// demoDesk is the desk of the demo: without a file the built-in one, whose people are real there.
func (d deskFile) demoDesk() (deskFile, error) {
	if d.loaded != nil {
		return d, nil
	}
	loaded, _, err := duty.Load("the built-in desk", duty.DefaultYAML())
	return deskFile{loaded: loaded}, err
}

// demoPeople lists everybody for the page.
func demoPeople(d deskFile) *web.Demo {
	demo := &web.Demo{Engineers: d.engineers()}
	for _, c := range sampleCustomers {
		demo.People = append(demo.People, c.Person)
	}
	return demo
}

var relative = regexp.MustCompile(`today(?:-(\d+)m)?(?:-(\d+)d)?`)

// sample returns the sample registry as it is on a day.
func sample(today claim.Date) (bot.Registration, error) {
	var r bot.Registration
	for name, csv := range map[string]string{"machines": sampleMachines, "parts": sampleParts} {
		dated := relative.ReplaceAllStringFunc(csv, func(s string) string {
			m := relative.FindStringSubmatch(s)
			months, _ := strconv.Atoi(m[1]) // empty = 0
			days, _ := strconv.Atoi(m[2])
			return today.AddDays(-days).AddMonths(-months).String()
		})
		sheet, bad, err := parseCSV(strings.NewReader(dated))
		if err != nil || len(bad) > 0 {
			return r, fmt.Errorf("read sample %s: %w, %v", name, err, bad)
		}
		r.Companies = append(r.Companies, sheet.Companies...)
		r.Machines = append(r.Machines, sheet.Machines...)
		r.Parts = append(r.Parts, sheet.Parts...)
	}
	return r, nil
}

// putSamples fills an empty database, and brings the days of an earlier demo's machines up to date.
// mixed is true when the registry has other machines: then it is left alone, without samples.
func putSamples(ctx context.Context, s settings, today claim.Date) (mixed bool, err error) {
	empty := !hasDatabase(s)
	store, err := openStore(ctx, s)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	made := claim.Date{}
	if !empty {
		made, err = sampledOn(ctx, store, today)
		if err != nil || made.IsZero() {
			return true, err
		}
	}
	if made != today {
		r, err := sample(today)
		if err != nil {
			return false, err
		}
		if _, err := store.Import(ctx, r, nil); err != nil {
			return false, err
		}
	}
	return false, putPeople(ctx, store)
}

// putStaff links the engineers of the page to the people that they are.
func putStaff(ctx context.Context, s settings, d deskFile) (err error) {
	store, err := openStore(ctx, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	for _, p := range d.engineers() {
		a := bot.Account{Person: duty.PersonID(p.ID), Channel: web.Name, ID: p.ID, At: now()}
		if err := store.PutAccount(ctx, a); err != nil {
			return err
		}
	}
	return nil
}

// putPeople links the sample customers to their companies. Who is there is left as he is.
func putPeople(ctx context.Context, store bot.People) error {
	for _, c := range sampleCustomers {
		_, err := store.Person(ctx, web.Name, c.ID)
		if errors.Is(err, bot.ErrNotFound) {
			err = store.PutPerson(ctx, web.Name, claim.Person{ID: c.ID, Name: c.Name, Zone: c.zone, Company: c.company, Why: why(c)})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func why(c sampleCustomer) string {
	if c.company == "" {
		return ""
	}
	return "desk"
}

// longDemo is for how many days back the samples of an earlier start are recognised.
const longDemo = 800

// sampledOn returns the day for which the stored samples were made: today when somebody has changed
// them, which leaves them alone, and zero when they are not there.
func sampledOn(ctx context.Context, store bot.Registry, today claim.Date) (claim.Date, error) {
	var stored []claim.Machine
	now, err := sample(today)
	if err != nil {
		return claim.Date{}, err
	}
	for _, m := range now.Machines {
		found, err := store.Machine(ctx, m.Serial)
		if errors.Is(err, bot.ErrNotFound) {
			return claim.Date{}, nil
		}
		if err != nil {
			return claim.Date{}, err
		}
		found.Parts = nil
		stored = append(stored, found)
	}
	for back := range longDemo {
		day := today.AddDays(-back)
		r, err := sample(day)
		if err != nil {
			return claim.Date{}, err
		}
		if reflect.DeepEqual(r.Machines, stored) {
			return day, nil
		}
	}
	return today, nil
}
