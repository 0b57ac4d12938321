use super::*;
use crate::replica::Effect;

/// What there is when some peers have told that they stand at a height.
struct Case {
    sync: Sync,
    step: Step,
}

fn code(code: &str) -> Code {
    code.parse().unwrap()
}

impl Case {
    fn new(peers: &[(&str, u64)]) -> Self {
        let (mut sync, step) = (Sync::default(), Step::new(Time::from_ms(1).unwrap()));
        for (peer, height) in peers {
            let (height, sealed) = (Height(*height), BTreeMap::new());
            sync.connected(&code(peer));
            sync.stands(&code(peer), &Standing { height, sealed, certificate: None });
        }
        Self { sync, step }
    }

    fn came(&mut self, from: &str, top: u64) {
        self.sync.ask_ahead(&mut self.step, &code(from), Height(top));
    }

    /// The answer was taken in, and the ledger ends at `here`.
    fn given(&mut self, from: &str, here: u64) {
        self.sync.given(&self.step, &code(from), Height(here), false);
        self.sync.catch_up_if_behind(&mut self.step, Height(here));
    }

    /// The questions for blocks since the last look: whom, and from where.
    fn asked(&mut self) -> Vec<(String, u64)> {
        let question = |effect| match effect {
            Effect::Send(to, frame) => match Message::decode(&frame) {
                Ok(Message::BlocksWanted { from }) => Some((to.to_string(), from.0)),
                _ => None,
            },
            _ => None,
        };
        self.step.finish().into_iter().filter_map(question).collect()
    }
}

#[test]
fn what_follows_an_answer_is_asked_for_while_it_is_verified_and_not_again() {
    let mut case = Case::new(&[("AA", 40)]);
    case.sync.catch_up(&mut case.step, Height(0));
    assert_eq!(case.asked(), [("AA".to_owned(), 1)]);
    case.came("AA", 10);
    case.came("AA", 10);
    assert_eq!(case.asked(), [("AA".to_owned(), 11)]);
    case.came("AA", 20);
    case.came("AA", 30);
    assert_eq!(case.asked(), [("AA".to_owned(), 21)], "no more than two ahead");
    case.given("AA", 10);
    assert_eq!(case.asked(), [], "the next answer is asked for");
    case.came("AA", 30);
    assert_eq!(case.asked(), [("AA".to_owned(), 31)]);
    case.given("AA", 20);
    case.given("AA", 30);
    assert_eq!(case.asked(), [], "the last answer is asked for");
    case.came("AA", 40);
    case.given("AA", 40);
    assert_eq!(case.asked(), [], "there is no more");
}

#[test]
fn an_answer_that_is_not_taken_whole_has_the_rest_asked_for() {
    let mut case = Case::new(&[("AA", 40)]);
    case.sync.catch_up(&mut case.step, Height(0));
    case.came("AA", 10);
    case.asked();
    case.given("AA", 7);
    assert_eq!(case.asked(), [("AA".to_owned(), 8)]);
}

#[test]
fn who_was_not_asked_has_nothing_asked_for() {
    let mut case = Case::new(&[("AA", 40), ("BB", 30)]);
    case.came("AA", 10);
    assert_eq!(case.asked(), []);
    case.sync.catch_up(&mut case.step, Height(0));
    assert_eq!(case.asked(), [("AA".to_owned(), 1)]);
    case.came("BB", 10);
    assert_eq!(case.asked(), []);
}
