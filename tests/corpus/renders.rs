//! Templates that `check` accepts render, or fail for a reason that the documentation lists (`docs/language.md`, "What
//! `check` cannot know").

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

use kenarc::expr::persian::PersianError;
use kenarc::message::{DraftErrorKind, SCHEMA};
use kenarc::render::{EvaluationError, RenderError, render};
use kenarc::{SourceFile, Template, Values, check};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;

use super::arbitrary::{ArbitraryTemplate, SETS, draw};
use super::choices::Choices;

/// The longest tape of decisions.
const TAPE: usize = 500;

/// Of the templates that are drawn, so many in a hundred have no findings, at the least.
const ACCEPTED: usize = 10;

/// And of what these give with the values that are drawn, so many in a hundred are messages.
const RENDERED: usize = 20;

/// How many templates are drawn where `PROPTEST_CASES` does not say.
const CASES: u32 = 3_000;

/// What `check` cannot know, each as the documentation has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unknown {
    Kind,
    Presence,
    Number,
    Text,
    PartOfLink,
    Amount,
}

impl Unknown {
    const ALL: [Self; 6] = [Self::Kind, Self::Presence, Self::Number, Self::Text, Self::PartOfLink, Self::Amount];

    fn documented(self) -> &'static str {
        match self {
            Self::Kind => "| which kind a value has |",
            Self::Presence => "| whether a value is defined |",
            Self::Number => "| which number a value is |",
            Self::Text => "| which text a value is |",
            Self::PartOfLink => "| which part of a link a value makes |",
            Self::Amount => "| how much is rendered |",
        }
    }
}

/// How evaluations fail, by what MiniJinja says of it.
const EVALUATIONS: &[(&str, Unknown)] = &[
    ("undefined", Unknown::Presence),
    ("unable to calculate", Unknown::Number),
    ("cannot convert number to", Unknown::Number),
    ("range has too many elements", Unknown::Number),
    ("repeated string is too large", Unknown::Number),
    ("repeated sequence is too large", Unknown::Number),
    ("can only be multiplied with integers", Unknown::Number),
    ("invalid float literal", Unknown::Text),
    ("cannot parse float", Unknown::Text),
    ("on unsupported types", Unknown::Kind),
    ("can only sum numbers", Unknown::Kind),
    ("cannot be sliced", Unknown::Kind),
    ("is not iterable", Unknown::Kind),
    ("invalid operation", Unknown::Kind),
    ("value is not a string", Unknown::Kind),
    // "cannot join value of type bool"
    ("cannot", Unknown::Kind),
];

/// Returns why `check` could not predict a failure, or `None` if it should have reported it.
fn unknown(template: &Template, error: &RenderError) -> Option<Unknown> {
    match error {
        RenderError::Evaluation { location, failure } => in_jinja(template.file.slice(*location), failure),
        RenderError::Message { location, error } => match &error.kind {
            // Rows and buttons are counted before, as far as their lists are declared.
            DraftErrorKind::TooManyRows { .. } | DraftErrorKind::TooManyButtons { .. } => {
                template.variables.is_none().then_some(Unknown::Amount)
            }
            // Everything is known about a text without Jinja.
            _ if !template.file.slice(*location).contains('{') => None,
            DraftErrorKind::BlankMessage
            | DraftErrorKind::BlankMediaToken
            | DraftErrorKind::BlankCaption
            | DraftErrorKind::BlankPostToken => Some(Unknown::Text),
            DraftErrorKind::UnknownIcon { .. }
            | DraftErrorKind::InvalidLink { .. }
            | DraftErrorKind::InvalidMediaToken { .. }
            | DraftErrorKind::InvalidPostToken { .. } => Some(Unknown::Text),
            _ => None,
        },
        RenderError::Value(_) | RenderError::Broken { .. } => None,
    }
}

fn in_jinja(text: &str, failure: &EvaluationError) -> Option<Unknown> {
    match failure {
        EvaluationError::Undefined { .. } => Some(Unknown::Presence),
        EvaluationError::NotText { .. } => Some(Unknown::Kind),
        EvaluationError::NotJson { found } if found == "an undefined value" => Some(Unknown::Presence),
        EvaluationError::NotJson { found } => {
            // Beyond 64 bits, or no number that JSON has.
            found.parse::<f64>().is_ok().then_some(Unknown::Number)
        }
        EvaluationError::NotTaken { .. } | EvaluationError::Format(_) => Some(Unknown::Kind),
        EvaluationError::Persian(error) => match error {
            PersianError::NotNumber { .. } => Some(Unknown::Text),
            // Of a date no time can be shown, and some are not of the Gregorian calendar.
            PersianError::Date { .. } => Some(Unknown::Text),
            PersianError::NotDivisible { .. } | PersianError::NotInWords { .. } => Some(Unknown::Number),
            _ => None,
        },
        EvaluationError::NoAttribute { .. } => Some(Unknown::Presence),
        EvaluationError::OutOfBounds { .. } => Some(Unknown::Amount),
        EvaluationError::Internal => None,
        EvaluationError::Link { part, .. } => {
            // What is marked as safe counts as written by the author. No other value comes into the scheme.
            let is_marked = text.contains("safe") || text.contains("tojson");
            (*part != "scheme" || is_marked).then_some(Unknown::PartOfLink)
        }
        EvaluationError::Evaluation { detail } => {
            EVALUATIONS.iter().find(|(words, _)| detail.contains(words)).map(|(_, unknown)| *unknown)
        }
    }
}

fn template(arbitrary: &ArbitraryTemplate) -> Option<Template> {
    let checked = check(&SourceFile::new("template.json", &*arbitrary.template));
    checked.template.filter(|_| checked.diagnostics.is_empty())
}

#[test]
fn accepted_templates_render_or_fail_for_documented_reasons() {
    let (drawn, accepted, rendered) = (Cell::new(0), Cell::new(0), Cell::new(0));
    let seen = RefCell::new(BTreeSet::new());
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let request = jsonschema::validator_for(&schema).unwrap();
    let config = Config { failure_persistence: None, ..Config::default() };
    // The same templates each time, or as many others as `PROPTEST_CASES` says.
    let mut runner = if std::env::var_os("PROPTEST_CASES").is_some() {
        TestRunner::new(config)
    } else {
        let rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
        TestRunner::new_with_rng(Config { cases: CASES, ..config }, rng)
    };
    let result = runner.run(&vec(any::<u32>(), 0..TAPE), |tape| {
        let arbitrary = draw(&mut Choices::from_tape(tape));
        drawn.set(drawn.get() + 1);
        let Some(template) = template(&arbitrary) else { return Ok(()) };
        accepted.set(accepted.get() + 1);
        for values in &arbitrary.values {
            let given = Values::from_serialize("values", values).unwrap();
            match render(&template, &given) {
                Ok(message) => {
                    rendered.set(rendered.get() + 1);
                    let json: Value = serde_json::from_str(&message.to_json()).unwrap();
                    prop_assert!(request.is_valid(&json), "{}\nwith {values}\n{json}", arbitrary.template);
                }
                Err(errors) => {
                    let surprise = errors.iter().find(|error| unknown(&template, error).is_none());
                    prop_assert!(surprise.is_none(), "{}\nwith {values}\n{surprise:?}", arbitrary.template);
                    seen.borrow_mut().extend(errors.iter().filter_map(|error| unknown(&template, error)));
                }
            }
        }
        Ok(())
    });
    result.unwrap_or_else(|error| panic!("{error}"));
    // Otherwise nothing would be shown by it.
    let (drawn, accepted, rendered) = (drawn.get(), accepted.get(), rendered.get());
    assert!(accepted * 100 >= drawn * ACCEPTED, "{accepted} of {drawn} are accepted");
    assert!(rendered * 100 >= accepted * SETS * RENDERED, "{rendered} of {accepted} times {SETS} are rendered");
    assert_eq!(seen.into_inner().into_iter().collect::<Vec<_>>(), Unknown::ALL);
}

#[test]
fn the_documentation_lists_the_reasons_for_failures() {
    let reference = include_str!("../../docs/language.md");
    for unknown in Unknown::ALL {
        assert!(reference.contains(unknown.documented()), "{unknown:?}");
    }
}
