//! The voting calculator: positions that nobody has signed, judged by the council's own law.

use std::sync::Arc;

use maud::{Markup, html};
use nemcon_ledger::council::{Council, Entitled, Excluded, Frozen, Obstacle, Standing, Tally};
use nemcon_ledger::record::Position;
use nemcon_ledger::record::charter::{EntitledSet, Kind as MeasureKind, Rule};
use nemcon_ledger::text::Code;

use super::frame::{Section, page};
use super::parts::{class, codes, sign};
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;
use crate::words::Words;

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn what_if(desk: &Desk, visit: &Visit, query: &Sent) -> Result<Markup, Trouble> {
    let words = visit.words;
    let council = desk.with_copy(|copy| Arc::new(copy.council().clone()))?;
    let charter = &council.genesis().charter;
    let wanted = query.get("kind");
    let kind = charter.kinds.iter().find(|it| it.name.as_str() == wanted).or(charter.kinds.first());
    let Some(kind) = kind else { return Err(Trouble::NotFound) };
    let rule = kind.decided.iter().filter_map(|way| charter.rule(&way.by));
    let rules: Vec<&Rule> = rule.collect();
    let wanted = query.get("rule");
    let rule = rules.iter().find(|it| it.name.as_str() == wanted).or(rules.first());
    let Some(rule) = rule else { return Err(Trouble::NotFound) };
    let law = law(&council, kind, rule, query);
    let form = form(words, &council, (kind, rule, &rules), &law, query);
    let body = html! {
        header class="head" { h1 { (words.what_if) } p class="lead" { (words.what_if_lead) } }
        (outcome(words, &council, &law, query))
        (form)
    };
    Ok(page(desk, visit, Section::WhatIf, words.what_if, &body))
}

/// The law that a measure of this kind would be tabled under now.
fn law(council: &Council, kind: &MeasureKind, rule: &Rule, query: &Sent) -> Frozen {
    let members = &council.roster().members;
    let is_out = |code: &Code| match rule.entitled {
        EntitledSet::All => false,
        EntitledSet::MinusConcerned => query.get("concerns") == code.as_str(),
        EntitledSet::Participating => query.all("out").any(|it| it == code.as_str()),
    };
    let why = "left out".parse().expect("words are a line");
    let excluded = members.iter().filter(|it| is_out(&it.code));
    let excluded =
        excluded.map(|it| Excluded { code: it.code.clone(), why: Clone::clone(&why) }).collect();
    let entitled = members.iter().filter(|it| !is_out(&it.code));
    Frozen {
        kind: kind.clone(),
        is_published: council.genesis().charter.publication.is_some(),
        rule: rule.clone(),
        qualified: council.genesis().charter.qualified,
        members: members.len() as u64,
        total_weight: council.weight().total,
        roster: council.roster_digest(),
        entitled: entitled
            .map(|it| Entitled { code: it.code.clone(), weight: it.weight })
            .collect(),
        excluded,
    }
}

fn position(query: &Sent, code: &Code) -> Option<Position> {
    query.get(code.as_str()).parse().ok()
}

fn outcome(words: &Words, council: &Council, law: &Frozen, query: &Sent) -> Markup {
    let ballots = law.entitled.iter().map(|it| (&it.code, it.weight, position(query, &it.code)));
    let tally = Tally::of(ballots);
    let (class, said) = match tally.standing(law) {
        Standing::Adoptable => ("good", words.would_be_adopted.to_owned()),
        Standing::Waiting => ("", (words.would_wait)(&codes(words, &tally.missing, None))),
        Standing::Blocked(Obstacle::Against(all)) => {
            ("bad", (words.would_block)(&codes(words, &all, None)))
        }
        Standing::Blocked(Obstacle::Qualified) => ("bad", words.would_block_declared.to_owned()),
        Standing::Blocked(Obstacle::NobodyInFavour) => ("bad", words.would_block_nobody.to_owned()),
    };
    html! {
        div class={ "verdict large " (class) } role="status" data-live="outcome" {
            p { strong { (said) } }
            p class="small" lang="en" { (tally.reason(law, &council.weight().of)) }
            @if !tally.is_complete() { p class="small" { (words.if_it_ended_now) } }
        }
    }
}

fn form(
    words: &Words,
    council: &Council,
    (kind, rule, rules): (&MeasureKind, &Rule, &[&Rule]),
    law: &Frozen,
    query: &Sent,
) -> Markup {
    let charter = &council.genesis().charter;
    let mut offered = vec![None, Some(Position::InFavour)];
    if rule.abstention {
        offered.push(Some(Position::Abstain));
        offered.extend(kind.qualified.then_some(Some(Position::AbstainQualified)));
    }
    offered.push(Some(Position::Against));
    html! {
        form method="get" action="/what-if" class="what-if" data-submits {
            div class="pair" {
                div class="field" { label for="kind" { (words.kind) } select id="kind" name="kind" { @for it in &charter.kinds { option value=(it.name) selected[it.name == kind.name] { (it.name) } } } }
                @if rules.len() > 1 { div class="field" { label for="rule" { (words.rule) } select id="rule" name="rule" { @for it in rules { option value=(it.name) selected[it.name == rule.name] { (it.name) } } } } }
                @if rule.entitled == EntitledSet::MinusConcerned {
                    div class="field" { label for="concerns" { (words.concerns) } select id="concerns" name="concerns" { option value="" { (words.choose) } @for it in &council.roster().members { option value=(it.code) selected[query.get("concerns") == it.code.as_str()] { (it.code) } } } }
                }
                p class="buttons" { button class="button main" { (words.judge) } a class="button" href="/what-if" { (words.start_over) } }
            }
            div class="scroll" tabindex="0" role="group" aria-label=(words.members) { table class="positions" {
                thead { tr { th scope="col" { (words.member) } @for it in &offered { th scope="col" { span aria-hidden="true" { (sign(*it)) } " " (words.position(*it)) } } @if rule.entitled == EntitledSet::Participating { th scope="col" { (words.takes_no_part) } } } }
                tbody { @for member in &council.roster().members {
                    @let is_out = law.excluded.iter().any(|it| it.code == member.code);
                    @let chosen = position(query, &member.code);
                    tr class=(class(chosen)) {
                        th scope="row" { (member.code) " " span class="small" { (member.name) } }
                        @for it in &offered { td { @if !is_out { input type="radio" name=(member.code) value=(it.map_or("", Position::as_str)) checked[chosen == *it] aria-label=(format!("{}: {}", member.code, words.position(*it))); } } }
                        @if rule.entitled == EntitledSet::Participating { td { input type="checkbox" name="out" value=(member.code) checked[is_out] aria-label=(format!("{}: {}", member.code, words.takes_no_part)); } }
                    }
                } }
            } }
        }
    }
}
