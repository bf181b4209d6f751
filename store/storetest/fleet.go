package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

const (
	fleetSize = 100_000
	fleetTime = 20 * time.Second
)

// ImportFleet imports the machines of a large maker and fails when that takes too long. Its caller is not
// parallel. Under the race detector it imports a few and does not judge.
func ImportFleet(t *testing.T, s bot.Store) {
	t.Helper()
	size := fleetSize
	if Raced {
		size /= 50
	}
	var r bot.Registration
	for i := range size / 50 {
		r.Companies = append(r.Companies, claim.Company{ID: claim.CompanyID(fmt.Sprintf("c-%05d", i)), Name: "Nuts Ltd"})
	}
	for i := range size {
		r.Machines = append(r.Machines, claim.Machine{
			Serial: claim.Serial(fmt.Sprintf("OS-%04d-%05d", 2000+i%26, i)), Model: "VS-600", Country: "PE", Zone: "America/Lima",
			Company: r.Companies[i%len(r.Companies)].ID, Delivered: claim.Date{Year: 2000 + i%26, Month: time.June, Day: 1 + i%28},
		})
	}
	start := time.Now()
	same(t, "rows", got(s.Import(t.Context(), r, nil))(t), len(r.Machines)+len(r.Companies))
	took := time.Since(start)
	t.Logf("%d machines imported in %s", size, took)
	if took > fleetTime && !Raced {
		t.Errorf("%d machines took %s, want less than %s", size, took, fleetTime)
	}
	start = time.Now()
	r.Machines[7].Model = "VS-700"
	same(t, "rows of the next export", got(s.Import(t.Context(), r, nil))(t), 1)
	t.Logf("imported again, with one change, in %s", time.Since(start))
}
