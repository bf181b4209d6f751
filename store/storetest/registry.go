package storetest

import (
	"fmt"
	"testing"
	"time"

	"github.com/optoste/supportbot/bot"
	"github.com/optoste/supportbot/bot/claim"
)

func registryCases() []storeCase {
	return []storeCase{
		{"machine and company not found", registryNotFound},
		{"registry round trip", registryRoundTrip},
		{"import counts what changed", importChanged},
		{"import reports its progress", importProgress},
		{"import that fails leaves nothing", importFails},
		{"near matches are five at most, by serial number", registryNear},
	}
}

func aRegistration() bot.Registration {
	delivered := claim.Date{Year: 2025, Month: time.June, Day: 30}
	return bot.Registration{
		Companies: []claim.Company{{ID: "nuts", Name: "Nuts & <Söhne> 坚果"}, {ID: "beans", Name: "Beans"}},
		Machines: []claim.Machine{
			{Serial: "OS-2025-0417", Model: "VS-600", Delivered: delivered, Company: "nuts", Country: "PE", Zone: "America/Lima", ContractNote: emoji},
			{Serial: "OS-2025-0O17", Company: "nuts"},
			{Serial: "OS-2019-0003", Company: "beans"},
		},
		Parts: []claim.Part{
			{Serial: "P-2", Name: "board", Machine: "OS-2025-0417", Delivered: delivered},
			{Serial: "P-1", Name: "camera", Machine: "OS-2025-0417"},
			{Serial: "P-3", Name: "valve", Machine: "OS-2019-0003"},
		},
	}
}

// imported brings a registration in and returns how many rows changed.
func imported(t *testing.T, s bot.Store, r bot.Registration) int {
	t.Helper()
	return got(s.Import(t.Context(), r, nil))(t)
}

func registryNotFound(t *testing.T, s bot.Store) {
	t.Helper()
	imported(t, s, aRegistration())
	_, err := s.Machine(t.Context(), "OS-2025-041")
	wantErr(t, err, bot.ErrNotFound)
	_, err = s.Machine(t.Context(), "os-2025-0417")
	wantErr(t, err, bot.ErrNotFound)
	_, err = s.Company(t.Context(), "Nuts")
	wantErr(t, err, bot.ErrNotFound)
	same(t, "near matches", got(s.NearMachines(t.Context(), "X"))(t), []claim.Machine{})
	same(t, "machines of a stranger", got(s.MachinesOf(t.Context(), "nobody"))(t), []claim.Machine{})
}

func registryRoundTrip(t *testing.T, s bot.Store) {
	t.Helper()
	r := aRegistration()
	imported(t, s, r)
	first := r.Machines[0]
	first.Parts = []claim.Part{r.Parts[1], r.Parts[0]} // by serial number
	same(t, "machine", got(s.Machine(t.Context(), first.Serial))(t), first)
	same(t, "machine without parts", got(s.Machine(t.Context(), "OS-2025-0O17"))(t), r.Machines[1])
	same(t, "machines of a company", got(s.MachinesOf(t.Context(), "nuts"))(t), []claim.Machine{first, r.Machines[1]})
	same(t, "company", got(s.Company(t.Context(), "nuts"))(t), r.Companies[0])
}

func importChanged(t *testing.T, s bot.Store) {
	t.Helper()
	r := aRegistration()
	same(t, "rows of the first import", imported(t, s, r), 8)
	same(t, "rows of the same import", imported(t, s, r), 0)

	r.Companies[1].Name = "Beans Ltd"
	r.Machines[2].Company = "nuts"
	r.Parts[0].Machine = "OS-2019-0003"
	same(t, "rows of a changed import", imported(t, s, r), 3)
	same(t, "rows of the same import", imported(t, s, r), 0)
	moved := r.Machines[2]
	moved.Parts = []claim.Part{r.Parts[0], r.Parts[2]}
	same(t, "machine", got(s.Machine(t.Context(), moved.Serial))(t), moved)
	if list := got(s.MachinesOf(t.Context(), "beans"))(t); len(list) != 0 {
		t.Errorf("beans still own %v", list)
	}

	same(t, "rows of an import with the parts inside", imported(t, s, bot.Registration{Machines: []claim.Machine{moved}}), 0)
	moved.Parts = append(moved.Parts, claim.Part{Serial: "P-4", Machine: moved.Serial})
	same(t, "rows of an import with a new part inside", imported(t, s, bot.Registration{Machines: []claim.Machine{moved}}), 1)
	same(t, "machine", got(s.Machine(t.Context(), moved.Serial))(t), moved)
	same(t, "rows of an empty import", imported(t, s, bot.Registration{}), 0)
}

// fleet is a number of machines whose serial numbers all differ.
func fleet(n int) bot.Registration {
	var r bot.Registration
	for i := range n {
		r.Machines = append(r.Machines, claim.Machine{Serial: claim.Serial(fmt.Sprintf("VS-%06d", i)), Company: "nuts"})
	}
	return r
}

func importProgress(t *testing.T, s bot.Store) {
	t.Helper()
	const n = 1234
	last := 0
	got(s.Import(t.Context(), fleet(n), func(done int) {
		if done < last {
			t.Errorf("progress went from %d back to %d", last, done)
		}
		last = done
	}))(t)
	same(t, "rows reported at the end", last, n)
	same(t, "machines", len(got(s.MachinesOf(t.Context(), "nuts"))(t)), n)
}

func importFails(t *testing.T, s bot.Store) {
	t.Helper()
	r := fleet(1000)
	r.Machines = append(r.Machines, claim.Machine{Serial: "OS-1", Model: nul})
	if _, err := s.Import(t.Context(), r, nil); err == nil {
		t.Error("a NUL in a machine was taken")
	}
	same(t, "machines", got(s.MachinesOf(t.Context(), "nuts"))(t), []claim.Machine{})
}

func registryNear(t *testing.T, s bot.Store) {
	t.Helper()
	r := aRegistration()
	for _, serial := range []claim.Serial{"OS-10-01", "OS-1O-O1", "OS1001", "0S-IO01", "O5-1001", "OS-L0-0I", "OS/1001", "OS.1001"} {
		r.Machines = append(r.Machines, claim.Machine{Serial: serial})
	}
	r.Parts = append(r.Parts, claim.Part{Serial: "P-8", Machine: "0S-IO01"}, claim.Part{Serial: "P-9", Machine: "0S-IO01"})
	imported(t, s, r)

	var serials []claim.Serial
	list := got(s.NearMachines(t.Context(), claim.Serial("OS-1001").Folded()))(t)
	for _, m := range list {
		serials = append(serials, m.Serial)
	}
	same(t, "near matches", serials, []claim.Serial{"0S-IO01", "OS-10-01", "OS-1O-O1", "OS-L0-0I", "OS.1001"})
	same(t, "parts of a near match", len(list[0].Parts), 2)
	same(t, "near matches of another number", len(got(s.NearMachines(t.Context(), claim.Serial("OS-2025-0417").Folded()))(t)), 1)
}
