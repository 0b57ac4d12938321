//! The charter as lines of the genesis.

use super::definition::{Charter, QualifiedBlock, Weight};
use super::difference::{Difference, How};
use super::form::ReferenceKind;
use super::kind::{
    Authority, Category, Elsewhere, Incidents, Kind, Procedure, Restriction, Roles, Rule, Use,
};
use super::publication::Publication;
use super::shares::{Allowance, Shares};
use crate::text::fields::split_words;
use crate::text::value::{ValueError, parse_number};
use crate::text::{FieldError, Fields, Label, Line, Writer};

impl Charter {
    pub(crate) fn render_into(&self, writer: &mut Writer) {
        writer.field("charter-name", &self.name);
        writer.field("charter-weight", format_args!("{} {}", self.weight.total, self.weight.of));
        if let Some(share) = &self.qualified {
            writer.field("charter-qualified", format_args!("{} {}", share.members, share.weight));
        }
        for (key, word) in &self.words {
            writer.field("charter-word", format_args!("{key} {word}"));
        }
        self.rules.iter().for_each(|rule| render_rule(rule, writer));
        self.kinds.iter().for_each(|kind| render_kind(kind, writer));
        for Elsewhere { kind, on, because } in &self.elsewhere {
            writer.field("charter-elsewhere", because);
            writer.optional("charter-elsewhere-kind", kind.as_ref()).repeated("charter-on", on);
        }
        self.procedures.iter().for_each(|it| render_procedure(it, writer));
        for form in &self.bases {
            writer.field("charter-basis", form);
        }
        self.references.iter().for_each(|kind| render_reference(kind, writer));
        list(writer, "charter-bodies", &self.bodies);
        list(writer, "charter-items", &self.items);
        for Category { name, asks } in &self.categories {
            writer.field("charter-category", join(core::iter::once(name).chain(asks)));
        }
        self.render_rights(writer);
        if let Some(Publication { marking, released_by }) = &self.publication {
            writer.field("charter-publication", marking);
            writer.optional("charter-released-by", released_by.as_ref());
        }
        if self.mandates {
            writer.field("charter-mandates", "yes");
        }
        list(writer, "charter-reservations", &self.reservations);
        list(writer, "charter-targets", &self.targets);
        for Restriction { name, to } in &self.applies {
            writer.field("charter-applies", join(core::iter::once(name).chain(to)));
        }
        if let Some(incidents) = &self.incidents {
            list(writer, "charter-incident-categories", &incidents.categories);
            list(writer, "charter-incident-factors", &incidents.factors);
            list(writer, "charter-incident-levels", &incidents.levels);
            list(writer, "charter-incident-findings", &incidents.findings);
            list(writer, "charter-incident-confidence", &incidents.confidence);
        }
        if !self.reminder_days.is_empty() {
            let days: Vec<_> = self.reminder_days.iter().map(u32::to_string).collect();
            writer.field("charter-reminder-days", days.join(" "));
        }
        writer.optional("charter-notice-days", self.notice_days);
        writer.optional("charter-zone", self.zone.as_ref());
        render_shares(&self.shares, writer);
        for (topic, source) in &self.sources {
            writer.field("charter-source", format_args!("{topic} {source}"));
        }
        for Difference { how, topic, says, kinds } in &self.differences {
            writer.field("charter-difference", format_args!("{how} {topic} {says}"));
            list(writer, "charter-difference-kinds", kinds);
        }
    }

    /// Who may do what.
    fn render_rights(&self, writer: &mut Writer) {
        list(writer, "charter-roles", &self.roles);
        list(writer, "charter-table", &self.may_table);
        list(writer, "charter-close", &self.may_close);
        list(writer, "charter-extend", &self.may_extend);
        list(writer, "charter-attest", &self.may_attest);
        list(writer, "charter-attests", &self.attests);
        list(writer, "charter-annuls", &self.annuls);
        list(writer, "charter-remark", &self.may_remark);
        list(writer, "charter-remarks", &self.remarks);
    }

    pub(crate) fn parse_from(fields: &mut Fields<'_>) -> Result<Self, FieldError> {
        Ok(Self {
            name: fields.required("charter-name")?,
            weight: fields.required_with("charter-weight", parse_weight)?,
            qualified: fields.optional_with("charter-qualified", parse_qualified)?,
            words: fields.repeated_with("charter-word", parse_keyed)?.into_iter().collect(),
            rules: fields.repeated_with("charter-rule", parse_rule)?,
            kinds: parse_kinds(fields)?,
            elsewhere: parse_elsewhere(fields)?,
            procedures: parse_procedures(fields)?,
            bases: fields.repeated_with("charter-basis", str::parse)?,
            references: parse_references(fields)?,
            bodies: parse_list(fields, "charter-bodies")?,
            items: parse_list(fields, "charter-items")?,
            categories: fields.repeated_with("charter-category", parse_category)?,
            roles: parse_list(fields, "charter-roles")?,
            may_table: parse_list(fields, "charter-table")?,
            may_close: parse_list(fields, "charter-close")?,
            may_extend: parse_list(fields, "charter-extend")?,
            may_attest: parse_list(fields, "charter-attest")?,
            attests: parse_list(fields, "charter-attests")?,
            annuls: parse_list(fields, "charter-annuls")?,
            may_remark: parse_list(fields, "charter-remark")?,
            remarks: parse_list(fields, "charter-remarks")?,
            publication: parse_publication(fields)?,
            mandates: fields.optional_with("charter-mandates", parse_yes)?.is_some(),
            reservations: parse_list(fields, "charter-reservations")?,
            targets: parse_list(fields, "charter-targets")?,
            applies: fields.repeated_with("charter-applies", parse_restriction)?,
            incidents: parse_incidents(fields)?,
            reminder_days: fields
                .optional_with("charter-reminder-days", parse_numbers)?
                .unwrap_or_default(),
            notice_days: fields.optional_with("charter-notice-days", parse_number)?,
            zone: fields.optional("charter-zone")?,
            shares: parse_shares(fields)?,
            sources: fields.repeated_with("charter-source", parse_keyed)?.into_iter().collect(),
            differences: parse_differences(fields)?,
        })
    }
}

fn render_rule(rule: &Rule, writer: &mut Writer) {
    let Rule { name, entitled, abstention, mandates, minimum } = rule;
    let mut line = format!("{name} {entitled}");
    if !abstention {
        line.push_str(" no-abstention");
    }
    if !mandates {
        line.push_str(" no-mandates");
    }
    if let Some(minimum) = minimum {
        line = format!("{line} at-least {minimum}");
    }
    writer.field("charter-rule", line);
}

fn parse_rule(text: &str) -> Result<Rule, ValueError> {
    let wants = ValueError(
        "a rule, whose ballots it asks for, `no-abstention`, `no-mandates`, `at-least N`",
    );
    let mut words = text.split(' ').peekable();
    let name = words.next().ok_or(wants)?.parse()?;
    let entitled = words.next().ok_or(wants)?.parse()?;
    let abstention = words.next_if_eq(&"no-abstention").is_none();
    let mandates = words.next_if_eq(&"no-mandates").is_none();
    let minimum = match words.next() {
        None => None,
        Some("at-least") => Some(parse_number(words.next().ok_or(wants)?)?),
        Some(_) => return Err(wants),
    };
    if words.next().is_some() {
        return Err(wants);
    }
    Ok(Rule { name, entitled, abstention, mandates, minimum })
}

fn render_kind(kind: &Kind, writer: &mut Writer) {
    let Kind { name, qualified, source, may_table, votes, effect, decided, asks, requires } = kind;
    writer.field(
        "charter-kind",
        format_args!("{name}{}", if *qualified { " qualified" } else { "" }),
    );
    writer.optional("charter-kind-source", source.as_ref());
    list(writer, "charter-kind-table", may_table.as_deref().unwrap_or_default());
    writer.optional("charter-kind-votes", *votes);
    writer.optional("charter-effect", *effect);
    for Use { by, on, authority } in decided {
        let authority = authority.map_or_else(String::new, |authority| format!(" {authority}"));
        writer.field("charter-decided", format_args!("{by}{authority}"));
        writer.repeated("charter-on", on);
    }
    list(writer, "charter-asks", asks);
    list(writer, "charter-requires", requires);
}

fn parse_kinds(fields: &mut Fields<'_>) -> Result<Vec<Kind>, FieldError> {
    let mut kinds = Vec::new();
    while let Some((name, qualified)) = fields.optional_with("charter-kind", parse_kind)? {
        kinds.push(Kind {
            name,
            qualified,
            source: fields.optional("charter-kind-source")?,
            may_table: fields.optional_with("charter-kind-table", parse_labels)?,
            votes: fields.optional_with("charter-kind-votes", str::parse)?,
            effect: fields.optional("charter-effect")?,
            decided: parse_uses(fields)?,
            asks: parse_list(fields, "charter-asks")?,
            requires: parse_list(fields, "charter-requires")?,
        });
    }
    Ok(kinds)
}

fn parse_kind(text: &str) -> Result<(Label, bool), ValueError> {
    match text.strip_suffix(" qualified") {
        Some(name) => Ok((name.parse()?, true)),
        None => Ok((text.parse()?, false)),
    }
}

fn parse_uses(fields: &mut Fields<'_>) -> Result<Vec<Use>, FieldError> {
    let mut uses = Vec::new();
    while let Some((by, authority)) = fields.optional_with("charter-decided", parse_use)? {
        uses.push(Use { by, on: fields.repeated_with("charter-on", str::parse)?, authority });
    }
    Ok(uses)
}

fn parse_use(text: &str) -> Result<(Label, Option<Authority>), ValueError> {
    match text.split_once(' ') {
        None => Ok((text.parse()?, None)),
        Some((rule, authority)) => Ok((rule.parse()?, Some(authority.parse()?))),
    }
}

fn parse_elsewhere(fields: &mut Fields<'_>) -> Result<Vec<Elsewhere>, FieldError> {
    let mut elsewhere = Vec::new();
    while let Some(because) = fields.optional("charter-elsewhere")? {
        elsewhere.push(Elsewhere {
            kind: fields.optional("charter-elsewhere-kind")?,
            on: fields.repeated_with("charter-on", str::parse)?,
            because,
        });
    }
    Ok(elsewhere)
}

fn render_procedure(Procedure { name, tacit, attests }: &Procedure, writer: &mut Writer) {
    let tacit = if *tacit { " tacit" } else { "" };
    writer.field("charter-procedure", format_args!("{name}{tacit}"));
    list(writer, "charter-procedure-attests", attests);
}

fn parse_procedures(fields: &mut Fields<'_>) -> Result<Vec<Procedure>, FieldError> {
    let mut procedures = Vec::new();
    while let Some((name, tacit)) = fields.optional_with("charter-procedure", parse_procedure)? {
        let attests = parse_list(fields, "charter-procedure-attests")?;
        procedures.push(Procedure { name, tacit, attests });
    }
    Ok(procedures)
}

fn parse_procedure(text: &str) -> Result<(Label, bool), ValueError> {
    match text.strip_suffix(" tacit") {
        Some(name) => Ok((name.parse()?, true)),
        None => Ok((text.parse()?, false)),
    }
}

fn parse_differences(fields: &mut Fields<'_>) -> Result<Vec<Difference>, FieldError> {
    let mut differences = Vec::new();
    while let Some((how, topic, says)) =
        fields.optional_with("charter-difference", parse_difference)?
    {
        let kinds = parse_list(fields, "charter-difference-kinds")?;
        differences.push(Difference { how, topic, says, kinds });
    }
    Ok(differences)
}

fn parse_difference(text: &str) -> Result<(How, Label, Line), ValueError> {
    let [how, topic, says] =
        split_words(text).ok_or(ValueError("how it is unlike the law, a topic and a sentence"))?;
    Ok((how.parse()?, topic.parse()?, says.parse()?))
}

fn parse_category(text: &str) -> Result<Category, ValueError> {
    let (name, asks) = parse_first(text)?;
    Ok(Category { name, asks })
}

fn parse_restriction(text: &str) -> Result<Restriction, ValueError> {
    let (name, to) = parse_first(text)?;
    Ok(Restriction { name, to })
}

fn parse_incidents(fields: &mut Fields<'_>) -> Result<Option<Incidents>, FieldError> {
    let categories = parse_list(fields, "charter-incident-categories")?;
    if categories.is_empty() {
        return Ok(None);
    }
    Ok(Some(Incidents {
        categories,
        factors: fields.required_with("charter-incident-factors", parse_labels)?,
        levels: fields.required_with("charter-incident-levels", parse_labels)?,
        findings: fields.required_with("charter-incident-findings", parse_labels)?,
        confidence: fields.required_with("charter-incident-confidence", parse_labels)?,
    }))
}

fn render_shares(shares: &Shares, writer: &mut Writer) {
    let Shares { block, day, ballots, changes } = shares;
    let allowance = |it: &Allowance| format!("{} {}", it.statements, it.bytes);
    writer
        .field("charter-share-block", block)
        .field("charter-share-day", allowance(day))
        .field("charter-share-ballots", allowance(ballots))
        .field("charter-share-changes", allowance(changes));
}

fn render_reference(kind: &ReferenceKind, writer: &mut Writer) {
    writer.field("charter-reference", &kind.name).repeated("charter-form", &kind.forms);
}

fn parse_references(fields: &mut Fields<'_>) -> Result<Vec<ReferenceKind>, FieldError> {
    let mut kinds = Vec::new();
    while let Some(name) = fields.optional("charter-reference")? {
        let forms = fields.repeated_with("charter-form", str::parse)?;
        kinds.push(ReferenceKind { name, forms });
    }
    Ok(kinds)
}

fn parse_shares(fields: &mut Fields<'_>) -> Result<Shares, FieldError> {
    Ok(Shares {
        block: fields.required_with("charter-share-block", parse_number)?,
        day: fields.required_with("charter-share-day", parse_allowance)?,
        ballots: fields.required_with("charter-share-ballots", parse_allowance)?,
        changes: fields.required_with("charter-share-changes", parse_allowance)?,
    })
}

fn parse_allowance(text: &str) -> Result<Allowance, ValueError> {
    let [statements, bytes] =
        split_words(text).ok_or(ValueError("so many statements and bytes"))?;
    Ok(Allowance { statements: parse_number(statements)?, bytes: parse_number(bytes)? })
}

fn list(writer: &mut Writer, field: &str, labels: &[Label]) {
    if !labels.is_empty() {
        writer.field(field, join(labels));
    }
}

fn parse_list(fields: &mut Fields<'_>, field: &'static str) -> Result<Roles, FieldError> {
    Ok(fields.optional_with(field, parse_labels)?.unwrap_or_default())
}

fn join<'a>(labels: impl IntoIterator<Item = &'a Label>) -> String {
    labels.into_iter().map(Label::as_str).collect::<Vec<_>>().join(" ")
}

fn parse_publication(fields: &mut Fields<'_>) -> Result<Option<Publication>, FieldError> {
    let Some(marking) = fields.optional("charter-publication")? else { return Ok(None) };
    Ok(Some(Publication { marking, released_by: fields.optional("charter-released-by")? }))
}

/// At least one label.
fn parse_labels(text: &str) -> Result<Vec<Label>, ValueError> {
    text.split(' ').map(str::parse).collect()
}

/// At least one number.
fn parse_numbers(text: &str) -> Result<Vec<u32>, ValueError> {
    text.split(' ').map(parse_number).collect()
}

/// The first label, and those behind it.
fn parse_first(text: &str) -> Result<(Label, Vec<Label>), ValueError> {
    let mut labels = parse_labels(text)?;
    let first = labels.remove(0);
    Ok((first, labels))
}

fn parse_yes(text: &str) -> Result<(), ValueError> {
    if text == "yes" { Ok(()) } else { Err(ValueError("`yes`, or no such line")) }
}

fn parse_weight(text: &str) -> Result<Weight, ValueError> {
    let [total, of] = split_words(text).ok_or(ValueError("a total and what it counts"))?;
    Ok(Weight { total: parse_number(total)?, of: of.parse()? })
}

fn parse_qualified(text: &str) -> Result<QualifiedBlock, ValueError> {
    let [members, weight] =
        split_words(text).ok_or(ValueError("two fractions: members, weight"))?;
    Ok(QualifiedBlock { members: members.parse()?, weight: weight.parse()? })
}

fn parse_keyed(text: &str) -> Result<(Label, Line), ValueError> {
    let [key, line] = split_words(text).ok_or(ValueError("a key and words"))?;
    Ok((key.parse()?, line.parse()?))
}
