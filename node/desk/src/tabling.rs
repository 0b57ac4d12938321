//! A measure as the form of the page describes it: a draft, from which the same text is made as from a file.

use std::collections::BTreeMap;

use nemcon_client::draft::{Draft, DraftDocument, DraftPredecessor, DraftTarget, IncidentDraft};
use nemcon_ledger::record::Charter;
use nemcon_ledger::record::charter::{EntitledSet, Kind};
use nemcon_ledger::record::measure_fields::{Document, Relation, Target};
use nemcon_ledger::record::{Measure, Particulars};
use nemcon_ledger::text::{Code, FileName, Label, Line};

use crate::fields::Filled;
use crate::uploads::SentFile;

/// How many documents one form takes.
pub(crate) const DOCUMENTS_OF_A_FORM: usize = 4;

/// The kinds that a party in one of these roles may table here. Those that change the council itself need keys or
/// weights of others, which come in files.
pub(crate) fn kinds<'a>(charter: &'a Charter, roles: &[&str]) -> Vec<&'a Kind> {
    let may = |kind: &&Kind| {
        let allowed = charter.may_table(&kind.name);
        allowed.iter().any(|role| roles.contains(&role.as_str()))
    };
    charter.kinds.iter().filter(may).collect()
}

/// Whether a measure of this kind can be described by a form.
pub(crate) const fn is_by_form(kind: &Kind) -> bool {
    kind.effect.is_none()
}

/// Whether a rule of this kind leaves a member out, which the form then asks for.
pub(crate) fn asks_concerned(charter: &Charter, kind: &Kind) -> bool {
    kind.decided
        .iter()
        .filter_map(|way| charter.rule(&way.by))
        .any(|rule| rule.entitled == EntitledSet::MinusConcerned)
}

/// Whether a rule of this kind rests on a decision of all, which the form then asks for.
pub(crate) fn asks_authority(charter: &Charter, kind: &Kind) -> bool {
    kind.decided
        .iter()
        .filter_map(|way| charter.rule(&way.by))
        .any(|rule| rule.entitled == EntitledSet::Participating)
}

/// The draft that a form describes; none if something is wrong with it, which then stands beside its field.
pub(crate) fn draft(filled: &mut Filled<'_>, charter: &Charter, kind: &Kind) -> Option<Draft> {
    let zone = charter.zone.as_ref();
    let title = filled.required::<Line>("title");
    if filled.sent.get("closes").is_empty() {
        filled.wrong("closes", filled.words.field_missing);
    }
    let closes = filled.time("closes", zone);
    let mut when = |field: &str| filled.time(field, zone).map(|time| time.to_string());
    let (opens, enters) = (when("opens"), when("enters"));
    let (reviews, expires) = (when("reviews"), when("expires"));
    let rule = filled.maybe::<Label>("rule");
    if rule.is_none() && kind.decided.len() > 1 {
        filled.wrong("rule", filled.words.field_missing);
    }
    let draft = Draft {
        kind: kind.name.clone(),
        rule,
        authorised_by: filled.maybe("authorised_by"),
        concerns: filled.maybe::<Code>("concerns"),
        category: filled.maybe("category"),
        procedure: filled.maybe("procedure"),
        basis: filled.lines("basis"),
        initiative: filled.maybe("initiative"),
        references: filled.lines("references"),
        amends: filled.lines("amends"),
        companion: filled.lines("companion"),
        prepared: filled.lines("prepared"),
        item: filled.maybe("item"),
        predecessor: predecessor(filled),
        incidents: filled.ticked("incident"),
        rests_on: Vec::new(),
        summary: filled.lines("summary"),
        proportionality: filled.maybe("proportionality"),
        targets: targets(filled, charter),
        target: listed(filled),
        applies: filled.ticked("applies"),
        exceptions: filled.lines("exceptions"),
        participating: Vec::new(),
        admits: None,
        departs: None,
        appoints: None,
        weights: Vec::new(),
        total_weight: None,
        rules: None,
        documents: documents(filled),
        opens,
        closes: closes.map(|time| time.to_string()),
        closes_in: None,
        enters,
        reviews,
        expires,
        source: None,
        title: title.or_else(|| "-".parse().ok())?,
    };
    filled.is_sound().then_some(draft)
}

fn predecessor(filled: &mut Filled<'_>) -> Option<DraftPredecessor> {
    let relation = filled.maybe::<Relation>("relation");
    let measure = filled.maybe::<u64>("predecessor");
    match (relation, measure) {
        (Some(relation), Some(measure)) => Some(DraftPredecessor { relation, measure }),
        (Some(_), None) => {
            filled.wrong("predecessor", filled.words.field_missing);
            None
        }
        (None, Some(_)) => {
            filled.wrong("relation", filled.words.field_missing);
            None
        }
        (None, None) => None,
    }
}

fn targets(filled: &mut Filled<'_>, charter: &Charter) -> BTreeMap<Label, u32> {
    let count = |sort: &Label| {
        let count = filled.maybe::<u32>(&format!("targets-{sort}"))?;
        (count > 0).then(|| (sort.clone(), count))
    };
    charter.targets.iter().filter_map(count).collect()
}

/// The single targets, as commitments that are made elsewhere.
fn listed(filled: &mut Filled<'_>) -> Vec<DraftTarget> {
    let listed = filled.lines::<Target>("target").into_iter();
    listed.map(|Target { sort, who, reasons }| DraftTarget { sort, who, reasons }).collect()
}

/// The files that the form sent, and those that a revision keeps.
fn documents(filled: &mut Filled<'_>) -> Vec<DraftDocument> {
    let kept: Vec<String> = filled.sent.all("kept").map(str::to_owned).collect();
    let mut documents: Vec<_> = kept.iter().filter_map(|line| kept_document(line)).collect();
    let files: Vec<SentFile> = filled.sent.files.clone();
    for file in &files {
        let language = filled.maybe::<Label>(&format!("{}-language", file.field));
        match file.name.parse::<FileName>() {
            Ok(name) => documents.push(DraftDocument {
                file: None,
                name: Some(name),
                language,
                length: Some(file.length),
                digest: Some(file.digest),
            }),
            Err(error) => {
                let why = (filled.words.field_unfit)(&error.to_string());
                filled.wrong(&file.field, why);
            }
        }
    }
    documents
}

/// A document that stands in the text that is revised, in the text's own form.
fn kept_document(line: &str) -> Option<DraftDocument> {
    let Document { digest, length, language, name } = line.parse().ok()?;
    Some(DraftDocument {
        file: None,
        name: Some(name),
        language: Some(language),
        length: Some(length),
        digest: Some(digest),
    })
}

/// The words of a measure's text, by the names of the form's fields, to begin a revision with.
pub(crate) fn words_of(said: &Measure, zone: Option<&Line>) -> BTreeMap<String, String> {
    let lines = |all: &[Line]| all.iter().map(Line::as_str).collect::<Vec<_>>().join("\n");
    let at = |time: nemcon_ledger::Time| crate::fields::typed(time, zone);
    let Particulars { companions, prepared, item } = &said.particulars;
    let prepared: Vec<_> = prepared.iter().map(ToString::to_string).collect();
    let mut words = BTreeMap::new();
    let mut put = |field: &str, value: String| {
        if !value.is_empty() {
            words.insert(field.to_owned(), value);
        }
    };
    let maybe = |value: Option<String>| value.unwrap_or_default();
    put("title", said.title.to_string());
    put("rule", said.rule.to_string());
    put("category", maybe(said.category.as_ref().map(ToString::to_string)));
    put("procedure", maybe(said.procedure.as_ref().map(ToString::to_string)));
    put("concerns", maybe(said.concerns.as_ref().map(ToString::to_string)));
    put("authorised_by", maybe(said.authorised_by.map(|it| it.number.to_string())));
    put("basis", lines(&said.basis));
    put("initiative", maybe(said.initiative.as_ref().map(ToString::to_string)));
    put("references", lines(&said.references));
    put("amends", lines(&said.amends));
    put("companion", lines(companions));
    put("prepared", prepared.join("\n"));
    put("item", maybe(item.as_ref().map(ToString::to_string)));
    put("relation", maybe(said.predecessor.map(|it| it.relation.to_string())));
    put("predecessor", maybe(said.predecessor.map(|it| it.cited.number.to_string())));
    put("summary", lines(&said.summary));
    put("proportionality", maybe(said.proportionality.as_ref().map(ToString::to_string)));
    put("exceptions", lines(&said.exceptions));
    let listed: Vec<_> = said.listed.iter().map(ToString::to_string).collect();
    put("target", listed.join("\n"));
    for it in &said.targets {
        put(&format!("targets-{}", it.sort), it.count.to_string());
    }
    for (field, time) in [
        ("opens", said.opens),
        ("enters", said.enters),
        ("reviews", said.reviews),
        ("expires", said.expires),
    ] {
        put(field, maybe(time.map(at)));
    }
    words
}

/// The incident that a form describes; none if something is wrong with it.
pub(crate) fn incident(filled: &mut Filled<'_>, charter: &Charter) -> Option<IncidentDraft> {
    let zone = charter.zone.as_ref();
    if filled.sent.get("from").is_empty() {
        filled.wrong("from", filled.words.field_missing);
    }
    let (title, category) =
        (filled.required::<Line>("title"), filled.required::<Label>("category"));
    let (from, until) = (filled.time("from", zone), filled.time("until", zone));
    let factors = charter.incidents.as_ref().map_or(&[][..], |it| &it.factors);
    let level = |factor: &Label| {
        let level = filled.maybe::<Label>(&format!("severity-{factor}"))?;
        Some((factor.clone(), level))
    };
    let severity = factors.iter().filter_map(level).collect();
    let summary = filled.lines("summary");
    if !filled.is_sound() {
        return None;
    }
    Some(IncidentDraft {
        title: title?,
        category: category?,
        from: from?.to_string(),
        until: until.map(|time| time.to_string()),
        severity,
        summary,
        evidence: Vec::new(),
        source: None,
    })
}
