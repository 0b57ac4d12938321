package export

import (
	"fmt"
	"strings"

	"../law"
	"../record"
)

// CheckSuccession: the council goes on from the ledger in this folder. Its genesis names that ledger's last
// checkpoint and the members that are none here, and one who sat there has signed it with a key of then.
func (r *Report) CheckSuccession(folder string) error {
	genesis := r.Founded
	link := genesis.Row("succeeds")
	if link == nil {
		return fmt.Errorf("predecessor: the genesis names none")
	}
	old, err := Audit(folder, Options{Council: link[0]})
	if err != nil {
		return fmt.Errorf("predecessor: %w", err)
	}
	if old.Public {
		return fmt.Errorf("predecessor: it is verified as far as it is public alone")
	}
	if fmt.Sprint(old.Tree.N) != link[1] || fmt.Sprintf("%x", old.Tree.Hash[:]) != link[2] {
		return fmt.Errorf("predecessor: the genesis names another last checkpoint")
	}
	founders := map[string]bool{}
	for _, row := range genesis.All("member") {
		founders[row[0]] = true
	}
	var out, named []string
	for _, p := range old.Sealing {
		if !founders[p.Code] {
			out = append(out, p.Code)
		}
	}
	for _, row := range genesis.All("leaves-out") {
		named = append(named, row[0])
	}
	if strings.Join(out, " ") != strings.Join(named, " ") {
		return fmt.Errorf("predecessor: the genesis leaves out %v and names %v", out, named)
	}
	return r.checkHeirs(old.Sealing)
}

// checkHeirs: a founding member has signed with an officer key that it had, or with its old recovery key.
func (r *Report) checkHeirs(before []*law.Party) error {
	had := map[string]map[record.Key]bool{}
	for _, p := range before {
		had[p.Code] = map[record.Key]bool{p.Recovery: true}
		for _, o := range p.Officers {
			had[p.Code][o.Key] = true
		}
	}
	founding, err := law.Found(r.Founded)
	if err != nil {
		return err
	}
	for _, p := range founding.Members {
		for n, s := range founding.Officers(p) {
			for _, line := range r.founders {
				if line.IsBy(s) && had[p.Code][p.Officers[n].Key] {
					return nil
				}
			}
		}
	}
	return fmt.Errorf("predecessor: nobody of that council has signed the genesis with a key of then")
}
