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
		{"companies by number and by words of the name", registryCompanies},
		{"people of a company who write", companyWriters},
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

func registryCompanies(t *testing.T, s bot.Store) {
	t.Helper()
	imported(t, s, bot.Registration{Companies: []claim.Company{
		{ID: "k-1", Name: "Nuts Ltd"}, {ID: "k-2", Name: "Best Nuts & Söhne 坚果"}, {ID: "nuts", Name: "Others"},
	}})
	for _, c := range []struct {
		words string
		limit int
		want  []claim.CompanyID
	}{
		{"K-1", 5, []claim.CompanyID{"k-1"}},
		{"nuts", 5, []claim.CompanyID{"nuts", "k-1", "k-2"}},
		{" SÖHNE ", 5, []claim.CompanyID{"k-2"}},
		{"坚果", 5, []claim.CompanyID{"k-2"}},
		{"nuts", 2, []claim.CompanyID{"nuts", "k-1"}},
		{"nuts ltd x", 5, nil},
		{"", 5, nil},
	} {
		var ids []claim.CompanyID
		for _, company := range got(s.FindCompanies(t.Context(), c.words, c.limit))(t) {
			ids = append(ids, company.ID)
		}
		same(t, "companies by "+c.words, ids, c.want)
	}
}

func companyWriters(t *testing.T, s bot.Store) {
	t.Helper()
	ctx := t.Context()
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	wrote := func(channel, chat, person string, when time.Time) {
		session := bot.Session{
			Key: bot.Key{Channel: channel, Chat: chat, Person: claim.PersonID(person)}, Version: 1, Active: when, Lang: "zh-hans",
			Person: claim.Person{ID: claim.PersonID(person), Name: person}, To: bot.Address{Channel: channel, Chat: chat, Thread: "t"},
		}
		if _, err := s.PutSnapshots(ctx, []bot.Snapshot{{Session: session}}); err != nil {
			t.Fatal(err)
		}
	}
	for _, p := range []claim.Person{{ID: "mei", Company: "nuts"}, {ID: "ana", Company: "nuts"}, {ID: "silent", Company: "nuts"}, {ID: "bob", Company: "beans"}} {
		if err := s.PutPerson(ctx, "chat", p); err != nil {
			t.Fatal(err)
		}
	}
	wrote("chat", "group", "mei", at)
	wrote("chat", "private", "mei", at.Add(2*time.Hour))
	wrote("chat", "of ana", "ana", at.Add(time.Hour))
	wrote("chat", "of bob", "bob", at.Add(3*time.Hour))
	wrote("other", "of mei", "mei", at.Add(4*time.Hour)) // somebody else
	mei := claim.Writer{Person: claim.Person{ID: "mei", Name: "mei", Lang: "zh-hans", Company: "nuts"}, Channel: "chat", Chat: "private", Thread: "t"}
	ana := claim.Writer{Person: claim.Person{ID: "ana", Name: "ana", Lang: "zh-hans", Company: "nuts"}, Channel: "chat", Chat: "of ana", Thread: "t"}
	same(t, "writers", got(s.Writers(ctx, "nuts", 5))(t), []claim.Writer{mei, ana})
	same(t, "at most one", got(s.Writers(ctx, "nuts", 1))(t), []claim.Writer{mei})
	same(t, "of nobody", got(s.Writers(ctx, "none", 5))(t), []claim.Writer(nil))
}
