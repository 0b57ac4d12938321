//! The minutes of a measure or of a month: as they are read here, and as files.

use maud::{Markup, PreEscaped, html};
use nemcon_client::api::{Life, MeasureSummary};
use nemcon_client::minutes::{self, Heading, Minute, Month};

use super::frame::{Section, page};
use crate::desk::Desk;
use crate::signing::clock;
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;

/// The most acts in one file of minutes.
const MINUTED_ACTS_MAX: usize = 200;

/// A form of minutes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Markdown.
    Markdown,
    /// One HTML file, with a style for print.
    Html,
}

/// What minutes are asked for.
struct Asked {
    heading: Heading,
    minutes: Vec<Minute>,
    name: String,
}

/// Collects the minutes that a query asks for; none if it asks for nothing.
fn collect(desk: &Desk, query: &Sent) -> Result<Option<Asked>, Trouble> {
    let charter = desk.charter()?;
    let council = charter.name.to_string();
    let month: Option<Month> = query.get("month").parse().ok();
    let number: Option<u64> = query.get("measure").parse().ok();
    let (numbers, heading, name) = match (number, month) {
        (Some(number), _) => {
            let heading = Heading { council, month: None, procedure: None };
            (vec![number], heading, format!("minutes-{number}"))
        }
        (None, Some(month)) => {
            let name = format!("minutes-{month}");
            let in_month =
                |it: &MeasureSummary| it.ended.is_some_and(|ended| month.contains(ended));
            let mut ended = desk.ask(|client| client.measures_that(Life::Ended, in_month))?;
            ended.sort_by_key(|it| (!it.status.is_decided(), it.ended, it.outcome_leaf, it.number));
            ended.truncate(MINUTED_ACTS_MAX);
            let heading = Heading { council, month: Some(month), procedure: None };
            (ended.iter().map(|it| it.number).collect(), heading, name)
        }
        (None, None) => return Ok(None),
    };
    let mut all = Vec::new();
    for number in numbers {
        let (measure, verdict) = super::measure::checked(desk, number)?;
        if let crate::check::Verdict::Contradicts(_) = verdict {
            return Err(nemcon_client::failure::Failure::refused(format_args!(
                "the node tells of measure {number} what its records do not say: no minutes are made of it"
            ))
            .into());
        }
        let mut minute = Minute::of(&desk.quick, measure)?;
        minute.zone.clone_from(&charter.zone);
        all.push(minute);
    }
    Ok(Some(Asked { heading, minutes: all, name }))
}

/// The minutes as a file: its name and what it holds.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn file(desk: &Desk, query: &Sent, format: Format) -> Result<(String, String), Trouble> {
    let Asked { heading, minutes: all, name } = collect(desk, query)?.ok_or(Trouble::NotFound)?;
    Ok(match format {
        Format::Markdown => (format!("{name}.md"), minutes::markdown(&heading, &all)),
        Format::Html => (format!("{name}.html"), minutes::html(&heading, &all)),
    })
}

/// The page.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn minutes_page(desk: &Desk, visit: &Visit, query: &Sent) -> Result<Markup, Trouble> {
    let words = visit.words;
    let asked = collect(desk, query)?;
    let this_month = clock().to_string()[..7].to_owned();
    let month = Some(query.get("month")).filter(|it| !it.is_empty()).unwrap_or(&this_month);
    let wanted = match query.get("measure") {
        "" => format!("month={month}"),
        number => format!("measure={}", number.parse::<u64>().unwrap_or_default()),
    };
    let body = html! {
        header class="head" { h1 { (words.minutes) } p class="lead" { (words.minutes_lead) } }
        form class="search" action="/minutes" {
            label for="month" { (words.month) } input type="month" id="month" name="month" value=(month);
            button { (words.show) }
        }
        form class="search" action="/minutes" {
            label for="measure" { (words.measure_number) } input type="text" inputmode="numeric" class="short" id="measure" name="measure" value=(query.get("measure"));
            button { (words.show) }
        }
        @if let Some(asked) = &asked {
            p class="buttons" {
                a class="button" href=(format!("/minutes/markdown?{wanted}")) download { "Markdown" }
                a class="button" href=(format!("/minutes/html?{wanted}")) download { "HTML" }
            }
            div class="paper" lang="en" { (PreEscaped(read(&asked.heading, &asked.minutes))) }
        }
    };
    Ok(page(desk, visit, Section::Minutes, words.minutes, &body))
}

/// What stands between the header and the end of the minutes' own file, which is escaped where it is made. Its
/// headings are one level below those of the page.
fn read(heading: &Heading, all: &[Minute]) -> String {
    let file = minutes::html(heading, all);
    let main = file.split_once("<main>").and_then(|(_, rest)| rest.rsplit_once("</main>"));
    main.map_or_else(String::new, |(main, _)| main.to_owned())
}
