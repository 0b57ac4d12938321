package law

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"sort"

	"golang.org/x/mod/sumdb/tlog"

	"../record"
)

const (
	ballotBytes    = 14_336
	otherBytes     = 65_536
	statementBytes = 2_097_152
	changeBytes    = 524_288
	steeredMost    = 16
	closedMost     = 32
)

// sortOf is which of the five sorts a statement is of.
func sortOf(kind string) int {
	switch kind {
	case "freeze":
		return 0
	case "keys":
		return 1
	case "rotation", "notice", "entry":
		return 2
	case "ballot":
		return 3
	}
	return 4
}

// shareOf is the share of a day that a statement of this sort takes from.
var shareOf = []string{"", "changes", "changes", "ballots", "day"}

// chainOf is the chain in which a statement stands; empty if it stands in none.
func chainOf(r *record.Record) string {
	switch r.Kind {
	case "measure", "package", "incident":
		return ""
	case "revision":
		return "measure " + r.Get("by") + " " + r.Get("revises")
	case "attribution":
		return "incident " + r.Get("by") + " " + r.Get("incident")
	case "keys", "freeze":
		return "officers " + r.Get("by")
	case "rotation", "notice", "entry":
		return "seat " + r.Get("by")
	}
	return "measure " + r.Get("for") + " " + r.Get("measure")
}

// isNext: what its chain belongs to is there, and its `after` names the last statement of the chain.
func (c *Council) isNext(r *record.Record) bool {
	chain := chainOf(r)
	if chain == "" {
		return true
	}
	switch r.Kind {
	case "attribution":
		if n := r.Number("incident"); n < 1 || n > uint64(len(c.incidents)) {
			return false
		}
	case "revision":
		if n := r.Number("revises"); n < 1 || n > uint64(len(c.Measures)) {
			return false
		}
	default:
		if n := r.Number("measure"); r.Has("measure") && (n < 1 || n > uint64(len(c.Measures))) {
			return false
		}
	}
	last, some := c.chains[chain]
	if !some {
		last = "none"
	}
	return r.Get("after") == last
}

// room is that of one block, as its statements fill it.
type room struct {
	taken        map[string]share
	steered      map[string]map[int]bool
	closed       map[int]bool
	all, changes int
}

func newRoom() *room {
	return &room{taken: map[string]share{}, steered: map[string]map[int]bool{}, closed: map[int]bool{}}
}

// takeStatements takes all statements from here on, in the order that is due.
func (c *Council) takeStatements(at *cursor, previous string) error {
	var found []*record.Record
	for n := at.at; n < len(at.block.Records)-1 && at.block.Records[n].IsStatement(); n++ {
		found = append(found, at.block.Records[n])
	}
	waiting := inOrder(found, previous)
	space := newRoom()
	for _, r := range found {
		first := -1
		for n, other := range waiting {
			if c.isNext(other) {
				first = n
				break
			}
		}
		if first < 0 || waiting[first] != r {
			return fmt.Errorf("%s of %s: out of its chain, or of the order that is due", r.Kind, r.Get("by"))
		}
		waiting = append(waiting[:first:first], waiting[first+1:]...)
		if err := c.letIn(r, at.place(), space); err != nil {
			return fmt.Errorf("%s of %s: %w", r.Kind, r.Get("by"), err)
		}
		at.at++
	}
	return nil
}

// inOrder: by sort, then by SHA-256(previous || text hash).
func inOrder(found []*record.Record, previous string) []*record.Record {
	places := map[*record.Record][]byte{}
	for _, r := range found {
		both, _ := hex.DecodeString(previous + r.TextHash)
		sum := sha256.Sum256(both)
		places[r] = append([]byte{byte(sortOf(r.Kind))}, sum[:]...)
	}
	sorted := append([]*record.Record(nil), found...)
	sort.SliceStable(sorted, func(a, b int) bool {
		return bytes.Compare(places[sorted[a]], places[sorted[b]]) < 0
	})
	return sorted
}

// letIn lets one statement in, and has it act as far as it acts at once.
func (c *Council) letIn(r *record.Record, leaf int64, space *room) error {
	if err := c.CheckSignatures(r); err != nil {
		return err
	}
	if err := c.takeRoom(r, space); err != nil {
		return err
	}
	if c.texts[r.TextHash] {
		return fmt.Errorf("the text is in the ledger already")
	}
	if p := c.party(r.Get("by")); p != nil && p.Frozen && r.Kind != "keys" && r.Kind != "freeze" {
		return fmt.Errorf("%s is frozen", p.Code)
	}
	take := map[string]func(*record.Record, int64) error{
		"measure": c.table, "revision": c.revise, "package": c.bind, "incident": c.report,
		"attribution": c.attribute, "keys": c.changeKeys, "freeze": c.freeze, "rotation": c.rotate,
		"notice": c.notice, "entry": c.enter,
	}[r.Kind]
	if take == nil {
		take = c.onMeasure
	}
	if err := take(r, leaf); err != nil {
		return err
	}
	c.texts[r.TextHash] = true
	if chain := chainOf(r); chain != "" {
		c.chains[chain] = LeafHash(r.Raw)
	}
	c.Statements++
	c.Signatures += len(r.Signatures)
	return nil
}

// LeafHash in hexadecimal digits.
func LeafHash(raw []byte) string {
	hash := tlog.RecordHash(raw)
	return hex.EncodeToString(hash[:])
}

// takeRoom: the statement has room in its block, and in the day of its party.
func (c *Council) takeRoom(r *record.Record, space *room) error {
	sort, by, size := sortOf(r.Kind), r.Get("by"), len(r.Raw)
	space.all += size
	if sort < 3 {
		space.changes += size
	}
	if space.all > statementBytes || space.changes > changeBytes {
		return fmt.Errorf("the block is full")
	}
	key := fmt.Sprint(by, " ", sort)
	if sort >= 3 {
		most := uint64(otherBytes)
		if sort == 3 {
			most = ballotBytes
		}
		taken := space.taken[key].with(size)
		if taken.statements > c.Charter.shareBlock || taken.statements > 1 && taken.bytes > most {
			return fmt.Errorf("%s has used up its share of the block", by)
		}
		space.taken[key] = taken
	}
	if sort > 0 {
		day, most := c.days[key].with(size), c.Charter.shares[shareOf[sort]]
		if day.statements > most.statements || day.bytes > most.bytes {
			return fmt.Errorf("%s has used up its share of the day", by)
		}
		c.days[key] = day
	}
	return c.steer(r, space)
}

func (s share) with(size int) share { return share{s.statements + 1, s.bytes + uint64(size)} }

// steer counts the different measures that a party steers in the block, and that all close.
func (c *Council) steer(r *record.Record, space *room) error {
	by, numbers := r.Get("by"), []int{}
	switch r.Kind {
	case "package":
		for _, row := range r.All("measure") {
			numbers = append(numbers, small(row[0]))
		}
	case "extension", "withdrawal", "close":
		m, err := c.measure(r.Number("measure"))
		if err != nil {
			return err
		}
		for _, other := range c.bound(m) {
			numbers = append(numbers, other.Number)
		}
	}
	if space.steered[by] == nil {
		space.steered[by] = map[int]bool{}
	}
	for _, number := range numbers {
		space.steered[by][number] = true
		space.closed[number] = space.closed[number] || r.Kind == "close"
	}
	closed := 0
	for _, is := range space.closed {
		if is {
			closed++
		}
	}
	if len(space.steered[by]) > steeredMost || closed > closedMost {
		return fmt.Errorf("%s steers too many measures in a block, or the block closes too many", by)
	}
	return nil
}

// renewShares: where a freeze ends, the counts of the day begin anew, but for officers; once a day.
func (c *Council) renewShares(codes []string) {
	for _, code := range codes {
		if !c.renewed[code] {
			c.renewed[code] = true
			for _, sort := range []int{2, 3, 4} {
				delete(c.days, fmt.Sprint(code, " ", sort))
			}
		}
	}
}
