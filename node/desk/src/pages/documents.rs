//! Files beside the documents that a measure binds: is a file the one that is bound?

use maud::{Markup, html};
use nemcon_client::statements;

use super::frame::{Section, page};
use super::parts::{Field, Kind, digest};
use crate::desk::Desk;
use crate::trouble::Trouble;
use crate::uploads::SentFile;
use crate::visit::Visit;

/// The page, with what was found of the files that were sent.
///
/// # Errors
/// [`Trouble`].
pub(crate) fn compare(
    desk: &Desk,
    visit: &Visit,
    number: u64,
    files: &[SentFile],
) -> Result<Markup, Trouble> {
    let words = visit.words;
    let measure = desk.ask(|client| client.measure(number))?;
    let (said, revision) = statements::read(&measure)?;
    let place = format!("/measures/{number}/documents");
    let token = desk.fills().open(visit.browser, place.clone())?;
    let found = |file: &SentFile| {
        said.documents.iter().find(|it| it.digest == file.digest && it.length == file.length)
    };
    let field = Field {
        name: "file",
        label: words.a_file,
        hint: words.file_hint,
        value: "",
        error: None,
        is_required: true,
    };
    let body = html! {
        header class="head" {
            p class="eyebrow" { a href=(format!("/measures/{number}")) { ((words.measure_rev)(number, revision)) } }
            h1 { (words.compare_files) } p class="lead" { (measure.title) }
        }
        @for file in files {
            @match found(file) {
                Some(it) => p class="verdict good large" role="status" { "✓ " ((words.file_is)(&file.name, it.name.as_str())) },
                None => p class="verdict bad large" role="alert" { "✕ " ((words.file_is_none)(&file.name)) br; (digest(&file.digest)) },
            }
        }
        form method="post" action=(place) enctype="multipart/form-data" class="fill drop" {
            input type="hidden" name="form" value=(token);
            (field.show(Kind::File, words))
            p class="buttons" { button class="button main" { (words.compare) } }
        }
        h2 { (words.documents) }
        @if said.documents.is_empty() { p class="empty" { (words.no_documents) } }
        ul class="documents" { @for it in &said.documents { li { strong { (it.name) } " (" (it.language) ", " ((words.bytes)(it.length)) ")" br; (digest(&it.digest)) } } }
    };
    Ok(page(desk, visit, Section::Measures, words.compare_files, &body))
}
