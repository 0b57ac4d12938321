package record

var (
	ruleForm = matching("rule", "(?:all|minus-concerned|participating)(?: no-abstention)?(?: no-mandates)?"+
		"(?: at-least "+numeral+")?")
	kindOfForm    = matching("kind", label+"(?: qualified)?")
	decidedForm   = matching("rule of a kind", label+"(?: (?:clause|notice|decision))?")
	procedureForm = matching("procedure", label+"(?: tacit)?")
	effectForm    = oneOf("authorisation", "accession", "departure", "appointment", "weights", "rules")
	votesForm     = oneOf("public", "released", "internal")
	positionForm  = oneOf("in-favour", "abstain", "abstain-qualified", "against", "retracted")
	yesNo         = oneOf("yes", "no")
	onLine        = line("charter-on", '*', textForm)
)

var memberLines = []item{
	line("member", '1', codeForm, number64, number32, textForm),
	line("officer", '+', codeForm, labelForm, keyForm),
	line("recovery", '1', codeForm, keyForm),
	line("node", '1', codeForm, keyForm),
	line("seal", '1', codeForm, keyForm),
}

var participantLines = []item{
	line("participant", '1', codeForm, number32, labelForm, textForm),
	line("officer", '*', codeForm, labelForm, keyForm),
}

func underName(name string, items []item) []item {
	return append([]item{named(name, items[0])}, items[1:]...)
}

var kindLines = group('+',
	line("charter-kind", '1', kindOfForm),
	line("charter-kind-source", '?', sourceForm),
	words("charter-kind-table", '?'),
	line("charter-kind-votes", '?', votesForm),
	line("charter-effect", '?', effectForm),
	group('+', line("charter-decided", '1', decidedForm), onLine),
	words("charter-asks", '?'),
	words("charter-requires", '?'),
)

var genesisLines = []item{
	line("origin", '1', originForm), line("rules", '1', number32),
	line("visibility", '1', oneOf("public", "members")),
	group('?', line("succeeds", '1', digestForm, number64, digestForm), line("leaves-out", '*', codeForm)),
	line("charter-name", '1', textForm), line("charter-weight", '1', positive, labelForm),
	line("charter-qualified", '?', fractionForm, fractionForm), line("charter-word", '*', labelForm, textForm),
	line("charter-rule", '+', labelForm, ruleForm), kindLines,
	group('*', line("charter-elsewhere", '1', textForm), line("charter-elsewhere-kind", '?', labelForm), onLine),
	group('*', line("charter-procedure", '1', procedureForm), words("charter-procedure-attests", '?')),
	line("charter-basis", '*', textForm),
	group('*', line("charter-reference", '1', labelForm), line("charter-form", '+', textForm)),
	words("charter-bodies", '?'), words("charter-items", '?'), words("charter-category", '*'),
	words("charter-roles", '?'), words("charter-table", '?'), words("charter-close", '?'),
	words("charter-extend", '?'), words("charter-attest", '?'), words("charter-attests", '?'),
	words("charter-annuls", '?'), words("charter-remark", '?'), words("charter-remarks", '?'),
	group('?', line("charter-publication", '1', textForm), line("charter-released-by", '?', labelForm)),
	line("charter-mandates", '?', oneOf("yes")), words("charter-reservations", '?'),
	words("charter-targets", '?'), words("charter-applies", '*'),
	words("charter-incident-categories", '?'), words("charter-incident-factors", '?'),
	words("charter-incident-levels", '?'), words("charter-incident-findings", '?'),
	words("charter-incident-confidence", '?'),
	{name: "charter-reminder-days", often: '?', forms: []Form{number32}, more: &number32},
	line("charter-notice-days", '?', number32), line("charter-zone", '?', textForm),
	line("charter-share-block", '1', number32), line("charter-share-day", '1', number32, number64),
	line("charter-share-ballots", '1', number32, number64),
	line("charter-share-changes", '1', number32, number64),
	line("charter-source", '*', labelForm, sourceForm),
	group('*', line("charter-difference", '1', oneOf("stricter", "looser", "not-modelled"), labelForm, textForm),
		words("charter-difference-kinds", '?')),
	group('+', memberLines...), group('*', participantLines...),
}

var (
	head      = []item{line("council", '1', digestForm), line("by", '1', codeForm)}
	afterLine = line("after", '1', orNone(digestForm))
	afterOnly = []item{afterLine}
	nameLines = []item{
		line("revision", '1', number32), line("text", '1', digestForm), line("title", '1', textForm),
	}
	ruleLine = line("rule", '1', labelForm)
	about    = joined([]item{line("for", '1', codeForm), line("measure", '1', number64)}, nameLines,
		[]item{ruleLine, line("package", '?', digestForm)})
)

var changeLines = []item{
	line("participating", '*', codeForm),
	group('?', underName("admits", memberLines)...),
	line("departs", '?', codeForm),
	group('?', underName("appoints", participantLines)...),
	line("weight", '*', codeForm, number64), line("total-weight", '?', positive),
	line("next-rules", '?', number32, textForm),
}

var measureLines = joined([]item{
	line("title", '1', textForm), line("kind", '1', labelForm), ruleLine,
	line("authorised-by", '?', number64, digestForm), line("concerns", '?', codeForm),
	line("category", '?', labelForm), line("procedure", '?', labelForm), line("basis", '*', textForm),
	line("initiative", '?', textForm), line("reference", '*', textForm), line("companion", '*', textForm),
	line("prepared", '*', labelForm, dayForm), line("item", '?', labelForm), line("amends", '*', textForm),
	line("predecessor", '?', oneOf("renews", "amends", "repeals"), number64, digestForm),
	line("incident", '*', number64, digestForm), line("rests-on", '*', digestForm, number64, digestForm),
	line("summary", '*', textForm), line("proportionality", '?', textForm),
	line("targets", '*', labelForm, number32),
	{name: "target", often: '*', forms: []Form{labelForm, digestForm}, maybe: &digestForm},
	line("applies", '*', labelForm), line("exception", '*', textForm),
	line("document", '*', digestForm, number64, labelForm, textForm),
}, changeLines, []item{
	line("opens", '?', timestamp), line("closes", '1', timestamp), line("enters", '?', timestamp),
	line("reviews", '?', timestamp), line("expires", '?', timestamp),
})

// statementLines are the lines of each statement behind `council` and `by`.
var statementLines = map[string][]item{
	"measure": measureLines,
	"revision": joined([]item{line("revises", '1', number64, digestForm), line("revision", '1', revisionForm)},
		measureLines, afterOnly),
	"package": {line("measure", '+', number64, digestForm)},
	"ballot": joined(about, []item{line("position", '1', positionForm), line("declaration", '?', digestForm),
		line("mandate", '?', digestForm), line("assent", '?', oneOf("tacit"))}, afterOnly),
	"mandate": joined(about, []item{line("to", '1', orNone(codeForm))}, afterOnly),
	"reservation": joined(about, []item{line("reservation", '1', labelForm), line("act", '1', oneOf("place", "lift")),
		line("reason", '?', textForm), line("digest", '?', digestForm)}, afterOnly),
	"extension":  joined(about, []item{line("closes", '1', timestamp)}, afterOnly),
	"withdrawal": joined(about, []item{line("reason", '?', textForm)}, afterOnly),
	"close":      joined(about, afterOnly),
	"attestation": joined(about, []item{line("attests", '1', labelForm), line("reference", '?', textForm)},
		afterOnly),
	"remark": joined(about, []item{line("sort", '1', labelForm), line("says", '*', textForm),
		line("digest", '?', digestForm), line("public", '1', yesNo)}, afterOnly),
	"incident": {line("title", '1', textForm), line("category", '1', labelForm), line("from", '1', timestamp),
		line("until", '?', timestamp), line("severity", '*', labelForm, labelForm),
		line("summary", '*', textForm), line("evidence", '*', digestForm)},
	"attribution": {line("incident", '1', number64, digestForm), line("finding", '1', labelForm),
		line("who", '?', textForm), line("digest", '?', digestForm), line("confidence", '1', labelForm),
		line("manner", '1', oneOf("alone", "joint")), line("public", '1', yesNo), afterLine},
	"keys": {line("threshold", '1', number32), line("officer", '+', labelForm, keyForm),
		line("recovery", '?', keyForm), afterLine},
	"freeze":   {line("reason", '?', textForm), afterLine},
	"rotation": {line("node", '?', keyForm), line("seal", '?', keyForm), afterLine},
	"notice":   {line("leaves", '1', oneOf("given", "withdrawn")), afterLine},
	"entry": {line("admitted-by", '1', number64, digestForm), line("checkpoint", '1', number64, digestForm),
		line("sealed", '1', base64Of(72)), afterLine},
}

// derivedLines are those of the records that the council writes itself.
var derivedLines = map[string][]item{
	"genesis": genesisLines,
	"decision": joined([]item{line("council", '1', digestForm), line("number", '1', number64),
		line("measure", '1', number64)}, nameLines, []item{ruleLine,
		line("outcome", '1', oneOf("adopted", "not-adopted")), line("reason", '1', textForm),
		line("roster", '1', digestForm), line("package", '?', digestForm), line("votes", '?', digestForm),
		line("ballot", '*', codeForm, positionForm, number64, digestForm),
		line("mandate", '*', codeForm, codeForm, number64, digestForm),
		line("not-entitled", '*', codeForm, textForm)}),
	"lapse": joined([]item{line("council", '1', digestForm), line("measure", '1', number64)}, nameLines,
		[]item{line("reason", '1', textForm), line("missing", '*', codeForm)}),
	"block": {line("council", '1', digestForm), line("height", '1', number64), line("previous", '1', digestForm),
		line("time", '1', timestamp), line("proposer", '1', codeForm), line("round", '1', number32),
		line("roster", '1', digestForm), line("size", '1', number64), line("root", '1', digestForm)},
}
