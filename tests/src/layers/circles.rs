//! Circles: files of one crate that need each other.
//!
//! A file needs the file that defines what it names. A re-export is no definition, and a module that
//! re-exports a part of its own needs nothing for it. Methods that are called on values are not followed.

use std::collections::{BTreeMap, BTreeSet};

use super::modules::Tree;
use super::resolve::{Lead, Target};
use super::{Finding, House};

/// Why one file needs another: the names, and the first line that names one.
#[derive(Debug)]
pub(super) struct Need {
    pub(super) line: usize,
    pub(super) names: BTreeSet<String>,
}

/// From file to file.
pub(super) type Needs<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Need>>;

/// What each file of a crate needs of the others.
pub(super) fn needs(tree: &Tree) -> Needs<'_> {
    let mut needs = Needs::new();
    for (id, module) in tree.modules.iter().enumerate() {
        for lead in tree.leads(id) {
            for target in &lead.targets {
                let Some((definer, name)) = definer_of(tree, id, &lead, target) else { continue };
                let from = needs.entry(module.file.as_str()).or_default();
                let need = from
                    .entry(definer)
                    .or_insert_with(|| Need { line: lead.line, names: BTreeSet::new() });
                need.line = need.line.min(lead.line);
                need.names.insert(name);
            }
        }
    }
    needs
}

/// The other file that defines what a path leads to, and the item's name.
fn definer_of<'a>(
    tree: &'a Tree,
    from: usize,
    lead: &Lead,
    target: &Target,
) -> Option<(&'a str, String)> {
    let Target::Item(definer, name) = target else { return None };
    let is_public = lead.import.is_some_and(|import| import.is_public);
    let is_own_part = is_public && tree.is_within(*definer, from);
    let file = tree.modules[*definer].file.as_str();
    (!is_own_part && file != tree.modules[from].file).then(|| (file, name.clone()))
}

/// The groups of files that all need each other, directly or by way of others.
pub(super) fn circles<'a>(needs: &Needs<'a>) -> Vec<BTreeSet<&'a str>> {
    let reached: BTreeMap<&str, BTreeSet<&str>> =
        needs.keys().map(|file| (*file, reached_from(needs, file))).collect();
    let mut circles: Vec<BTreeSet<&'a str>> = Vec::new();
    for (file, others) in &reached {
        if others.contains(file) && !circles.iter().any(|circle| circle.contains(file)) {
            let returns =
                |other: &&&'a str| reached.get(**other).is_some_and(|back| back.contains(file));
            circles.push(others.iter().filter(returns).copied().collect());
        }
    }
    circles
}

fn reached_from<'a>(needs: &Needs<'a>, file: &str) -> BTreeSet<&'a str> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&str> = vec![file];
    while let Some(at) = open.pop() {
        for next in needs.get(at).into_iter().flat_map(BTreeMap::keys) {
            if reached.insert(*next) {
                open.push(next);
            }
        }
    }
    reached
}

/// One finding a circle, with every line that holds it together.
pub(super) fn findings_of(house: &House) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (_, tree) in &house.trees {
        let needs = needs(tree);
        findings.extend(circles(&needs).iter().map(|circle| finding(&needs, circle)));
    }
    findings
}

fn finding(needs: &Needs, circle: &BTreeSet<&str>) -> Finding {
    let mut ties = Vec::new();
    for from in circle {
        for (to, need) in needs[from].iter().filter(|(to, _)| circle.contains(*to)) {
            let names: Vec<&str> = need.names.iter().map(String::as_str).collect();
            ties.push(format!("{from}:{}: needs {} of {to}", need.line, names.join(", ")));
        }
    }
    let first = ties.first().and_then(|tie| tie.split_once(": ")).map_or("", |(place, _)| place);
    let problem = format!(
        "{} files need each other in a circle; move what they share into a file below them\n    {}",
        circle.len(),
        ties.join("\n    ")
    );
    Finding { place: first.to_owned(), problem }
}
