//! Reports the violations of the schemas, each through the rule that handles it.

use std::cell::OnceCell;
use std::sync::Arc;

use crate::schema::{List, Verdict, Violation, ViolationKind};
use crate::source::SourceFile;

use super::misplaced_buttons::MisplacedButtons;
use super::older_body::OlderParts;
use super::rules::unknown_field::MisspeltKeys;
use super::rules::{
    blank_text, deprecated_field, duplicate_key, empty_layout, invalid_link, invalid_media_token, invalid_post_token,
    invalid_reference, missing_field, missing_icon, mixed_kinds, text_and_media, too_many_buttons, too_many_rows,
    undocumented_request, unknown_field, unknown_icon, unsupported_type, wrong_action_count, wrong_type,
};
use super::wrong_parts::WrongParts;
use super::{Context, Diagnostic, Findings, Rule, typos};

/// The diagnostics of a template or a request.
struct ViolationReport<'r> {
    file: &'r Arc<SourceFile>,
    diagnostics: &'r mut Vec<Diagnostic>,
}

impl ViolationReport<'_> {
    /// Returns the findings of a rule.
    fn of(&mut self, rule: &'static Rule) -> Findings<'_> {
        Findings::new(rule, self.file, self.diagnostics)
    }
}

/// Reports every violation. The `match` is exhaustive, so that a new kind of violation does not compile until a rule
/// handles it.
pub(super) fn report_violations(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) {
    let older = OlderParts::of(context);
    let grids = MisplacedButtons::of(context);
    let parts = WrongParts::of(context);
    let misspelt = OnceCell::new();
    let misspelt = || misspelt.get_or_init(|| MisspeltKeys::new(context));
    let mut report = ViolationReport { file: context.file, diagnostics };
    older.report(&mut report.of(&unknown_field::RULE));
    grids.report(context, &mut report.of(&missing_field::RULE));
    parts.report(context, &mut report.of(&invalid_reference::RULE));
    let is_explained =
        |violation: &Violation| older.explain(violation) || grids.explain(violation) || parts.explain(violation);
    for violation in context.violations.iter().filter(|violation| !is_explained(violation)) {
        if violation.verdict == Verdict::Accepted && undocumented_request::is_reported(&violation.kind) {
            // The rule itself reports it.
            continue;
        }
        match &violation.kind {
            ViolationKind::UnknownField { key, element, whole, allowed, present } => {
                let mut findings = report.of(&unknown_field::RULE);
                let typo =
                    (!context.is_request()).then(|| typos::in_line(context.file, violation.span.start)).flatten();
                let typo = typo.or_else(|| typos::without_colon(context.file, violation.span, allowed));
                if let Some(typo) = typo.filter(|typo| typo.span.start == violation.span.start) {
                    typo.clone().describe(findings.at(typo.span, typo.headline));
                    continue;
                }
                let is_taken = |field: &'static str| misspelt().stands_for(field, *whole, violation.span);
                if !context.is_request() && unknown_field::is_misspelt_reference(key) {
                    unknown_field::report_reference(violation, key, *element, &mut findings);
                    continue;
                }
                unknown_field::report(violation, key, *element, allowed, present, is_taken, &mut findings);
            }
            ViolationKind::MissingField { key: "icon", .. } => {
                missing_icon::report(context, violation, misspelt(), &mut report.of(&missing_icon::RULE));
            }
            ViolationKind::MissingField { key, .. } => {
                missing_field::report(context, violation, key, misspelt(), &mut report.of(&missing_field::RULE));
            }
            ViolationKind::WrongType { expected, found } => {
                wrong_type::report(context, violation, expected, *found, &mut report.of(&wrong_type::RULE));
            }
            ViolationKind::NotName => wrong_type::report_name(violation, &mut report.of(&wrong_type::RULE)),
            ViolationKind::NotConstant { expected } => {
                unsupported_type::report(context, violation, expected, &mut report.of(&unsupported_type::RULE));
            }
            ViolationKind::TooMany { list: List::Rows, count } => {
                too_many_rows::report(violation, *count, &mut report.of(&too_many_rows::RULE));
            }
            ViolationKind::TooMany { list: List::Buttons, count } => {
                too_many_buttons::report(violation, *count, &mut report.of(&too_many_buttons::RULE));
            }
            ViolationKind::Empty { list } => {
                empty_layout::report(violation, *list, &mut report.of(&empty_layout::RULE));
            }
            ViolationKind::NoAction => {
                wrong_action_count::report_none(
                    context,
                    violation,
                    misspelt(),
                    &mut report.of(&wrong_action_count::RULE),
                );
            }
            ViolationKind::SeveralActions { keys } => {
                wrong_action_count::report_several(violation, keys, &mut report.of(&wrong_action_count::RULE));
            }
            ViolationKind::DeprecatedSpelling => {
                deprecated_field::report(violation, &mut report.of(&deprecated_field::RULE));
            }
            ViolationKind::TwoSpellings { first } => {
                duplicate_key::report_spellings(violation, *first, &mut report.of(&duplicate_key::RULE));
            }
            ViolationKind::MixedKinds { chat, chatbot } => {
                mixed_kinds::report(context, violation, chat, chatbot, &mut report.of(&mixed_kinds::RULE));
            }
            ViolationKind::TextAndMedia { first } => {
                text_and_media::report(violation, *first, &mut report.of(&text_and_media::RULE));
            }
            ViolationKind::Blank => blank_text::report(violation, &mut report.of(&blank_text::RULE)),
            ViolationKind::UnknownIcon { name } => {
                unknown_icon::report(context, violation, name, &mut report.of(&unknown_icon::RULE));
            }
            ViolationKind::NotPostToken { token } => {
                invalid_post_token::report(violation, token, &mut report.of(&invalid_post_token::RULE));
            }
            ViolationKind::NotMediaToken { token } => {
                invalid_media_token::report(violation, token, &mut report.of(&invalid_media_token::RULE));
            }
            ViolationKind::InvalidLink { error } => {
                invalid_link::report(error, violation.span, &mut report.of(&invalid_link::RULE));
            }
        }
    }
}
