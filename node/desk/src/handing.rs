//! Forms that are sent: what they ask for is built and shown, and signed once a person has agreed.

use std::sync::Arc;

use axum::extract::{Path, Request, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Extension, Router};
use maud::Markup;
use nemcon_client::statements::Finding;
use nemcon_ledger::record::incident::Manner;

use crate::act::Act;
use crate::answers::{file, lead, shown, troubled};
use crate::desk::Desk;
use crate::fields::Filled;
use crate::making::{elsewhere, make};
use crate::pages::acts::Errors;
use crate::pages::{
    acts, council, documents, incidents, package, signing as sheets, tabling as tables,
};
use crate::sheet::{Sheet, State as Became};
use crate::signing::{self, Stop, has_moved, look_again, show};
use crate::tabling;
use crate::trouble::Trouble;
use crate::uploads::Sent;
use crate::visit::Visit;

type Shared = State<Arc<Desk>>;
type Seen = Extension<Visit>;

/// What comes of a form: the statement that it asks for, or the form again with what is wrong.
enum Answered {
    Act(Act),
    Again(Markup),
}

/// The routes of forms.
pub(crate) fn router() -> Router<Arc<Desk>> {
    Router::new()
        .route("/measures/{number}/act/{act}", get(form_of_act).post(send_act))
        .route("/measures/{number}/documents", get(files).post(compare))
        .route("/table/{kind}", get(form_of_measure).post(send_measure))
        .route("/incidents/report", get(form_of_report).post(send_report))
        .route("/incidents/{number}/attribute", get(form_of_finding).post(send_finding))
        .route(package::PLACE, get(form_of_package).post(send_package))
        .route("/council/freeze", get(form_of_freeze).post(send_freeze))
        .route("/council/notice", get(form_of_notice).post(send_notice))
        .route("/sign/{token}", get(read_sheet).post(sign_sheet))
        .route("/sign/{token}/again", post(sheet_again))
        .route("/sign/{token}/text", get(text_of_sheet))
}

/// Uses the token of a form up, and works on what it sent; then leads to the statement that is to be signed.
async fn send(
    desk: Arc<Desk>,
    visit: Visit,
    request: Request,
    work: impl FnOnce(&Desk, &Visit, &Sent) -> Result<Answered, Trouble> + Send + 'static,
) -> Response {
    let sent = Sent::read(request).await;
    elsewhere(move || {
        let answered = sent.and_then(|sent| {
            verify_form(&desk, &visit, &sent)?;
            work(&desk, &visit, &sent)
        });
        match answered {
            Ok(Answered::Act(act)) => show_sheet(&desk, &visit, act),
            Ok(Answered::Again(markup)) => shown(&desk, &visit, Ok(markup)),
            Err(trouble) => troubled(&desk, &visit, &trouble),
        }
    })
    .await
}

/// Checks that a form was shown to this browser on this page, and was not sent before.
fn verify_form(desk: &Desk, visit: &Visit, sent: &Sent) -> Result<(), Trouble> {
    if desk.is_read_only {
        return Err(Trouble::ReadOnly);
    }
    let place = desk.fills().take(&visit.browser, sent.get("form")).ok_or(Trouble::NoForm)?;
    let path = visit.place.split('?').next().unwrap_or_default();
    if place == path { Ok(()) } else { Err(Trouble::NoForm) }
}

/// Shows the statement of an act on a page of its own.
fn show_sheet(desk: &Desk, visit: &Visit, act: Act) -> Response {
    let opened =
        show(desk, act).and_then(|sheet| Ok(desk.sheets().open(visit.browser, Arc::new(sheet))?));
    match opened {
        Ok(token) => lead(&format!("/sign/{token}")),
        Err(trouble) => troubled(desk, visit, &trouble),
    }
}

async fn form_of_act(
    State(desk): Shared,
    Extension(visit): Seen,
    Path((number, act)): Path<(String, String)>,
) -> Response {
    make(desk, visit, move |desk, visit| {
        let number = number.parse().map_err(|_| Trouble::NotFound)?;
        if act == "revise" {
            return tables::revise(desk, visit, number, (None, &Errors::new()));
        }
        acts::form(desk, visit, (number, &act), (&Sent::default(), &Errors::new()))
    })
    .await
}

async fn send_act(
    State(desk): Shared,
    Extension(visit): Seen,
    Path((number, act)): Path<(String, String)>,
    request: Request,
) -> Response {
    send(desk, visit, request, move |desk, visit, sent| {
        let number: u64 = number.parse().map_err(|_| Trouble::NotFound)?;
        let me = desk.party().ok_or(Trouble::ReadOnly)?;
        let charter = desk.charter()?;
        let mut filled = Filled::new(sent, visit.words);
        if act == "revise" {
            return revise(desk, visit, number, filled);
        }
        if let Some(act) = acts::asked(&mut filled, (number, &act), (charter, me)) {
            return Ok(Answered::Act(act));
        }
        let errors = filled.into_errors();
        Ok(Answered::Again(acts::form(desk, visit, (number, &act), (sent, &errors))?))
    })
    .await
}

fn revise(
    desk: &Desk,
    visit: &Visit,
    number: u64,
    mut filled: Filled<'_>,
) -> Result<Answered, Trouble> {
    let charter = desk.charter()?;
    let measure = desk.ask(|client| client.measure(number))?;
    let kind = measure.kind.parse().ok().and_then(|kind| charter.kind(&kind));
    let kind = kind.filter(|kind| tabling::is_by_form(kind)).ok_or(Trouble::NotFound)?;
    if let Some(draft) = tabling::draft(&mut filled, charter, kind) {
        return Ok(Answered::Act(Act::Revise(number, Box::new(draft))));
    }
    let sent = filled.sent;
    let errors = filled.into_errors();
    Ok(Answered::Again(tables::revise(desk, visit, number, (Some(sent), &errors))?))
}

async fn files(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(number): Path<String>,
) -> Response {
    make(desk, visit, move |desk, visit| {
        let number = number.parse().map_err(|_| Trouble::NotFound)?;
        documents::compare(desk, visit, number, &[])
    })
    .await
}

async fn compare(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(number): Path<String>,
    request: Request,
) -> Response {
    let sent = Sent::read(request).await;
    make(desk, visit, move |desk, visit| {
        let sent = sent?;
        let number: u64 = number.parse().map_err(|_| Trouble::NotFound)?;
        let place = desk.fills().take(&visit.browser, sent.get("form"));
        place.filter(|place| *place == visit.place).ok_or(Trouble::NoForm)?;
        documents::compare(desk, visit, number, &sent.files)
    })
    .await
}

async fn form_of_measure(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(kind): Path<String>,
) -> Response {
    make(desk, visit, move |desk, visit| {
        let kind = tables::kind_of(desk, &kind)?;
        tables::table(desk, visit, kind, (None, &Errors::new()))
    })
    .await
}

async fn send_measure(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(kind): Path<String>,
    request: Request,
) -> Response {
    send(desk, visit, request, move |desk, visit, sent| {
        let kind = tables::kind_of(desk, &kind)?;
        let mut filled = Filled::new(sent, visit.words);
        if let Some(draft) = tabling::draft(&mut filled, desk.charter()?, kind) {
            return Ok(Answered::Act(Act::Table(Box::new(draft))));
        }
        let errors = filled.into_errors();
        Ok(Answered::Again(tables::table(desk, visit, kind, (Some(sent), &errors))?))
    })
    .await
}

async fn form_of_report(State(desk): Shared, Extension(visit): Seen) -> Response {
    make(desk, visit, |desk, visit| {
        incidents::report(desk, visit, (&Sent::default(), &Errors::new()))
    })
    .await
}

async fn send_report(State(desk): Shared, Extension(visit): Seen, request: Request) -> Response {
    send(desk, visit, request, |desk, visit, sent| {
        let mut filled = Filled::new(sent, visit.words);
        Ok(match tabling::incident(&mut filled, desk.charter()?) {
            Some(draft) => Answered::Act(Act::Report(Box::new(draft))),
            None => Answered::Again(incidents::report(desk, visit, (sent, &filled.into_errors()))?),
        })
    })
    .await
}

async fn form_of_finding(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(number): Path<String>,
) -> Response {
    make(desk, visit, move |desk, visit| {
        let number = number.parse().map_err(|_| Trouble::NotFound)?;
        incidents::attribute(desk, visit, number, (&Sent::default(), &Errors::new()))
    })
    .await
}

async fn send_finding(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(number): Path<String>,
    request: Request,
) -> Response {
    send(desk, visit, request, move |desk, visit, sent| {
        let number: u64 = number.parse().map_err(|_| Trouble::NotFound)?;
        let mut filled = Filled::new(sent, visit.words);
        if let Some(finding) = finding(&mut filled) {
            return Ok(Answered::Act(Act::Attribute(number, Box::new(finding))));
        }
        let errors = filled.into_errors();
        Ok(Answered::Again(incidents::attribute(desk, visit, number, (sent, &errors))?))
    })
    .await
}

fn finding(filled: &mut Filled<'_>) -> Option<Finding> {
    let (finding, confidence) = (filled.required("finding"), filled.required("confidence"));
    let (who, manner) = (filled.maybe("who"), filled.required::<Manner>("manner"));
    let is_public = filled.sent.get("public") == "yes";
    filled.is_sound().then_some(())?;
    Some(Finding {
        finding: finding?,
        who,
        digest: None,
        confidence: confidence?,
        manner: manner?,
        is_public,
    })
}

async fn form_of_package(State(desk): Shared, Extension(visit): Seen) -> Response {
    make(desk, visit, |desk, visit| package::package(desk, visit, false)).await
}

async fn send_package(State(desk): Shared, Extension(visit): Seen, request: Request) -> Response {
    send(desk, visit, request, |desk, visit, sent| {
        let numbers: Vec<u64> = Filled::new(sent, visit.words).ticked("measure");
        if numbers.len() < 2 {
            return Ok(Answered::Again(package::package(desk, visit, true)?));
        }
        Ok(Answered::Act(Act::Package(numbers)))
    })
    .await
}

async fn form_of_freeze(State(desk): Shared, Extension(visit): Seen) -> Response {
    make(desk, visit, council::freeze).await
}

async fn send_freeze(State(desk): Shared, Extension(visit): Seen, request: Request) -> Response {
    send(desk, visit, request, |_, visit, sent| {
        let mut filled = Filled::new(sent, visit.words);
        Ok(Answered::Act(Act::Freeze(filled.maybe("reason"))))
    })
    .await
}

async fn form_of_notice(State(desk): Shared, Extension(visit): Seen) -> Response {
    make(desk, visit, council::notice).await
}

async fn send_notice(State(desk): Shared, Extension(visit): Seen, request: Request) -> Response {
    send(desk, visit, request, |desk, visit, sent| {
        // What was shown is what is asked for, whatever stands by now.
        match Filled::new(sent, visit.words).required("leaves") {
            Some(act) => Ok(Answered::Act(Act::Notice(act))),
            None => Ok(Answered::Again(council::notice(desk, visit)?)),
        }
    })
    .await
}

/// The sheet with this token, if it is this browser's.
fn sheet_of(desk: &Desk, visit: &Visit, token: &str) -> Result<Arc<Sheet>, Trouble> {
    desk.sheets().get(&visit.browser, token).ok_or(Trouble::NoForm)
}

async fn read_sheet(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(token): Path<String>,
) -> Response {
    make(desk, visit, move |desk, visit| {
        let sheet = sheet_of(desk, visit, &token)?;
        look_again(desk, &sheet)?;
        let is_moved = matches!(sheet.state(), Became::Open) && has_moved(desk, &sheet)?;
        sheets::sheet(desk, visit, (&sheet, &token), (None, is_moved))
    })
    .await
}

async fn sign_sheet(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(token): Path<String>,
    request: Request,
) -> Response {
    let sent = Sent::read(request).await;
    elsewhere(move || {
        let signed = sent.and_then(|sent| {
            let sheet = sheet_of(&desk, &visit, &token)?;
            let stop = signing::sign(&desk, &sheet, &sent).err();
            Ok((sheet, stop))
        });
        match signed {
            // The page that says what became of it can be loaded again without sending anything.
            Ok((_, None)) => {
                desk.tell(false);
                lead(&format!("/sign/{token}"))
            }
            Ok((sheet, Some(stop))) => {
                let is_moved = matches!(stop, Stop::Moved);
                let made = sheets::sheet(&desk, &visit, (&sheet, &token), (Some(&stop), is_moved));
                shown(&desk, &visit, made)
            }
            Err(trouble) => troubled(&desk, &visit, &trouble),
        }
    })
    .await
}

/// Shows the same act on what stands now.
async fn sheet_again(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(token): Path<String>,
) -> Response {
    elsewhere(move || match sheet_of(&desk, &visit, &token) {
        Ok(_) if desk.is_read_only => troubled(&desk, &visit, &Trouble::ReadOnly),
        Ok(sheet) => show_sheet(&desk, &visit, sheet.act.clone()),
        Err(trouble) => troubled(&desk, &visit, &trouble),
    })
    .await
}

/// The unsigned text, for the machine where the keys are.
async fn text_of_sheet(
    State(desk): Shared,
    Extension(visit): Seen,
    Path(token): Path<String>,
) -> Response {
    elsewhere(move || match sheet_of(&desk, &visit, &token) {
        Ok(sheet) => file("statement.txt", "application/octet-stream", sheet.text.clone()),
        Err(trouble) => troubled(&desk, &visit, &trouble),
    })
    .await
}
