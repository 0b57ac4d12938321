//! The acts of one file of minutes, under their headings, in no format yet.

use super::content::{act, overview};
use super::month::Month;
use super::noted::Minute;
use super::said::{Act, Part};

/// Acts under a heading of their own.
#[derive(Debug)]
pub(super) struct Group {
    /// The heading; none where there is one group alone.
    pub(super) title: Option<&'static str>,
    /// The acts.
    pub(super) acts: Vec<Act>,
}

/// All that one file of minutes says.
#[derive(Debug)]
pub(super) struct Paper {
    /// The council's name.
    pub(super) council: String,
    /// What the paper is, after the council's name; empty for the minutes of one act.
    pub(super) subject: String,
    /// How the paper is marked: as an act in it is.
    pub(super) marking: Option<String>,
    /// That there is nothing to say.
    pub(super) empty: Option<String>,
    /// The acts of a month at one glance.
    pub(super) overview: Option<Part>,
    /// The acts.
    pub(super) groups: Vec<Group>,
}

/// What the minutes are of.
#[derive(Clone, Debug)]
pub struct Heading {
    /// The council's name.
    pub council: String,
    /// The month whose acts are summed up; none for the minutes of one act.
    pub month: Option<Month>,
    /// The procedure by which the acts were decided, if only those are summed up.
    pub procedure: Option<String>,
}

impl Paper {
    /// The paper under this heading.
    pub(super) fn of(heading: &Heading, minutes: &[Minute]) -> Self {
        let council = heading.council.clone();
        let marking = minutes.iter().find_map(|minute| minute.marking.clone());
        let (decided, over): (Vec<_>, Vec<_>) =
            minutes.iter().partition(|minute| minute.status.is_decided());
        let acts = |of: &[&Minute]| of.iter().map(|minute| act(minute)).collect();
        let Some(month) = &heading.month else {
            let empty = minutes.is_empty().then(|| "Nothing of this measure is public.".to_owned());
            let groups =
                vec![Group { title: None, acts: acts(&minutes.iter().collect::<Vec<_>>()) }];
            let subject = String::new();
            return Self { council, subject, marking, empty, overview: None, groups };
        };
        let by = heading.procedure.as_ref();
        let by = by.map(|name| format!(" by the procedure {name}")).unwrap_or_default();
        let when = month.name();
        let mut groups = Vec::new();
        for (title, of) in [("Decided", &decided), ("Lapsed or withdrawn", &over)] {
            if !of.is_empty() {
                groups.push(Group { title: Some(title), acts: acts(of) });
            }
        }
        Self {
            council,
            subject: format!("acts decided{by} in {when} (UTC)"),
            marking,
            empty: decided.is_empty().then(|| format!("No act was decided{by} in {when}.")),
            overview: (!minutes.is_empty()).then(|| overview(minutes)),
            groups,
        }
    }

    /// The paper's title in one line.
    pub(super) fn title(&self) -> String {
        if self.subject.is_empty() {
            return self.council.clone();
        }
        format!("{}: {}", self.council, self.subject)
    }
}
