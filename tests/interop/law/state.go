package law

import (
	"fmt"
	"math"
	"sort"

	"golang.org/x/mod/sumdb/tlog"

	"../record"
)

// Limits of the council.
const (
	membersMost      = 90
	participantsMost = 64
	foundersMost     = 100
	endingsMost      = 64
	openMost         = 64
	boundMost        = 16
	remarksMost      = 8
	boundariesKept   = 128
	dayMs            = 86_400_000
)

// Ballot is a ballot that stands.
type Ballot struct {
	Position, TextHash, Signatures, Holder string
	Leaf                                   int64
	under                                  *Mandate
}

// Mandate is a mandate that stands.
type Mandate struct {
	Holder, TextHash string
	Leaf             int64
	used             bool
}

type left struct{ code, why string }

// Measure is a measure with the text that stands, and what was fixed when it was tabled.
type Measure struct {
	Number       int
	Proposer     string
	Record       *record.Record
	Revision     uint64
	Closes       int64
	Entitled     []string
	notEntitled  []left
	noticeOf     string
	leftBy       bool
	Roster       string
	sitting      []string
	weights      map[string]uint64
	total        uint64
	Status       string
	pack         string
	ballots      map[string]*Ballot
	mandates     map[string]*Mandate
	reservations map[[2]string]bool
	remarks      map[string]int
	annulled     bool
	repealed     bool
	replaced     bool
}

func (m *Measure) clear() {
	m.ballots, m.mandates = map[string]*Ballot{}, map[string]*Mandate{}
	m.reservations, m.remarks = map[[2]string]bool{}, map[string]int{}
}

func (m *Measure) isOpen() bool { return m.Status == "open" }

func (m *Measure) kind() string { return m.Record.Get("kind") }

func (m *Measure) rule() string { return m.Record.Get("rule") }

// missing are the entitled members without a ballot; one that was retracted is none.
func (m *Measure) missing() []string {
	var codes []string
	for _, code := range m.Entitled {
		if b := m.ballots[code]; b == nil || b.Position == "retracted" {
			codes = append(codes, code)
		}
	}
	return codes
}

func (m *Measure) isEntitled(code string) bool { return contains(m.Entitled, code) }

func contains(words []string, word string) bool {
	for _, w := range words {
		if w == word {
			return true
		}
	}
	return false
}

// change waits in the queue of the roster.
type change struct {
	code, what string
	entrant    *Party
	node, seal record.Key
	withSeal   bool
}

type admission struct {
	measure *Measure
	entrant *Party
}

type boundary struct {
	size int64
	root tlog.Hash
}

// pending is what the statements of one block ask for at its end.
type pending struct {
	own       []*record.Record
	withdrawn map[int]bool
	revised   map[int]*record.Record
	closed    map[int]map[string]bool
	seals     []change
	weights   []*record.Record
	appointed []*Party
	frozen    map[string]bool
	officers  map[string]*record.Record
	noticed   map[string]bool
}

func newPending() *pending {
	return &pending{
		withdrawn: map[int]bool{}, revised: map[int]*record.Record{}, closed: map[int]map[string]bool{},
		frozen: map[string]bool{}, officers: map[string]*record.Record{}, noticed: map[string]bool{},
	}
}

// Council is the council as a block finds it.
type Council struct {
	Digest, Origin, Log string
	Charter             *Charter
	Members             []*Party
	participants        map[string]*Party
	total               uint64
	rules               uint64
	used                *usedKeys
	admitted            map[string]admission
	left                map[string]bool
	notices             map[string]int64
	queue               []change
	Measures            []*Measure
	packages            map[string][]*Measure
	incidents           []string
	chains              map[string]string
	texts               map[string]bool
	boundaries          []boundary
	decisions           int
	time                int64
	Height              uint64
	day                 int64
	days                map[string]share
	renewed             map[string]bool
	pending             *pending
	open                []*Measure
	// Changes and Statements count what was followed.
	Changes, Statements, Signatures int
}

func (c *Council) member(code string) *Party {
	for _, p := range c.Members {
		if p.Code == code {
			return p
		}
	}
	return nil
}

func (c *Council) party(code string) *Party {
	if p := c.member(code); p != nil {
		return p
	}
	return c.participants[code]
}

func (c *Council) codes() []string {
	var codes []string
	for _, p := range c.Members {
		codes = append(codes, p.Code)
	}
	return codes
}

// measure of this number.
func (c *Council) measure(number uint64) (*Measure, error) {
	if number < 1 || number > uint64(len(c.Measures)) {
		return nil, fmt.Errorf("there is no measure %d", number)
	}
	return c.Measures[number-1], nil
}

// cited is the measure that is cited by number and text hash.
func (c *Council) cited(number, hash string) (*Measure, error) {
	n, _ := record.ParseNumber(number)
	m, err := c.measure(n)
	if err == nil && m.Record.TextHash != hash {
		err = fmt.Errorf("measure %d has another text than is cited", n)
	}
	return m, err
}

// openMeasures in the order of their numbers.
func (c *Council) openMeasures() []*Measure {
	var open []*Measure
	for _, m := range c.open {
		if m.isOpen() {
			open = append(open, m)
		}
	}
	c.open = open
	return append([]*Measure(nil), open...)
}

// bound are the measures of its package in the order of numbers, or itself alone.
func (c *Council) bound(m *Measure) []*Measure {
	if m.pack == "" {
		return []*Measure{m}
	}
	return c.packages[m.pack]
}

// may tells whether one of the roles is this party's.
func (c *Council) may(code string, roles []string, proposer string) bool {
	if proposer == code && contains(roles, "proposer") {
		return true
	}
	if c.member(code) != nil {
		return contains(roles, "member")
	}
	p := c.participants[code]
	return p != nil && contains(roles, p.Role)
}

func plus(a, b uint64) uint64 {
	if a > math.MaxUint64-b {
		return math.MaxUint64
	}
	return a + b
}

func sortedKeys(m map[string]int64) []string {
	var keys []string
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

// GenesisText is leaf 0.
func (c *Council) GenesisText() []byte { return []byte(c.Charter.genesis.Text) }

// Roster is a copy of the members as they stand.
func (c *Council) Roster() []*Party { return copyAll(c.Members) }
